"""All SQL about albums of the best as they stand. Every query takes the owner."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from psycopg import AsyncConnection
from psycopg.rows import class_row

from calotype.features.albums.curated_schemas import CuratedAlbum, CuratedPhoto, NewPick

Connection = AsyncConnection[Any]

# Decisions and runs write the same rows: one after the other.
_WAIT = "select pg_advisory_xact_lock(hashtextextended('curated ' || %s, 4))"

_VISIBLE = "not c.is_removed and (c.is_pick or c.is_pinned)"
_ALBUMS = f"""
    select a.id, a.key, a.title, a.made_at, a.of_photos, count(*)::int as photos,
           (array_agg(c.photo_id order by c.is_pinned desc, c.score desc, c.place))[1] as cover_photo_id
    from curated_albums a
    join curated_photos c on c.album_id = a.id and c.owner_id = a.owner_id and {_VISIBLE}
    join photos p on p.id = c.photo_id and p.owner_id = a.owner_id and p.status = 0
    where a.owner_id = %(owner)s and (%(id)s::uuid is null or a.id = %(id)s)
        and (%(kind)s::text is null or split_part(a.key, ':', 1) = %(kind)s)
    group by a.id order by split_part(a.key, ':', 1) = any('{{month,moment,person}}'), a.key desc
"""
_PHOTOS = f"""
    select c.photo_id, c.score, c.is_pinned, c.is_pick, c.reason, encode(p.sha256, 'hex') as subject
    from curated_photos c join photos p on p.id = c.photo_id and p.owner_id = c.owner_id and p.status = 0
    where c.owner_id = %s and c.album_id = %s and {_VISIBLE} order by c.place, c.photo_id
"""
_FIND = "select id, key, title from curated_albums where owner_id = %s and id = %s"
_MAKE = """
    insert into curated_albums (id, owner_id, key, title, of_photos)
    values (%(id)s, %(owner)s, %(key)s, %(title)s, %(of)s)
    on conflict (id) do update set title = excluded.title, of_photos = excluded.of_photos
"""
_STANDING_PICKS = """
    select photo_id, score, is_pick, is_pinned, is_removed, reason from curated_photos
    where owner_id = %s and album_id = %s
"""
_CLEAR = "delete from curated_photos where owner_id = %s and album_id = %s"
_PUT = """
    insert into curated_photos (album_id, photo_id, owner_id, score, is_pick, is_pinned, is_removed, reason)
    select %(album)s, p.id, p.owner_id, n.score, n.is_pick, n.is_pinned, n.is_removed, n.reason
    from unnest(%(photos)s::uuid[], %(scores)s::smallint[], %(picks)s::bool[], %(pinned)s::bool[], %(removed)s::bool[],
                %(reasons)s::text[]) as n(photo_id, score, is_pick, is_pinned, is_removed, reason)
    join photos p on p.id = n.photo_id and p.owner_id = %(owner)s
"""
_COUNT = f"""
    with placed as (
        select c.photo_id, row_number() over (order by p.taken_local, p.id) as place
        from curated_photos c join photos p on p.id = c.photo_id
        where c.album_id = %(album)s and c.owner_id = %(owner)s),
    moved as (
        update curated_photos c set place = placed.place from placed
        where c.album_id = %(album)s and c.photo_id = placed.photo_id and c.place <> placed.place)
    update curated_albums a set (photos, cover_photo_id) = (
        select count(*), (array_agg(c.photo_id order by c.is_pinned desc, c.score desc, c.photo_id))[1]
        from curated_photos c where c.album_id = a.id and {_VISIBLE})
    where a.id = %(album)s and a.owner_id = %(owner)s
"""
_TOUCH = "update curated_albums set made_at = now() where owner_id = %s and id = %s"
_FLAG = """
    update curated_photos c set is_pinned = p.encoded = any(%(pinned)s), is_removed = p.encoded = any(%(removed)s)
    from (select id, encode(sha256, 'hex') as encoded from photos where owner_id = %(owner)s and id in (
            select photo_id from curated_photos where album_id = %(album)s)) p
    where c.album_id = %(album)s and c.owner_id = %(owner)s and c.photo_id = p.id
"""
_PIN = """
    insert into curated_photos (album_id, photo_id, owner_id, score, is_pick, is_pinned, reason)
    select %(album)s, id, owner_id, coalesce(quality, 0), false, true, %(reason)s from photos
    where owner_id = %(owner)s and sha256 = any(%(contents)s)
    on conflict do nothing
"""
_DROP_FORGOTTEN = """
    delete from curated_photos where album_id = %s and owner_id = %s and not (is_pick or is_pinned or is_removed)
"""


async def wait_for_turn(connection: Connection, owner_id: UUID) -> None:
    """Wait until nobody else writes the owner's albums of the best; held until the transaction ends."""
    await connection.execute(_WAIT, (str(owner_id),))


async def list_albums(
    connection: Connection, owner_id: UUID, *, album_id: UUID | None = None, kind: str | None = None
) -> list[CuratedAlbum]:
    """Return the albums that have a photo in the library: years first, newest first."""
    async with connection.cursor(row_factory=class_row(CuratedAlbum)) as cursor:
        values = {"owner": owner_id, "id": album_id, "kind": kind}
        return await (await cursor.execute(_ALBUMS, values)).fetchall()


