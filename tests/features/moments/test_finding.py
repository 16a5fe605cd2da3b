"""Properties of finding and keeping: whatever the photos are."""

from datetime import datetime, timedelta
from uuid import UUID

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calotype.features.moments.rules.finding import find_moments
from calotype.features.moments.rules.homes import Home, find_homes, tell_away
from calotype.features.moments.rules.keeping import Known, Reach, Told, keep_moments
from calotype.features.moments.rules.rhythm import Rhythm, learn_rhythm, settle
from calotype.features.moments.rules.timeline import NO_OFFSET, Timeline, arrange
from calotype.features.moments.rules.titles import PlaceName, Setting, name_places, tell_span, title_event, title_trip

HOUR, DAY = 3600, 86_400
HOMES = [Home(48.1, 11.6, 0, 40_000)]
SPOTS = [(48.1, 11.6), (48.13, 11.58), (38.7, -9.1), (37.4, -6.0), (float("nan"), float("nan"))]

photo = st.tuples(
    st.integers(0, 90 * DAY // 600).map(lambda step: step * 600 + 1_600_000_000),
    st.sampled_from(SPOTS),
    st.sampled_from([NO_OFFSET, 60, 120, -300]),
)
photos = st.lists(photo, max_size=60)
reach = Reach(4 * DAY, 100.0)


def make_timeline(rows: list[tuple[int, tuple[float, float], int]], order: list[int] | None = None) -> Timeline:
    """Return photos with the ids 1, 2, …, given in some order."""
    order = list(range(len(rows))) if order is None else order
    ids = np.array([UUID(int=number + 1).bytes for number in order], "S16")
    local = np.array([rows[number][0] for number in order], np.int64)
    latitude = np.array([rows[number][1][0] for number in order], np.float32)
    longitude = np.array([rows[number][1][1] for number in order], np.float32)
    nothing = np.zeros(len(order), np.int64)
    offsets = np.array([rows[number][2] for number in order], np.int64)
    return arrange(Timeline(ids, local, local, latitude, longitude, nothing, nothing), offsets)


def groups(timeline: Timeline, numbers: np.ndarray) -> set[frozenset[bytes]]:  # type: ignore[type-arg]
    """Return the photos of each group."""
    return {frozenset(timeline.ids[numbers == number].tolist()) for number in set(numbers[numbers >= 0].tolist())}


@given(photos)
def test_events_and_trips_are_runs_and_no_event_crosses_a_trips_end(rows: list) -> None:  # type: ignore[type-arg]
    timeline = make_timeline(rows)
    found = find_moments(timeline, Rhythm(), HOMES)
    for numbers in (found.event, found.trip):
        for number in set(numbers[numbers >= 0].tolist()):
            inside = np.flatnonzero(numbers == number)
            assert len(inside) >= 3
            assert inside[-1] - inside[0] + 1 == len(inside)
    for number in set(found.event[found.event >= 0].tolist()):
        assert len(set(found.trip[found.event == number].tolist())) == 1


@given(photos)
def test_a_trip_is_away_from_home_and_lasts_a_night(rows: list) -> None:  # type: ignore[type-arg]
    timeline = make_timeline(rows)
    trip = find_moments(timeline, Rhythm(), HOMES).trip
    away = tell_away(timeline, HOMES)
    for number in set(trip[trip >= 0].tolist()):
        inside = (trip == number) & timeline.is_located
        assert away[inside].all()
        assert timeline.days[inside].max() > timeline.days[inside].min()


@given(photos, st.randoms())
def test_the_order_in_which_photos_come_does_not_matter(rows: list, chance) -> None:  # type: ignore[no-untyped-def,type-arg]
    order = list(range(len(rows)))
    chance.shuffle(order)
    one, other = make_timeline(rows), make_timeline(rows, order)
    first, second = find_moments(one, Rhythm(), HOMES), find_moments(other, Rhythm(), HOMES)
    assert groups(one, first.event) == groups(other, second.event)
    assert groups(one, first.trip) == groups(other, second.trip)


@given(photos, photo, st.sampled_from([-400 * DAY, 400 * DAY]))
def test_a_photo_far_away_in_time_changes_nothing(rows: list, far: tuple, shift: int) -> None:  # type: ignore[type-arg]
    more = [*rows, (far[0] + shift, *far[1:])]
    one, other = make_timeline(rows), make_timeline(more)
    before, after = find_moments(one, Rhythm(), HOMES), find_moments(other, Rhythm(), HOMES)
    assert groups(one, before.event) == groups(other, after.event)
    assert groups(one, before.trip) == groups(other, after.trip)


def keep(timeline: Timeline, found: np.ndarray, told: dict[int, int], known: Known | None = None):  # type: ignore[no-untyped-def,type-arg]
    """Keep with words about photos (place in the timeline -> moment 1..3)."""
    ids = [UUID(int=1000 + number) for number in range(3)]
    moment = np.full(len(timeline), -1, np.int64)
    for place, number in told.items():
        if place < len(timeline):
            moment[place] = number
    nothing = Known(np.full(len(timeline), -1, np.int64), [], [])
    return keep_moments(timeline, found, Told(moment, ids), known or nothing, reach)


words = st.dictionaries(st.integers(0, 59), st.integers(0, 2), max_size=12)


@given(photos, words)
def test_what_was_told_stands_and_running_again_gives_the_same(rows: list, told: dict[int, int]) -> None:  # type: ignore[type-arg]
    timeline = make_timeline(rows)
    found = find_moments(timeline, Rhythm(), HOMES).trip
    kept = keep(timeline, found, told)
    for place, number in told.items():
        if place < len(timeline):
            assert kept.moment[place] == number
    assert (kept.moment[found >= 0] >= 0).all()
    ids = [each or UUID(int=5000 + number) for number, each in enumerate(kept.ids)]
    again = keep(timeline, found, told, Known(kept.moment, ids, [True] * len(ids)))
    assert [ids[number] if number >= 0 else None for number in kept.moment] == [
        again.ids[number] if number >= 0 else None for number in again.moment
    ]


@given(photos, st.sets(st.integers(0, 59), max_size=3))
def test_ids_stay_with_most_of_the_photos(rows: list, lost: set[int]) -> None:  # type: ignore[type-arg]
    timeline = make_timeline(rows)
    found = find_moments(timeline, Rhythm(), HOMES).event
    numbers = sorted(set(found[found >= 0].tolist()))
    ids = [UUID(int=7000 + number) for number in numbers]
    known = found.copy()
    for place in lost:
        if place < len(known):
            known[place] = -1
    kept = keep(timeline, found, {}, Known(known, ids, [True] * len(ids)))
    for number in numbers:
        if (known == number).any():
            assert kept.ids[kept.moment[np.flatnonzero(found == number)[0]]] == ids[number]


def test_flying_west_keeps_the_order_of_what_happened() -> None:
    tokyo, angeles = (35.7, 139.7), (34.0, -118.2)
    rows = [(17 * HOUR + minute * 60, tokyo, 540) for minute in range(3)]
    rows += [(11 * HOUR + minute * 60, angeles, -480) for minute in range(3)]  # eleven hours later, six earlier
    timeline = make_timeline([(time + 1_600_000_000 // DAY * DAY, *rest) for time, *rest in rows])  # type: ignore[arg-type,misc]
    assert timeline.longitude[0] > 0 > timeline.longitude[-1]
    assert len(groups(timeline, find_moments(timeline, Rhythm(), []).event)) == 2


def test_a_position_that_nobody_could_reach_is_forgotten() -> None:
    base = 1_600_000_000
    rows = [(base + number * 600, (40.7, -74.0) if number == 3 else (48.1, 11.6), 120) for number in range(7)]
    timeline = make_timeline(rows)
    assert timeline.is_located.tolist() == [True, True, True, False, True, True, True]


def test_the_rhythm_is_the_owners_own_and_one_photo_does_not_change_it() -> None:
    chance = np.random.default_rng(3)

    def times(inside_s: float, between_s: float) -> list[int]:
        gaps = [float(chance.lognormal(np.log(inside_s if number % 15 else between_s), 0.5)) for number in range(3000)]
        return (1_300_000_000 + np.cumsum(gaps)).astype(int).tolist()  # type: ignore[no-any-return]

    quick = learn_rhythm(make_timeline([(time, SPOTS[-1], 0) for time in times(300, 30 * HOUR)]))
    slow = learn_rhythm(make_timeline([(time, SPOTS[-1], 0) for time in times(3000, 90 * HOUR)]))
    assert 1.5 * HOUR <= quick.gap_s < slow.gap_s <= 8 * HOUR
    assert settle(quick, Rhythm(quick.gap_s + 900, quick.silence_days + 1)) is quick
    assert settle(quick, slow) is slow


def test_a_holiday_is_no_home_and_two_homes_have_their_time() -> None:
    start = 1_600_000_000 // DAY * DAY
    rows = [(start + day * DAY + 20 * HOUR, (48.1, 11.6), 60) for day in range(0, 300, 3)]
    rows += [(start + (310 + day) * DAY + 20 * HOUR, (38.7, -9.1), 0) for day in range(14) for _ in range(30)]
    rows += [(start + (330 + day) * DAY + 20 * HOUR, (53.5, 10.0), 60) for day in range(0, 300, 3)]
    homes = [home for home in find_homes(make_timeline(rows)) if home.is_main]
    assert [round(home.latitude) for home in homes] == [48, 54]
    assert homes[0].last_day + 1 == homes[1].first_day
    assert find_homes(make_timeline(rows[100:520])) == []


@settings(max_examples=50)
@given(photos, photo)
def test_homes_do_not_depend_on_the_order(rows: list, more: tuple) -> None:  # type: ignore[type-arg]
    everything = [*rows, more]
    assert find_homes(make_timeline(everything)) == find_homes(
        make_timeline(everything, list(range(len(everything)))[::-1])
    )


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("starts", "ends", "words"),
    [
        ("2023-05-06 10:00", "2023-05-06 12:00", "6 May 2023"),
        ("2023-05-06 10:00", "2023-05-07 03:30", "6 May 2023"),
        ("2023-05-03 10:00", "2023-05-07 12:00", "3–7 May 2023"),
        ("2023-04-30 10:00", "2023-05-09 12:00", "30 April – 9 May 2023"),
        ("2023-12-29 10:00", "2024-01-02 12:00", "29 December 2023 – 2 January 2024"),
    ],
)
def test_days_in_words(starts: str, ends: str, words: str) -> None:
    assert tell_span(at(starts), at(ends)) == words


@pytest.mark.parametrize(
    ("setting", "has_part", "title"),
    [
        (Setting("Porto", is_away=True), False, "Saturday in Porto"),
        (Setting("Porto", is_away=True), True, "Saturday morning in Porto"),
        (Setting("Grandma's house", is_away=True, is_own=True), False, "Saturday at Grandma's house"),
        (Setting("The garden", is_own=True), False, "The garden, 6 May 2023"),
        (Setting(), False, "Saturday, 6 May 2023"),
    ],
)
def test_titles_of_events(setting: Setting, has_part: bool, title: str) -> None:
    assert title_event(setting, at("2023-05-06 10:00"), at("2023-05-06 11:00"), has_part=has_part) == title


TOWNS = {
    1: PlaceName("Lisbon", "Lisbon", "Portugal"), 2: PlaceName("Porto", "Porto", "Portugal"),
    3: PlaceName("Évora", "Évora", "Portugal"), 4: PlaceName("Seville", "Andalusia", "Spain"),
    5: PlaceName("Granada", "Andalusia", "Spain"), 6: PlaceName("Ronda", "Andalusia", "Spain"),
    7: PlaceName("Paris", "Île-de-France", "France"), 8: PlaceName("Rome", "Lazio", "Italy"),
}  # fmt: skip


@pytest.mark.parametrize(
    ("days", "name"),
    [
        ([{1: 3}, {1: 300}, {2: 1}], "Lisbon"),
        ([{1: 500}, {2: 1}, {2: 1}, {1: 1}], "Lisbon and Porto"),
        ([{4: 1}, {5: 1}, {6: 1}], "Andalusia"),
        ([{1: 1}, {2: 1}, {3: 1}], "Portugal"),
        ([{1: 1}, {2: 1}, {4: 1}, {5: 1}, {3: 1}], "Portugal and Spain"),
        ([{7: 1}, {1: 1}, {4: 1}], "France, Portugal and Spain"),
        ([{7: 1}, {1: 1}, {4: 1}, {4: 1}, {8: 1}], "France, Spain and 2 more countries"),
        ([{}], None),
    ],
)
def test_one_name_for_many_places(days: list[dict[int, int]], name: str | None) -> None:
    assert name_places(dict(enumerate(days)), TOWNS) == name


def test_titles_of_trips() -> None:
    starts = at("2023-05-03 10:00")
    assert title_trip("Lisbon", starts, starts + timedelta(days=4)) == "Lisbon, 3–7 May 2023"
    assert title_trip(None, starts, starts + timedelta(days=4)) == "3–7 May 2023"


def test_a_pause_that_stands_out_ends_an_event_and_only_that_event_decides() -> None:
    base = 1_600_000_000
    burst = [base + number * 60 for number in range(6)]
    late = [burst[-1] + 2 * HOUR + number * 60 for number in range(6)]
    earlier = [base - (12 - number) * 5 * HOUR for number in range(12)]  # long pauses, but of other occasions
    timeline = make_timeline([(time, SPOTS[0], 0) for time in [*earlier, *burst, *late]])
    event = find_moments(timeline, Rhythm(), HOMES).event
    assert len(set(event[12:18].tolist())) == len(set(event[18:].tolist())) == 1
    assert event[12] != event[18]


def test_a_photo_that_was_found_nowhere_joins_told_ones_before_and_after_it_where_they_are_near() -> None:
    base = 1_600_000_000
    rows = [(base + day * DAY, spot, 0) for day, spot in ((0, SPOTS[2]), (1, SPOTS[4]), (2, SPOTS[0]), (3, SPOTS[2]))]
    timeline = make_timeline(rows)
    kept = keep(timeline, np.full(4, -1), {0: 1, 3: 1})
    assert kept.moment.tolist() == [1, 1, -1, 1]
    assert keep(timeline, np.full(4, -1), {0: 1, 3: 2}).moment.tolist() == [1, -1, -1, 2]
