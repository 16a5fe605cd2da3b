"""What a person decides about a photo: columns of its row now, and decisions against its bytes for ever."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg import AsyncConnection

from calotype.features.photos.repository import changing
from calotype.features.photos.repository.decisions import find_decisions, record_decisions
from calotype.features.photos.rules import OffsetSource, TakenSource

Connection = AsyncConnection[Any]


async def decide(connection: Connection, owner_id: UUID, photo_id: UUID, said: Mapping[str, Any]) -> bool:
    """Write `said` (fields of `PhotoChanges`, plain JSON values) to the photo and keep it; False: no such photo."""
    sha256 = await changing.update_photo(connection, owner_id, photo_id, await _columns(connection, said))
    if sha256 is None:
        return False
    await record_decisions(connection, owner_id, sha256, said)
    return True


async def apply_decisions(connection: Connection, owner_id: UUID, photo_id: UUID, sha256: bytes) -> frozenset[str]:
    """Write what was once said of these bytes over what the files say; return the names of the fields."""
    said = await find_decisions(connection, owner_id, sha256)
    if said:
        await changing.update_photo(connection, owner_id, photo_id, await _columns(connection, said))
    return frozenset(said)


async def _columns(connection: Connection, said: Mapping[str, Any]) -> dict[str, Any]:
    """Turn decisions into columns of `photos`."""
    columns = dict(said)
    if columns.get("taken_local") is not None:
        columns["taken_local"] = datetime.fromisoformat(columns["taken_local"])
        columns["taken_source"] = TakenSource.PERSON
    if "utc_offset_min" in columns:
        columns["offset_source"] = OffsetSource.PERSON
    if "place" in columns:
        place = columns.pop("place")
        columns["place_id"] = None if place is None else await changing.get_place_id(connection, **place)
    return columns
