"""Changes of a photo's row. The owner's counter is locked before the row, by every writer, so that none deadlock."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from psycopg import AsyncConnection, sql

from calotype.features.photos.rules import PhotoState

Connection = AsyncConnection[Any]

_FIND_PLACE = "select id from places where country_code = %(country_code)s and region = %(region)s and name = %(name)s"
_MAKE_PLACE = """
    insert into places (name, region, country, country_code)
    values (%(name)s, %(region)s, %(country)s, %(country_code)s)
    on conflict (country_code, region, name) do update set country = places.country returning id
"""
_MOVE = """
    update photos set status = %(state)s, change = %(change)s,
        trashed_at = case when %(state)s = 1 then coalesce(trashed_at, now()) end
    where id = %(photo_id)s and owner_id = %(owner_id)s
"""
_HIDE = "update photos set status = 2 where id = %s and owner_id = %s and status = 0"
_EXISTS = "select from photos where id = %s and owner_id = %s"


async def next_change(connection: Connection, owner_id: UUID) -> int:
    """Take the owner's next change number. Whoever writes an owner's photos waits here for the one before."""
    row = await (await connection.execute("select next_change(%s)", (owner_id,))).fetchone()
    assert row is not None
    return int(row[0])


async def photo_exists(connection: Connection, owner_id: UUID, photo_id: UUID) -> bool:
    """Say whether the owner has this photo, be it in the trash."""
    return await (await connection.execute(_EXISTS, (photo_id, owner_id))).fetchone() is not None


async def update_photo(
    connection: Connection, owner_id: UUID, photo_id: UUID, columns: Mapping[str, Any]
) -> bytes | None:
    """Set columns (names are ours, never from a request); return the SHA-256, None if there is no such photo."""
    if not await photo_exists(connection, owner_id, photo_id):
        return None
    change = await next_change(connection, owner_id)
    settings = sql.SQL(", ").join(
        sql.SQL("{} = {}").format(sql.Identifier(name), sql.Placeholder(name)) for name in columns
    )
    query = sql.SQL(
        "update photos set {}, change = %(change)s where id = %(photo_id)s and owner_id = %(owner_id)s returning sha256"
    ).format(settings)
    values = {**columns, "change": change, "photo_id": photo_id, "owner_id": owner_id}
    row = await (await connection.execute(query, values)).fetchone()
    return None if row is None else bytes(row[0])


async def get_place_id(connection: Connection, *, name: str, region: str, country: str, country_code: str) -> int:
    """Return the id of a place that a person named, made where it is new."""
    place = {"name": name, "region": region, "country": country, "country_code": country_code}
    row = await (await connection.execute(_FIND_PLACE, place)).fetchone()
    if row is None:
        row = await (await connection.execute(_MAKE_PLACE, place)).fetchone()
    assert row is not None
    return int(row[0])


async def move_photo(connection: Connection, owner_id: UUID, photo_id: UUID, state: PhotoState) -> None:
    """Put a photo into the library, the trash, out of sight, or behind another one."""
    change = await next_change(connection, owner_id)
    values = {"change": change, "photo_id": photo_id, "owner_id": owner_id, "state": int(state)}
    await connection.execute(_MOVE, values)


async def hide_photo(connection: Connection, owner_id: UUID, photo_id: UUID) -> None:
    """Hide a photo that is in the library."""
    await connection.execute(_HIDE, (photo_id, owner_id))
