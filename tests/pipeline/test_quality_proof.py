"""The score prefers real photos to spoilt copies of them (issue: in 95 % of the pairs)."""

from itertools import islice
from pathlib import Path

import pytest

from calotype.bootstrap import VisionLoader
from calotype.media.degraded import DAMAGES, Damage
from calotype.pipeline.quality_proof import Pair, list_photos, prove, share_right
from calotype.settings import read_settings

EVERY = 4  # of one half: enough to notice a score that got worse; `calotype evaluate-quality` takes all


def test_a_tie_is_not_a_preference() -> None:
    pairs = [Pair(Path("a"), Damage("blurred", 1), original, 500) for original in (499, 500, 501, 900)]
    assert share_right(pairs) == 0.5


def _second_half(photos: Path) -> list:
    folders = [photos / name for name in ("objects", "people")]
    return list(islice(list_photos(folders), 1, None, 2 * EVERY))


@pytest.mark.photos
@pytest.mark.slow
def test_the_original_is_preferred(shared_photos: Path) -> None:
    pairs = prove(_second_half(shared_photos), None)
    assert len(pairs) >= 8 * len(DAMAGES)
    assert share_right(pairs) >= 0.95


@pytest.mark.photos
@pytest.mark.models
@pytest.mark.slow
def test_the_original_is_preferred_with_its_faces(shared_photos: Path) -> None:
    vision = VisionLoader(read_settings())
    if not vision.describe()["ready"]:
        pytest.skip("the models are not there: run `calotype models pull`")
    try:
        pairs = prove(_second_half(shared_photos)[::2], vision().faces)
    finally:
        vision.close()
    assert share_right(pairs) >= 0.95
