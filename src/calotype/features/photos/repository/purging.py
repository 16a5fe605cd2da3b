"""Out of the trash for good. The only place that forgets a photo."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg import AsyncConnection

Connection = AsyncConnection[Any]

_LIST = """
    select id, owner_id, sha256, trashed_at from photos
    where status = 1 and trashed_at < %(before)s
        and (%(after_time)s::timestamptz is null or (trashed_at, id) > (%(after_time)s, %(after_id)s::uuid))
    order by trashed_at, id limit %(limit)s
"""


@dataclass(frozen=True)
class Expired:
    """A photo whose time in the trash is over."""

    photo_id: UUID
    owner_id: UUID
    sha256: bytes
    trashed_at: datetime


async def list_expired(connection: Connection, before: datetime, after: Expired | None, limit: int) -> list[Expired]:
    """Return photos of all owners that went to the trash before `before`, the oldest first, those after `after`."""
    values = {
        "before": before,
        "after_time": after and after.trashed_at,
        "after_id": after and after.photo_id,
        "limit": limit,
    }
    rows = await (await connection.execute(_LIST, values)).fetchall()
    return [Expired(row[0], row[1], bytes(row[2]), row[3]) for row in rows]


async def delete_expired(connection: Connection, owner_id: UUID, photo_id: UUID, before: datetime) -> bool:
    """Delete a photo that is still in the trash since before `before`; False where it was restored or is gone."""
    query = "delete from photos where id = %s and owner_id = %s and status = 1 and trashed_at < %s"
    return (await connection.execute(query, (photo_id, owner_id, before))).rowcount == 1
