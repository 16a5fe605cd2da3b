"""New photos: one row for the same bytes, one event, and old decisions that hold again."""

import asyncio
from datetime import datetime
from pathlib import Path
from uuid import UUID

import pytest
from psycopg import AsyncConnection

from calotype.db.engine import Database
from calotype.features.photos import AddedPhoto, NewPhoto, PhotoChanges, PhotoState, PhotoStored, TakenSource, add_photo
from calotype.kit.events import Publisher
from tests.features.app import SmallLibrary
from tests.features.conftest import make_photo

SHA256 = bytes(range(32))


def new_photo(owner_id: UUID) -> NewPhoto:
    return NewPhoto(owner_id, SHA256, bytes(20), 5, 1, "a.jpg", datetime(2020, 1, 1), TakenSource.FILE_TIME)


async def add_once(database: Database, owner_id: UUID, publisher: Publisher) -> AddedPhoto:
    async with database.transaction() as connection:
        return await add_photo(connection, new_photo(owner_id), publisher)


async def test_a_new_photo_is_told_of_and_a_second_one_is_the_first(database: Database, owner: UUID) -> None:
    told: list[object] = []

    async def listen(event: object, connection: AsyncConnection) -> None:
        told.append(event)

    publisher = Publisher({PhotoStored: [listen]})
    first = await add_once(database, owner, publisher)
    second = await add_once(database, owner, publisher)
    assert (first.is_new, second.is_new) == (True, False)
    assert first.id == second.id
    assert told == [PhotoStored(owner, first.id)]


async def test_ten_at_the_same_instant_make_one(database: Database, owner: UUID) -> None:
    added = await asyncio.gather(*(add_once(database, owner, Publisher({})) for _ in range(10)))
    assert len({one.id for one in added}) == 1
    assert sum(one.is_new for one in added) == 1


async def test_the_same_bytes_of_two_owners_are_two_photos(database: Database, owner: UUID, stranger: UUID) -> None:
    mine = await add_once(database, owner, Publisher({}))
    theirs = await add_once(database, stranger, Publisher({}))
    assert mine.id != theirs.id
    assert theirs.is_new


async def test_a_handler_that_fails_leaves_no_photo(database: Database, owner: UUID) -> None:
    async def refuse(event: object, connection: AsyncConnection) -> None:
        raise RuntimeError("no")

    with pytest.raises(RuntimeError, match="no"):
        await add_once(database, owner, Publisher({PhotoStored: [refuse]}))
    assert (await add_once(database, owner, Publisher({}))).is_new


async def test_change_numbers_grow_without_a_gap(database: Database, owner: UUID) -> None:
    await asyncio.gather(*(make_photo(database, owner) for _ in range(12)))
    async with database.connection() as connection:
        rows = await (await connection.execute("select change from photos order by id")).fetchall()
    assert sorted(row[0] for row in rows) == list(range(1, 13))


async def test_what_was_said_of_the_bytes_holds_after_they_come_back(
    database: Database, owner: UUID, tmp_path: Path
) -> None:
    first = await add_once(database, owner, Publisher({}))
    said = PhotoChanges(title="Harbour", tags=["sea"], taken_local=datetime(1999, 12, 31, 23, 59))
    photos = SmallLibrary(database, tmp_path).photos
    await photos.change_photo(owner, first.id, said)
    await photos.trash.put(owner, first.id)
    async with database.transaction() as connection:
        await connection.execute("delete from photos")
    again = await add_once(database, owner, Publisher({}))
    async with database.connection() as connection:
        query = "select title, tags, taken_local, taken_source, status from photos where id = %s"
        row = await (await connection.execute(query, (again.id,))).fetchone()
    assert row == ("Harbour", ["sea"], datetime(1999, 12, 31, 23, 59), TakenSource.PERSON, PhotoState.IN_LIBRARY)
