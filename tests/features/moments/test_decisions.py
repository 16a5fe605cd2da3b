"""What a person said of moments holds through every later run, and each word can be taken back."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio

from calotype.features.moments.reading import read_span
from calotype.kit.progress import silent
from tests.features.app import SmallLibrary
from tests.features.moments.life import Shot, at, everyday, session, store

Book = tuple[SmallLibrary, UUID]


@pytest_asyncio.fixture
async def book(library: SmallLibrary, owner: UUID) -> Book:
    """Half a year in Munich with a trip to Lisbon and one to Seville."""
    shots: list[Shot] = everyday(at(2023, 1, 1).date(), at(2023, 5, 2).date(), "Munich")
    for day in range(3, 8):
        shots += session("Lisbon", at(2023, 5, day, 10), 6)
    shots += everyday(at(2023, 5, 9).date(), at(2023, 6, 9).date(), "Munich")
    for day in range(10, 14):
        shots += session("Seville", at(2023, 6, day, 10), 6)
    shots += everyday(at(2023, 6, 15).date(), at(2023, 7, 31).date(), "Munich")
    await store(library.database, owner, shots)
    await library.moments.organise(owner, is_whole=True, progress=silent)
    return library, owner


async def find(book: Book, title: str) -> UUID:
    library, owner = book
    async with library.database.connection() as connection:
        cursor = await connection.execute(
            "select id from moments where owner_id = %s and title = %s order by starts_local", (owner, title)
        )
        found = await cursor.fetchall()
    assert found, title
    return UUID(str(found[0][0]))


async def photos_of(book: Book, moment_id: UUID) -> list[UUID]:
    library, owner = book
    return (await library.moments.list_photos(owner, moment_id, cursor=None, limit=500)).photo_ids


async def state(book: Book) -> list[tuple[Any, ...]]:
    """Everything that is to be seen of the moments."""
    library, _ = book
    async with library.database.connection() as connection:
        moments = await connection.execute("select to_jsonb(m) - 'is_made' from moments m order by id")
        photos = await connection.execute("select moment_id, photo_id from moment_photos order by 1, 2")
        return [*await moments.fetchall(), *await photos.fetchall()]


async def rerun_with_changes(book: Book) -> list[UUID]:
    """Add photos to both trips and far away, trash one of Lisbon, and look at everything again; return the new ones."""
    library, owner = book
    new = [
        *session("Lisbon", at(2023, 5, 4, 10, 30), 4, seed=1), *session(None, at(2023, 5, 5, 10, 20), 3, 30, seed=1),
        *session("Munich", at(2023, 7, 2, 10), 4, seed=1),
    ]  # fmt: skip
    ids = await store(library.database, owner, new)
    lisbon = await find(book, "Wednesday in Lisbon") if await _has(book, "Wednesday in Lisbon") else None
    if lisbon:
        await library.photos.trash.put(owner, (await photos_of(book, lisbon))[0])
    await library.moments.organise(owner, is_whole=False, progress=silent)
    await library.moments.organise(owner, is_whole=True, progress=silent)
    return ids


async def _has(book: Book, title: str) -> bool:
    async with book[0].database.connection() as connection:
        return await (await connection.execute("select from moments where title = %s", (title,))).fetchone() is not None


LISBON, SEVILLE = "Lisbon, 3–7 May 2023", "Seville, 10–13 June 2023"


async def test_a_name_stays_and_new_photos_of_the_time_and_place_join(book: Book) -> None:
    library, owner = book
    trip = await find(book, LISBON)
    before = len(await photos_of(book, trip))
    renamed = await library.moments.change(owner, owner, trip, {"title": "Honeymoon"})
    assert renamed.title == "Honeymoon"
    new = await rerun_with_changes(book)
    now = await library.moments.get_moment(owner, trip)
    assert now.title == "Honeymoon"
    assert now.photos == before + 7 - 1
    assert set(new[:7]) <= set(await photos_of(book, trip))


async def test_a_trip_and_an_event_in_it_are_told_apart(book: Book) -> None:
    library, owner = book
    trip, event = await find(book, LISBON), await find(book, "Thursday in Lisbon")
    photos = await photos_of(book, trip)
    await library.moments.change(owner, owner, trip, {"title": "Honeymoon"})
    await library.moments.change(owner, owner, event, {"title": "The castle"})
    await rerun_with_changes(book)
    assert (await library.moments.get_moment(owner, event)).parent_id == trip
    assert len(await photos_of(book, trip)) == len(photos) + 6
    assert (await library.moments.get_moment(owner, event)).title == "The castle"


async def test_dismissed_stays_dismissed(book: Book) -> None:
    library, owner = book
    trip = await find(book, SEVILLE)
    await library.moments.change(owner, owner, trip, {"is_dismissed": True})
    await rerun_with_changes(book)
    assert (await library.moments.get_moment(owner, trip)).is_dismissed
    listed = await library.moments.list_moments(
        owner, kind="trip", parent_id=None, is_dismissed=False, cursor=None, limit=50
    )
    assert trip not in {moment.id for moment in listed.moments}


async def test_a_chosen_cover_stays_while_it_is_there(book: Book) -> None:
    library, owner = book
    trip = await find(book, SEVILLE)
    chosen = (await photos_of(book, trip))[3]
    assert (await library.moments.change(owner, owner, trip, {"cover_photo_id": chosen})).cover_photo_id == chosen
    await rerun_with_changes(book)
    assert (await library.moments.get_moment(owner, trip)).cover_photo_id == chosen
    await library.photos.trash.put(owner, chosen)
    await library.moments.organise(owner, is_whole=True, progress=silent)
    assert (await library.moments.get_moment(owner, trip)).cover_photo_id not in {chosen, None}


async def test_merged_stays_merged_without_what_lies_between(book: Book) -> None:
    library, owner = book
    lisbon, seville = await find(book, LISBON), await find(book, SEVILLE)
    both = {*await photos_of(book, lisbon), *await photos_of(book, seville)}
    merged = await library.moments.merge(owner, owner, lisbon, [seville])
    assert merged.photos == len(both)
    new = await rerun_with_changes(book)
    gone = 1
    now = set(await photos_of(book, lisbon))
    assert len(now) == len(both) + 7 - gone
    assert now <= both | set(new[:7])
    assert not await _has(book, SEVILLE)


async def test_split_stays_split_and_new_photos_join_the_nearer_part(book: Book) -> None:
    library, owner = book
    trip = await find(book, LISBON)
    stays, new = await library.moments.split(owner, owner, trip, at(2023, 5, 5, 0))
    assert (stays.id, stays.photos, new.photos, new.kind) == (trip, 12, 18, "trip")
    assert (stays.title, new.title) == ("Lisbon, 3–4 May 2023", LISBON.replace("3–", "5–"))
    added = await rerun_with_changes(book)
    assert set(added[:4]) <= set(await photos_of(book, trip))
    assert set(added[4:7]) <= set(await photos_of(book, new.id))


async def test_chosen_photos_leave_an_event(book: Book) -> None:
    library, owner = book
    event = await find(book, "Thursday in Lisbon")
    photos = await photos_of(book, event)
    stays, new = await library.moments.split(owner, owner, event, photos[::3])
    await rerun_with_changes(book)
    assert set(photos[::3]) <= set(await photos_of(book, new.id))
    assert new.parent_id == stays.parent_id == await find(book, LISBON)


Deed = Callable[[Book], Awaitable[object]]


async def rename(book: Book) -> None:
    await book[0].moments.change(book[1], book[1], await find(book, LISBON), {"title": "Honeymoon"})


async def dismiss(book: Book) -> None:
    await book[0].moments.change(book[1], book[1], await find(book, LISBON), {"is_dismissed": True})


async def cover(book: Book) -> None:
    trip = await find(book, LISBON)
    await book[0].moments.change(book[1], book[1], trip, {"cover_photo_id": (await photos_of(book, trip))[2]})


async def merge(book: Book) -> None:
    await book[0].moments.merge(book[1], book[1], await find(book, LISBON), [await find(book, SEVILLE)])


async def merge_the_other_way(book: Book) -> None:
    await book[0].moments.merge(book[1], book[1], await find(book, SEVILLE), [await find(book, LISBON)])


async def split(book: Book) -> None:
    """Split off the larger part: the smaller one must get its photos back."""
    await book[0].moments.split(book[1], book[1], await find(book, LISBON), at(2023, 5, 4, 0))


DEEDS = [rename, dismiss, cover, merge, merge_the_other_way, split]


@pytest.mark.parametrize("deed", DEEDS)
async def test_undo_brings_back_what_was_to_the_last_id(book: Book, deed: Deed) -> None:
    library, owner = book
    before = await state(book)
    await deed(book)
    assert await state(book) != before
    await library.journal.undo_last(owner, owner)
    assert await state(book) == before
    await library.moments.organise(owner, is_whole=True, progress=silent)
    assert await state(book) == before


@pytest.mark.parametrize("deed", DEEDS)
async def test_undo_after_a_full_run_and_doing_it_again(book: Book, deed: Deed) -> None:
    library, owner = book
    before = await state(book)
    await deed(book)
    done = await state(book)
    await library.moments.organise(owner, is_whole=True, progress=silent)
    assert await state(book) == done
    undo = await library.journal.undo_last(owner, owner)
    await library.moments.organise(owner, is_whole=True, progress=silent)
    assert await state(book) == before
    await library.journal.undo(owner, owner, [undo.id])
    assert await state(book) == done


async def test_of_two_words_the_other_one_stands(book: Book) -> None:
    library, owner = book
    trip = await find(book, LISBON)
    await library.moments.change(owner, owner, trip, {"title": "Honeymoon"})
    await library.moments.change(owner, owner, trip, {"is_dismissed": True})
    first = (await library.journal.list_entries(owner, cursor=None, limit=10)).entries[-1]
    await library.journal.undo(owner, owner, [first.id])
    await library.moments.organise(owner, is_whole=True, progress=silent)
    now = await library.moments.get_moment(owner, trip)
    assert (now.title, now.is_dismissed) == (LISBON, True)


async def test_a_moment_comes_back_with_its_photos(book: Book) -> None:
    library, owner = book
    event = await find(book, "Thursday in Lisbon")
    await library.moments.change(owner, owner, event, {"title": "The castle"})
    photos = await photos_of(book, event)
    for photo_id in photos:
        await library.photos.trash.put(owner, photo_id)
    await library.moments.organise(owner, is_whole=True, progress=silent)
    assert not await _has(book, "The castle")
    for photo_id in photos:
        await library.photos.trash.restore(owner, photo_id)
    await library.moments.organise(owner, is_whole=False, progress=silent)
    back = await library.moments.get_moment(owner, event)
    assert (back.title, back.photos) == ("The castle", len(photos))


async def test_a_word_said_while_a_run_is_under_way_is_not_overwritten(book: Book) -> None:
    library, owner = book
    trip = await find(book, LISBON)
    await store(library.database, owner, session("Lisbon", at(2023, 5, 4, 10, 30), 4, seed=1))
    said = False

    async def speak(done: int, total: int, message: str = "") -> None:
        nonlocal said
        if message.startswith("Writing") and not said:
            said = True
            await library.moments.split(owner, owner, trip, at(2023, 5, 5, 0))

    await library.moments.organise(owner, is_whole=True, progress=speak)
    assert said
    assert (await library.moments.get_moment(owner, trip)).ends_local < datetime(2023, 5, 5) + timedelta(hours=1)


async def disturb(book: Book, last: Callable[[], Awaitable[Any]]) -> None:
    """Run over everything with new photos; say something each time that it writes, and `last` when it begins again."""
    library, owner = book
    other = await find(book, LISBON)
    await store(library.database, owner, session("Seville", at(2023, 6, 11, 10, 30), 4, seed=1))
    words = 0

    async def speak(done: int, total: int, message: str = "") -> None:
        nonlocal words
        if message.startswith("Writing") and done == 0 and words < 3:
            words += 1
            await library.moments.change(owner, owner, other, {"title": f"Title {words}"})
        elif message.startswith("Finding") and words == 3:
            words += 1
            await last()

    await library.moments.organise(owner, is_whole=True, progress=speak)
    assert words == 4


async def test_no_word_is_lost_to_a_run_that_is_disturbed_again_and_again(book: Book) -> None:
    library, owner = book
    trip, other = await find(book, SEVILLE), await find(book, LISBON)
    await disturb(book, lambda: library.moments.change(owner, owner, trip, {"title": "Mine"}))
    assert (await library.moments.get_moment(owner, trip)).title == "Mine"
    assert (await library.moments.get_moment(owner, other)).title == "Title 3"
    assert len(await photos_of(book, trip)) == 28


async def test_a_word_waits_for_a_run_that_has_begun_again_too_often(
    book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    library, owner = book
    trip = await find(book, SEVILLE)
    told: list[asyncio.Task[Any]] = []

    async def read_and_hear(connection: Any, owner_id: UUID, span: Any, hints: Any) -> Any:
        reading = await read_span(connection, owner_id, span, hints)
        if not told:
            told.append(asyncio.create_task(library.moments.change(owner, owner, trip, {"title": "Mine"})))
            assert not (await asyncio.wait(told, timeout=0.3))[0]
        return reading

    async def listen() -> None:
        monkeypatch.setattr("calotype.features.moments.organising.read_span", read_and_hear)

    await disturb(book, listen)
    await asyncio.gather(*told)
    assert told
    assert (await library.moments.get_moment(owner, trip)).title == "Mine"
    assert len(await photos_of(book, trip)) == 28
