"""What a person decided. It stands against the content, so it outlives the row of the photo."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from psycopg import AsyncConnection
from psycopg.types.json import Jsonb

Connection = AsyncConnection[Any]

_RECORD = """
    insert into decisions (owner_id, sha256, field, value)
    select %(owner_id)s, %(sha256)s, field, value
    from unnest(%(fields)s::text[], %(values)s::jsonb[]) as said(field, value) order by field
    on conflict (owner_id, sha256, field) do update set value = excluded.value, decided_at = now()
"""
_FIND = "select field, value from decisions where owner_id = %s and sha256 = %s"


async def record_decisions(connection: Connection, owner_id: UUID, sha256: bytes, said: Mapping[str, Any]) -> None:
    """Keep what was said of these bytes; a newer word replaces the older one. Values are plain JSON."""
    await connection.execute(
        _RECORD,
        {"owner_id": owner_id, "sha256": sha256, "fields": list(said), "values": [Jsonb(v) for v in said.values()]},
    )


async def find_decisions(connection: Connection, owner_id: UUID, sha256: bytes) -> dict[str, Any]:
    """Return what was said of these bytes: the field's name (of `PhotoChanges`) and its JSON value."""
    rows = await (await connection.execute(_FIND, (owner_id, sha256))).fetchall()
    return dict(rows)
