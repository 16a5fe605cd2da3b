"""All SQL about albums that people make. Every query takes the owner; an album of somebody else does not exist."""

from collections.abc import Collection, Sequence
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
# What a person took out by hand stays out, however often an import offers it.
_IMPORT = """
    insert into album_photos (album_id, photo_id, owner_id)
    select %(album_id)s, p.id, p.owner_id from photos p
    where p.owner_id = %(owner_id)s and p.id = any(%(photo_ids)s) and not coalesce((
        select d.value = 'false' from decisions d
        where d.owner_id = p.owner_id and d.topic = 'album' and d.subject = %(album_id)s::uuid::text
            and d.field = encode(p.sha256, 'hex') and not d.is_taken_back
        order by d.number desc limit 1), false)
    order by p.id on conflict do nothing returning photo_id
"""
# To an import nobody's word is what was there: a word that is taken back later leaves the photo in.
_NOTE_IMPORT = """
    update decisions d set replaced = 'true' from photos p
    where p.owner_id = %(owner_id)s and p.id = any(%(photo_ids)s) and d.owner_id = p.owner_id and d.topic = 'album'
        and d.subject = %(album_id)s::uuid::text and d.field = encode(p.sha256, 'hex')
"""
_TO_BE_SAID = """
    select encode(p.sha256, 'hex'), not exists (
        select from decisions d
        where d.owner_id = p.owner_id and d.topic = 'album' and d.subject = %(album_id)s::uuid::text
            and d.field = encode(p.sha256, 'hex') and not d.is_taken_back)
    from photos p
    where p.owner_id = %(owner_id)s and p.id = any(%(photo_ids)s) and %(is_in)s = exists (
        select from album_photos ap where ap.album_id = %(album_id)s and ap.photo_id = p.id)
    order by p.id
"""
# Whether a photo belongs into an album: the newest word that stands; else what was there when nobody had said a word
# (the newest note of that, as an import may have come in between); else the opposite of the first word.
_BELONGS = """
    select a.id as album_id, p.id as photo_id, coalesce(
        (array_agg(d.value order by d.number desc) filter (where not d.is_taken_back))[1],
        (array_agg(d.replaced order by d.number desc) filter (where d.replaced is not null))[1],
        to_jsonb((array_agg(d.value order by d.number))[1] = 'false')) = 'true' as is_in
    from decisions d
    join albums a on a.owner_id = d.owner_id and a.id::text = d.subject
    join photos p on p.owner_id = d.owner_id and p.sha256 = decode(d.field, 'hex')
    where d.owner_id = %(owner)s and d.topic = 'album' and {}
    group by a.id, p.id
"""
_PUT = """
    with belongs as ({})
    insert into album_photos (album_id, photo_id, owner_id)
    select album_id, photo_id, %(owner)s from belongs where is_in order by 1, 2
    on conflict do nothing returning photo_id
"""
_TAKE_OUT = """
    with belongs as ({})
    delete from album_photos ap using belongs b
    where ap.album_id = b.album_id and ap.photo_id = b.photo_id and ap.owner_id = %(owner)s and not b.is_in
    returning ap.photo_id
"""
_OF_ALBUMS = _BELONGS.format("d.subject = any(%(subjects)s)")
_OF_CONTENT = _BELONGS.format("d.field = (select encode(sha256, 'hex') from photos where id = %(photo)s)")
_PUT_INTO_ALBUMS, _TAKE_OUT_OF_ALBUMS = _PUT.format(_OF_ALBUMS), _TAKE_OUT.format(_OF_ALBUMS)
_PUT_BACK = _PUT.format(_OF_CONTENT)
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


async def import_photos(
    connection: Connection, owner_id: UUID, album_id: UUID, photo_ids: Sequence[UUID]
) -> list[UUID]:
    """Put photos of the owner into the owner's album, but those that a person took out of it by hand.

    Returns those that were not in it before, in order of id.
    """
    values = {"album_id": album_id, "owner_id": owner_id, "photo_ids": list(photo_ids)}
    await connection.execute(_NOTE_IMPORT, values)
    return sorted(row[0] for row in await (await connection.execute(_IMPORT, values)).fetchall())


async def list_to_be_said(
    connection: Connection, owner_id: UUID, album_id: UUID, photo_ids: Sequence[UUID], *, is_in: bool
) -> list[tuple[str, bool]]:
    """Return the photos of the owner that are in the album (`is_in`), or are not in it, in order of id.

    Each is the hex SHA-256 of its bytes, and whether nothing that stands was said about it and this album.
    """
    values = {"album_id": album_id, "owner_id": owner_id, "photo_ids": list(photo_ids), "is_in": is_in}
    return await (await connection.execute(_TO_BE_SAID, values)).fetchall()


async def follow_decisions(
    connection: Connection, owner_id: UUID, album_ids: Collection[str]
) -> tuple[list[UUID], list[UUID]]:
    """Bring the photos of albums into line with what stands; return those that came in and those that went out."""
    values = {"owner": owner_id, "subjects": sorted(album_ids)}
    put = await (await connection.execute(_PUT_INTO_ALBUMS, values)).fetchall()
    taken_out = await (await connection.execute(_TAKE_OUT_OF_ALBUMS, values)).fetchall()
    return sorted({row[0] for row in put}), sorted({row[0] for row in taken_out})


async def put_back(connection: Connection, owner_id: UUID, photo_id: UUID) -> None:
    """Put a photo into all albums into which a person has put its bytes."""
    await connection.execute(_PUT_BACK, {"owner": owner_id, "photo": photo_id})


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
