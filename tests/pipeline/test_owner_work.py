"""Work that belongs to an owner: asked for once, never twice at a time, taken up again, told about."""

import asyncio
from typing import Any
from uuid import UUID

import pytest

from calotype.db.engine import Database
from calotype.kit.progress import Progress
from calotype.pipeline import owner_work as owner_work_module
from calotype.pipeline.owner_work import AnotherRun, OwnerWork, request_work
from calotype.ports.queue.procrastinate import ProcrastinateQueue


class Kind:
    """A kind of work that a test holds in its hands."""

    def __init__(self) -> None:
        self.runs: list[tuple[UUID, bool]] = []
        self.may_end = asyncio.Event()
        self.has_begun = asyncio.Event()
        self.may_end.set()
        self.failure: Exception | None = None

    async def __call__(self, owner_id: UUID, *, is_whole: bool, progress: Progress) -> str:
        self.runs.append((owner_id, is_whole))
        await progress(1, 2, "half of it")
        self.has_begun.set()
        await self.may_end.wait()
        if self.failure is not None:
            raise self.failure
        return "2 things done."


@pytest.fixture
def kind() -> Kind:
    return Kind()


@pytest.fixture
def work(database: Database, kind: Kind) -> OwnerWork:
    return OwnerWork(database, ProcrastinateQueue(), {"people": kind, "stacks": kind})


async def waiting(database: Database) -> list[Any]:
    async with database.connection() as connection:
        rows = await (await connection.execute("select args from procrastinate_jobs order by id")).fetchall()
    return [row[0] for row in rows]


async def test_what_waits_already_is_not_asked_for_twice(database: Database, owner: UUID, stranger: UUID) -> None:
    queue = ProcrastinateQueue()
    for who in (owner, owner, stranger):
        async with database.transaction() as connection:
            await request_work(queue, connection, who, "people", "stacks")
    async with database.transaction() as connection:
        await request_work(queue, connection, owner, "people", is_whole=True)
    told = [(job["kind"], job["owner_id"], job["is_whole"]) for job in await waiting(database)]
    assert told == [
        ("people", str(owner), False), ("stacks", str(owner), False),
        ("people", str(stranger), False), ("stacks", str(stranger), False), ("people", str(owner), True),
    ]  # fmt: skip


async def test_a_request_goes_with_its_transaction(database: Database, owner: UUID) -> None:
    async def ask_and_fail() -> None:
        async with database.transaction() as connection:
            await request_work(ProcrastinateQueue(), connection, owner, "people")
            raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        await ask_and_fail()
    assert await waiting(database) == []


async def test_two_runs_for_one_owner_never_overlap(work: OwnerWork, kind: Kind, owner: UUID, stranger: UUID) -> None:
    kind.may_end.clear()
    first = asyncio.create_task(work.run(owner, "people"))
    await kind.has_begun.wait()
    with pytest.raises(AnotherRun):
        await work.run(owner, "people", is_whole=True)
    others = [asyncio.create_task(work.run(stranger, "people")), asyncio.create_task(work.run(owner, "stacks"))]
    kind.may_end.set()
    assert await asyncio.gather(first, *others) == ["2 things done."] * 3
    assert await work.run(owner, "people") == "2 things done."


async def test_a_run_that_was_killed_holds_nobody_up(
    work: OwnerWork, kind: Kind, owner: UUID, database: Database
) -> None:
    kind.may_end.clear()
    killed = asyncio.create_task(work.run(owner, "people"))
    await kind.has_begun.wait()
    async with database.connection() as connection:  # what the kernel does to the connections of a killed process
        await connection.execute(
            "select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and pid <> pg_backend_pid()"
        )
        gone = "select count(*) from pg_locks where locktype = 'advisory'"
        while (await (await connection.execute(gone)).fetchone()) != (0,):
            await connection.execute("select pg_sleep(0.01)")
    kind.may_end.set()
    assert await work.run(owner, "people") == "2 things done."
    await asyncio.wait([killed])
    assert len(kind.runs) == 2


async def test_how_far_it_is_can_be_seen(
    work: OwnerWork, kind: Kind, owner: UUID, stranger: UUID, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(owner_work_module, "SHOWN_EVERY_S", 0.0)
    assert [state["state"] for state in await work.list_states(owner)] == ["never", "never"]
    kind.may_end.clear()
    run = asyncio.create_task(work.run(owner, "people", is_whole=True))
    await kind.has_begun.wait()
    people, stacks = await work.list_states(owner)
    assert (people["kind"], people["state"], people["done"], people["total"]) == ("people", "running", 1, 2)
    assert (people["message"], people["is_whole"], stacks["state"]) == ("half of it", True, "never")
    kind.may_end.set()
    await run
    people, _ = await work.list_states(owner)
    assert (people["state"], people["message"], people["done"]) == ("done", "2 things done.", 2)
    assert people["finished_at"] >= people["started_at"]
    async with database.transaction() as connection:
        await request_work(ProcrastinateQueue(), connection, owner, "people")
    assert (await work.list_states(owner))[0]["state"] == "waiting"
    assert [state["state"] for state in await work.list_states(stranger)] == ["never", "never"]


async def test_a_failure_is_on_record_and_told(work: OwnerWork, kind: Kind, owner: UUID) -> None:
    kind.failure = RuntimeError("the disk is full")
    with pytest.raises(RuntimeError):
        await work.run(owner, "people")
    people, _ = await work.list_states(owner)
    assert (people["state"], people["message"]) == ("failed", "RuntimeError: the disk is full")
    kind.failure = None
    assert await work.run(owner, "people") == "2 things done."


async def test_what_was_never_done_is_asked_for_at_a_start(
    work: OwnerWork, owner: UUID, stranger: UUID, database: Database
) -> None:
    await work.run(owner, "people")
    for _ in range(2):
        await work.request_first()
    told = {(job["owner_id"], job["kind"], job["is_whole"]) for job in await waiting(database)}
    assert told == {
        (str(owner), "stacks", True), (str(stranger), "people", True), (str(stranger), "stacks", True)
    }  # fmt: skip
