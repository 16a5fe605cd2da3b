"""Nearest vectors of one owner. The method follows the owner's counted size, not the planner's guess:

* up to `EXACT_UP_TO` vectors in the scope: all of them are compared;
* up to `SCANNED_UP_TO`: the signs of all are scanned (an exact scan of a covering index), the best are compared;
* above: the HNSW index of the space, made by `ensure_vector_index`; without it the scan goes on, slower.

An ORDER BY on a distance has no second column: a tie-breaker would keep the index from being used.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import numpy as np
from numpy.typing import NDArray
from psycopg import AsyncConnection, sql

from calotype.features.search.repository.conditions import Conditions

Connection = AsyncConnection[Any]

EXACT_UP_TO = 5_000
SCANNED_UP_TO = 100_000
_RERANKED = 1_000
_WORTH_A_TRY = 2  # times the limit: how wrong the estimate of a scope may be
_EF_SEARCH = 200
_MOST_TUPLES_SCANNED = 20_000
_BUILD_MEMORY_KB_PER_VECTOR = 2


@dataclass(frozen=True)
class Space:
    """A space of vectors; only vectors of one space are compared."""

    id: int
    name: str
    dimensions: int


def vector_text(vector: NDArray[np.float32]) -> str:
    """Return a vector as pgvector reads it."""
    return "[" + ",".join(f"{number:.5g}" for number in vector.tolist()) + "]"


async def find_space(connection: Connection, name: str) -> Space | None:
    """Return the space of this name; None where no photo has been placed in it yet."""
    cursor = await connection.execute("select id, name, dimensions from embedding_spaces where name = %s", (name,))
    row = await cursor.fetchone()
    return None if row is None else Space(*row)


async def count_photos(connection: Connection, owner_id: UUID) -> int:
    """Return how many photos the owner's library holds (kept counts, no scan)."""
    cursor = await connection.execute(
        "select coalesce(sum(photos), 0) from month_counts where owner_id = %s", (owner_id,)
    )
    row = await cursor.fetchone()
    return 0 if row is None else int(row[0])


async def find_nearest(
    connection: Connection, conditions: Conditions, space: Space, vector: str, *, owner_photos: int, limit: int
) -> list[UUID]:
    """Return the photos nearest to `vector` that meet the conditions, nearest first.

    Must run in a transaction: the settings of the index scan last as long as it does.
    """
    if (
        conditions.is_narrow
        and owner_photos > EXACT_UP_TO
        and await _estimate(connection, conditions) <= _WORTH_A_TRY * EXACT_UP_TO
    ):
        found = await _find_in_narrow_scope(connection, conditions, space, vector, limit)
        if found is not None:
            return found
    if owner_photos > SCANNED_UP_TO and await _has_index(connection, space):
        return await _walk_graph(connection, conditions, space, vector, limit)
    return await _scan(connection, conditions, space, vector, limit, is_small=owner_photos <= EXACT_UP_TO)


async def _estimate(connection: Connection, conditions: Conditions) -> float:
    """Return how many photos the planner expects in the scope: a guess, but it costs nothing."""
    join, (clause, values) = conditions.scope()
    cursor = await connection.execute(
        f"explain (format json) select p.id from photos p {join} where {clause}", values, prepare=False
    )
    row = await cursor.fetchone()
    return 0.0 if row is None else float(row[0][0]["Plan"]["Plan Rows"])


async def _find_in_narrow_scope(
    connection: Connection, conditions: Conditions, space: Space, vector: str, limit: int
) -> list[UUID] | None:
    """Compare all photos in the scope, or return None where they are too many for that."""
    join, (clause, values) = conditions.scope()
    cursor = await connection.execute(
        f"""
        with scope as materialized (select p.id from photos p {join} where {clause} limit {EXACT_UP_TO + 1}),
        counted as (select count(*) as n from scope)
        (select null::uuid, -1::float8 from counted where n > {EXACT_UP_TO})
        union all
        (select e.photo_id, e.vector <=> %s::halfvec as distance
         from scope s join embeddings e on e.photo_id = s.id and e.space_id = %s
         where (select n from counted) <= {EXACT_UP_TO} order by distance limit %s)
        """,
        (*values, vector, space.id, limit),
        prepare=False,
    )
    rows = await cursor.fetchall()
    if rows and rows[0][0] is None:
        return None
    return [row[0] for row in rows]


