"""The versions of what was learned."""

from typing import Any
from uuid import UUID

from psycopg import AsyncConnection
from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from calotype.features.learning.rules import HEAD_SUBJECT
from calotype.features.learning.schemas import HeadRow, HeadSummary

Connection = AsyncConnection[Any]

_SUMMARIES = """
    select id, label, version, method, space, threshold, figures, made_from, has_won, trained_at
    from learned_heads where owner_id = %s order by label, version desc
"""
_HEADS = """
    select id, owner_id, label, version, method, space, weights, dtype, shape, offsets, threshold, figures, examples,
           made_from, has_won, trained_at
    from learned_heads where owner_id = %s and id = any(%s) order by id
"""
_ADD = """
    insert into learned_heads (id, owner_id, label, version, method, space, weights, dtype, shape, offsets, threshold,
                               figures, examples, made_from, has_won, trained_at)
    values (%(id)s, %(owner_id)s, %(label)s, %(version)s, %(method)s, %(space)s, %(weights)s, %(dtype)s, %(shape)s,
            %(offsets)s, %(threshold)s, %(figures)s, %(examples)s, %(made_from)s, %(has_won)s, %(trained_at)s)
"""
# A version that stood aside, and those far behind, are forgotten; what was in force lately can be gone back to.
_TRIM = """
    delete from learned_heads where owner_id = %s and label = %s and version <= %s and not id = any(%s)
"""

_ROLLED_BACK = """
    select substr(subject, length(%(head)s) + 1), array_agg(field::int) from (
        select distinct on (subject, field) subject, field, value from decisions
        where owner_id = %(owner)s and topic = 'label' and starts_with(subject, %(head)s) and not is_taken_back
        order by subject, field, number desc) standing
    where (value ->> 'is_rolled_back')::boolean group by subject
"""


async def list_summaries(connection: Connection, owner_id: UUID) -> list[HeadSummary]:
    """Return all versions of all heads of an owner, newest version first."""
    async with connection.cursor(row_factory=class_row(HeadSummary)) as cursor:
        return await (await cursor.execute(_SUMMARIES, (owner_id,))).fetchall()


async def list_heads(connection: Connection, owner_id: UUID, head_ids: list[UUID]) -> list[HeadRow]:
    """Return heads with their arrays, by id."""
    async with connection.cursor(row_factory=class_row(HeadRow)) as cursor:
        return await (await cursor.execute(_HEADS, (owner_id, head_ids))).fetchall()


async def add_head(connection: Connection, head: HeadRow) -> None:
    """Write a new version."""
    values = {**vars(head), "figures": Jsonb(dict(head.figures)), "examples": Jsonb(list(head.examples))}
    await connection.execute(_ADD, values)


async def forget_old(connection: Connection, owner_id: UUID, label: str, up_to_version: int, but: list[UUID]) -> None:
    """Forget versions up to a number, but for some."""
    await connection.execute(_TRIM, (owner_id, label, up_to_version, but))


async def list_rolled_back(connection: Connection, owner_id: UUID) -> dict[str, frozenset[int]]:
    """Return by label the versions that the owner does not want."""
    rows = await (await connection.execute(_ROLLED_BACK, {"owner": owner_id, "head": HEAD_SUBJECT})).fetchall()
    return {row[0]: frozenset(row[1]) for row in rows}
