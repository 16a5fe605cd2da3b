"""The near-duplicates among the shared photos, beside others that are none."""

import csv
import hashlib
import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from itertools import combinations
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np
import pytest
from PIL import Image, ImageOps, UnidentifiedImageError

from calotype.features.photos import TakenSource
from calotype.media.hashes import phash
from calotype.media.prints import make_prints
from calotype.media.quality import measure
from calotype.ports.models import ModelStore
from calotype.ports.object_store import print_key
from calotype.ports.vision.local import open_local_vision
from calotype.settings import read_settings
from tests.features.stacks.conftest import NOON, Shelf

pytestmark = [pytest.mark.slow, pytest.mark.photos, pytest.mark.models]

CROPS = ("crop5", "crop25")


def pictures(folder: Path) -> Iterator[tuple[str, Path, str]]:
    """Yield path, file and what the manifest says of each photo, the first of equal bytes alone."""
    seen = set()
    with (folder / "MANIFEST.csv").open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["path"].startswith(("neardup/", "objects/", "people/johns/")) and row["sha256"] not in seen:
                seen.add(row["sha256"])
                yield row["path"], folder / row["path"], row["content"]


def family(path: str) -> str:
    """What a photo is a copy of."""
    name = Path(path).stem
    if path.startswith("neardup/made/"):
        return path.split("/")[2]
    if path.startswith("neardup/immich-go/"):
        return re.sub(r" \(.*", "", name)
    if "IMG_" in name:
        return "IMG_4120"
    if name.startswith("dog_"):
        return "pug"
    if name.startswith("obama-"):
        return "obama"
    return name.split("_")[0] if path.startswith("neardup/ukbench") else path


@pytest.fixture
async def found(shelf: Shelf, shared_photos: Path) -> list[tuple[str, dict[str, str]]]:
    """Kind of each stack, and the roles of its photos by their paths."""
    models = ModelStore(read_settings().models_folder)
    if any(status.path is None for status in models.list() if status.entry.default):
        pytest.skip("the models are not there: calotype models pull")
    shelf.stacks._objects = shelf.library.objects
    vision = open_local_vision(models)
    paths: dict[UUID, str] = {}
    for path, file, content in pictures(shared_photos):
        try:
            picture = ImageOps.exif_transpose(Image.open(file)).convert("RGB")
        except (OSError, UnidentifiedImageError):
            continue
        paths[await add(shelf, vision, file, np.asarray(picture), content)] = path
    vision.close()
    await shelf.organise()
    page, _ = await shelf.stacks.list_stacks(shelf.owner, None, cursor=None, limit=500)
    return [
        (each.stored.stack.kind.value, {paths[one.photo_id]: one.role for one in each.stored.stack.members})
        for each in page
    ]


async def add(shelf: Shelf, vision: Any, file: Path, image: Any, content: str) -> UUID:
    bytes_ = file.read_bytes()  # noqa: ASYNC240 - nobody else waits here
    digest = hashlib.sha256(bytes_).digest()
    prints = make_prints(image)
    await shelf.library.objects.put(print_key(digest, "150.webp"), prints["150"])
    look = vision.image_embedding.embed_image(image).look
    taken = re.search(r"taken ([12]\d{3}:\d\d:\d\d \d\d:\d\d:\d\d)", content)
    camera = re.search(r"camera ([^;\]]+)", content)
    return await shelf.add(
        file.name, sha256=digest, phash=phash(image), vector=str([float(one) for one in look.vector]), space=look.space,
        width=image.shape[1], height=image.shape[0], size_bytes=len(bytes_),
        contrast=round(measure(image).contrast * 1000), camera=camera and camera[1],
        taken_local=datetime.fromisoformat(taken[1].replace(":", "-", 2)) if taken else NOON,
        taken_source=TakenSource.EXIF if taken else TakenSource.UPLOAD_TIME,
    )  # fmt: skip


async def test_the_true_ones_are_found_and_no_other(found: list[tuple[str, dict[str, str]]]) -> None:
    together: set[frozenset[str]] = set()
    groups: dict[str, set[str]] = defaultdict(set)
    for _, members in found:
        for one in members:
            groups[one] |= set(members)
    for one, others in groups.items():
        reached = set().union(*(groups[other] for other in others))
        together |= {frozenset((one, other)) for other in reached if other != one}
    unrelated = {pair for pair in together if len({family(path) for path in pair}) > 1}
    # These are one picture, by eye: two files of one portrait, and two shots of one bay 13 s apart.
    assert not {pair for pair in unrelated if not any("johns" in path or "PXL" in path for path in pair)}
    true = [frozenset(pair) for pair in combinations(sorted(groups), 2) if family(pair[0]) == family(pair[1])]
    assert len(together & set(true)) >= 0.95 * len(true)


async def test_crops_are_similar_and_the_rest_is_the_same(found: list[tuple[str, dict[str, str]]]) -> None:
    for name in ("dogbike", "ferriswheel", "giraffe"):
        [same] = [members for kind, members in found if kind == "same" and any(name in path for path in members)]
        [similar] = [members for kind, members in found if kind == "similar" and any(name in path for path in members)]
        assert sum(path.startswith("neardup/made/") for path in same) == 9
        assert not any(crop in path for path in same for crop in CROPS)
        assert {crop for path in similar for crop in CROPS if f"_{crop}." in path} == set(CROPS)
