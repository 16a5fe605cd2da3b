"""The journal: told in order, taken back one by one, and a changed mind is a line as well."""

from typing import Any
from uuid import UUID, uuid4

import pytest
import pytest_asyncio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from calotype.db.engine import Connection, Database
from calotype.features.journal import (
    DecisionsChanged,
    Entry,
    EntryNotFound,
    Fact,
    Journal,
    NothingToUndo,
    UndoneAlready,
    list_standing,
    list_told,
)
from calotype.kit.events import Publisher

TOPIC = "tested"


class Told:
    """Who listens to the journal in these tests."""

    def __init__(self) -> None:
        self.events: list[DecisionsChanged] = []

    async def __call__(self, event: DecisionsChanged, connection: Any) -> None:
        self.events.append(event)


@pytest.fixture
def told() -> Told:
    return Told()


@pytest_asyncio.fixture
async def journal(database: Database, told: Told) -> Journal:
    return Journal(database, Publisher({DecisionsChanged: [told]}))


async def say(journal: Journal, database: Database, owner: UUID, field: str, value: Any, subject: str = "x") -> UUID:
    """Tell one fact; return the entry's id."""

    async def work(connection: Connection) -> UUID:
        fact = Fact(TOPIC, subject, field, value)
        return await journal.record(connection, owner, owner, "tests.say", f"Said {field} is {value}", [fact])

    return await database.run_transaction(work)


async def standing(database: Database, owner: UUID) -> dict[tuple[str, str], Any]:
    async with database.connection() as connection:
        facts = await list_standing(connection, owner, TOPIC)
    return {(fact.subject, fact.field): fact.value for fact in facts}


async def entries(journal: Journal, owner: UUID) -> list[Entry]:
    return (await journal.list_entries(owner, cursor=None, limit=100)).entries


async def test_the_newest_word_stands(journal: Journal, database: Database, owner: UUID, stranger: UUID) -> None:
    await say(journal, database, owner, "name", "Anna")
    await say(journal, database, owner, "name", "Anne")
    await say(journal, database, owner, "age", None)
    await say(journal, database, stranger, "name", "Eve")
    assert await standing(database, owner) == {("x", "name"): "Anne", ("x", "age"): None}
    assert await standing(database, stranger) == {("x", "name"): "Eve"}


async def test_an_older_word_is_taken_back_without_touching_the_newer(
    journal: Journal, database: Database, owner: UUID
) -> None:
    first = await say(journal, database, owner, "name", "Anna")
    second = await say(journal, database, owner, "name", "Anne")
    await journal.undo(owner, owner, [first])
    assert await standing(database, owner) == {("x", "name"): "Anne"}
    await journal.undo(owner, owner, [second])
    assert await standing(database, owner) == {}
    async with database.connection() as connection:
        assert [fact.is_taken_back for fact in await list_told(connection, owner, TOPIC, ["x"])] == [True, True]


async def test_an_undo_is_a_line_and_can_be_undone(
    journal: Journal, database: Database, owner: UUID, told: Told
) -> None:
    entry_id = await say(journal, database, owner, "name", "Anna")
    (undo,) = await journal.undo(owner, owner, [entry_id])
    assert (undo.undoes, undo.summary) == (entry_id, "Undid: Said name is Anna")
    (redo,) = await journal.undo(owner, owner, [undo.id])
    assert redo.summary == "Did again: Said name is Anna"
    assert await standing(database, owner) == {("x", "name"): "Anna"}
    (again,) = await journal.undo(owner, owner, [redo.id])
    assert again.summary == "Undid: Said name is Anna"
    assert await standing(database, owner) == {}
    assert [entry.kind for entry in await entries(journal, owner)] == ["undo", "undo", "undo", "tests.say"]
    assert told.events == [DecisionsChanged(owner, TOPIC, frozenset({"x"}), frozenset({"name"}))] * 4


async def test_what_is_done_again_can_be_undone_again(journal: Journal, database: Database, owner: UUID) -> None:
    entry_id = await say(journal, database, owner, "name", "Anna")
    (undo,) = await journal.undo(owner, owner, [entry_id])
    (redo,) = await journal.undo(owner, owner, [undo.id])
    await journal.undo(owner, owner, [entry_id])
    assert await standing(database, owner) == {}
    for stale in (undo.id, redo.id, entry_id):
        with pytest.raises(UndoneAlready):
            await journal.undo(owner, owner, [stale])
    assert await standing(database, owner) == {}


