"""Work that belongs to an owner, not to a photo: people, stacks, moments, what is learned, the best.

One job is one kind of work for one owner, so many workers on many hosts share it. It is asked for in the transaction
that makes it necessary, and waits once however often it is asked for; its priority lets it begin when no photo waits
any more. Two runs of the same kind for one owner never overlap: a run holds an advisory lock on a connection of its
own, which the kernel closes with a killed process. The job of a killed run is made due again like any other.
"""

import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import psycopg
from psycopg.rows import dict_row

from calotype.db.engine import Database
from calotype.kit.logs import Log
from calotype.ports.queue import NewJob, Priority, Queue

ORGANISE = "organise"  # the task
SHOWN_EVERY_S = 0.5

log = Log("calotype.organise")


class AnotherRun(Exception):
    """The same work for the same owner is being done just now."""

    def __init__(self, kind: str) -> None:
        super().__init__(f"The work on {kind} is being done already. Try again when it has ended.")


Work = Callable[..., Awaitable[str]]
"""`await work(owner_id, is_whole=…, progress=…)` does it and returns one sentence about what came of it."""


class OwnerWork:
    """Asks for work, does it, and tells how far it is. `kinds` says what there is to do, in the order of the page."""

    def __init__(self, database: Database, queue: Queue, kinds: Mapping[str, Work]) -> None:
        self._database = database
        self._queue = queue
        self._kinds = kinds

    @property
    def kinds(self) -> tuple[str, ...]:
        """All kinds of work there are."""
        return tuple(self._kinds)

    async def run(self, owner_id: UUID, kind: str, *, is_whole: bool = False) -> str:
        """Do the work of one kind for one owner now; return what came of it. Raises `AnotherRun`."""
        async with self._only_run(owner_id, kind):
            progress = await WrittenProgress.begin(self._database, owner_id, kind, is_whole=is_whole)
            try:
                message = await self._kinds[kind](owner_id, is_whole=is_whole, progress=progress)
            except Exception as error:
                await progress.end("failed", f"{type(error).__name__}: {error}"[:500])
                raise
            await progress.end("done", message)
            return message

    @asynccontextmanager
    async def _only_run(self, owner_id: UUID, kind: str) -> AsyncIterator[None]:
        async with await psycopg.AsyncConnection.connect(self._database.url, autocommit=True) as guard:
            cursor = await guard.execute(
                "select pg_try_advisory_lock(hashtextextended(%s, 2))", (f"{kind} {owner_id}",)
            )
            row = await cursor.fetchone()
            if row is None or not row[0]:
                raise AnotherRun(kind)
            yield

    async def request_first(self) -> None:
        """Ask for what was never done for an owner: the work of a kind that is new to this library."""
        async with self._database.transaction() as connection:
            cursor = await connection.execute(
                "select u.id, k.kind from users u cross join unnest(%s::text[]) as k(kind) where not exists ("
                "select from owner_work w where w.owner_id = u.id and w.kind = k.kind) order by u.id",
                (list(self._kinds),),
            )
            for owner_id, kind in await cursor.fetchall():
                await request_work(self._queue, connection, owner_id, kind, is_whole=True)

    async def list_states(self, owner_id: UUID) -> list[dict[str, Any]]:
        """Return how far each kind of work is: `state` is never, waiting, running, done or failed."""
        async with self._database.connection() as connection, connection.cursor(row_factory=dict_row) as cursor:
            await cursor.execute(
                "select kind, state, is_whole, done, total, message, started_at, finished_at from owner_work "
                "where owner_id = %s",
                (owner_id,),
            )
            rows = {row["kind"]: row for row in await cursor.fetchall()}
            await cursor.execute(
                "select args ->> 'kind' as kind from procrastinate_jobs "
                "where task_name = %s and status = 'todo' and args ->> 'owner_id' = %s",
                (ORGANISE, str(owner_id)),
            )
            waiting = {row["kind"] for row in await cursor.fetchall()}
        never = {"state": "never", "done": 0, "total": 0, "message": "", "started_at": None, "finished_at": None}
        states = []
        for kind in self._kinds:
            known = {**never, "is_whole": False, **rows.get(kind, {}), "kind": kind}
            states.append({**known, "state": "waiting"} if kind in waiting else known)
        return states


async def request_work(queue: Queue, connection: Any, owner_id: UUID, *kinds: str, is_whole: bool = False) -> None:
    """Ask for work in the transaction that makes it necessary; what waits already is not asked for twice."""
    jobs = [
        NewJob(
            ORGANISE,
            {"owner_id": str(owner_id), "kind": kind, "is_whole": is_whole},
            Priority.HOUSEKEEPING,
            queueing_lock=f"{kind}{' whole' if is_whole else ''} {owner_id}",
            lock=f"{kind} {owner_id}",
        )
        for kind in kinds
    ]
    await queue.defer(connection, jobs)


class WrittenProgress:
    """Progress on record in the database."""

    def __init__(self, database: Database, owner_id: UUID, kind: str) -> None:
        self._database = database
        self._key = (owner_id, kind)
        self._last = 0.0

    @classmethod
    async def begin(cls, database: Database, owner_id: UUID, kind: str, *, is_whole: bool) -> "WrittenProgress":
        """Note that a run has begun."""
        progress = cls(database, owner_id, kind)
        async with database.connection() as connection:
            await connection.execute(
                "insert into owner_work (owner_id, kind, state, is_whole) values (%s, %s, 'running', %s) "
                "on conflict (owner_id, kind) do update set state = 'running', is_whole = excluded.is_whole, done = 0, "
                "total = 0, message = '', started_at = now(), finished_at = null",
                (owner_id, kind, is_whole),
            )
        return progress

    async def __call__(self, done: int, total: int, message: str = "") -> None:
        now = time.monotonic()
        if now - self._last < SHOWN_EVERY_S:
            return
        self._last = now
        async with self._database.connection() as connection:
            await connection.execute(
                "update owner_work set done = %s, total = %s, message = %s where owner_id = %s and kind = %s",
                (done, total, message, *self._key),
            )

    async def end(self, state: str, message: str) -> None:
        """Note how the run ended."""
        async with self._database.connection() as connection:
            await connection.execute(
                "update owner_work set state = %s, message = %s, finished_at = now(), done = greatest(done, total) "
                "where owner_id = %s and kind = %s",
                (state, message, *self._key),
            )
