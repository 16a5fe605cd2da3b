"""Pairs and stacks as they stand."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from psycopg import AsyncConnection

from calotype.features.stacks.schemas import Kind, Member, Pair, Stack, StoredStack
from calotype.kit.ids import uuid7

Connection = AsyncConnection[Any]

_PAIRS = "select case when part = one then other else one end, part, kind, role, reason from photo_pairs"
_MEMBERS = """
    select s.id, s.kind, s.reason, m.photo_id, m.role, m.reason from stacks s
    join stack_photos m on m.stack_id = s.id where s.owner_id = %s and s.id = any(%s)
    order by s.id, m.photo_id <> s.lead_photo_id, m.role, m.photo_id
"""
_PAGE = """
    select id from stacks where owner_id = %(owner)s and (%(kind)s::text is null or kind = %(kind)s)
        and (%(after)s::uuid is null or id < %(after)s) order by id desc limit %(limit)s
"""


async def list_pairs(connection: Connection, owner_id: UUID, ids: Collection[UUID] | None = None) -> list[Pair]:
    """Return the pairs of some photos, or all."""
    if ids is None:
        cursor = await connection.execute(f"{_PAIRS} where owner_id = %s", (owner_id,))
    else:
        some = list(ids)
        cursor = await connection.execute(
            f"{_PAIRS} where owner_id = %s and one = any(%s) union {_PAIRS} where owner_id = %s and other = any(%s)",
            (owner_id, some, owner_id, some),
        )
    return [Pair(row[0], row[1], Kind(row[2]), row[3], row[4]) for row in await cursor.fetchall()]


async def add_pairs(connection: Connection, owner_id: UUID, pairs: Sequence[Pair]) -> None:
    """Write pairs over what was known of the same two. Photos that are gone meanwhile are left out."""
    await connection.execute(
        "insert into photo_pairs (one, other, owner_id, kind, role, part, reason) "
        "select least(x.lead, x.part), greatest(x.lead, x.part), %s, x.kind, x.role, x.part, x.reason "
        "from unnest(%s::uuid[], %s::uuid[], %s::text[], %s::text[], %s::text[]) x(lead, part, kind, role, reason) "
        "join photos a on a.id = x.lead join photos b on b.id = x.part order by 1, 2 "
        "on conflict (one, other) do update set kind = excluded.kind, role = excluded.role, part = excluded.part, "
        "reason = excluded.reason",
        (
            owner_id,
            [pair.lead for pair in pairs],
            [pair.part for pair in pairs],
            [str(pair.kind) for pair in pairs],
            [pair.role for pair in pairs],
            [pair.reason for pair in pairs],
        ),
    )


async def drop_pairs(connection: Connection, owner_id: UUID, pairs: Sequence[tuple[UUID, UUID]]) -> None:
    """Forget what was known of these pairs (the smaller id first)."""
    await connection.execute(
        "delete from photo_pairs p using unnest(%s::uuid[], %s::uuid[]) x(one, other) "
        "where p.owner_id = %s and p.one = x.one and p.other = x.other",
        ([pair[0] for pair in pairs], [pair[1] for pair in pairs], owner_id),
    )


async def note_lookups(
    connection: Connection, owner_id: UUID, version: int, space_id: int, ids: Sequence[UUID]
) -> None:
    """Note that the neighbours of these photos are known; those without a vector are looked up again later."""
    await connection.execute(
        "insert into pair_lookups (photo_id, owner_id, version, space_id) "
        "select p.id, p.owner_id, %(version)s, case when exists (select from embeddings e where e.photo_id = p.id "
        "and e.space_id = %(space)s) then %(space)s else 0 end from photos p "
        "where p.owner_id = %(owner)s and p.id = any(%(ids)s) order by p.id "
        "on conflict (photo_id) do update set version = excluded.version, space_id = excluded.space_id",
        {"owner": owner_id, "version": version, "space": space_id, "ids": list(ids)},
    )


async def list_stacks(connection: Connection, owner_id: UUID, ids: Sequence[UUID]) -> list[StoredStack]:
    """Return stacks by their ids, in the order of the ids."""
    rows = await (await connection.execute(_MEMBERS, (owner_id, list(ids)))).fetchall()
    facts = {row[0]: (Kind(row[1]), row[2]) for row in rows}
    members: dict[UUID, list[Member]] = defaultdict(list)
    for row in rows:
        members[row[0]].append(Member(row[3], row[4], row[5]))
    return [StoredStack(one, Stack(*facts[one], members[one])) for one in ids if one in facts]


async def list_page(
    connection: Connection, owner_id: UUID, kind: Kind | None, after: UUID | None, limit: int
) -> list[StoredStack]:
    """Return stacks, the newest first, those before `after`."""
    values = {"owner": owner_id, "kind": kind and str(kind), "after": after, "limit": limit}
    rows = await (await connection.execute(_PAGE, values)).fetchall()
    return await list_stacks(connection, owner_id, [row[0] for row in rows])


async def list_stacks_of(connection: Connection, owner_id: UUID, photo_ids: Collection[UUID]) -> list[StoredStack]:
    """Return all stacks in which one of these photos is, or was the lead when it was purged."""
    rows = await (
        await connection.execute(
            "select stack_id from stack_photos where owner_id = %(owner)s and photo_id = any(%(ids)s) union "
            "select id from stacks where owner_id = %(owner)s and lead_photo_id = any(%(ids)s) order by 1",
            {"owner": owner_id, "ids": list(photo_ids)},
        )
    ).fetchall()
    return await list_stacks(connection, owner_id, [row[0] for row in rows])


async def drop_stacks(connection: Connection, owner_id: UUID, ids: Sequence[UUID]) -> None:
    """Forget stacks."""
    await connection.execute("delete from stacks where owner_id = %s and id = any(%s)", (owner_id, list(ids)))


async def add_stack(connection: Connection, owner_id: UUID, stack: Stack, stack_id: UUID | None = None) -> UUID:
    """Write a stack, under its old id where it had one; return the id."""
    stack_id = stack_id or uuid7()
    await connection.execute(
        "insert into stacks (id, owner_id, kind, lead_photo_id, reason) values (%s, %s, %s, %s, %s)",
        (stack_id, owner_id, str(stack.kind), stack.lead, stack.reason),
    )
    async with connection.cursor() as cursor:
        await cursor.executemany(
            "insert into stack_photos (stack_id, photo_id, owner_id, role, reason) values (%s, %s, %s, %s, %s)",
            [(stack_id, one.photo_id, owner_id, one.role, one.reason) for one in stack.members],
        )
    return stack_id


async def list_stacked(connection: Connection, owner_id: UUID) -> list[UUID]:
    """Return all photos that are in a stack, or stand behind another one."""
    rows = await (
        await connection.execute(
            "select photo_id from stack_photos where owner_id = %(owner)s union "
            "select id from photos where owner_id = %(owner)s and status = 3",
            {"owner": owner_id},
        )
    ).fetchall()
    return [row[0] for row in rows]


async def list_lost_variants(connection: Connection, owner_id: UUID) -> list[UUID]:
    """Return photos that stand behind another one although no stack says so."""
    query = (
        "select p.id from photos p where p.owner_id = %s and p.status = 3 and not exists (select from stack_photos m "
        "join stacks s on s.id = m.stack_id join photos l on l.id = s.lead_photo_id "
        "where m.photo_id = p.id and s.kind = 'variants' and s.lead_photo_id <> p.id)"
    )
    return [row[0] for row in await (await connection.execute(query, (owner_id,))).fetchall()]


async def find_ids(connection: Connection, owner_id: UUID, sha256s: Collection[str]) -> dict[str, UUID]:
    """Return the photos of the owner with these contents, by the hex SHA-256."""
    rows = await (
        await connection.execute(
            "select encode(sha256, 'hex'), id from photos where owner_id = %s and sha256 = any(%s)",
            (owner_id, [bytes.fromhex(one) for one in sha256s]),
        )
    ).fetchall()
    return dict(rows)


async def list_contents(connection: Connection, owner_id: UUID, photo_ids: Collection[UUID]) -> list[str]:
    """Return the hex SHA-256 of these photos."""
    query = "select encode(sha256, 'hex') from photos where owner_id = %s and id = any(%s)"
    return [row[0] for row in await (await connection.execute(query, (owner_id, list(photo_ids)))).fetchall()]


async def list_told_of(connection: Connection, owner_id: UUID, topic: str, fields: Collection[str]) -> set[str]:
    """Return the subjects about which one of these fields was ever told."""
    query = "select distinct subject from decisions where owner_id = %s and topic = %s and field = any(%s)"
    return {row[0] for row in await (await connection.execute(query, (owner_id, topic, list(fields)))).fetchall()}


async def count_stacks(connection: Connection, owner_id: UUID) -> list[tuple[str, int]]:
    """Return how many stacks of each kind there are."""
    query = "select kind, count(*) from stacks where owner_id = %s group by kind order by kind"
    return await (await connection.execute(query, (owner_id,))).fetchall()
