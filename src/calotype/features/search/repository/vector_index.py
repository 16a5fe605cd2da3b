"""Spaces of vectors, and the HNSW index that each large owner has in them. Light: the worker's chores import it."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from psycopg import AsyncConnection, sql

Connection = AsyncConnection[Any]

SCANNED_UP_TO = 100_000  # photos of an owner; above, an exact scan takes more than some 30 ms
_BUILD_MEMORY_KB_PER_VECTOR = 2


@dataclass(frozen=True)
class Space:
    """A space of vectors; only vectors of one space are compared."""

    id: int
    name: str
    dimensions: int


async def find_space(connection: Connection, name: str) -> Space | None:
    """Return the space of this name; None where no photo has been placed in it yet."""
    cursor = await connection.execute("select id, name, dimensions from embedding_spaces where name = %s", (name,))
    row = await cursor.fetchone()
    return None if row is None else Space(*row)


def index_name(space: Space, owner_id: UUID) -> str:
    """Return the name of the index of one owner's vectors in a space."""
    return f"embeddings_hnsw_{space.id}_{owner_id.hex}"


async def has_index(connection: Connection, space: Space, owner_id: UUID) -> bool:
    """Say whether the owner's index is there and complete."""
    cursor = await connection.execute(
        "select coalesce(bool_and(i.indisvalid), false) from pg_index i where i.indexrelid = to_regclass(%s)",
        (index_name(space, owner_id),),
    )
    row = await cursor.fetchone()
    return bool(row and row[0])


async def ensure_vector_index(connection: Connection, space_name: str) -> int:
    """Make an HNSW index for each owner with more than `SCANNED_UP_TO` photos who has none; return how many were made.

    Needs a connection in autocommit: an index is built beside the running service (`concurrently`), in minutes. One
    that a broken build left behind is dropped first.
    """
    space = await find_space(connection, space_name)
    if space is None:
        return 0
    cursor = await connection.execute(
        "select owner_id, sum(photos) from month_counts group by owner_id having sum(photos) > %s", (SCANNED_UP_TO,)
    )
    owners = [(row[0], int(row[1])) for row in await cursor.fetchall()]
    missing = [(owner, photos) for owner, photos in owners if not await has_index(connection, space, owner)]
    for owner, photos in missing:
        await _build_index(connection, space, owner, photos)
    return len(missing)


async def _build_index(connection: Connection, space: Space, owner_id: UUID, photos: int) -> None:
    name = sql.Identifier(index_name(space, owner_id))
    await connection.execute(sql.SQL("drop index concurrently if exists {}").format(name))
    # a graph that does not fit into this memory is built far more slowly
    memory_kb = min(4_000_000, max(65_536, photos * _BUILD_MEMORY_KB_PER_VECTOR))
    await connection.execute(sql.SQL("set maintenance_work_mem = {}").format(sql.Literal(f"{memory_kb}kB")))
    try:
        await connection.execute(
            sql.SQL(
                "create index concurrently {} on embeddings using hnsw ((vector::halfvec({})) halfvec_cosine_ops) "
                "where space_id = {} and owner_id = {}"
            ).format(name, sql.Literal(space.dimensions), sql.Literal(space.id), sql.Literal(owner_id))
        )
    finally:
        await connection.execute("reset maintenance_work_mem")
