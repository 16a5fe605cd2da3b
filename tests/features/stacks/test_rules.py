"""What belongs together and what does not, from the facts alone."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from calotype.features.photos import TakenSource
from calotype.features.stacks import naming
from calotype.features.stacks.choosing import choose_keeper
from calotype.features.stacks.rules import Evidence, judge_likeness, judge_variants
from calotype.features.stacks.schemas import Kind, Look
from tests.features.stacks.conftest import telling_hash

NOON = datetime(2023, 7, 1, 12)


def look(name: str = "a.jpg", **facts: Any) -> Look:
    values: dict[str, Any] = {
        "id": uuid4(), "sha256": uuid4().hex * 2, "taken_local": NOON, "taken_source": TakenSource.EXIF,
        "media_type": 1, "size_bytes": 1000, "status": 0, "phash": telling_hash(1), "width": 1000, "height": 750,
        "contrast": 900,
    }  # fmt: skip
    return Look(file_name=name, **{**values, **facts})


def never(form: int) -> tuple[float, float] | None:
    raise AssertionError("nothing is doubtful here")


def judge(one: Look, other: Look, distance: int, cosine: float | None, seen: tuple[float, float] | None = None,
          form: int = 0) -> Kind | None:  # fmt: skip
    pair = judge_likeness(one, other, Evidence(distance, form, cosine), lambda _form: seen)
    assert pair is None or pair.reason.endswith(".")
    return None if pair is None else pair.kind


@pytest.mark.parametrize(("edited", "original"), [
    ("IMG_E4120.JPG", "IMG_4120.JPG"), ("IMG_0004-edited.jpg", "IMG_0004.jpg"), ("photo (edited).jpg", "photo.jpg"),
    ("IMG_1-bearbeitet.jpg", "IMG_1.heic"), ("IMG_5-modifié.jpg", "IMG_5.jpg"), ("DSC_1~2.jpg", "DSC_1 (1).jpg"),
])  # fmt: skip
def test_edited_names(edited: str, original: str) -> None:
    assert naming.original_stem(edited) == naming.stem_of(original)
    assert naming.original_stem(original) is None


def test_an_edited_twin_needs_more_than_its_name() -> None:
    edited, original = look("IMG_E4120.JPG"), look("IMG_4120.JPG")
    pair = judge_variants(original, edited, 0.85)
    assert pair is not None
    assert (pair.lead, pair.role) == (edited.id, "original")
    assert (
        judge_variants(look("IMG_4120.JPG", taken_local=NOON + timedelta(days=1), phash=telling_hash(2)), edited, 0.85)
        is None
    )
    upload = {"taken_source": TakenSource.FILE_TIME}
    assert judge_variants(look("b.jpg", **upload), look("b-edited.jpg", phash=telling_hash(2), **upload), 0.87) is None
    assert judge_variants(original, edited, 0.2) is None


def test_a_raw_file_stands_behind_its_jpeg() -> None:
    raw, jpeg = look("DSC_1.NEF", media_type=21, camera_id=1), look("DSC_1.JPG", camera_id=1)
    pair = judge_variants(raw, jpeg, None)
    assert pair is not None
    assert (pair.lead, pair.part) == (jpeg.id, raw.id)
    assert judge_variants(raw, look("DSC_1.JPG", camera_id=2), None) is None
    assert judge_variants(raw, look("DSC_1.JPG", camera_id=1, taken_local=NOON + timedelta(minutes=1)), None) is None
    assert judge_variants(raw, look("DSC_2.JPG", camera_id=1), None) is None


def test_near_hashes_are_the_same_picture_unless_something_speaks_against_it() -> None:
    small = look(width=500, height=375)
    assert judge_likeness(look(), small, Evidence(2, 0, 0.95), never) is not None
    assert judge(look(), small, 2, 0.95) is Kind.SAME
    assert judge(look(), small, 2, 0.4) is None
    assert judge(look(), small, 6, 0.7, (0.95, 1.0)) is Kind.SAME
    assert judge(look(), small, 6, 0.7, (0.4, 1.0)) is None
    assert judge(look(), small, 6, 0.7) is None
    assert judge(look(), look(width=750, height=1000), 2, 0.66, (0.9, 1.0), form=5) is Kind.SAME


def test_most_of_a_picture_is_similar_and_not_the_same() -> None:
    crop = look(width=900, height=675)
    assert judge(look(), crop, 4, 0.97, (0.9, 0.9)) is Kind.SIMILAR
    assert judge(look(), crop, 26, 0.85, (0.75, 0.74)) is Kind.SIMILAR
    assert judge(look(), crop, 26, 0.97, (0.5, 0.9)) is None
    assert judge(look(), crop, 26, 0.97) is None


def test_flat_pictures_say_nothing() -> None:
    flat = look(phash=-(2**63))
    assert judge(flat, look(phash=-(2**63)), 0, 1.0, (1.0, 1.0)) is None
    assert judge(look(contrast=10), look(contrast=10), 0, 1.0, (1.0, 1.0)) is None


def test_shots_of_one_camera_are_a_burst_or_a_later_view_and_never_copies() -> None:
    first = look("IMG_0001.jpg", camera_id=1)
    assert (
        judge(first, look("IMG_0002.jpg", camera_id=1, taken_local=NOON + timedelta(seconds=2)), 0, 1.0) is Kind.BURST
    )
    assert judge(first, look("IMG_0002.jpg", camera_id=1), 0, 1.0) is Kind.BURST
    assert (
        judge(first, look("IMG_0009.jpg", camera_id=1, taken_local=NOON + timedelta(hours=1)), 0, 1.0) is Kind.SIMILAR
    )
    assert judge(first, look("IMG_0001 (1).jpg", camera_id=1), 0, 1.0) is Kind.SAME


def test_the_keeper_and_why() -> None:
    large, small = look(width=4000, height=3000), look(camera_id=1, has_gps=True, is_favourite=True)
    keep, why = choose_keeper([small, large])
    assert keep == large.id
    assert why[0] == "The most pixels: 4000 x 3000."
    bordered = look(width=1050, height=790, taken_source=TakenSource.FILE_TIME)
    assert choose_keeper([bordered, small])[0] == small.id
