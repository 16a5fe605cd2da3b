"""Pictures that belong together: the same one twice, twins, bursts, and variants of one photo."""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import cast
from uuid import UUID

from calotype.db.engine import Connection, Database
from calotype.db.keyset import decode_cursor, encode_cursor
from calotype.features.journal import Fact, Journal
from calotype.features.photos import PhotoNotFound, PhotoState, make_facts, next_change, photo_exists
from calotype.features.stacks import keeping, words
from calotype.features.stacks.choosing import choose_keeper
from calotype.features.stacks.errors import NotInStack, StackNotFound, ThrownAway, TooFew
from calotype.features.stacks.events import StacksChanged
from calotype.features.stacks.repository import joining, stacks
from calotype.features.stacks.repository.looks import list_looks
from calotype.features.stacks.schemas import Kind, Look, StoredStack
from calotype.kit.events import Publisher
from calotype.kit.progress import Progress
from calotype.ports.object_store import ObjectStore


@dataclass(frozen=True)
class ReviewedStack:
    """A stack, and which of its photos to keep with the reasons."""

    stored: StoredStack
    keep: UUID
    why: Sequence[str]


class Stacks:
    """The service behind `/stacks`. Without `objects` no doubtful pair is ever joined."""

    def __init__(
        self, database: Database, journal: Journal, publisher: Publisher, objects: ObjectStore | None = None
    ) -> None:
        self._database = database
        self._journal = journal
        self._publisher = publisher
        self._objects = objects

    async def organise(self, owner_id: UUID, *, is_whole: bool, progress: Progress) -> str:
        """Find what belongs together; `is_whole`: look at all photos again. Return one sentence about it."""
        run = import_module("calotype.features.stacks.organising").Run(  # numpy is no business of the server
            self._database, self._objects, owner_id, progress
        )
        looked_at, has_moved = await run.do(is_whole=is_whole)
        async with self._database.transaction() as connection:
            if has_moved:
                await self._publisher.publish(StacksChanged(owner_id), connection)
            counts = await stacks.count_stacks(connection, owner_id)
        found = ", ".join(f"{count} {kind}" for kind, count in counts) or "none"
        return f"Looked at {looked_at} photos. Stacks: {found}."

    async def list_stacks(
        self, owner_id: UUID, kind: Kind | None, *, cursor: str | None, limit: int
    ) -> tuple[list[ReviewedStack], str | None]:
        """Return a page of stacks, the newest first, and where the next one begins. Raises `BadCursor`."""
        after = cast(tuple[UUID], decode_cursor(cursor, [UUID]))[0] if cursor else None
        async with self._database.connection() as connection:
            page = await stacks.list_page(connection, owner_id, kind, after, limit + 1)
            reviewed = await _review(connection, owner_id, page[:limit])
        return reviewed, encode_cursor([page[limit - 1].id]) if len(page) > limit else None

    async def get_stack(self, owner_id: UUID, stack_id: UUID) -> ReviewedStack:
        """Return one stack. Raises `StackNotFound`."""
        async with self._database.connection() as connection:
            return (await _review(connection, owner_id, [await _get(connection, owner_id, stack_id)]))[0]

    async def find_variants(self, owner_id: UUID, photo_id: UUID) -> StoredStack | None:
        """Return the stack of the variants of a photo, or None where it has none. Raises `PhotoNotFound`."""
        async with self._database.connection() as connection:
            if not await photo_exists(connection, owner_id, photo_id):
                raise PhotoNotFound
            found = await stacks.list_stacks_of(connection, owner_id, [photo_id])
        return next((stored for stored in found if stored.stack.kind is Kind.VARIANTS), None)

    async def undo_stack(self, owner_id: UUID, stack_id: UUID) -> None:
        """Tell the photos of a stack apart, for ever. Raises `StackNotFound`."""
        await self._tell_apart(owner_id, stack_id, "stacks.undo", "Took a stack of {} photos apart")

    async def keep_all(self, owner_id: UUID, stack_id: UUID) -> None:
        """Remember that all are to be kept: they are never shown as twins again. Raises `StackNotFound`."""
        await self._tell_apart(owner_id, stack_id, "stacks.keep_all", "Kept all {} photos of a stack")

    async def _tell_apart(self, owner_id: UUID, stack_id: UUID, kind: str, summary: str) -> None:
        async def work(connection: Connection) -> None:
            await next_change(connection, owner_id)  # first: what is read here must not change before it is written
            stored = await _get(connection, owner_id, stack_id)
            ids = [member.photo_id for member in stored.stack.members]
            facts = await _apart(connection, owner_id, stored.stack.kind, ids)
            await self._journal.record(connection, owner_id, owner_id, kind, summary.format(len(ids)), facts)

        await self._database.run_transaction(work)

    async def put_together(self, owner_id: UUID, photo_ids: Sequence[UUID], lead_id: UUID | None) -> StoredStack:
        """Make a stack by hand, shown as one photo; the lead is the best one unless one is named. Raises `TooFew`."""

        async def work(connection: Connection) -> StoredStack:
            await next_change(connection, owner_id)
            looks = await list_looks(connection, owner_id, {*photo_ids, *([lead_id] if lead_id else [])})
            if len(looks) < 2 or (lead_id is not None and lead_id not in looks):
                raise TooFew
            lead = lead_id or choose_keeper(list(looks.values()))[0]
            ordered = [looks[lead], *(look for one, look in looks.items() if one != lead)]
            facts = words.tell_together([look.sha256 for look in ordered])
            summary = f"Put {len(ordered)} photos together behind {looks[lead].file_name}"
            await self._journal.record(connection, owner_id, owner_id, "stacks.make", summary, facts)
            made = await stacks.list_stacks_of(connection, owner_id, [lead])
            return next(stored for stored in made if stored.stack.kind is Kind.VARIANTS)

        return await self._database.run_transaction(work)

    async def keep(self, owner_id: UUID, stack_id: UUID, keep_ids: Sequence[UUID]) -> None:
        """Keep some photos of a stack; the others go to the trash, and what was known of them goes to the first kept.

        One entry of the journal, so that one undo brings all of it back. Raises `StackNotFound`, `NotInStack`,
        `ThrownAway`.
        """

        async def work(connection: Connection) -> None:
            await next_change(connection, owner_id)  # first: what is read here must not change before it is written
            stored = await _get(connection, owner_id, stack_id)
            ids = [member.photo_id for member in stored.stack.members]
            if not keep_ids or set(keep_ids) - set(ids):
                raise NotInStack
            kept = list(dict.fromkeys(keep_ids))
            gone = [one for one in ids if one not in kept]
            facts = await _join(connection, owner_id, kept, gone)
            if len(kept) > 1:
                facts += await _apart(connection, owner_id, stored.stack.kind, kept)
            summary = f"Kept {len(kept)} of {len(ids)} photos of a stack"
            await self._journal.record(connection, owner_id, owner_id, "stacks.keep", summary, facts)

        await self._database.run_transaction(work)


