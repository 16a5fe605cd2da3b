"""Nearest vectors of one owner. The method follows counted sizes, not the planner's guess:

* up to `EXACT_UP_TO` vectors: all of them are compared;
* up to `SCANNED_UP_TO`: the signs of all are scanned (an exact scan of a covering index), the best are compared;
* above: the owner's own HNSW index, made by `ensure_vector_index`; until it is there the scan goes on, slower.

Inside a narrow scope (a place, a month) all photos of the scope are compared where that is less work than walking a
graph in which most photos are not of the scope: comparing costs the size of the scope, walking costs the photos wanted
over the share of the scope, so they are even at sqrt(wanted * all).

An ORDER BY on a distance has no second column: a tie-breaker would keep the index from being used.
"""

from typing import Any
from uuid import UUID

import numpy as np
from numpy.typing import NDArray
from psycopg import AsyncConnection

from calotype.features.search.repository.conditions import Conditions
from calotype.features.search.repository.vector_index import SCANNED_UP_TO, Space, has_index

Connection = AsyncConnection[Any]

EXACT_UP_TO = 5_000
_RERANKED = 1_000
_WANTED_OF_GRAPH = 100  # recall@100 of 0.9 at this width of the search; every step may be a page from the disk's cache
_WANTED_IN_SCOPE = 30  # a walk inside a scope pays for each photo that is not of it
_MOST_TUPLES_SCANNED = 4_000
_DOCUMENT_COST = 3  # a photo of a scope of words costs so many times one of a scope of time


def vector_text(vector: NDArray[np.float32]) -> str:
    """Return a vector as pgvector reads it."""
    return "[" + ",".join(f"{number:.5g}" for number in vector.tolist()) + "]"


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
    if conditions.is_narrow and owner_photos > EXACT_UP_TO:
        worth = round((_WANTED_IN_SCOPE * owner_photos) ** 0.5) // (_DOCUMENT_COST if conditions.reads_documents else 1)
        if await _estimate(connection, conditions) <= worth:
            found = await _find_in_narrow_scope(connection, conditions, space, vector, (limit, 2 * worth))
            if found is not None:
                return found
    if owner_photos > SCANNED_UP_TO and await has_index(connection, space, conditions.owner_id):
        wanted = min(limit, _WANTED_IN_SCOPE if conditions.is_narrow else _WANTED_OF_GRAPH)
        return await _walk_graph(connection, conditions, space, vector, wanted)
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
    connection: Connection, conditions: Conditions, space: Space, vector: str, bounds: tuple[int, int]
) -> list[UUID] | None:
    """Compare all photos in the scope; return None where they are too many. `bounds`: wanted, and too many."""
    limit, most = bounds
    join, (clause, values) = conditions.scope()
    cursor = await connection.execute(
        f"""
        with scope as materialized (select p.id from photos p {join} where {clause} limit {most + 1}),
        counted as (select count(*) as n from scope)
        (select null::uuid, -1::float8 from counted where n > {most})
        union all
        (select e.photo_id, e.vector <=> %s::halfvec as distance
         from scope s join embeddings e on e.photo_id = s.id and e.space_id = %s
         where (select n from counted) <= {most} order by distance limit %s)
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
    """Walk the owner's HNSW index until enough photos of the scope are found, or a bound is reached.

    Space and owner stand in the text as constants: the index is partial in them.
    """
    await connection.execute(
        "select set_config('hnsw.ef_search', %s, true), set_config('hnsw.iterative_scan', 'relaxed_order', true), "
        "set_config('hnsw.max_scan_tuples', %s, true), set_config('enable_sort', 'off', true)",
        (str(_WANTED_OF_GRAPH), str(_MOST_TUPLES_SCANNED)),
    )
    join, (clause, values) = conditions.scope()
    size = space.dimensions
    cursor = await connection.execute(
        f"""
        select e.photo_id from embeddings e join photos p on p.id = e.photo_id {join}
        where e.space_id = {space.id} and e.owner_id = '{conditions.owner_id}'::uuid and {clause}
        order by e.vector::halfvec({size}) <=> %s::halfvec({size}) limit %s
        """,
        (*values, vector, limit),
        prepare=False,
    )
    rows = [row[0] for row in await cursor.fetchall()]
    await connection.execute("select set_config('enable_sort', 'on', true)")
    return rows
