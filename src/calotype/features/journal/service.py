"""The journal's service: tell, read, take back."""

from collections import defaultdict
from collections.abc import Sequence
from typing import cast
from uuid import UUID

from calotype.db.engine import Connection, Database
from calotype.db.keyset import decode_cursor, encode_cursor
from calotype.features.journal import repository
from calotype.features.journal.errors import EntryNotFound, GoneForGood, NothingToUndo, UndoneAlready
from calotype.features.journal.events import DecisionsChanged
from calotype.features.journal.schemas import Entry, EntryPage, Fact
from calotype.kit.events import Publisher

UNDO = "undo"


class Journal:
    """What everybody decided; each sees their own. An undo is a line too, and undoing it is to do again."""

    def __init__(self, database: Database, publisher: Publisher) -> None:
        self._database = database
        self._publisher = publisher

    async def record(
        self, connection: Connection, owner_id: UUID, actor_id: UUID, kind: str, summary: str, facts: Sequence[Fact]
    ) -> UUID:
        """Write what a person said, in the caller's transaction, and bring the tables into line; return the entry's id.

        `kind` is `feature.verb`, `summary` a sentence in plain words for the page of the history.
        """
        await repository.wait_for_turn(connection, owner_id)
        entry_id = await repository.add_entry(connection, owner_id, actor_id, kind, summary)
        await repository.add_facts(connection, owner_id, entry_id, facts)
        await self._publish(connection, owner_id, [(fact.topic, fact.subject, fact.field) for fact in facts])
        return entry_id

    async def list_entries(self, owner_id: UUID, *, cursor: str | None, limit: int) -> EntryPage:
        """Return a page of the history, newest first. Raises `BadCursor`."""
        after = cast(tuple[UUID], decode_cursor(cursor, [UUID]))[0] if cursor else None
        async with self._database.connection() as connection:
            entries = await repository.list_entries(connection, owner_id, after, limit + 1)
        is_last = len(entries) <= limit
        return EntryPage(entries[:limit], None if is_last else encode_cursor([entries[limit - 1].id]))

    async def undo(self, owner_id: UUID, actor_id: UUID, entry_ids: Sequence[UUID]) -> list[Entry]:
        """Take lines back, the newest first, all or none; return the new lines in that order.

        Raises `EntryNotFound`, `UndoneAlready`, `GoneForGood`.
        """

        async def work(connection: Connection) -> list[Entry]:
            await repository.wait_for_turn(connection, owner_id)
            return await self._undo(connection, owner_id, actor_id, sorted(set(entry_ids))[::-1])

        return await self._database.run_transaction(work)

    async def undo_last(self, owner_id: UUID, actor_id: UUID) -> Entry:
        """Take back the newest decision that stands. Raises `NothingToUndo`."""

        async def work(connection: Connection) -> Entry:
            await repository.wait_for_turn(connection, owner_id)
            last = await repository.find_last(connection, owner_id)
            if last is None:
                raise NothingToUndo
            return (await self._undo(connection, owner_id, actor_id, [last]))[0]

        return await self._database.run_transaction(work)

    async def _undo(
        self, connection: Connection, owner_id: UUID, actor_id: UUID, entry_ids: Sequence[UUID]
    ) -> list[Entry]:
        """Take back one after the other; the tables follow once, when all is said."""
        new_ids, turned = [], []
        for entry_id in entry_ids:
            new_id, facts = await self._turn(connection, owner_id, actor_id, entry_id)
            new_ids.append(new_id)
            turned += facts
        await self._publish(connection, owner_id, turned)
        return [await self._get(connection, owner_id, new_id) for new_id in new_ids]

    async def _turn(
        self, connection: Connection, owner_id: UUID, actor_id: UUID, entry_id: UUID
    ) -> tuple[UUID, list[tuple[str, str, str]]]:
        entry = await self._get(connection, owner_id, entry_id)
        decision, times = await self._find_decision(connection, owner_id, entry)
        takes_back = times % 2 == 1
        if entry.undone_by is not None or (decision.undone_by is not None) == takes_back:
            raise UndoneAlready
        new_id = await repository.add_entry(connection, owner_id, actor_id, UNDO, _undo_summary(entry), undoes=entry_id)
        await repository.mark_undone(connection, owner_id, entry_id, new_id)
        await repository.mark_undone(connection, owner_id, decision.id, new_id if takes_back else None)
        facts = await repository.turn_facts(connection, owner_id, decision.id, is_taken_back=takes_back)
        if not facts:
            raise GoneForGood
        return new_id, facts

    async def _find_decision(self, connection: Connection, owner_id: UUID, entry: Entry) -> tuple[Entry, int]:
        """Return the decision at the bottom of a chain of undos, and how often a mind was changed."""
        times = 1
        while entry.undoes is not None:
            entry = await self._get(connection, owner_id, entry.undoes)
            times += 1
        return entry, times

    async def _get(self, connection: Connection, owner_id: UUID, entry_id: UUID) -> Entry:
        entry = await repository.find_entry(connection, owner_id, entry_id)
        if entry is None:
            raise EntryNotFound
        return entry

    async def _publish(self, connection: Connection, owner_id: UUID, facts: Sequence[tuple[str, str, str]]) -> None:
        """Tell, topic by topic, which subjects and fields something was said about."""
        subjects: dict[str, set[str]] = defaultdict(set)
        fields: dict[str, set[str]] = defaultdict(set)
        for topic, subject, field in facts:
            subjects[topic].add(subject)
            fields[topic].add(field)
        for topic in sorted(subjects):
            event = DecisionsChanged(owner_id, topic, frozenset(subjects[topic]), frozenset(fields[topic]))
            await self._publisher.publish(event, connection)


def _undo_summary(entry: Entry) -> str:
    if entry.undoes is None:
        return f"Undid: {entry.summary}"
    verb, _, rest = entry.summary.partition(": ")
    return f"{'Did again' if verb == 'Undid' else 'Undid'}: {rest}"
