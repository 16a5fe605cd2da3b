"""What other rooms know of the photos that are joined into one: albums and faces. Read only."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from psycopg import AsyncConnection
from psycopg.rows import class_row, dict_row

Connection = AsyncConnection[Any]

_FACES = """
    select f.photo_id, f.x, f.y, f.width, f.height, f.person_id from faces f
    where f.owner_id = %s and f.photo_id = any(%s)
"""
_DECIDED = """
    select id, sha256, file_name, status, title, description, tags, rating, is_favourite, taken_local, taken_source,
           utc_offset_min, offset_source, latitude, longitude, place_id
    from photos where owner_id = %s and id = any(%s)
"""


@dataclass(frozen=True)
class KnownFace:
    """A face with its box (0..1 of the upright picture) and the person that it is."""

    photo_id: UUID
    x: float
    y: float
    width: float
    height: float
    person_id: UUID | None


async def list_albums(connection: Connection, owner_id: UUID, photo_ids: Sequence[UUID]) -> list[tuple[UUID, UUID]]:
    """Return photo and album of all memberships of these photos."""
    query = "select photo_id, album_id from album_photos where owner_id = %s and photo_id = any(%s) order by 2, 1"
    return await (await connection.execute(query, (owner_id, list(photo_ids)))).fetchall()


async def list_faces(connection: Connection, owner_id: UUID, photo_ids: Sequence[UUID]) -> list[KnownFace]:
    """Return the faces of these photos."""
    async with connection.cursor(row_factory=class_row(KnownFace)) as cursor:
        return await (await cursor.execute(_FACES, (owner_id, list(photo_ids)))).fetchall()


async def list_decided(connection: Connection, owner_id: UUID, photo_ids: Sequence[UUID]) -> dict[UUID, dict[str, Any]]:
    """Return the columns of these photos that a person may decide about."""
    async with connection.cursor(row_factory=dict_row) as cursor:
        rows = await (await cursor.execute(_DECIDED, (owner_id, list(photo_ids)))).fetchall()
    return {row["id"]: {**row, "sha256": bytes(row["sha256"])} for row in rows}
