"""The best that are not alike: properties of the choice, and that difference costs little merit."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calotype.features.albums.choosing import SAME_LOOK, SAME_MOMENT_S, SAME_PICTURE_BITS, choose, shortlist
from calotype.features.albums.rules import Candidate, count_picks, may_be_picked, rank
from calotype.features.photos import TakenSource

NEW_YEAR = datetime(2024, 1, 1)
Vectors = dict[UUID, np.ndarray[tuple[int], np.dtype[np.float32]]]


def candidate(number: int, **facts: object) -> Candidate:
    values: dict[str, object] = {
        "id": UUID(int=number + 1), "subject": f"{number:064x}", "taken_local": NEW_YEAR + timedelta(hours=number),
        "taken_source": int(TakenSource.EXIF), "quality": 800, "taste": None, "sharpness": 800, "rating": None,
        "is_favourite": False, "phash": None, "megapixels": 12.0, "is_flawed": False, "is_document": False,
        "stacks": (), "people": (),
    }  # fmt: skip
    return Candidate(**{**values, **facts})  # type: ignore[arg-type]


def year(seed: int, photos: int = 600, events: int = 30) -> tuple[list[Candidate], Vectors]:
    """A year of events; photos of one look alike, and a few events have nearly all the quality and all the photos."""
    random = np.random.default_rng(seed)
    centres = random.standard_normal((events, 64))
    sizes = random.zipf(1.4, events).clip(1, 200)
    of_event = random.choice(events, photos, p=sizes / sizes.sum())
    made, vectors = [], {}
    for n, event in enumerate(of_event.tolist()):
        taken = NEW_YEAR + timedelta(days=int(event) * 12, seconds=int(random.integers(0, 20_000)))
        quality = int(np.clip(random.normal(900 - 15 * event, 60), 0, 1000))
        stack = (UUID(int=int(event) * 1000 + n % 7),) if n % 3 == 0 else ()
        made.append(candidate(n, taken_local=taken, quality=quality, stacks=stack, phash=int(random.integers(2**62))))
        vector = centres[event] + random.standard_normal(64) * random.choice([0.1, 0.6, 1.2])
        vectors[made[-1].id] = (vector / np.linalg.norm(vector)).astype(np.float32)
    return made, vectors


def are_nearly_equal(one: Candidate, other: Candidate, vectors: Vectors) -> bool:
    """By another road than the code that is tested."""
    if set(one.stacks) & set(other.stacks):
        return True
    if None not in (one.phash, other.phash) and bin(one.phash ^ other.phash).count("1") <= SAME_PICTURE_BITS:  # type: ignore[operator]
        return True
    seconds = abs((one.taken_local - other.taken_local).total_seconds())
    if one.is_time_sure and other.is_time_sure and seconds <= SAME_MOMENT_S:
        return True
    if one.id in vectors and other.id in vectors:
        return float(vectors[one.id] @ vectors[other.id]) >= SAME_LOOK + 1e-5
    return False


def sameness(photos: Sequence[Candidate], vectors: Vectors) -> float:
    """The measure: the mean over the picks of the cosine to the other pick that looks most like it. Lower is better."""
    matrix = np.stack([vectors[photo.id] for photo in photos])
    cosines = matrix @ matrix.T - 2 * np.eye(len(photos))
    return float(cosines.max(axis=1).mean())


@given(seed=st.integers(0, 10_000), photos=st.integers(1, 120), count=st.integers(1, 30), pins=st.integers(0, 4))
@settings(max_examples=60, deadline=None)
def test_no_two_nearly_equal_pins_always_in_and_always_the_same(seed: int, photos: int, count: int, pins: int) -> None:
    made, vectors = year(seed, photos, 6)
    pinned = {photo.id for photo in made[:pins]}
    goodness = rank(made)
    picks = choose(made, vectors, count, goodness, pinned)
    free = [pick.photo for pick in picks if not pick.is_pinned]
    assert {pick.photo.id for pick in picks if pick.is_pinned} == pinned
    assert len(picks) <= max(count, len(pinned))
    assert [pick.photo.taken_local for pick in picks] == sorted(pick.photo.taken_local for pick in picks)
    for n, one in enumerate(free):
        assert not any(are_nearly_equal(one, other, vectors) for other in free[n + 1 :])
        assert not any(are_nearly_equal(one, other, vectors) for other in made[:pins])
    assert choose(made[::-1], vectors, count, goodness, pinned) == picks


@given(seed=st.integers(0, 10_000), photos=st.integers(1, 60), count=st.integers(1, 20))
@settings(max_examples=40, deadline=None)
def test_it_only_stops_early_when_all_that_is_left_is_excluded(seed: int, photos: int, count: int) -> None:
    made, vectors = year(seed, photos, 4)
    picks = [pick.photo for pick in choose(made, vectors, count, rank(made))]
    if len(picks) < min(count, photos):
        for left in set(made) - set(picks):
            assert any(are_nearly_equal(left, pick, vectors) for pick in picks)


@pytest.mark.parametrize("seed", range(8))
def test_difference_beats_the_plain_best_and_costs_little_merit(seed: int) -> None:
    made, vectors = year(seed)
    count = count_picks(len(made))
    goodness = rank(made)
    best = sorted(made, key=lambda photo: (-goodness[photo.id], photo.id))[:count]
    picks = [pick.photo for pick in choose(shortlist(made, count), vectors, count, goodness)]
    assert len(picks) == count
    assert sameness(picks, vectors) < 0.85 * sameness(best, vectors)
    assert len({photo.taken_local.date() for photo in picks}) >= 3 + len({photo.taken_local.date() for photo in best})
    assert np.mean([photo.merit for photo in picks]) > 0.9 * np.mean([photo.merit for photo in best])


@pytest.mark.parametrize("seed", range(4))
def test_the_short_list_loses_little(seed: int) -> None:
    made, vectors = year(seed, 1500)
    count = count_picks(len(made))
    goodness = rank(made)

    def worth(pool: Sequence[Candidate]) -> float:
        picks = choose(pool, vectors, count, goodness)
        return float(np.mean([goodness[pick.photo.id] - pick.likeness / 2 for pick in picks]))

    listed = shortlist(made, count)
    assert len(listed) < len(made)
    assert worth(listed) > worth(made) - 0.05


def test_what_the_owner_likes_comes_first() -> None:
    favourite, starred, rejected = 7, 13, 31
    facts: dict[int, dict[str, object]] = {
        favourite: {"is_favourite": True, "quality": 500}, starred: {"rating": 5, "quality": 450},
        rejected: {"rating": -1, "quality": 999},
    }  # fmt: skip
    made = [candidate(n, taken_local=NEW_YEAR + timedelta(days=n), **facts.get(n, {})) for n in range(60)]
    able = [photo for photo in made if may_be_picked(photo)]
    ids = {pick.photo.id for pick in choose(able, {}, 5, rank(able))}
    assert {made[favourite].id, made[starred].id} <= ids
    assert made[rejected] not in able


@pytest.mark.parametrize(
    ("facts", "may"),
    [
        ({}, True),
        ({"is_document": True}, False),
        ({"is_document": True, "is_favourite": True}, False),
        ({"sharpness": 300}, False),
        ({"sharpness": 300, "is_favourite": True}, True),
        ({"sharpness": 300, "rating": 4}, True),
        ({"sharpness": 300, "rating": 3}, False),
        ({"quality": 300}, False),
        ({"quality": None}, False),
        ({"sharpness": None}, True),
        ({"is_flawed": True, "is_favourite": True}, False),
        ({"megapixels": 0.09}, False),
        ({"rating": -1, "is_favourite": True}, False),
    ],
)
def test_what_may_be_in_it(facts: dict[str, object], may: bool) -> None:
    assert may_be_picked(candidate(0, **facts)) is may


def test_one_of_ten_between_five_and_sixty() -> None:
    assert [count_picks(n) for n in (3, 5, 20, 59, 100, 599, 600, 50_000)] == [3, 5, 5, 5, 10, 59, 60, 60]


def test_taste_counts_where_it_is_known() -> None:
    plain, liked, disliked = (candidate(n, taste=taste) for n, taste in enumerate((None, 1000, 0)))
    assert disliked.merit < plain.merit < liked.merit


@pytest.mark.parametrize("is_somebody_else", [True, False])
def test_in_the_album_of_a_person_other_people_make_the_difference(is_somebody_else: bool) -> None:
    anna, ben, cleo = (UUID(int=900 + n) for n in range(3))
    days = [NEW_YEAR + timedelta(days=30 * n) for n in range(9)]
    photos = [candidate(n, people=(anna, ben), quality=900 - n, taken_local=days[n]) for n in range(9)]
    other = photos[3] = replace(photos[3], people=(anna, cleo if is_somebody_else else ben))
    ids = {pick.photo.id for pick in choose(photos, {}, 3, rank(photos), of_person=anna)}
    assert (other.id in ids) is is_somebody_else
