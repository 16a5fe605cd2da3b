"""The words that a library knows: for the reader of sentences, for typos, for suggestions."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from psycopg import AsyncConnection

Connection = AsyncConnection[Any]

_MOST_NAMES = 20_000
_MOST_NEIGHBOURS = 3_000
_MOST_COUNTED = 20_000
_KINDS_IN_ORDER = ("label", "tag", "album", "place", "camera", "title", "text", "file")


async def list_names(connection: Connection, owner_id: UUID) -> list[tuple[str, str]]:
    """Return (kind, term) of places, cameras, tags and labels."""
    cursor = await connection.execute(
        "select kind, term from lexicon where owner_id = %s and kind = any(%s) limit %s",
        (owner_id, ["place", "camera", "tag", "label"], _MOST_NAMES),
    )
    return [(row[0], row[1]) for row in await cursor.fetchall()]


async def is_southern(connection: Connection, owner_id: UUID) -> bool:
    """Say whether more of the owner's photos lie south of the equator than north (up to a bound of each)."""
    half = (
        "select count(*) from (select from photos where owner_id = %s and latitude {} 0 and status = 0 limit %s) half"
    )
    cursor = await connection.execute(
        f"select ({half.format('<')}) > ({half.format('>=')})", (owner_id, _MOST_COUNTED, owner_id, _MOST_COUNTED)
    )
    row = await cursor.fetchone()
    return bool(row and row[0])


async def list_like(connection: Connection, owner_id: UUID, prefixes: Sequence[str]) -> list[str]:
    """Return single words of the lexicon that begin with one of the prefixes."""
    if not prefixes:
        return []
    cursor = await connection.execute(
        "select distinct term from lexicon where owner_id = %s and ("
        + " or ".join(["term like %s"] * len(prefixes))
        + ") limit %s",
        (owner_id, *(_escape(prefix) + "%" for prefix in prefixes), _MOST_NEIGHBOURS),
    )
    return [row[0] for row in await cursor.fetchall()]


async def suggest(connection: Connection, owner_id: UUID, prefix: str, limit: int) -> list[tuple[str, str, int]]:
    """Return (term, kind, uses) of terms that begin with the prefix: what is seen before what is read."""
    cursor = await connection.execute(
        "select term, kind, uses from lexicon where owner_id = %s and term like %s "
        "order by array_position(%s::text[], kind), uses desc, length(term), term limit %s",
        (owner_id, _escape(prefix) + "%", list(_KINDS_IN_ORDER), limit),
    )
    return [(row[0], row[1], row[2]) for row in await cursor.fetchall()]


def _escape(prefix: str) -> str:
    return prefix.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
