"""Questions that are worth an answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from psycopg import AsyncConnection
from psycopg.rows import class_row

Connection = AsyncConnection[Any]

MOST = 2_000
_ADD = """
    insert into face_questions (id, owner_id, person_id, face_id, other_person_id, other_face_id, likeness)
    select n.id, %(owner)s, n.person, n.face, n.other_person, n.other_face, n.likeness
    from unnest(%(ids)s::uuid[], %(people)s::uuid[], %(faces)s::uuid[], %(other_people)s::uuid[],
                %(other_faces)s::uuid[], %(likeness)s::real[])
        as n(id, person, face, other_person, other_face, likeness)
    where (n.person is null or exists (select from people w where w.id = n.person))
        and (n.other_person is null or exists (select from people w where w.id = n.other_person))
        and (n.face is null or exists (select from faces f where f.id = n.face))
        and (n.other_face is null or exists (select from faces f where f.id = n.other_face))
    on conflict (id) do update set likeness = excluded.likeness, person_id = excluded.person_id,
        face_id = excluded.face_id, other_person_id = excluded.other_person_id, other_face_id = excluded.other_face_id
    where face_questions.owner_id = excluded.owner_id
"""
# Nothing that a run says about people who were changed while it went on is up to date.
_FORGET = """
    delete from face_questions q where q.owner_id = %(owner)s and q.id <> all(%(ids)s)
        and not exists (select from people w where w.id in (q.person_id, q.other_person_id)
            and w.owner_id = %(owner)s and not exists (select from person_facets t where t.person_id = w.id)
            and exists (select from faces f where f.person_id = w.id and f.embedding is not null and not f.is_hidden))
"""
# Not about people who were changed while the run went on: see above.
_FORGET_ABOUT = """
    delete from face_questions q where q.owner_id = %(owner)s
        and (q.face_id = any(%(faces)s) or q.other_face_id = any(%(faces)s)
            or q.person_id = any(%(people)s) or q.other_person_id = any(%(people)s))
        and not exists (select from people w where w.id in (q.person_id, q.other_person_id)
            and w.owner_id = %(owner)s and not exists (select from person_facets t where t.person_id = w.id)
            and exists (select from faces f where f.person_id = w.id and f.embedding is not null and not f.is_hidden))
"""
_BETWEEN = """
    select case when person_id = %(person)s then other_person_id else person_id end, max(likeness)
    from face_questions where owner_id = %(owner)s
        and (person_id = %(person)s and other_person_id = any(%(others)s)
            or other_person_id = %(person)s and person_id = any(%(others)s))
    group by 1
"""
_SELECT = """
    select id, person_id, face_id, other_person_id, other_face_id, likeness from face_questions
    where owner_id = %(owner)s
"""


@dataclass(frozen=True)
class Likeness:
    """Two sides that may be the same: each a person, or a face that is nobody's. `likeness` goes from 0 (hardly worth a
    question) to 1 (nearly sure)."""

    id: UUID
    person_id: UUID | None
    face_id: UUID | None
    other_person_id: UUID | None
    other_face_id: UUID | None
    likeness: float


async def list_likenesses(connection: Connection, owner_id: UUID) -> list[Likeness]:
    """Return what might be asked, the likeliest first."""
    async with connection.cursor(row_factory=class_row(Likeness)) as cursor:
        query = f"{_SELECT} order by likeness desc, id limit %(most)s"
        return await (await cursor.execute(query, {"owner": owner_id, "most": MOST})).fetchall()


async def find_likeness(connection: Connection, owner_id: UUID, question_id: UUID) -> Likeness | None:
    """Return one of them."""
    async with connection.cursor(row_factory=class_row(Likeness)) as cursor:
        return await (
            await cursor.execute(f"{_SELECT} and id = %(id)s", {"owner": owner_id, "id": question_id})
        ).fetchone()


async def find_between(
    connection: Connection, owner_id: UUID, person_id: UUID, others: Sequence[UUID]
) -> dict[UUID, float]:
    """Return how alike some people are to one, where that might be asked."""
    cursor = await connection.execute(_BETWEEN, {"owner": owner_id, "person": person_id, "others": list(others)})
    return {row[0]: row[1] for row in await cursor.fetchall()}


async def replace_likenesses(connection: Connection, owner_id: UUID, found: Sequence[Likeness]) -> None:
    """Keep this as what might be asked. What else there was is forgotten, but for what is about people who have changed
    meanwhile (no face stands for them): the run that follows their change decides on that."""
    await connection.execute(_FORGET, {"owner": owner_id, "ids": [one.id for one in found]})
    await add_likenesses(connection, owner_id, found)


async def forget_about(connection: Connection, owner_id: UUID, people: Sequence[UUID], faces: Sequence[UUID]) -> None:
    """Forget what might have been asked about some people and faces, but for what is about people who have changed."""
    values = {"owner": owner_id, "people": list(people), "faces": list(faces)}
    await connection.execute(_FORGET_ABOUT, values)


async def add_likenesses(connection: Connection, owner_id: UUID, found: Sequence[Likeness]) -> None:
    """Keep this, too, as what might be asked."""
    await connection.execute(
        _ADD,
        {
            "owner": owner_id,
            "ids": [one.id for one in found],
            "people": [one.person_id for one in found],
            "faces": [one.face_id for one in found],
            "other_people": [one.other_person_id for one in found],
            "other_faces": [one.other_face_id for one in found],
            "likeness": [one.likeness for one in found],
        },
    )


async def move_questions(connection: Connection, owner_id: UUID, person_id: UUID, into: UUID) -> None:
    """Ask of one person what was to be asked of another, who is the same."""
    values = {"owner": owner_id, "old": person_id, "new": into}
    await connection.execute(
        "update face_questions set person_id = %(new)s where owner_id = %(owner)s and person_id = %(old)s", values
    )
    await connection.execute(
        "update face_questions set other_person_id = %(new)s where owner_id = %(owner)s and other_person_id = %(old)s",
        values,
    )
    await connection.execute(
        "delete from face_questions where owner_id = %(owner)s and person_id = other_person_id", values
    )
