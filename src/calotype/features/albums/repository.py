"""All SQL about albums. Every query takes the owner; an album of somebody else does not exist."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg import AsyncConnection
from psycopg.rows import class_row

from calotype.features.albums.schemas import Album, AlbumSummary
from calotype.kit.ids import uuid7

Connection = AsyncConnection[Any]

_MAKE = """
    insert into albums (id, owner_id, title) values (%s, %s, %s)
    on conflict (owner_id, title) do nothing returning id, title, created_at
"""
_BY_TITLE = "select id, title, created_at from albums where owner_id = %s and title = %s"
_FIND = "select id, title, created_at from albums where owner_id = %s and id = %s"
_LIST = """
    select a.id, a.title, a.created_at, count(p.id)::int as photos,
           (array_agg(p.id order by p.taken_local desc, p.id desc) filter (where p.id is not null))[1] as cover_id
    from albums a
    left join album_photos ap on ap.album_id = a.id
    left join photos p on p.id = ap.photo_id and p.owner_id = a.owner_id and p.status = 0
    where a.owner_id = %s
    group by a.id order by a.title, a.id
"""
_ADD = """
    insert into album_photos (album_id, photo_id, owner_id)
    select %(album_id)s, p.id, p.owner_id from photos p
    where p.owner_id = %(owner_id)s and p.id = any(%(photo_ids)s) order by p.id
    on conflict do nothing returning photo_id
"""
_PAGE = """
    select p.id, p.taken_local from album_photos ap
    join photos p on p.id = ap.photo_id and p.owner_id = ap.owner_id and p.status = 0
    where ap.album_id = %(album_id)s and ap.owner_id = %(owner_id)s
        and (%(after_taken)s::timestamp is null or (p.taken_local, p.id) < (%(after_taken)s, %(after_id)s::uuid))
    order by p.taken_local desc, p.id desc limit %(limit)s
"""


async def get_or_make_album(connection: Connection, owner_id: UUID, title: str) -> tuple[Album, bool]:
    """Return the owner's album of this title, and whether it is new."""
    async with connection.cursor(row_factory=class_row(Album)) as cursor:
        found = await (await cursor.execute(_BY_TITLE, (owner_id, title))).fetchone()
        if found is not None:
            return found, False
        made = await (await cursor.execute(_MAKE, (uuid7(), owner_id, title))).fetchone()
        if made is not None:
            return made, True
        found = await (await cursor.execute(_BY_TITLE, (owner_id, title))).fetchone()
        assert found is not None, "the album that was in the way is committed, so it can be seen"
        return found, False


async def find_album(connection: Connection, owner_id: UUID, album_id: UUID) -> Album | None:
    """Return an album of the owner."""
    async with connection.cursor(row_factory=class_row(Album)) as cursor:
        return await (await cursor.execute(_FIND, (owner_id, album_id))).fetchone()


async def list_albums(connection: Connection, owner_id: UUID) -> list[AlbumSummary]:
    """Return the owner's albums by title."""
    async with connection.cursor(row_factory=class_row(AlbumSummary)) as cursor:
        return await (await cursor.execute(_LIST, (owner_id,))).fetchall()


async def add_photos(connection: Connection, owner_id: UUID, album_id: UUID, photo_ids: Sequence[UUID]) -> list[UUID]:
    """Put photos of the owner into the owner's album; return those that were not in it before, in order of id."""
    values = {"album_id": album_id, "owner_id": owner_id, "photo_ids": list(photo_ids)}
    return sorted(row[0] for row in await (await connection.execute(_ADD, values)).fetchall())


async def list_photos(
    connection: Connection, owner_id: UUID, album_id: UUID, limit: int, after: tuple[datetime, UUID] | None
) -> list[tuple[UUID, datetime]]:
    """Return ids and local times of an album's photos, newest first, from after the given one."""
    taken, photo_id = after or (None, None)
    cursor = await connection.execute(
        _PAGE,
        {"album_id": album_id, "owner_id": owner_id, "limit": limit, "after_taken": taken, "after_id": photo_id},
    )
    return await cursor.fetchall()
