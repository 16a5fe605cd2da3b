"""The shared photos, with the real models and no name: how right the groups are, and what answers add."""

import dataclasses
import hashlib
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path
from typing import cast

import numpy as np
import pytest
from PIL import Image, ImageOps

from calotype.features.people import thresholds
from calotype.features.people.evaluation import evaluate_people, read_pairs
from calotype.kit.ids import uuid7
from calotype.pipeline.face_rows import write_faces
from calotype.ports.models import ModelStore
from calotype.ports.vision.local import open_local_vision
from calotype.settings import read_settings
from tests.features.conftest import make_photo
from tests.features.people.crowd import Family

pytestmark = [pytest.mark.slow, pytest.mark.photos, pytest.mark.models]
WORKING_SIDE_PX = 1_200


@pytest.fixture
async def people(empty_family: Family, shared_photos: Path) -> Family:
    """A library of the photos that the pairs name, their faces read."""
    models = ModelStore(read_settings().models_folder)
    if any(status.path is None for status in models.list() if status.entry.default):
        pytest.skip("the models are not there: calotype models pull")
    vision = open_local_vision(models)
    assert vision.faces is not None
    for content, path in contents(shared_photos).items():
        photo_id = await make_photo(empty_family.database, empty_family.owner, sha256=content)
        empty_family.photos[f"{path.name} {uuid7()}"] = photo_id
        image = ImageOps.exif_transpose(Image.open(path)).convert("RGB")
        image.thumbnail((WORKING_SIDE_PX, WORKING_SIDE_PX))
        found = vision.faces.read_faces(np.asarray(image))
        async with empty_family.database.transaction() as connection:
            await write_faces(connection, photo_id, empty_family.owner, found)
    vision.close()
    return empty_family


def contents(shared_photos: Path) -> dict[bytes, Path]:
    pairs, absent = read_pairs(shared_photos / "pairs.csv")
    assert absent == 0
    wanted = {content for pair in pairs for content in pair.contents}
    files = (path for folder in ("people", "neardup") for path in (shared_photos / folder).rglob("*") if path.is_file())
    return {digest: path for path in files if (digest := hashlib.sha256(path.read_bytes()).digest()) in wanted}


def names_of(shared_photos: Path) -> dict[bytes, str]:
    pairs, _ = read_pairs(shared_photos / "pairs.csv")
    return {
        content: name for pair in pairs for content, name in zip(pair.contents, pair.people, strict=True)
    }  # fmt: skip


async def test_groups_are_right_with_no_name_at_all(people: Family, shared_photos: Path) -> None:
    await people.sort(is_whole=True)
    figures = await evaluate_people(shared_photos / "pairs.csv", people.database, people.owner)
    assert figures["photos_not_in_library"] == 0
    assert figures["pairs_right"] >= 0.98
    assert figures["precision"] >= 0.98
    assert figures["recall"] >= 0.85


async def test_each_right_answer_raises_recall(
    people: Family, shared_photos: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A library that is stricter than it need be asks, and right answers bring its people together."""
    scales = cast(dict[str, thresholds.FaceScale], thresholds.SCALES)
    for space in ("dlib-resnet", "mobilefacenet-mirror"):
        strict = {"dlib-resnet": 0.96, "mobilefacenet-mirror": 0.65}[space]
        monkeypatch.setitem(scales, space, dataclasses.replace(scales[space], join=strict))
    await people.sort(is_whole=True)
    recalls = [await recall(people, shared_photos)]
    names = names_of(shared_photos)
    for _ in range(8):
        for question in await people.people.review.list_questions(people.owner, 200):
            who = {names[bytes(face.sha256)] for face in question.faces if bytes(face.sha256) in names}
            if len(who) == 1 and question.kind != "who_is_this":
                await people.people.review.answer(people.owner, people.owner, question.id, "same")
                recalls.append(await recall(people, shared_photos))
                break
    assert len(recalls) > 3
    assert all(after > before for before, after in pairwise(recalls))
    await people.sort(is_whole=True)
    assert await recall(people, shared_photos) >= recalls[-1]


async def recall(people: Family, shared_photos: Path) -> float:
    figures: Mapping[str, float] = await evaluate_people(shared_photos / "pairs.csv", people.database, people.owner)
    assert figures["precision"] == 1.0
    return figures["recall"]
