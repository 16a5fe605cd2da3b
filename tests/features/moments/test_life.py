"""What is found in a whole life: trips, events, titles, homes."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio

from calotype.db.engine import Database
from calotype.kit.progress import silent
from tests.features.app import SmallLibrary
from tests.features.moments.life import TOWNS, Shot, make_life, session, store

Life = tuple[SmallLibrary, UUID]


async def rows(database: Database, query: str, *values: object) -> list[tuple[Any, ...]]:
    async with database.connection() as connection:
        return await (await connection.execute(query, values)).fetchall()


@pytest_asyncio.fixture
async def life(library: SmallLibrary, owner: UUID) -> Life:
    """The life, organised as a whole."""
    await store(library.database, owner, make_life())
    await library.moments.organise(owner, is_whole=True, progress=silent)
    return library, owner


async def test_the_three_trips_are_found_and_nothing_else(life: Life) -> None:
    library, _ = life
    found = await rows(
        library.database,
        "select title, photos, starts_local::date, ends_local::date from moments where kind = 'trip' order by 3",
    )
    assert found == [
        ("Lisbon, 3–7 May 2023", 70, date(2023, 5, 3), date(2023, 5, 7)),
        ("Portugal and Spain, 28 July – 4 August 2023", 48, date(2023, 7, 28), date(2023, 8, 4)),
        ("New York City, 28 December 2023 – 2 January 2024", 38, date(2023, 12, 28), date(2024, 1, 2)),
    ]


async def test_events_of_a_trip_lie_in_it_and_photos_without_a_position_join_by_time(life: Life) -> None:
    library, _ = life
    found = await rows(
        library.database,
        "select e.title, e.photos from moments e join moments t on t.id = e.parent_id where t.title like 'Lisbon,%%' "
        "order by e.starts_local",
    )
    days = ("Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
    assert found == [
        (f"{day} {part} in Lisbon", photos) for day in days for part, photos in (("morning", 8), ("afternoon", 6))
    ]


async def test_a_day_elsewhere_is_an_event_and_the_town_at_home_is_not_named(life: Life) -> None:
    library, _ = life
    found = await rows(
        library.database,
        "select title, place from moments where starts_local::date = '2023-06-10' order by starts_local",
    )
    assert found == [("Saturday in Nuremberg", "Nuremberg"), ("Saturday, 10 June 2023", "Munich")]


async def test_the_move_is_found_to_the_day(life: Life) -> None:
    library, _ = life
    homes = (await rows(library.database, "select homes from moment_rhythms"))[0][0]
    mains = [home for home in homes if home["is_main"]]
    assert [town_of(home) for home in mains] == ["Munich", "Hamburg"]
    first = await rows(
        library.database, "select min(taken_local)::date from photos p join places pl on pl.id = p.place_id "
        "where pl.name = 'Hamburg'"
    )  # fmt: skip
    assert date(1970, 1, 1) + timedelta(days=mains[1]["first_day"]) == first[0][0]


def town_of(home: dict[str, float]) -> str:
    return min(TOWNS, key=lambda town: abs(TOWNS[town][3] - home["latitude"]) + abs(TOWNS[town][4] - home["longitude"])
               + (1 if town == "Garching" else 0))  # fmt: skip


async def test_what_has_no_sure_time_is_in_no_moment(life: Life) -> None:
    library, _ = life
    assert not await rows(
        library.database,
        "select p.file_name from moment_photos mp join photos p on p.id = mp.photo_id "
        "where p.taken_source in (0, 6) or p.file_name like 'Screenshot%%' or p.taken_local < '2001-01-01'",
    )


async def test_no_photo_is_in_two_moments_of_a_kind_and_counts_are_true(life: Life) -> None:
    library, _ = life
    assert not await rows(
        library.database,
        "select mp.photo_id, m.kind from moment_photos mp join moments m on m.id = mp.moment_id "
        "group by 1, 2 having count(*) > 1",
    )
    assert not await rows(
        library.database,
        "select id from moments m where photos <> (select count(*) from moment_photos where moment_id = m.id) "
        "or starts_local <> (select min(date_trunc('second', taken_local)) from moment_photos mp "
        "join photos p on p.id = mp.photo_id where moment_id = m.id)",
    )


async def everything(database: Database) -> list[tuple[Any, ...]]:
    return [
        *await rows(database, "select m::text from moments m order by 1"),
        *await rows(database, "select mp::text from moment_photos mp order by 1"),
    ]


async def test_running_again_changes_nothing(life: Life) -> None:
    library, owner = life
    before = await everything(library.database)
    await library.moments.organise(owner, is_whole=True, progress=silent)
    assert await everything(library.database) == before
    assert await library.moments.organise(owner, is_whole=False, progress=silent) == "Nothing has changed."
    assert await everything(library.database) == before


@pytest.mark.parametrize(
    "new",
    [
        session("Lisbon", make_life()[0].taken.replace(year=2023, month=5, day=6, hour=12), 5),
        session("Porto", make_life()[0].taken.replace(year=2023, month=10, day=14, hour=12), 5),
        session(None, make_life()[0].taken.replace(year=2023, month=12, day=30, hour=20), 4),
        [Shot(make_life()[0].taken.replace(year=2020, month=3, day=1), "Seville", 60)],
    ],
)
async def test_looking_around_new_photos_finds_what_looking_at_everything_finds(life: Life, new: list[Shot]) -> None:
    library, owner = life
    before = dict(await rows(library.database, "select id, title from moments"))
    await store(library.database, owner, new)
    message = await library.moments.organise(owner, is_whole=False, progress=silent)
    assert message == "Looked at 1 span of time."
    around = await everything(library.database)
    await library.moments.organise(owner, is_whole=True, progress=silent)
    assert await everything(library.database) == around
    assert before.keys() <= dict(await rows(library.database, "select id, title from moments")).keys()


async def test_trashed_and_hidden_photos_leave_and_an_empty_moment_vanishes(life: Life) -> None:
    library, owner = life
    of_nuremberg = await rows(
        library.database,
        "select mp.photo_id, m.id from moment_photos mp join moments m on m.id = mp.moment_id "
        "where m.title = 'Saturday in Nuremberg' order by 1",
    )
    moment_id = of_nuremberg[0][1]
    await library.photos.trash.put(owner, of_nuremberg[0][0])
    await library.moments.organise(owner, is_whole=False, progress=silent)
    assert (await library.moments.get_moment(owner, moment_id)).photos == 5
    for photo_id, _ in of_nuremberg[1:]:
        await library.photos.trash.put(owner, photo_id)
    await library.moments.organise(owner, is_whole=False, progress=silent)
    assert not await rows(library.database, "select from moments where id = %s", moment_id)


async def test_an_own_place_and_a_corrected_name_win(life: Life) -> None:
    library, owner = life
    async with library.database.transaction() as connection:
        await connection.execute(
            "insert into place_names (owner_id, place_id, name, region, country, country_code) "
            "select %s, id, 'Lisboa', region, country, country_code from places where name = 'Lisbon'",
            (owner,),
        )
        own_id = UUID(int=7)
        await connection.execute(
            "insert into own_places (id, owner_id, latitude, longitude, radius_m, south, north, west, east, area_m2, "
            "name) values (%s, %s, 49.45, 11.08, 3000, 49.4, 49.5, 11, 11.2, 9e6, 'Grandma''s house')",
            (own_id, owner),
        )
        await connection.execute(
            "update photos set own_place_id = %s where taken_local::date = '2023-06-10'", (own_id,)
        )
    await library.moments.organise(owner, is_whole=True, progress=silent)
    titles = {row[0] for row in await rows(library.database, "select title from moments")}
    assert {"Lisboa, 3–7 May 2023", "Saturday at Grandma's house"} <= titles


async def test_of_another_owner_nothing_is_seen(life: Life, stranger: UUID) -> None:
    library, _ = life
    await store(library.database, stranger, [])
    await library.moments.organise(stranger, is_whole=True, progress=silent)
    assert not await rows(library.database, "select from moments where owner_id = %s", stranger)
