"""The columns that a person may decide about."""

from typing import Any
from uuid import UUID

from psycopg import AsyncConnection
from psycopg.rows import dict_row

Connection = AsyncConnection[Any]

_COLUMNS = """
    select id, sha256, file_name, status, title, description, tags, rating, is_favourite, taken_local, taken_source,
           utc_offset_min, offset_source, latitude, longitude, place_id
    from photos where owner_id = %(owner)s and
"""


async def find_decided_columns(connection: Connection, owner_id: UUID, sha256: bytes) -> dict[str, Any] | None:
    """Return the decidable columns of the owner's photo with these bytes, or None."""
    return await _find(connection, f"{_COLUMNS} sha256 = %(sha256)s", {"owner": owner_id, "sha256": sha256})


async def find_decided_columns_of(connection: Connection, owner_id: UUID, photo_id: UUID) -> dict[str, Any] | None:
    """Return the decidable columns of one of the owner's photos, or None."""
    return await _find(connection, f"{_COLUMNS} id = %(id)s", {"owner": owner_id, "id": photo_id})


async def _find(connection: Connection, query: str, values: dict[str, Any]) -> dict[str, Any] | None:
    async with connection.cursor(row_factory=dict_row) as cursor:
        row = await (await cursor.execute(query, values)).fetchone()
    return None if row is None else {**row, "sha256": bytes(row["sha256"])}
