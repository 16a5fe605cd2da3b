"""Why two photos are alike, in plain words. Pure."""

from collections.abc import Iterator

from calotype.features.search.repository.likeness import Lookalike
from calotype.features.search.schemas import Reason, Similar

SAME_PICTURE_BITS = 6  # of 64: other sizes and qualities of one picture differ by no more (measured)
LEAST_LIKENESS = 0.25  # cosine; below it nobody sees why


def to_similar(one: Lookalike) -> Similar:
    """Return the answer's form of a lookalike."""
    return Similar(one.photo_id, round(one.likeness, 4), tuple(_reasons(one)))


def _reasons(one: Lookalike) -> Iterator[Reason]:
    if one.phash_distance is not None and one.phash_distance <= SAME_PICTURE_BITS:
        yield Reason("likeness", "nearly the same picture")
    yield Reason("likeness", f"{round(one.likeness * 100)} % alike", round(one.likeness, 4))
    for name in one.label_names or ():
        yield Reason("label", name)
    if one.is_same_place:
        yield Reason("place", "the same place")
    if one.is_same_day:
        yield Reason("date", "the same day")
