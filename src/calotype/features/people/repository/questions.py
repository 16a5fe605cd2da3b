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


async def replace_likenesses(connection: Connection, owner_id: UUID, found: Sequence[Likeness]) -> None:
    """Forget what might have been asked, and keep this instead."""
    ids = [one.id for one in found]
    await connection.execute("delete from face_questions where owner_id = %s and id <> all(%s)", (owner_id, ids))
    await connection.execute(
        _ADD,
        {
            "owner": owner_id,
            "ids": ids,
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
