"""Photos by the hash of their content."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from psycopg import AsyncConnection

Connection = AsyncConnection[Any]


async def list_ids_by_content(connection: Connection, owner_id: UUID, contents: Sequence[bytes]) -> dict[bytes, UUID]:
    """Return the ids of the owner's photos that have these contents (SHA-256)."""
    cursor = await connection.execute(
        "select sha256, id from photos where owner_id = %s and sha256 = any(%s) and status = 0",
        (owner_id, list(contents)),
    )
    return {bytes(row[0]): row[1] for row in await cursor.fetchall()}
