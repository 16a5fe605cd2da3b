"""Out of the trash for good. The only place that forgets a photo."""

from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg import AsyncConnection

Connection = AsyncConnection[Any]


async def list_expired(connection: Connection, before: datetime, limit: int) -> list[tuple[UUID, UUID, bytes]]:
    """Return id, owner and SHA-256 of photos that went to the trash before `before`, of all owners."""
    query = (
        "select id, owner_id, sha256 from photos where status = 1 and trashed_at < %s order by trashed_at, id limit %s"
    )
    rows = await (await connection.execute(query, (before, limit))).fetchall()
    return [(row[0], row[1], bytes(row[2])) for row in rows]


async def lock_content(connection: Connection, sha256: bytes) -> None:
    """Let nobody take in or purge these bytes until the transaction ends."""
    await connection.execute("select pg_advisory_xact_lock(hashtextextended(encode(%s, 'hex'), 0))", (sha256,))


async def delete_expired(connection: Connection, owner_id: UUID, photo_id: UUID, before: datetime) -> bool:
    """Delete a photo that is still in the trash since before `before`; False where it was restored or is gone."""
    query = "delete from photos where id = %s and owner_id = %s and status = 1 and trashed_at < %s"
    return (await connection.execute(query, (photo_id, owner_id, before))).rowcount == 1


async def is_content_used(connection: Connection, sha256: bytes) -> bool:
    """Say whether any photo of any owner has these bytes."""
    row = await (await connection.execute("select exists (select from photos where sha256 = %s)", (sha256,))).fetchone()
    return bool(row and row[0])