async def list_photos(connection: Connection, owner_id: UUID, album_id: UUID) -> list[CuratedPhoto]:
    """Return what is in an album and in the library, in the order of time."""
    async with connection.cursor(row_factory=class_row(CuratedPhoto)) as cursor:
        return await (await cursor.execute(_PHOTOS, (owner_id, album_id))).fetchall()


async def find_album(connection: Connection, owner_id: UUID, album_id: UUID) -> tuple[UUID, str, str] | None:
    """Return id, key and title of an album of the owner."""
    return await (await connection.execute(_FIND, (owner_id, album_id))).fetchone()


async def write_album(
    connection: Connection, owner_id: UUID, album_id: UUID, key: str, title: str, of_photos: int
) -> None:
    """Write the row of an album, or bring it up to date."""
    values = {"id": album_id, "owner": owner_id, "key": key, "title": title, "of": of_photos}
    await connection.execute(_MAKE, values)


async def write_picks(connection: Connection, owner_id: UUID, album_id: UUID, picks: Sequence[NewPick]) -> bool:
    """Make these the photos of an album; return False where they were so already.

    Rows of removed photos stay, so that a change of mind has them back at once.
    """
    async with connection.cursor(row_factory=class_row(NewPick)) as cursor:
        standing = await (await cursor.execute(_STANDING_PICKS, (owner_id, album_id))).fetchall()
    new = {pick.photo_id for pick in picks}
    picks = [*picks, *(row for row in standing if row.is_removed and row.photo_id not in new)]
    if set(standing) == set(picks):
        return False
    await connection.execute(_CLEAR, (owner_id, album_id))
    await connection.execute(
        _PUT,
        {
            "album": album_id,
            "owner": owner_id,
            "photos": [pick.photo_id for pick in picks],
            "scores": [pick.score for pick in picks],
            "picks": [pick.is_pick for pick in picks],
            "pinned": [pick.is_pinned for pick in picks],
            "removed": [pick.is_removed for pick in picks],
            "reasons": [pick.reason for pick in picks],
        },
    )
    await count(connection, owner_id, album_id)
    await connection.execute(_TOUCH, (owner_id, album_id))
    return True


async def count(connection: Connection, owner_id: UUID, album_id: UUID) -> None:
    """Bring places, number and cover of an album into line with its photos."""
    await connection.execute(_COUNT, {"album": album_id, "owner": owner_id})


async def follow_decisions(
    connection: Connection, owner_id: UUID, key: str, pinned: Collection[str], removed: Collection[str], *, reason: str
) -> None:
    """Bring an album, where there is one, into line with what stands about it: hex SHA-256 of photos."""
    cursor = await connection.execute("select id from curated_albums where owner_id = %s and key = %s", (owner_id, key))
    row = await cursor.fetchone()
    if row is None:
        return
    values = {"album": row[0], "owner": owner_id, "pinned": list(pinned), "removed": list(removed)}
    await connection.execute(_FLAG, values)
    contents = [bytes.fromhex(subject) for subject in pinned]
    await connection.execute(_PIN, {"album": row[0], "owner": owner_id, "contents": contents, "reason": reason})
    await connection.execute(_DROP_FORGOTTEN, (row[0], owner_id))
    await count(connection, owner_id, row[0])


async def list_known_marks(connection: Connection, owner_id: UUID) -> dict[str, bytes]:
    """Return what each album was last made of, by key."""
    cursor = await connection.execute("select key, mark from curation_marks where owner_id = %s", (owner_id,))
    return {key: bytes(mark) for key, mark in await cursor.fetchall()}


async def write_marks(connection: Connection, owner_id: UUID, marks: Mapping[str, bytes]) -> None:
    """Note what albums were made of, by key."""
    await connection.execute(
        "insert into curation_marks (owner_id, key, mark) "
        "select %s, key, mark from unnest(%s::text[], %s::bytea[]) as new(key, mark) "
        "on conflict (owner_id, key) do update set mark = excluded.mark",
        (owner_id, list(marks), list(marks.values())),
    )


async def forget_albums(connection: Connection, owner_id: UUID, keys: Collection[str]) -> int:
    """Forget albums; return how many there were. What was decided about them stays."""
    cursor = await connection.execute(
        "delete from curated_albums where owner_id = %s and key = any(%s)", (owner_id, list(keys))
    )
    return cursor.rowcount


async def forget_marks(connection: Connection, owner_id: UUID, keys: Collection[str]) -> None:
    """Forget what albums were made of that are no more."""
    await connection.execute("delete from curation_marks where owner_id = %s and key = any(%s)", (owner_id, list(keys)))


async def find_content(connection: Connection, owner_id: UUID, photo_id: UUID) -> tuple[str, str] | None:
    """Return the hex SHA-256 and the file name of a photo that is in the owner's library."""
    cursor = await connection.execute(
        "select encode(sha256, 'hex'), file_name from photos where owner_id = %s and id = %s and status = 0",
        (owner_id, photo_id),
    )
    return await cursor.fetchone()
