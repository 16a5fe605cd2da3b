"""Keeps the worker processes of one host: one always, the others while there is more work than it can take.

A child that dies takes nothing with it: how it died is noted on the photos that it had in hand, its jobs are made due
again at once, and another child takes its place.
"""

import asyncio
import os
import signal
import socket
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

import psycopg

from calotype.kit.logs import Log
from calotype.pipeline.owner_work import ORGANISE
from calotype.pipeline.rescue import record_death, rescue_jobs

# How a decoder ends a process: the signals of a fault, and the watchdog's exit code.
CRASHES = {1, *(-each for each in (signal.SIGSEGV, signal.SIGBUS, signal.SIGABRT, signal.SIGILL, signal.SIGFPE))}
QUICK_DEATHS = 3  # of all children, one after the other: then something is wrong that no new child mends
STOP_S = 20.0  # after it, a child that still has not stopped is killed
LOOK_AGAIN_S = 0.5
SOON_S = 5.0  # a child that ends sooner than this has a problem that a new one is likely to share
LONGEST_PAUSE_S = 30.0
ONE_THREAD = {
    "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "VIPS_CONCURRENCY": "1", "MALLOC_ARENA_MAX": "2",
}  # fmt: skip

log = Log("calotype.worker")


class WorkersKeepDying(Exception):
    """No worker process can be kept alive."""

    def __init__(self) -> None:
        super().__init__("The workers end as soon as they start. The lines above say why; `calotype doctor` may, too.")


class Work(Enum):
    """Whether there is something to do."""

    NONE = 0
    HERE = 1
    ELSEWHERE = 2  # living workers have the last jobs in hand


@dataclass
class _Slot:
    """The place of one child."""

    number: int
    process: asyncio.subprocess.Process | None = None
    keeper: asyncio.Task[None] | None = None
    deaths: int = field(default=0)


class WorkerGroup:
    """The worker processes of this host. `conninfo` is the library's database."""

    def __init__(self, conninfo: str, count: int, environment: Mapping[str, str] | None = None) -> None:
        self._conninfo = conninfo
        self._slots = [_Slot(number) for number in range(count)]
        self._environment = {**os.environ, **ONE_THREAD, **(environment or {})}
        self._is_stopping = False

    @property
    def pids(self) -> list[int]:
        """The processes that run now."""
        return [slot.process.pid for slot in self._slots if slot.process and slot.process.returncode is None]

    def start(self) -> None:
        """Start the first child. Needs a running event loop."""
        self._is_stopping = False
        self._ensure(self._slots[0])

    async def stop(self) -> None:
        """Ask every child to finish what it has in hand, and wait until it has ended."""
        self._is_stopping = True
        for slot in self._slots:
            _signal(slot, signal.SIGTERM)
        keepers = [slot.keeper for slot in self._slots if slot.keeper]
        if keepers:
            _, late = await asyncio.wait(keepers, timeout=STOP_S)
            for slot in self._slots if late else []:
                _signal(slot, signal.SIGKILL)
            await asyncio.gather(*keepers, return_exceptions=True)

    async def run_until_idle(self) -> None:
        """Work until nothing is due, then return. Raises `WorkersKeepDying` where none can be kept alive."""
        quick_deaths = 0
        while (work := await self._find_work()) is not Work.NONE:
            if work is Work.ELSEWHERE:
                await asyncio.sleep(LOOK_AGAIN_S)
                continue
            began = time.monotonic()
            codes = await asyncio.gather(*(self._run_once(slot, "--until-idle") for slot in self._slots))
            is_quick_death = all(codes) and time.monotonic() - began < SOON_S
            quick_deaths = quick_deaths + 1 if is_quick_death else 0
            if quick_deaths == QUICK_DEATHS:
                raise WorkersKeepDying

    async def _find_work(self) -> Work:
        async with await psycopg.AsyncConnection.connect(self._conninfo, autocommit=True) as connection:
            await rescue_jobs(connection)
            cursor = await connection.execute(
                "select exists (select from procrastinate_jobs j where j.status = 'todo' "
                "and (j.scheduled_at is null or j.scheduled_at <= now()) and not exists ("
                "select from procrastinate_jobs o where o.lock = j.lock and o.id <> j.id "
                "and (o.status = 'doing' or o.status = 'todo' and o.id < j.id))), "
                "exists (select from procrastinate_jobs where status = 'doing' "
                "or status = 'todo' and task_name = %s and scheduled_at <= now() + interval '1 minute')",
                (ORGANISE,),
            )
            row = await cursor.fetchone()
        assert row is not None
        return Work.HERE if row[0] else Work.ELSEWHERE if row[1] else Work.NONE

    def _ensure(self, slot: _Slot) -> None:
        if slot.keeper is None or slot.keeper.done():
            slot.keeper = asyncio.create_task(self._keep(slot), name=f"worker {slot.number}")

    async def _keep(self, slot: _Slot) -> None:
        """Run children in this slot, one after the other, while they are wanted."""
        while not self._is_stopping:
            began = time.monotonic()
            code = await self._run_once(slot, *(["--first"] if slot.number == 0 else []))
            if code == 0 and slot.number > 0:
                return  # it had nothing to do; `busy` brings it back
            ended_soon = code != 0 and time.monotonic() - began < SOON_S
            slot.deaths = slot.deaths + 1 if ended_soon else 0
            if slot.deaths and not self._is_stopping:
                await asyncio.sleep(min(LONGEST_PAUSE_S, 0.1 * 2**slot.deaths))

    async def _run_once(self, slot: _Slot, *arguments: str) -> int:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "calotype.worker.child", str(os.getpid()), *arguments,
            stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, env=self._environment,
        )  # fmt: skip
        slot.process = process
        if self._is_stopping:
            _signal(slot, signal.SIGTERM)
        assert process.stdout is not None
        async for line in process.stdout:
            if line.strip() == b"busy" and not self._is_stopping and "--until-idle" not in arguments:
                for other in self._slots:
                    self._ensure(other)
        code = await process.wait()
        if code not in (0, -signal.SIGTERM):
            await self._clear_up_after(process.pid, code)
        return code

    async def _clear_up_after(self, pid: int, code: int) -> None:
        """Note how a child died and give its jobs back."""
        log.warning("a worker died", pid=pid, code=code)
        try:
            async with await psycopg.AsyncConnection.connect(self._conninfo, autocommit=True) as connection:
                await record_death(connection, socket.gethostname(), pid, is_crash=code in CRASHES)
                await rescue_jobs(connection)
        except psycopg.Error as error:
            log.warning("the database does not answer; the next worker will clear up", error=str(error))


def _signal(slot: _Slot, number: signal.Signals) -> None:
    if slot.process is not None and slot.process.returncode is None:
        slot.process.send_signal(number)
