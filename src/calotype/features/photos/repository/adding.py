"""New photos."""

from typing import Any
from uuid import UUID

from psycopg import AsyncConnection

from calotype.features.photos.schemas import AddedPhoto, NewPhoto
from calotype.kit.ids import uuid7

Connection = AsyncConnection[Any]

_FIND = "select id, status from photos where owner_id = %s and sha256 = %s"

# The change number is taken inside the statement, so that the owner's counter is locked as late as can be.
_INSERT = """
    insert into photos (id, owner_id, taken_local, file_time, change, size_bytes, width, height, media_type,
                        taken_source, is_animated, sha256, sha1, file_name)
    values (%(id)s, %(owner_id)s, %(taken_local)s, %(file_time)s, next_change(%(owner_id)s), %(size_bytes)s, %(width)s,
            %(height)s, %(media_type)s, %(taken_source)s, %(is_animated)s, %(sha256)s, %(sha1)s, %(file_name)s)
    on conflict (owner_id, sha256) do nothing
    returning id
"""


async def find_by_content(connection: Connection, owner_id: UUID, sha256: bytes) -> AddedPhoto | None:
    """Return the owner's photo with these bytes, in the library or in the trash."""
    row = await (await connection.execute(_FIND, (owner_id, sha256))).fetchone()
    return None if row is None else AddedPhoto(row[0], is_new=False, in_trash=bool(row[1]))


async def insert_photo(connection: Connection, new: NewPhoto) -> AddedPhoto:
    """Write the row of a new photo, or return the one that has the same bytes. Two at the same instant make one."""
    found = await find_by_content(connection, new.owner_id, new.sha256)
    if found is not None:
        return found
    row = await (await connection.execute(_INSERT, {"id": uuid7(), **vars(new)})).fetchone()
    if row is not None:
        return AddedPhoto(row[0], is_new=True, in_trash=False)
    found = await find_by_content(connection, new.owner_id, new.sha256)
    assert found is not None, "the row that was in the way is committed, so it can be seen"
    return found
