"""What stands about faces and people, read by content."""

from collections import defaultdict
from collections.abc import Collection
from typing import Any
from uuid import UUID

from psycopg import AsyncConnection
from psycopg.rows import class_row

from calotype.features.journal import Standing, list_standing
from calotype.features.people.words import NOT, PERSON, Merges

Connection = AsyncConnection[Any]

_WORDS = """
    select number, entry_id, subject, field, value, decided_at from (
        select distinct on (d.subject, d.field) d.number, d.entry_id, d.subject, d.field, d.value, j.decided_at
        from decisions d join journal j on j.id = d.entry_id
        where d.owner_id = %s and d.topic = 'face' and not d.is_taken_back and left(d.subject, 64) = any(%s)
        order by d.subject, d.field, d.number desc) newest
    order by number
"""
_BEFORE = """
    select distinct on (subject) subject, replaced from decisions
    where owner_id = %s and topic = 'face' and left(subject, 64) = any(%s) and replaced is not null
    order by subject, number desc
"""
_COVERS = """
    select subject, value ->> 0 from (
        select distinct on (subject) subject, value from decisions
        where owner_id = %(owner)s and topic = 'person' and field = 'cover' and not is_taken_back
            and (%(people)s::text[] is null or subject = any(%(people)s))
        order by subject, number desc) newest
    where value is not null and jsonb_typeof(value) = 'string'
"""


async def list_face_words(
    connection: Connection, owner_id: UUID, contents: Collection[bytes]
) -> dict[bytes, list[Standing]]:
    """Return the facts about faces that stand, by the content of the photo, the oldest word first."""
    words: dict[bytes, list[Standing]] = defaultdict(list)
    if contents:
        async with connection.cursor(row_factory=class_row(Standing)) as cursor:
            await cursor.execute(_WORDS, (owner_id, [content.hex() for content in contents]))
            for word in await cursor.fetchall():
                words[bytes.fromhex(word.subject[:64])].append(word)
    return words


async def list_before(
    connection: Connection, owner_id: UUID, contents: Collection[bytes]
) -> dict[bytes, list[tuple[str, dict[str, Any]]]]:
    """Return by content, for each face of which something was said, what the library thought of it before."""
    before: dict[bytes, list[tuple[str, dict[str, Any]]]] = defaultdict(list)
    if contents:
        cursor = await connection.execute(_BEFORE, (owner_id, [content.hex() for content in contents]))
        for subject, replaced in await cursor.fetchall():
            before[bytes.fromhex(subject[:64])].append((subject, replaced))
    return before


async def read_merges(connection: Connection, owner_id: UUID) -> Merges:
    """Return who was merged into whom, and who was told apart."""
    return Merges(await list_standing(connection, owner_id, PERSON))


async def list_contents_with_words(connection: Connection, owner_id: UUID) -> list[tuple[UUID, bytes]]:
    """Return the photos about whose faces something was said, and their SHA-256."""
    cursor = await connection.execute(
        "select distinct p.id, p.sha256 from decisions d "
        "join photos p on p.sha256 = decode(left(d.subject, 64), 'hex') and p.owner_id = d.owner_id "
        "where d.owner_id = %s and d.topic = 'face' and d.subject ~ '^[0-9a-f]{64}:'",
        (owner_id,),
    )
    return [(photo_id, bytes(sha256)) for photo_id, sha256 in await cursor.fetchall()]


async def list_covers(
    connection: Connection, owner_id: UUID, person_ids: Collection[UUID] | None = None
) -> dict[UUID, str]:
    """Return the faces that people chose as covers, by person."""
    people = None if person_ids is None else [str(person_id) for person_id in person_ids]
    cursor = await connection.execute(_COVERS, {"owner": owner_id, "people": people})
    return {UUID(subject): face for subject, face in await cursor.fetchall()}


async def list_forbidden(
    connection: Connection, owner_id: UUID, contents: Collection[bytes], merges: Merges
) -> dict[str, set[UUID]]:
    """Return the people that faces are not by somebody's word, by the subject under which it was said."""
    forbidden: dict[str, set[UUID]] = defaultdict(set)
    for words in (await list_face_words(connection, owner_id, contents)).values():
        for word in words:
            if word.field.startswith(NOT) and word.value:
                forbidden[word.subject].add(merges.resolve(UUID(word.field.removeprefix(NOT))))
    return forbidden
