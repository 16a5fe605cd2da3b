"""A word that falls during a run is obeyed by it, and what many photos do at once is grouped once."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from calotype.features.journal import list_standing
from calotype.features.stacks.grouping import make_stacks
from tests.features.stacks.conftest import NOON, Shelf, flip, look_vector, telling_hash
from tests.features.stacks.test_decisions import LIBRARY, TRASH, VARIANT, two_copies


async def run_while(shelf: Shelf, speak: Callable[[], Awaitable[Any]]) -> None:
    """Run over everything; `speak` after what was said has been read, before the first stacks are made."""

    async def progress(done: int, total: int, message: str = "") -> None:
        if message == "Making stacks" and done == 0:
            await speak()

    await shelf.stacks.organise(shelf.owner, is_whole=True, progress=progress)


@pytest.mark.parametrize("word", ["undo_stack", "keep_all"])
async def test_what_is_told_apart_during_a_run_stays_apart(shelf: Shelf, word: str) -> None:
    await two_copies(shelf)
    stack = await shelf.stack_id()
    await run_while(shelf, lambda: getattr(shelf.stacks, word)(shelf.owner, stack))
    assert await shelf.found() == []


async def test_what_is_put_together_during_a_run_stays_together(shelf: Shelf) -> None:
    one, other = await two_copies(shelf)
    await run_while(shelf, lambda: shelf.stacks.put_together(shelf.owner, [one, other], other))
    assert await shelf.found() == [("variants", [other, one])]
    assert await shelf.states(one, other) == [VARIANT, LIBRARY]


async def burst_of(shelf: Shelf, number: int) -> list[UUID]:
    shots = [
        await shelf.add(
            f"IMG_{n:04}.jpg", camera="Canon", phash=flip(telling_hash(1), *range(2 * (n % 3))), vector=look_vector(1),
            taken_local=NOON + timedelta(milliseconds=200 * n),
        ) for n in range(number)
    ]  # fmt: skip
    await shelf.organise()
    assert [(kind, set(members)) for kind, members in await shelf.found()] == [("burst", set(shots))]
    return shots


async def test_keeping_one_of_many_makes_their_stacks_once(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    shots = await burst_of(shelf, 12)
    calls = 0

    def count(*given: Any) -> Any:
        nonlocal calls
        calls += 1
        return make_stacks(*given)

    monkeypatch.setattr("calotype.features.stacks.regrouping.make_stacks", count)
    await shelf.stacks.keep(shelf.owner, await shelf.stack_id(), [shots[3]])
    assert calls == 1
    assert await shelf.found() == []
    assert await shelf.states(*shots) == [TRASH] * 3 + [LIBRARY] + [TRASH] * 8
    await shelf.journal.undo_last(shelf.owner, shelf.owner)
    assert calls == 2
    assert [(kind, set(members)) for kind, members in await shelf.found()] == [("burst", set(shots))]


async def test_only_what_was_said_of_what_hangs_together_is_read(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second, third = [await shelf.add(f"{name}.jpg", seed=5 + n) for n, name in enumerate("xyz")]
    await shelf.stacks.put_together(shelf.owner, [first, second, third], second)
    await two_copies_beside(shelf)
    read: set[str] = set()

    async def note(connection: Any, owner_id: UUID, topic: str, subjects: Any = None) -> Any:
        found = await list_standing(connection, owner_id, topic, subjects)
        read.update(fact.subject for fact in found)
        return found

    monkeypatch.setattr("calotype.features.stacks.words.list_standing", note)
    page, _ = await shelf.stacks.list_stacks(shelf.owner, None, cursor=None, limit=9)
    same = next(each.stored.id for each in page if each.stored.stack.kind == "same")
    await shelf.stacks.keep_all(shelf.owner, same)
    assert len(read) == 2
    read.clear()
    await shelf.photos.trash.put(shelf.owner, second)
    assert len(read) == 3
    assert await shelf.states(first, second, third) == [TRASH] * 3


async def two_copies_beside(shelf: Shelf) -> None:
    await shelf.add("a.jpg", seed=1, size_bytes=5000)
    await shelf.add("b.jpg", seed=1, width=1000, height=750)
    await shelf.organise()
