"""The words that a library knows: for the reader of sentences, for typos, for suggestions."""

from collections.abc import Collection, Mapping, Sequence
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
        "select term, kind, uses from lexicon where owner_id = %s and term like %s and uses > 0 "
        "order by array_position(%s::text[], kind), uses desc, length(term), term limit %s",
        (owner_id, _escape(prefix) + "%", list(_KINDS_IN_ORDER), limit),
    )
    return [(row[0], row[1], row[2]) for row in await cursor.fetchall()]


# -- tending -------------------------------------------------------------------------------------------------------


async def list_owners(connection: Connection) -> list[UUID]:
    """Return whoever has terms or photos."""
    cursor = await connection.execute("select owner_id from lexicon union select owner_id from photos")
    return [row[0] for row in await cursor.fetchall()]


async def list_terms(connection: Connection, owner_id: UUID) -> set[tuple[str, str]]:
    """Return all (kind, term) of an owner."""
    cursor = await connection.execute("select kind, term from lexicon where owner_id = %s", (owner_id,))
    return {(row[0], row[1]) for row in await cursor.fetchall()}


async def list_photos(
    connection: Connection, owner_id: UUID, after: UUID | None, limit: int
) -> list[tuple[UUID, bool]]:
    """Return the next photos by id, and whether each is in the library (else in the trash)."""
    cursor = await connection.execute(
        "select id, status = 0 from photos where owner_id = %s and (%s::uuid is null or id > %s) order by id limit %s",
        (owner_id, after, after, limit),
    )
    return [(row[0], row[1]) for row in await cursor.fetchall()]


async def write_uses(connection: Connection, owner_id: UUID, uses: Mapping[tuple[str, str], int]) -> None:
    """Write how many photos use each term, in the order of the terms (as `index_photo` adds them)."""
    terms = sorted(uses)
    await connection.execute(
        "insert into lexicon (owner_id, kind, term, uses) select %s, kind, term, uses"
        " from unnest(%s::text[], %s::text[], %s::int[]) as t(kind, term, uses)"
        " on conflict (owner_id, kind, term) do update set uses = excluded.uses where lexicon.uses <> excluded.uses",
        (owner_id, [kind for kind, _ in terms], [term for _, term in terms], [uses[one] for one in terms]),
    )


async def remove_terms(connection: Connection, owner_id: UUID, terms: Collection[tuple[str, str]]) -> None:
    """Delete terms."""
    await connection.execute(
        "delete from lexicon l using unnest(%s::text[], %s::text[]) as t(kind, term)"
        " where l.owner_id = %s and l.kind = t.kind and l.term = t.term",
        ([kind for kind, _ in terms], [term for _, term in terms], owner_id),
    )


def _escape(prefix: str) -> str:
    return prefix.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
