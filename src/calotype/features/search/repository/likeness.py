"""Photos that look like one: near in the search space first (its signs are scanned), then by the look of them."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from psycopg import AsyncConnection
from psycopg.rows import class_row

from calotype.features.search.repository.vector_index import Space

Connection = AsyncConnection[Any]

_CANDIDATES = 400


@dataclass(frozen=True)
class Lookalike:
    """A photo beside the one asked for, with what the two have in common; `None` where one of them lacks the fact."""

    photo_id: UUID
    likeness: float
    phash_distance: int | None
    is_same_place: bool | None
    is_same_day: bool
    label_names: list[str] | None


async def photo_exists(connection: Connection, owner_id: UUID, photo_id: UUID) -> bool:
    """Say whether the owner has this photo in the library."""
    cursor = await connection.execute(
        "select from photos where id = %s and owner_id = %s and status = 0", (photo_id, owner_id)
    )
    return await cursor.fetchone() is not None


async def list_spaces(connection: Connection, owner_id: UUID, photo_id: UUID) -> list[Space]:
    """Return the spaces in which the photo has a vector, the one with the fewest dimensions first."""
    cursor = await connection.execute(
        "select s.id, s.name, s.dimensions from embeddings e join embedding_spaces s on s.id = e.space_id "
        "where e.photo_id = %s and e.owner_id = %s order by s.dimensions, s.id desc",
        (photo_id, owner_id),
    )
    return [Space(*row) for row in await cursor.fetchall()]


async def list_lookalikes(
    connection: Connection, owner_id: UUID, photo_id: UUID, near: Space, look: Space, limit: int
) -> list[Lookalike]:
    """Return the photos that look most like this one: `near` gives the candidates, `look` the order."""
    bits = f"bit({near.dimensions})"
    query = f"""
        with this as materialized (
            select p.taken_local, p.place_id, p.phash, e.vector as look,
                   (select binary_quantize(n.vector)::{bits} from embeddings n
                    where n.photo_id = p.id and n.space_id = %(near)s) as signs
            from photos p join embeddings e on e.photo_id = p.id and e.space_id = %(look)s
            where p.id = %(photo)s and p.owner_id = %(owner)s),
        close as materialized (
            select b.photo_id from embedding_bits b
            where b.owner_id = %(owner)s and b.space_id = %(near)s and b.photo_id <> %(photo)s
            order by b.bits::{bits} <~> (select signs from this) limit {_CANDIDATES})
        select p.id as photo_id, 1 - (e.vector <=> this.look) as likeness,
               bit_count((p.phash # this.phash)::bit(64))::int as phash_distance,
               p.place_id = this.place_id as is_same_place, p.taken_local::date = this.taken_local::date as is_same_day,
               (select array_agg(one.name) from (
                    select unnest(l.names[1:3]) as name intersect
                    select unnest(o.names[1:3]) from photo_labels o where o.photo_id = %(photo)s) one) as label_names
        from close c join photos p on p.id = c.photo_id and p.owner_id = %(owner)s and p.status = 0
        join embeddings e on e.photo_id = p.id and e.space_id = %(look)s
        left join photo_labels l on l.photo_id = p.id
        cross join this
        order by e.vector <=> this.look limit %(limit)s
    """
    values = {"photo": photo_id, "owner": owner_id, "near": near.id, "look": look.id, "limit": limit}
    async with connection.cursor(row_factory=class_row(Lookalike)) as cursor:
        await cursor.execute(query, values, prepare=False)
        return await cursor.fetchall()
