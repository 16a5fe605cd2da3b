"""Memories: which day, which photos, who stays out."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calotype.features.moments.rules.memories import (
    Chooser,
    are_nearly_equal,
    name_season,
    same_day,
    same_season,
    same_week,
)
from calotype.features.moments.schemas import Memory, Snapshot
from calotype.kit.progress import silent
from tests.features.app import SmallLibrary
from tests.features.moments.life import Shot, at, store

TODAY = date(2024, 5, 6)


def shots_of(*times: datetime, town: str | None = "Lisbon", quality: int = 500) -> list[Shot]:
    return [Shot(time, town, 60, quality=quality) for time in times]


async def recall(library: SmallLibrary, owner: UUID, today: date = TODAY, kind: str | None = None) -> list[Memory]:
    memories = await library.moments.list_memories(owner, today)
    return [memory for memory in memories if kind in {None, memory.kind}]


async def test_on_this_day_and_in_this_week_with_title_and_reason(library: SmallLibrary, owner: UUID) -> None:
    day = await store(library.database, owner, shots_of(at(2023, 5, 6, 10), at(2023, 5, 6, 11), at(2023, 5, 6, 12)))
    week = await store(library.database, owner, shots_of(at(2021, 5, 4, 10), at(2021, 5, 8, 11)))
    await store(library.database, owner, shots_of(at(2022, 7, 1), at(2024, 5, 6, 10)))
    first, second = await recall(library, owner)
    assert (first.kind, first.title, first.years_ago) == ("on_this_day", "On this day 1 year ago", 1)
    assert (first.reason, first.photo_ids) == ("3 photos of 6 May 2023, in Lisbon.", day)
    assert (second.kind, second.title, second.years_ago) == ("this_week", "This week 3 years ago", 3)
    assert second.reason == "2 photos of the week of 3 May 2021 to 9 May 2021, in Lisbon."
    assert second.photo_ids == week
    assert await recall(library, owner) == [first, second]


async def test_no_two_nearly_equal_photos_and_the_better_one_is_chosen(library: SmallLibrary, owner: UUID) -> None:
    start = at(2023, 5, 6, 10)
    shots = [
        *shots_of(start, quality=300), *shots_of(start + timedelta(seconds=20), quality=700),
        *shots_of(*(start + timedelta(hours=number) for number in (1, 2, 3, 4)), quality=600),
    ]  # fmt: skip
    ids = await store(library.database, owner, shots)
    stack_id = uuid4()
    async with library.database.transaction() as connection:
        for photo_id, phash in ((ids[2], 0b1111), (ids[3], 0b1000), (ids[4], -1)):
            await connection.execute("update photos set phash = %s where id = %s", (phash, photo_id))
        await connection.execute("update photos set quality = 650 where id in (%s, %s)", (ids[3], ids[5]))
        await connection.execute(
            "insert into stacks (id, owner_id, kind, lead_photo_id, reason) values (%s, %s, 'similar', %s, '')",
            (stack_id, owner, ids[5]),
        )
        for photo_id in ids[4:]:
            await connection.execute(
                "insert into stack_photos (stack_id, photo_id, owner_id, role, reason) values (%s, %s, %s, 'same', '')",
                (stack_id, photo_id, owner),
            )
    assert (await recall(library, owner))[0].photo_ids == [ids[1], ids[3], ids[5]]


async def test_hidden_photos_hidden_people_and_dismissed_moments_stay_out(library: SmallLibrary, owner: UUID) -> None:
    ids = await store(library.database, owner, shots_of(*(at(2023, 5, 6, hour) for hour in range(8, 14))))
    await store(library.database, owner, shots_of(*(at(2021, 5, 6, 9, minute) for minute in (0, 10, 20))))
    person = await add_person(library, owner, "Eve", [ids[1]])
    async with library.database.transaction() as connection:
        await connection.execute("update people set is_hidden = true where id = %s", (person,))
        await connection.execute("update photos set status = 2 where id = %s", (ids[2],))
        await connection.execute("update photos set status = 3 where id = %s", (ids[3],))
        await connection.execute("update photos set taken_source = 6 where id = %s", (ids[4],))
    await library.moments.organise(owner, is_whole=True, progress=silent)
    page = await library.moments.list_moments(
        owner, kind="event", parent_id=None, is_dismissed=False, cursor=None, limit=10
    )
    of_2021 = next(moment for moment in page.moments if moment.starts_local.year == 2021)
    assert {memory.years_ago for memory in await recall(library, owner, kind="on_this_day")} == {1, 3}
    await library.moments.change(owner, owner, of_2021.id, {"is_dismissed": True})
    memories = await recall(library, owner)
    assert [memory.photo_ids for memory in memories] == [[ids[0], ids[5]]]


async def add_person(library: SmallLibrary, owner: UUID, name: str | None, photo_ids: list[UUID]) -> UUID:
    person = uuid4()
    async with library.database.transaction() as connection:
        await connection.execute(
            "insert into people (id, owner_id, name, photos) values (%s, %s, %s, %s)",
            (person, owner, name, len(photo_ids)),
        )
        for photo_id in photo_ids:
            await connection.execute(
                "insert into faces (id, photo_id, owner_id, person_id, x, y, width, height, score, sharpness, size_px, "
                "landmarks, provider) values (%s, %s, %s, %s, 0.1, 0.1, 0.2, 0.2, 0.9, 1, 100, '{}', 'test')",
                (uuid4(), photo_id, owner, person),
            )
    return person


async def test_first_and_latest_of_people_with_a_name(library: SmallLibrary, owner: UUID) -> None:
    times = [at(2019, 2, 3, 10), at(2020, 8, 1, 10), at(2023, 10, 9, 10)]
    ids = await store(library.database, owner, shots_of(*times, *(time + timedelta(hours=1) for time in times)))
    await add_person(library, owner, "Anna", ids[:3])
    await add_person(library, owner, "Ben", ids[3:])
    await add_person(library, owner, None, ids)
    kinds = {}
    for day in range(24):  # who comes on which day is drawn by their id
        for memory in await recall(library, owner, TODAY + timedelta(days=day)):
            if memory.person_id:
                kinds[memory.kind, memory.title] = (memory.photo_ids, memory.reason)
    reason = "The first time that Anna is in your library: 3 February 2019, in Lisbon."
    assert kinds["first_of_person", "The first photos of Anna"] == ([ids[0]], reason)
    assert kinds["latest_of_person", "The latest photos of Ben"][0] == [ids[5]]
    assert len(kinds) <= 4


async def test_the_season_is_that_of_the_half_of_the_earth(library: SmallLibrary, owner: UUID) -> None:
    shots = [
        replace(shot, shift=(-80.0, 0.0))  # as far south as Lisbon is north
        for year in (2021, 2022) for shot in shots_of(*(at(year, 3, day, 10) for day in (5, 10, 15)))
    ]  # fmt: skip
    await store(library.database, owner, shots)
    await library.moments.organise(owner, is_whole=True, progress=silent)
    (season,) = await recall(library, owner, kind="season")
    assert (season.title, len(season.photo_ids)) == ("Autumn, 2021 to 2022", 6)
    assert season.reason == "6 photos that stand out from autumn in the years before."


async def test_nobody_elses_photos(library: SmallLibrary, owner: UUID, stranger: UUID) -> None:
    await store(library.database, owner, shots_of(at(2023, 5, 6, 10)))
    assert await recall(library, stranger) == []
    assert len(await recall(library, owner)) == 1


@pytest.mark.parametrize(
    ("today", "year", "days"),
    [
        (date(2024, 2, 29), 2020, (date(2020, 2, 29), date(2020, 3, 1))),
        (date(2024, 2, 29), 2023, (date(2023, 2, 28), date(2023, 3, 1))),
        (date(2023, 2, 28), 2020, (date(2020, 2, 28), date(2020, 3, 1))),
        (date(2024, 2, 28), 2020, (date(2020, 2, 28), date(2020, 2, 29))),
        (date(2024, 12, 31), 2020, (date(2020, 12, 31), date(2021, 1, 1))),
    ],
)
def test_this_day_in_other_years(today: date, year: int, days: tuple[date, date]) -> None:
    assert same_day(today, year) == days


@given(st.dates(date(1990, 1, 1), date(2030, 12, 31)), st.integers(1900, 2029))
def test_every_day_is_remembered_in_every_year(day: date, year: int) -> None:
    first, after = same_day(day, year)
    assert 1 <= (after - first).days <= 2
    assert same_week(day, year)[0] < first < after <= same_week(day, year)[1]


@given(st.dates(date(1990, 1, 1), date(2030, 12, 31)), st.integers(0, 20))
def test_a_season_is_three_months_that_hold_the_day(day: date, ago: int) -> None:
    first, after = same_season(day, ago)
    assert 89 <= (after - first).days <= 92
    start, stop = same_season(day, 0)
    assert start <= day < stop
    assert (start.year - first.year, start.month, stop.month) == (ago, first.month, after.month)


def test_names_of_seasons() -> None:
    months = [date(2024, month, 1) for month in (1, 4, 7, 10, 12)]
    assert [name_season(day, is_southern=False) for day in months] == ["Winter", "Spring", "Summer", "Autumn", "Winter"]
    assert [name_season(day, is_southern=True) for day in months] == ["Summer", "Autumn", "Winter", "Spring", "Summer"]


snapshots = st.lists(
    st.builds(
        Snapshot,
        id=st.uuids(version=4),
        taken_local=st.integers(0, 400).map(lambda step: datetime(2023, 5, 6) + timedelta(seconds=15 * step)),
        quality=st.integers(-1, 1000),
        is_favourite=st.booleans(),
        phash=st.none() | st.integers(-(2**63), 2**63 - 1) | st.sampled_from([0, 1, 7, 1023, 2047]),
        stack_id=st.none() | st.sampled_from([UUID(int=1), UUID(int=2)]),
        place=st.none(),
    ),
    max_size=30,
)


@given(snapshots, snapshots)
def test_what_is_chosen_is_never_nearly_equal(one: list[Snapshot], other: list[Snapshot]) -> None:
    chooser = Chooser()
    chosen = chooser.choose(one) + chooser.choose(other)
    assert not any(are_nearly_equal(a, b) for number, a in enumerate(chosen) for b in chosen[:number])
    assert len(chosen) <= 24
    assert bool(chosen) == bool(one or other)
    left_out = [photo for photo in one if photo not in chosen]
    if len([photo for photo in chosen if photo in one]) < 12:
        assert all(any(are_nearly_equal(photo, each) for each in chosen) for photo in left_out)


@given(snapshots, st.randoms())
def test_the_choice_does_not_depend_on_the_order(photos: list[Snapshot], chance) -> None:  # type: ignore[no-untyped-def]
    shuffled = list(photos)
    chance.shuffle(shuffled)
    assert Chooser().choose(photos) == Chooser().choose(shuffled)