async def _scan(
    connection: Connection, conditions: Conditions, space: Space, vector: str, limit: int, *, is_small: bool
) -> list[UUID]:
    """Scan the signs of the owner's vectors, then compare the vectors of the best; of all where they are few."""
    bits = f"bit({space.dimensions})"
    order = "" if is_small else f"order by b.bits::{bits} <~> binary_quantize(%s::halfvec)::{bits} limit {_RERANKED}"
    narrow: str = ""
    narrow_values: list[Any] = []
    if conditions.is_narrow:
        join, (clause, narrow_values) = conditions.scope()
        narrow = f"and b.photo_id in (select p.id from photos p {join} where {clause})"
    values = [conditions.owner_id, space.id, *narrow_values, *([] if is_small else [vector])]
    cursor = await connection.execute(
        f"""
        with near as materialized (
            select b.photo_id from embedding_bits b where b.owner_id = %s and b.space_id = %s {narrow} {order})
        select e.photo_id from near n join embeddings e on e.photo_id = n.photo_id and e.space_id = %s
        join photos p on p.id = e.photo_id and p.status = 0
        order by e.vector <=> %s::halfvec limit %s
        """,
        (*values, space.id, vector, limit),
        prepare=False,
    )
    return [row[0] for row in await cursor.fetchall()]


async def _walk_graph(
    connection: Connection, conditions: Conditions, space: Space, vector: str, limit: int
) -> list[UUID]:
    """Walk the HNSW index; it goes on until enough photos of the scope are found, or a bound is reached."""
    await connection.execute(
        "select set_config('hnsw.ef_search', %s, true), set_config('hnsw.iterative_scan', 'relaxed_order', true), "
        "set_config('hnsw.max_scan_tuples', %s, true), set_config('enable_sort', 'off', true)",
        (str(max(_EF_SEARCH, limit)), str(_MOST_TUPLES_SCANNED)),
    )
    join, (clause, values) = conditions.scope()
    size = space.dimensions
    cursor = await connection.execute(
        f"""
        select e.photo_id from embeddings e join photos p on p.id = e.photo_id {join}
        where e.space_id = {space.id} and e.owner_id = %s and {clause}
        order by e.vector::halfvec({size}) <=> %s::halfvec({size}) limit %s
        """,
        (conditions.owner_id, *values, vector, limit),
        prepare=False,
    )
    rows = [row[0] for row in await cursor.fetchall()]
    await connection.execute("select set_config('enable_sort', 'on', true)")
    return rows


def _index_name(space_id: int) -> str:
    return f"embeddings_hnsw_{space_id}"


async def _has_index(connection: Connection, space: Space) -> bool:
    cursor = await connection.execute(
        "select coalesce(bool_and(i.indisvalid), false) from pg_index i where i.indexrelid = to_regclass(%s)",
        (_index_name(space.id),),
    )
    row = await cursor.fetchone()
    return bool(row and row[0])


async def ensure_vector_index(connection: Connection, space_name: str) -> bool:
    """Make the HNSW index of a space where some owner has more than `SCANNED_UP_TO` photos; return whether it was made.

    Needs a connection in autocommit: the index is built beside the running service (`concurrently`). An index that a
    broken build left behind is dropped first.
    """
    space = await find_space(connection, space_name)
    if space is None or await _has_index(connection, space):
        return False
    cursor = await connection.execute(
        "select coalesce(max(n), 0), coalesce(sum(n), 0) from "
        "(select sum(photos) as n from month_counts group by owner_id) owners"
    )
    row = await cursor.fetchone()
    largest, total = (0, 0) if row is None else (int(row[0]), int(row[1]))
    if largest <= SCANNED_UP_TO:
        return False
    name = sql.Identifier(_index_name(space.id))
    await connection.execute(sql.SQL("drop index concurrently if exists {}").format(name))
    memory_kb = min(4_000_000, max(65_536, total * _BUILD_MEMORY_KB_PER_VECTOR))
    await connection.execute(sql.SQL("set maintenance_work_mem = {}").format(sql.Literal(f"{memory_kb}kB")))
    try:
        await connection.execute(
            sql.SQL(
                "create index concurrently {} on embeddings using hnsw ((vector::halfvec({})) halfvec_cosine_ops) "
                "where space_id = {}"
            ).format(name, sql.Literal(space.dimensions), sql.Literal(space.id))
        )
    finally:
        await connection.execute("reset maintenance_work_mem")
    return True
