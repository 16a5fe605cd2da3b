"""What sorting needs to know beside the vectors."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from psycopg import AsyncConnection

Connection = AsyncConnection[Any]

_COUNT = """
    select (select count(*)::int from faces where owner_id = %(owner)s and not is_sorted and embedding is not null),
           (select count(*)::int from faces where owner_id = %(owner)s and embedding is not null)
"""
_WITHOUT_FACETS = """
    select distinct f.person_id from faces f
    where f.owner_id = %s and f.person_id is not null and f.embedding is not null and not f.is_hidden
        and not exists (select from person_facets t where t.person_id = f.person_id)
"""
# Two who are on more than one photo in ten of the smaller one together are two.
_COMPANIONS = """
    select one, other from (
        select a.person_id as one, b.person_id as other, count(distinct a.photo_id) as photos
        from faces a join faces b on b.photo_id = a.photo_id and b.person_id > a.person_id
        where a.owner_id = %s group by 1, 2) met
    join people p on p.id = one join people q on q.id = other
    where met.photos * 10 > least(p.photos, q.photos)
"""
_PEOPLE = """
    select count(*) filter (where person_id is not null)::int, count(distinct person_id)::int,
           count(*) filter (where person_id is null)::int
    from faces where owner_id = %s and not is_hidden
"""


async def count_faces(connection: Connection, owner_id: UUID) -> tuple[int, int]:
    """Return how many comparable faces are new, and how many there are."""
    row = await (await connection.execute(_COUNT, {"owner": owner_id})).fetchone()
    return (0, 0) if row is None else (row[0], row[1])


async def list_people_without_facets(connection: Connection, owner_id: UUID) -> Sequence[UUID]:
    """Return people with faces that can be compared of whom none was chosen to stand for them."""
    return [row[0] for row in await (await connection.execute(_WITHOUT_FACETS, (owner_id,))).fetchall()]


async def forget_facets(connection: Connection, owner_id: UUID, person_ids: Sequence[UUID]) -> None:
    """Forget which faces stand for some people: they are chosen anew in the next run."""
    await connection.execute(
        "delete from person_facets where owner_id = %s and person_id = any(%s)", (owner_id, list(person_ids))
    )


async def list_companions(connection: Connection, owner_id: UUID) -> set[tuple[UUID, UUID]]:
    """Return pairs of people who are on photos together, the smaller id first."""
    return {(row[0], row[1]) for row in await (await connection.execute(_COMPANIONS, (owner_id,))).fetchall()}


async def count_people(connection: Connection, owner_id: UUID) -> tuple[int, int, int]:
    """Return faces that are somebody's, how many people that is, and faces that are nobody's yet."""
    row = await (await connection.execute(_PEOPLE, (owner_id,))).fetchone()
    return (0, 0, 0) if row is None else (row[0], row[1], row[2])