async def test_several_are_undone_together_or_not_at_all(journal: Journal, database: Database, owner: UUID) -> None:
    ids = [await say(journal, database, owner, f"field {number}", number) for number in range(3)]
    await journal.undo(owner, owner, [ids[0]])
    with pytest.raises(UndoneAlready):
        await journal.undo(owner, owner, ids)
    assert len(await standing(database, owner)) == 2
    undone = await journal.undo(owner, owner, ids[1:])
    assert [entry.undoes for entry in undone] == [ids[2], ids[1]]
    assert await standing(database, owner) == {}


async def test_the_last_is_undone_until_nothing_is_left(journal: Journal, database: Database, owner: UUID) -> None:
    for number in range(3):
        await say(journal, database, owner, "name", number)
    seen = []
    for _ in range(3):
        await journal.undo_last(owner, owner)
        seen.append((await standing(database, owner)).get(("x", "name")))
    assert seen == [1, 0, None]
    with pytest.raises(NothingToUndo):
        await journal.undo_last(owner, owner)


async def test_what_others_said_does_not_exist(
    journal: Journal, database: Database, owner: UUID, stranger: UUID
) -> None:
    entry_id = await say(journal, database, owner, "name", "Anna")
    for unknown in (entry_id, uuid4()):
        with pytest.raises(EntryNotFound):
            await journal.undo(stranger, stranger, [unknown])
    with pytest.raises(NothingToUndo):
        await journal.undo_last(stranger, stranger)
    assert await entries(journal, stranger) == []
    assert await standing(database, owner) == {("x", "name"): "Anna"}


async def test_a_projection_that_fails_takes_the_decision_with_it(database: Database, owner: UUID) -> None:
    async def refuse(event: DecisionsChanged, connection: Any) -> None:
        raise ValueError("no")

    journal = Journal(database, Publisher({DecisionsChanged: [refuse]}))
    with pytest.raises(ValueError, match="no"):
        await say(journal, database, owner, "name", "Anna")
    assert await entries(journal, owner) == []
    assert await standing(database, owner) == {}


async def test_the_history_is_paged_without_gaps(journal: Journal, database: Database, owner: UUID) -> None:
    ids = [await say(journal, database, owner, "name", number) for number in range(7)]
    seen: list[UUID] = []
    cursor = None
    while True:
        page = await journal.list_entries(owner, cursor=cursor, limit=3)
        seen += [entry.id for entry in page.entries]
        if (cursor := page.next_cursor) is None:
            break
    assert seen == ids[::-1]


WORDS = st.lists(
    st.one_of(
        st.tuples(st.just("say"), st.sampled_from("ab"), st.integers(0, 5)),
        st.tuples(st.just("undo"), st.integers(0, 30)),
    ),
    max_size=14,
)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=WORDS)
async def test_what_stands_is_the_newest_of_what_was_not_taken_back(
    journal: Journal, database: Database, owner: UUID, words: list[tuple[Any, ...]]
) -> None:
    """Any order of telling and undoing ends where a plain model of it ends."""
    subject = str(uuid4())
    said: list[tuple[UUID, str, int]] = []
    is_back: dict[UUID, bool] = {}
    lines: list[tuple[UUID, UUID]] = []  # entry, the decision at the bottom of it
    for word in words:
        if word[0] == "say":
            entry_id = await say(journal, database, owner, word[1], word[2], subject)
            said.append((entry_id, word[1], word[2]))
            is_back[entry_id] = False
            lines.append((entry_id, entry_id))
        elif lines:
            entry_id, decision = lines[word[1] % len(lines)]
            try:
                (line,) = await journal.undo(owner, owner, [entry_id])
            except UndoneAlready:
                continue
            is_back[decision] = not is_back[decision]
            lines.append((line.id, decision))
    expected = {(subject, field): value for entry_id, field, value in said if not is_back[entry_id]}
    found = await standing(database, owner)
    assert {key: value for key, value in found.items() if key[0] == subject} == expected
