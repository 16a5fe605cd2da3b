"""All SQL about the journal and the facts in it. Every query takes the owner."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from psycopg import AsyncConnection
from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from calotype.features.journal.schemas import Entry, Fact, Standing, Told
from calotype.kit.ids import uuid7

Connection = AsyncConnection[Any]

_WAIT_FOR_TURN = "select next_change(%s)"  # whoever writes what is an owner's begins with this: no deadlock
_ADD_ENTRY = """
    insert into journal (id, owner_id, actor_id, kind, summary, undoes)
    values (%(id)s, %(owner)s, %(actor)s, %(kind)s, %(summary)s, %(undoes)s)
"""
_ADD_FACTS = """
    insert into decisions (owner_id, entry_id, topic, subject, field, value, replaced)
    select %(owner)s, %(entry)s, topic, subject, field, value,
           case when not exists (select from decisions d where d.owner_id = %(owner)s and d.topic = fact.topic
                                 and d.subject = fact.subject and d.field = fact.field and not d.is_taken_back)
                then replaced end   -- else it is what a person said before, not what stood there by itself
    from unnest(%(topics)s::text[], %(subjects)s::text[], %(fields)s::text[], %(values)s::jsonb[],
                %(replaced)s::jsonb[]) with ordinality as fact(topic, subject, field, value, replaced, place)
    order by place
"""
_STANDING = """
    select number, entry_id, subject, field, value, decided_at from (
        select distinct on (d.subject, d.field) d.number, d.entry_id, d.subject, d.field, d.value, j.decided_at
        from decisions d join journal j on j.id = d.entry_id
        where d.owner_id = %(owner)s and d.topic = %(topic)s and not d.is_taken_back
            and (%(subjects)s::text[] is null or d.subject = any(%(subjects)s))
        order by d.subject, d.field, d.number desc) newest
    order by number
"""
_TOLD = """
    select number, entry_id, subject, field, value, replaced, is_taken_back from decisions
    where owner_id = %s and topic = %s and subject = any(%s) order by number
"""
_ENTRY = """
    select j.id, j.actor_id, j.kind, j.summary, j.decided_at, j.undoes, j.undone_by,
           (select count(*) from decisions d where d.entry_id = j.id)::int as facts
    from journal j where j.owner_id = %(owner)s
"""
_ONE = f"{_ENTRY} and j.id = %(id)s"
_PAGE = f"{_ENTRY} and (%(after)s::uuid is null or j.id < %(after)s) order by j.id desc limit %(limit)s"
_LAST = """
    select id from journal j where owner_id = %s and undone_by is null and undoes is null
        and exists (select from decisions d where d.entry_id = j.id) order by id desc limit 1
"""
_MARK_UNDONE = "update journal set undone_by = %s where owner_id = %s and id = %s"
_TURN = """
    update decisions set is_taken_back = %s where owner_id = %s and entry_id = %s returning topic, subject, field
"""


async def wait_for_turn(connection: Connection, owner_id: UUID) -> None:
    """Wait until nobody else writes what is this owner's; held until the transaction ends."""
    await connection.execute(_WAIT_FOR_TURN, (owner_id,))


async def add_entry(
    connection: Connection, owner_id: UUID, actor_id: UUID, kind: str, summary: str, *, undoes: UUID | None = None
) -> UUID:
    """Write a line; return its id."""
    entry_id = uuid7()
    values = {"id": entry_id, "owner": owner_id, "actor": actor_id, "kind": kind, "summary": summary, "undoes": undoes}
    await connection.execute(_ADD_ENTRY, values)
    return entry_id


async def add_facts(connection: Connection, owner_id: UUID, entry_id: UUID, facts: Sequence[Fact]) -> None:
    """Write what was said, in the order of telling."""
    await connection.execute(
        _ADD_FACTS,
        {
            "owner": owner_id,
            "entry": entry_id,
            "topics": [fact.topic for fact in facts],
            "subjects": [fact.subject for fact in facts],
            "fields": [fact.field for fact in facts],
            "values": [Jsonb(fact.value) for fact in facts],
            "replaced": [None if fact.replaced is None else Jsonb(fact.replaced) for fact in facts],
        },
    )


async def list_standing(
    connection: Connection, owner_id: UUID, topic: str, subjects: Collection[str] | None = None
) -> list[Standing]:
    """Return the facts of a topic that stand, about some subjects or about all, the oldest word first."""
    values = {"owner": owner_id, "topic": topic, "subjects": None if subjects is None else list(subjects)}
    async with connection.cursor(row_factory=class_row(Standing)) as cursor:
        return await (await cursor.execute(_STANDING, values)).fetchall()


async def list_told(connection: Connection, owner_id: UUID, topic: str, subjects: Collection[str]) -> list[Told]:
    """Return all that was ever said about some subjects, what is taken back too, the oldest first."""
    async with connection.cursor(row_factory=class_row(Told)) as cursor:
        return await (await cursor.execute(_TOLD, (owner_id, topic, list(subjects)))).fetchall()


async def find_entry(connection: Connection, owner_id: UUID, entry_id: UUID) -> Entry | None:
    """Return a line of the owner's journal."""
    async with connection.cursor(row_factory=class_row(Entry)) as cursor:
        return await (await cursor.execute(_ONE, {"owner": owner_id, "id": entry_id})).fetchone()


async def list_entries(connection: Connection, owner_id: UUID, after: UUID | None, limit: int) -> list[Entry]:
    """Return lines, newest first, those before the line `after`."""
    async with connection.cursor(row_factory=class_row(Entry)) as cursor:
        return await (await cursor.execute(_PAGE, {"owner": owner_id, "after": after, "limit": limit})).fetchall()


async def find_last(connection: Connection, owner_id: UUID) -> UUID | None:
    """Return the newest decision that stands and is no undo."""
    row = await (await connection.execute(_LAST, (owner_id,))).fetchone()
    return None if row is None else row[0]


async def mark_undone(connection: Connection, owner_id: UUID, entry_id: UUID, by: UUID | None) -> None:
    """Note by which line another one was undone; None where it stands again."""
    await connection.execute(_MARK_UNDONE, (by, owner_id, entry_id))


async def turn_facts(
    connection: Connection, owner_id: UUID, entry_id: UUID, *, is_taken_back: bool
) -> list[tuple[str, str, str]]:
    """Take the facts of a line back, or let them stand again; return topic, subject and field of each."""
    return await (await connection.execute(_TURN, (is_taken_back, owner_id, entry_id))).fetchall()


async def forget_facts(connection: Connection, owner_id: UUID, topic: str, subject: str, field: str) -> None:
    """Forget what was said about something that is gone for good; the lines stay, and can no longer be undone."""
    await connection.execute(
        "delete from decisions where owner_id = %s and topic = %s and subject = %s and field = %s",
        (owner_id, topic, subject, field),
    )
