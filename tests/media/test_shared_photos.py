"""Real files: formats, cameras, orientations, near-duplicates, and everything hostile."""

import csv
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import cv2
import numpy as np
import pytest

from calotype.media.colours import colour_names, colours
from calotype.media.decode import decode
from calotype.media.hashes import hamming, phash
from calotype.media.heads import Undecodable, probe
from calotype.media.metadata import read_metadata
from calotype.media.sniff import MediaType, NotAPhoto, sniff_file
from tests.media import made

pytestmark = pytest.mark.photos

# Stubs: files whose picture was taken out by those who published them.
STUBS = {"CanonRaw.cr3", "JXL.jxl", "Nikon.nef", "QuickTime.heic"}
# Sizes in the manifest that are those of tiles, of stubs, or of the container instead of the picture.
OTHER_SIZE = {"L_8__29x100.heif", "L_10__29x100.heif", "L_12__29x100.heif", "RGB_8_chroma444.heif", "IMG_7943.HEIC",
              "CanonRaw.cr3", "DNG.dng", "Nikon.nef"}  # fmt: skip


def rows(photos: Path, *topics: str) -> Iterator[tuple[Path, dict[str, str]]]:
    with (photos / "MANIFEST.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            path = photos / row["path"]
            if row["topic"] in topics and path.is_file() and path.suffix.lower() not in (".json", ".xmp", ".aae"):
                yield path, row


def test_every_photo_is_told_measured_and_decoded(shared_photos: Path) -> None:
    told: dict[MediaType, int] = {}
    for path, row in rows(shared_photos, "formats", "metadata"):
        try:
            media_type = sniff_file(path)
        except NotAPhoto as refusal:
            assert path.suffix.lower() in {".mp4", ".mov", ".avi", ".jpf", ".jp2", ".psd", ".svg"}, path
            assert str(refusal).endswith(".")  # noqa: PT017 - both ends are right
            continue
        told[media_type] = told.get(media_type, 0) + 1
        head = probe(path, media_type)
        if row["width"] and path.name not in OTHER_SIZE:
            assert sorted((head.width, head.height)) == sorted((int(row["width"]), int(row["height"]))), path
        if head.megapixels > 4 and media_type is not MediaType.JPEG:
            continue  # the large ones of slow formats are decoded once, below
        if path.name in STUBS:
            with pytest.raises(Undecodable):
                decode(path, head, long_side=300)
            continue
        decoded = decode(path, head, long_side=300)
        assert max(decoded.image.shape[:2]) == min(300, max(decoded.head.width, decoded.head.height)), path
        if not media_type.is_raw:
            assert (decoded.head.width, decoded.head.height) == (head.width, head.height), path
    assert set(told) >= {*made.ENCODABLE, MediaType.DNG, MediaType.NEF, MediaType.CR3}


def test_a_phone_s_heic_is_upright(shared_photos: Path) -> None:
    path = shared_photos / "formats/photoprism/iphone_7.heic"
    decoded = decode(path, MediaType.HEIC, long_side=400)
    assert decoded.image.shape == (400, 300, 3)
    assert colour_names(colours(decoded.image[:60])) == ["blue"]  # the sky above the castle is at the top


@pytest.mark.parametrize(
    "pattern", ["Landscape_*.jpg", "Portrait_*.jpg", "hopper_orientation_*.jpg", "hopper_orientation_*.webp"]
)
def test_orientations_come_out_the_same(shared_photos: Path, pattern: str) -> None:
    folder = shared_photos / "metadata/orientation"
    paths = [path for path in sorted(folder.glob(pattern)) if re.search(r"_[1-8]\.", path.name)]
    if not paths:
        pytest.skip(f"no {pattern} in the shared photos")
    assert len(paths) >= 7
    images = [decode(path, sniff_file(path), long_side=64).image.astype(int) for path in paths]
    for path, image in zip(paths, images, strict=True):
        assert image.shape == images[0].shape, path
        assert np.abs(image - images[0]).mean() < 14, path


def test_turns_in_the_container_are_told_by_the_head(shared_photos: Path) -> None:
    paths = sorted((shared_photos / "metadata/orientation").glob("rot?mir?.avif"))
    if not paths:
        pytest.skip("no turned AVIF in the shared photos")
    orientations = set()
    for path in paths:
        head = probe(path, MediaType.AVIF)
        assert decode(path, head).image.shape[:2] == (head.height, head.width)
        orientations.add(head.orientation)
    assert orientations == {2, 4, 5, 7}  # four turns, each with one of two mirrors


def test_times_positions_and_cameras_agree_with_exiftool(shared_photos: Path) -> None:
    """The manifest holds what exiftool said. A few files speak with two tongues, so not all agree."""
    asked, wrong = 0, []
    for path, row in rows(shared_photos, "formats", "metadata", "people", "neardup"):
        try:
            found = read_metadata(path, sniff_file(path))
        except NotAPhoto:
            continue
        taken = re.search(r"\[taken ([12]\d{3}:\d\d:\d\d \d\d:\d\d:\d\d)", row["content"])
        if taken:
            asked += 1
            expected = datetime(*(int(part) for part in re.split("[: ]", taken[1])))
            if found.taken_local is None or found.taken_local.replace(microsecond=0) != expected:
                wrong.append(f"{path.name}: {taken[1]} {found.taken_local}")
        position = re.search(r"GPS (-?[\d.]+),(-?[\d.]+)", row["content"])
        if position:
            asked += 1
            latitude, longitude = found.latitude or 0, found.longitude or 0
            if abs(abs(float(position[1])) - abs(latitude)) + abs(abs(float(position[2])) - abs(longitude)) > 1e-3:
                wrong.append(f"{path.name}: {position[0]} {latitude} {longitude}")
    assert asked > 300
    assert len(wrong) < 0.05 * asked, wrong


def test_offsets_around_the_world(shared_photos: Path) -> None:
    folder = shared_photos / "metadata/pigallery2/4MinsAroundTheWorld"
    expected = {
        "Auckland": 720,
        "Montevideo": -180,
        "Kathmandu": 345,
        "London": 60,
        "Tokyo": 540,
        "Reykjavik": 0,
        "NewYork": -240,
    }
    for city, offset in expected.items():
        (path,) = folder.glob(f"*-{city}.jpg")
        found = read_metadata(path, MediaType.JPEG)
        assert (found.offset_min, found.offset_source) == (offset, "offset_tag"), city


@pytest.mark.parametrize("name", ["headline", "flatxmp", "no_metadata", "no_metadata_v2", "testimagedesc1"])
def test_sidecars_in_both_namings(shared_photos: Path, name: str) -> None:
    folder = shared_photos / "metadata/pigallery2/sidecar"
    path = folder / f"{name}.jpg"
    sidecars = [p.read_bytes() for p in (folder / f"{name}.jpg.xmp", folder / f"{name}.xmp") if p.exists()]
    expected = json.loads((folder / f"{name}.json").read_text("utf-8"))
    found = read_metadata(path, MediaType.JPEG, sidecars)
    assert found.title == expected.get("title")
    assert found.rating == expected.get("rating")
    assert set(expected.get("keywords", [])) <= set(found.keywords)
    assert found.taken_local is not None
    utc_ms = (found.taken_local - datetime(1970, 1, 1)).total_seconds() * 1000 - (found.offset_min or 0) * 60_000
    assert utc_ms == pytest.approx(expected["creationDate"], abs=1000)


def test_a_live_photo_names_its_film(shared_photos: Path) -> None:
    found = read_metadata(shared_photos / "formats/live_photo/IMG_7943.HEIC", MediaType.HEIC)
    assert found.live_photo_id == "9B539AB8-A668-4FA6-9207-EB653A5E7E3C"


def test_near_duplicates_are_near(shared_photos: Path) -> None:
    for group in sorted((shared_photos / "neardup/made").iterdir()):
        images = {path.stem.partition("_")[2]: decode(path, sniff_file(path)).image for path in group.iterdir()}
        first = phash(next(image for name, image in images.items() if name.startswith("0")))
        for name, image in images.items():
            if name[0] in "1279B":  # half size, compressed, grey, lossless, with a watermark
                assert hamming(first, phash(image)) <= 8, (group.name, name)
            if name[0] in "56":  # turned, mirrored
                assert hamming(first, phash(image)) >= 12, (group.name, name)


@pytest.mark.parametrize(
    ("name", "colour", "region"),
    [
        ("dog_orange.jpg", "orange", "whole"),
        ("dog_toshi_red.jpg", "red", "border"),
        ("cat_black.jpg", "black", "middle"),
        ("clock_purple.jpg", "purple", "whole"),
        ("door_cyan.jpg", "blue", "middle"),
        ("fern_green.jpg", "green", "whole"),
        ("limes.jpg", "green", "whole"),
        ("jellyfish_blue.jpg", "blue", "whole"),
        ("pineapple_white.jpg", "white", "border"),
        ("table_white.jpg", "white", "whole"),
        ("robot_magenta.jpg", "pink", "whole"),
        ("sharks_blue.jpg", "blue", "whole"),
        ("sunflower.bmp", "yellow", "middle"),
        ("turtle_brown_blue.jpg", "blue", "border"),
        ("turtle_brown_blue.jpg", "brown", "middle"),
        ("orange_square.jpg", "orange", "middle"),
    ],
)
def test_colours_as_people_named_them(shared_photos: Path, name: str, colour: str, region: str) -> None:
    path = shared_photos / "objects" / name
    assert colour in colour_names(colours(decode(path, sniff_file(path)).image), region)[:2]


def test_tones_as_people_named_them(shared_photos: Path) -> None:
    def tones(name: str) -> frozenset[str]:
        path = shared_photos / name
        return colours(decode(path, sniff_file(path)).image).tones

    assert "night" in tones("metadata/cameras/Canon PowerShot S40 (2).jpg")
    assert "black_and_white" in tones("objects/building_mono.jpg")
    assert "bright" in tones("objects/pineapple_white.jpg")
    assert not {"night", "dark"} & tones("objects/beach_sand.jpg")


# Runs the hostile files one after the other in a process of its own and tells outcome, memory and time of each.
HOSTILE = """
import json, re, resource, sys, time
from pathlib import Path
from calotype.media.decode import TooManyPixels, Undecodable, decode
from calotype.media.metadata import read_metadata
from calotype.media.sniff import NotAPhoto, sniff_file

resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30))
for line in sys.stdin:
    path, start = Path(line.rstrip("\\n")), time.process_time()
    outcome, sentence = "accepted", ""
    try:
        media_type = sniff_file(path, path.name)
        read_metadata(path, media_type)
        sentence = decode(path, media_type).damaged or ""
        outcome = "damaged" if sentence else outcome
    except (NotAPhoto, Undecodable, TooManyPixels) as refusal:
        outcome, sentence = type(refusal).__name__, str(refusal)
    peak_mb = int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) >> 10
    print(json.dumps([path.name, outcome, sentence, peak_mb, time.process_time() - start]), flush=True)
"""


def run_hostile(paths: list[Path]) -> dict[Path, tuple[str, str, int, float]]:
    done = subprocess.run(
        [sys.executable, "-c", HOSTILE],
        input="".join(f"{path}\n" for path in paths),
        capture_output=True,
        text=True,
        timeout=120,
    )
    lines = done.stdout.splitlines()
    crashed = paths[len(lines)] if len(lines) < len(paths) else None
    assert done.returncode == 0, f"died at {crashed}: {done.stderr[-2000:]}"
    return {path: tuple(json.loads(line)[1:]) for path, line in zip(paths, lines, strict=True)}


def test_every_hostile_file_ends_in_the_stated_outcome(shared_photos: Path) -> None:
    expected = {path: row["content"].partition("expected: ")[2] for path, row in rows(shared_photos, "hostile")}
    large = [path for path in expected if path.name == "200MP.heic"]
    found = run_hostile([path for path in expected if path not in large])
    assert len(found) > 150
    for path, (outcome, sentence, peak_mb, cpu_s) in found.items():
        wish = expected[path]
        if wish.startswith("reject with a clear error") and " or " not in wish:
            assert outcome in ("NotAPhoto", "Undecodable", "TooManyPixels", "damaged"), (path, outcome)
        elif wish.startswith("accept") and " or " not in wish.replace("reject or", "") and "archives" not in str(path):
            assert outcome in ("accepted", "damaged"), (path, outcome, sentence)
        assert (outcome == "accepted") == (sentence == "")
        assert not sentence or (sentence.endswith(".") and str(path.parent) not in sentence), sentence
        assert peak_mb < 300, path
        assert cpu_s < 5, path


def test_a_200_megapixel_photo_is_taken_with_bounded_memory(shared_photos: Path) -> None:
    path = shared_photos / "hostile/bomb/200MP.heic"
    outcome, _, peak_mb, _ = run_hostile([path])[path]
    assert outcome == "accepted"
    assert peak_mb < 1200


def test_what_decoders_agree_on(shared_photos: Path) -> None:
    """OpenCV reads the same JPEGs with the same library but another way: full size, then its own turn and resize."""
    for path, _ in list(rows(shared_photos, "objects"))[::6]:
        if sniff_file(path) is not MediaType.JPEG or b"ICC_PROFILE" in path.read_bytes():
            continue
        ours = decode(path, MediaType.JPEG, long_side=400).image
        theirs = cv2.cvtColor(cv2.imread(str(path)), cv2.COLOR_BGR2RGB)
        theirs = cv2.resize(theirs, (ours.shape[1], ours.shape[0]), interpolation=cv2.INTER_AREA)
        assert np.abs(ours.astype(int) - theirs.astype(int)).mean() < 6, path
