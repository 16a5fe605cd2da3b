"""Brings stacks, and where their photos stand, into line with the pairs that are known and with what people said."""

from collections.abc import Collection, Iterable, Sequence
from typing import Any
from uuid import UUID

from psycopg import AsyncConnection

from calotype.features.journal import list_standing
from calotype.features.photos import PhotoState, move_photo, next_change
from calotype.features.stacks.grouping import Said, make_stacks
from calotype.features.stacks.repository import looks as looks_repository
from calotype.features.stacks.repository import stacks as stacks_repository
from calotype.features.stacks.schemas import Kind, Pair, Stack, StoredStack
from calotype.features.stacks.words import read_said

Connection = AsyncConnection[Any]

_ROUNDS = 100  # steps from photo to photo; who needs more is brought into line by the next whole run


async def regroup(
    connection: Connection, owner_id: UUID, photo_ids: Collection[UUID], *, said: Said | None = None
) -> bool:
    """Make the stacks anew in which these photos are or will be; say whether other photos are seen than before."""
    await next_change(connection, owner_id)
    said = said or await read_said(connection, owner_id)
    ids, pairs = await _reach(connection, owner_id, set(photo_ids), said)
    old = await stacks_repository.list_stacks_of(connection, owner_id, ids)
    ids |= {member for stored in old for member in stored.stack.ids}
    looks = await looks_repository.list_looks(connection, owner_id, ids)
    made = make_stacks(looks, pairs, said)
    await _write(connection, owner_id, old, made)
    parts = _parts(made)
    released = {one for stored in old if stored.stack.kind is Kind.VARIANTS for one in stored.stack.ids} - set(parts)
    released |= {one for one, look in looks.items() if look.status == PhotoState.VARIANT and one not in parts}
    return await _settle(connection, owner_id, made, released)


async def _reach(
    connection: Connection, owner_id: UUID, ids: set[UUID], said: Said
) -> tuple[set[UUID], Sequence[Pair]]:
    """Return the photos that hang together with `ids` by pairs and words, and the pairs among them."""
    pairs: dict[frozenset[UUID], Pair] = {}
    news = ids
    for _ in range(_ROUNDS):
        for pair in await stacks_repository.list_pairs(connection, owner_id, news):
            pairs[frozenset((pair.lead, pair.part))] = pair
        reached = ids | {one for pair in pairs for one in pair}
        reached |= {one for chosen in said.together.values() if reached & set(chosen) for one in chosen}
        news, ids = reached - ids, reached
        if not news:
            break
    return ids, list(pairs.values())


async def _write(connection: Connection, owner_id: UUID, old: Sequence[StoredStack], made: Iterable[Stack]) -> None:
    """Write what is new over what was; a stack that has changed keeps its id."""
    left = list(old)
    new: list[tuple[Stack, UUID | None]] = []
    for stack in made:
        like = [stored for stored in left if stored.stack.kind is stack.kind and stored.stack.ids & stack.ids]
        if not like:
            new.append((stack, None))
            continue
        best = max(like, key=lambda stored: len(stored.stack.ids & stack.ids))
        left.remove(best)
        if not _is_equal(best.stack, stack):
            new.append((stack, best.id))
    dropped = [stored.id for stored in left] + [stack_id for _, stack_id in new if stack_id is not None]
    await stacks_repository.drop_stacks(connection, owner_id, dropped)
    for stack, stack_id in new:
        await stacks_repository.add_stack(connection, owner_id, stack, stack_id)


def _is_equal(one: Stack, other: Stack) -> bool:
    return (one.lead, one.reason, set(one.members)) == (other.lead, other.reason, set(other.members))


def _parts(stacks: Iterable[Stack]) -> dict[UUID, UUID]:
    """Return the lead of each photo that stands behind another one."""
    variants = (stack for stack in stacks if stack.kind is Kind.VARIANTS)
    return {one.photo_id: stack.lead for stack in variants for one in stack.members[1:]}


async def release(connection: Connection, owner_id: UUID, photo_ids: Collection[UUID]) -> bool:
    """Bring photos back into the library that stand behind none any more; say whether any moved."""
    return await _settle(connection, owner_id, [], set(photo_ids))


async def _settle(connection: Connection, owner_id: UUID, stacks: Sequence[Stack], released: set[UUID]) -> bool:
    parts = _parts(stacks)
    looks = await looks_repository.list_looks(connection, owner_id, {*parts, *parts.values(), *released})
    trashed, hidden = await _read_places(connection, owner_id, [look.sha256 for look in looks.values()])
    has_moved = False
    for photo in sorted({*parts, *released} & looks.keys()):
        look, lead = looks[photo], looks.get(parts[photo]) if photo in parts else None
        wanted = PhotoState.IN_LIBRARY
        is_trashed, said_at = trashed.get(look.sha256, (False, 0))
        if is_trashed:
            wanted = PhotoState.TRASHED
        elif hidden.get(look.sha256):
            wanted = PhotoState.HIDDEN
        elif lead is not None:
            wanted = PhotoState(lead.status)
            if wanted in (PhotoState.IN_LIBRARY, PhotoState.VARIANT):
                wanted = PhotoState.VARIANT
            elif wanted is PhotoState.TRASHED and said_at > trashed.get(lead.sha256, (False, 0))[1]:
                wanted = PhotoState.IN_LIBRARY  # somebody took it out of the trash after its lead had gone there
        if wanted != look.status:
            await move_photo(connection, owner_id, photo, wanted)
            has_moved = True
    return has_moved


async def _read_places(
    connection: Connection, owner_id: UUID, contents: Sequence[str]
) -> tuple[dict[str, tuple[bool, int]], dict[str, bool]]:
    """Return whether and when contents were put into the trash, and whether they are hidden."""
    trashed: dict[str, tuple[bool, int]] = {}
    hidden: dict[str, bool] = {}
    for fact in await list_standing(connection, owner_id, "photo", contents):
        if fact.field == "is_trashed":
            trashed[fact.subject] = (bool(fact.value), fact.number)
        elif fact.field == "is_hidden":
            hidden[fact.subject] = bool(fact.value)
    return trashed, hidden
