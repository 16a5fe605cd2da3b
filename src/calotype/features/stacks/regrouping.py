"""Brings stacks, and where their photos stand, into line with the pairs that are known and with what people said."""

from collections.abc import Collection, Iterable, Mapping, Sequence
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


async def regroup(connection: Connection, owner_id: UUID, photo_ids: Collection[UUID]) -> bool:
    """Make the stacks anew in which these photos are or will be; say whether other photos are seen than before.

    What people said is read here, after the owner's turn: a word that falls during a long run is obeyed by its rest.
    """
    await next_change(connection, owner_id)
    ids, pairs, said = await _reach(connection, owner_id, set(photo_ids))
    old = await stacks_repository.list_stacks_of(connection, owner_id, ids)
    ids |= {member for stored in old for member in stored.stack.ids}
    looks = await looks_repository.list_looks(connection, owner_id, ids)
    made = make_stacks(looks, pairs, said)
    await _write(connection, owner_id, old, made)
    parts = _parts(made)
    released = {one for stored in old if stored.stack.kind is Kind.VARIANTS for one in stored.stack.ids} - set(parts)
    released |= {one for one, look in looks.items() if look.status == PhotoState.VARIANT and one not in parts}
    return await _settle(connection, owner_id, made, released)


async def _reach(connection: Connection, owner_id: UUID, ids: set[UUID]) -> tuple[set[UUID], Sequence[Pair], Said]:
    """Return the photos that hang together with `ids` by pairs and words, the pairs among them, and the words."""
    pairs: dict[frozenset[UUID], Pair] = {}
    apart: dict[UUID, Mapping[str, str]] = {}
    together: dict[str, Sequence[UUID]] = {}
    news = ids
    for _ in range(_ROUNDS):
        for pair in await stacks_repository.list_pairs(connection, owner_id, news):
            pairs[frozenset((pair.lead, pair.part))] = pair
        contents = await stacks_repository.list_contents(connection, owner_id, news)
        said = await read_said(connection, owner_id, contents)
        apart |= said.apart
        together |= said.together
        reached = ids | {one for pair in pairs for one in pair}
        reached |= {one for chosen in said.together.values() for one in chosen}
        news, ids = reached - ids, reached
        if not news:
            break
    return ids, list(pairs.values()), Said(apart, together)


async def is_in_line(connection: Connection, owner_id: UUID, photo_id: UUID) -> bool:
    """Say whether the stacks of a photo that went or came are right already, without making them anew.

    All photos of one decision move before the first of them is told of: what is made for that one is right for all, and
    keeping one of a burst of 300 makes its stacks once. A photo that is not seen is in no stack of what is alike; one
    that has come back is in one as soon as they were made since.
    """
    stored = await stacks_repository.list_stacks_of(connection, owner_id, [photo_id])
    variants = [each.stack for each in stored if each.stack.kind is Kind.VARIANTS]
    look = (await looks_repository.list_looks(connection, owner_id, [photo_id])).get(photo_id)
    is_seen = look is not None and look.status in (PhotoState.IN_LIBRARY, PhotoState.VARIANT)
    if is_seen:
        if len(stored) == len(variants) and (await stacks_repository.list_pairs(connection, owner_id, [photo_id])):
            return False
    elif len(stored) > len(variants):
        return False
    return not await _find_moves(connection, owner_id, variants, set())


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
    moves = await _find_moves(connection, owner_id, stacks, released)
    for photo, wanted in moves:
        await move_photo(connection, owner_id, photo, wanted)
    return bool(moves)


async def _find_moves(
    connection: Connection, owner_id: UUID, stacks: Sequence[Stack], released: set[UUID]
) -> list[tuple[UUID, PhotoState]]:
    """Return which photos do not stand where they belong, and where that is."""
    parts = _parts(stacks)
    looks = await looks_repository.list_looks(connection, owner_id, {*parts, *parts.values(), *released})
    trashed, hidden = await _read_places(connection, owner_id, [look.sha256 for look in looks.values()])
    moves = []
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
            moves.append((photo, wanted))
    return moves


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