async def _get(connection: Connection, owner_id: UUID, stack_id: UUID) -> StoredStack:
    found = await stacks.list_stacks(connection, owner_id, [stack_id])
    if not found:
        raise StackNotFound
    return found[0]


async def _review(connection: Connection, owner_id: UUID, page: Sequence[StoredStack]) -> list[ReviewedStack]:
    looks = await list_looks(connection, owner_id, {one for stored in page for one in stored.stack.ids})
    reviewed = []
    for stored in page:
        keep, why = stored.stack.lead, [stored.stack.members[0].reason]
        there: list[Look] = [looks[one] for one in stored.stack.ids if one in looks]
        if stored.stack.kind is not Kind.VARIANTS and len(there) > 1:
            keep, why = choose_keeper(there)
        reviewed.append(ReviewedStack(stored, keep, why))
    return reviewed


async def _apart(connection: Connection, owner_id: UUID, kind: Kind, ids: Sequence[UUID]) -> list[Fact]:
    """Return what tells these photos apart. Copies of one of them, which a stack holds with it, stay on its side."""
    others = await stacks.list_stacks_of(connection, owner_id, ids)
    sides = {one: {one} for one in ids}
    for stored in others:
        if stored.stack.kind is Kind.VARIANTS or (stored.stack.kind is Kind.SAME and kind is not Kind.SAME):
            for one in ids:
                if kind is not Kind.VARIANTS and one in stored.stack.ids:
                    sides[one] |= stored.stack.ids - (set(ids) - {one})
    looks = await list_looks(connection, owner_id, {one for side in sides.values() for one in side})
    facts = words.tell_apart([[looks[one].sha256 for one in sorted(side, key=lambda o: o != first)]
                              for first, side in sides.items()])  # fmt: skip
    if kind is Kind.VARIANTS:
        said = await words.read_said(connection, owner_id, [look.sha256 for look in looks.values()])
        facts += words.take_back_together(said, {one: looks[one].sha256 for one in ids})
    return facts


async def _join(connection: Connection, owner_id: UUID, kept: Sequence[UUID], gone: Sequence[UUID]) -> list[Fact]:
    """Return what moves all that is known of some photos to the first kept, and them into the trash.

    That the others stay is said last: a variant whose lead goes into the trash stays where it is by this newer word.
    """
    rows = await joining.list_decided(connection, owner_id, [*kept, *gone])
    if any(rows[one]["status"] == PhotoState.TRASHED for one in kept):
        raise ThrownAway
    keeper, others = rows[kept[0]], [rows[one] for one in gone]
    joined = [kept[0], *gone]
    facts = keeping.join_into(keeper, others)
    facts += keeping.join_albums(keeper, await joining.list_albums(connection, owner_id, joined))
    facts += keeping.join_people(keeper, await joining.list_faces(connection, owner_id, joined))
    for row in others:
        facts += make_facts(row, {"is_trashed": True})
    for one in kept:
        facts += make_facts(rows[one], {"is_trashed": False})
    return facts
