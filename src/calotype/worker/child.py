"""One worker process: takes jobs from the queue until it is told to stop, or has rested long enough to be let go.

It tells its parent, on standard output, one word a line: `ready` when it takes jobs, `busy` when more wait than it can
take. It ends when its parent ends.
"""

import asyncio
import contextlib
import ctypes
import os
import resource
import signal
import socket
import sys
import time
from collections.abc import Awaitable, Callable
from functools import cache
from typing import Any

import procrastinate
import psycopg
from procrastinate import PsycopgConnector
from procrastinate.exceptions import ConnectorException, UniqueViolation
from procrastinate.jobs import Job, Status
from procrastinate.manager import JobManager
from procrastinate.worker import Worker as QueueWorker

from calotype.bootstrap import Calotype, open_library
from calotype.kit.logs import Log
from calotype.pipeline.owner_work import ORGANISE
from calotype.pipeline.record import DEVELOP, UNDERSTAND
from calotype.pipeline.repository import Worker
from calotype.pipeline.rescue import hold_life_lock, rescue_jobs
from calotype.pipeline.tasks import make_queue_app
from calotype.ports.queue import QUEUE_NAME
from calotype.settings import Settings, read_settings
from calotype.worker.chores import list_chores

JOBS_AT_ONCE = 2  # one computes while the other waits for the disk or the database
NICENESS = 10  # an answer to a person goes before work for later
PR_SET_PDEATHSIG = 1
DATABASE_IS_GONE = 75  # exit codes, from sysexits.h: EX_TEMPFAIL, start again
SOMETHING_ELSE = 70  # EX_SOFTWARE; 1 is the watchdog's (faulthandler)
LOOK_S = 1.0

log = Log("calotype.worker")


class LivingJobManager(JobManager):
    """Procrastinate's manager, with a proof of life for each worker that it registers (pipeline/rescue.py)."""

    def __init__(self, connector: PsycopgConnector, life: psycopg.AsyncConnection) -> None:
        super().__init__(connector)
        self._life = life

    async def register_worker(self) -> int:
        worker_id = await super().register_worker()
        await hold_life_lock(self._life, worker_id)
        return worker_id

    async def retry_job(self, job: Job, *arguments: Any, **named: Any) -> None:
        """Make a job due again; where its twin waits already, let it go: the twin does its work."""
        try:
            await super().retry_job(job, *arguments, **named)
        except UniqueViolation:
            await self.finish_job(job, Status.FAILED, delete_job=True)


class Child:
    """A worker, and what decides when it ends."""

    def __init__(self, library: Calotype, settings: Settings, *, is_first: bool, until_idle: bool) -> None:
        self._library = library
        self._settings = settings
        self._is_first = is_first
        self._until_idle = until_idle
        self._worker: QueueWorker | None = None
        self._last_work = time.monotonic()
        self._in_hand = 0
        self._has_worked = False  # then there are models, codecs and arenas to let go of

    async def run(self) -> int:
        """Work; return the exit code."""
        async with await psycopg.AsyncConnection.connect(self._library.conninfo, autocommit=True) as life:
            connector = PsycopgConnector(conninfo=self._library.conninfo, min_size=1, max_size=3)
            chores = list_chores(self._library, self._settings)
            app = make_queue_app(
                connector, cache(self._library.make_runner), self._who, self._library.owner_work, chores
            )
            app.job_manager = LivingJobManager(connector, life)
            async with app.open_async():
                await rescue_jobs(life)
                return await self._work(app, life)

    def _who(self) -> Worker:
        assert self._worker is not None
        assert self._worker.worker_id is not None
        return Worker(self._worker.worker_id, socket.gethostname(), os.getpid())

    async def _work(self, app: procrastinate.App, life: psycopg.AsyncConnection) -> int:
        self._worker = QueueWorker(
            app,
            queues=[QUEUE_NAME],
            name=f"worker-{os.getpid()}",
            concurrency=JOBS_AT_ONCE,
            wait=not self._until_idle,
            delete_jobs="successful",
            install_signal_handlers=False,
            worker_middleware=[self._count_work],
        )
        loop = asyncio.get_running_loop()
        for name in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(name, self._worker.stop)
        watching = asyncio.create_task(self._watch(life))
        say("ready")
        try:
            await self._worker.run()  # type: ignore[no-untyped-call]
        except (ConnectorException, psycopg.OperationalError) as error:
            log.warning("the queue cannot be reached; this worker ends", error=str(error))
            return DATABASE_IS_GONE
        finally:
            watching.cancel()
        return DATABASE_IS_GONE if life.closed or life.broken else 0

    async def _count_work(
        self, call_next: Callable[[], Awaitable[object]], context: procrastinate.JobContext, _: object
    ) -> object:
        if context.job.task_name not in {DEVELOP, UNDERSTAND, ORGANISE}:
            return await call_next()  # a chore loads nothing and interrupts no rest
        self._in_hand += 1
        self._has_worked = True
        if self._in_hand >= JOBS_AT_ONCE:
            say("busy")
        try:
            return await call_next()
        finally:
            self._in_hand -= 1
            self._last_work = time.monotonic()

    async def _watch(self, life: psycopg.AsyncConnection) -> None:
        """Stop when the database is gone, or when the rest has been long enough and there is something to let go of:
        a process that has worked ends, and a fresh one, which has loaded nothing yet, waits in its place.
        """
        assert self._worker is not None
        while True:
            await asyncio.sleep(LOOK_S)
            with contextlib.suppress(psycopg.Error):
                await life.execute("select")
            if life.broken or life.closed:
                log.warning("the database is gone; this worker ends")
                self._worker.stop()  # type: ignore[no-untyped-call]
                return
            rested_s = 0.0 if self._in_hand else time.monotonic() - self._last_work
            if rested_s > self._settings.rest_s and (self._has_worked or not self._is_first):
                self._worker.stop()  # type: ignore[no-untyped-call]
                return


def say(word: str) -> None:
    """Tell the parent one word; a parent that is gone does not matter here, its death ends this process."""
    with contextlib.suppress(BrokenPipeError, OSError):
        os.write(sys.stdout.fileno(), f"{word}\n".encode())


def end_with_parent(parent_pid: int) -> None:
    """Ask the kernel to end this process with its parent; end at once where the parent has gone before."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent_pid:
        sys.exit(0)


def _bound_memory(limit_mb: int) -> None:
    limit_bytes = limit_mb << 20
    resource.setrlimit(resource.RLIMIT_DATA, (limit_bytes, limit_bytes))


async def _main(settings: Settings, *, is_first: bool, until_idle: bool) -> int:
    async with open_library(settings, connections=3) as library:
        return await Child(library, settings, is_first=is_first, until_idle=until_idle).run()


def main(arguments: list[str]) -> int:
    """Run one worker: `python -m calotype.worker.child PARENT_PID [--first] [--until-idle]`."""
    end_with_parent(int(arguments[0]))
    os.nice(NICENESS)
    settings = read_settings()
    _bound_memory(settings.worker_memory_mb)
    try:
        return asyncio.run(_main(settings, is_first="--first" in arguments, until_idle="--until-idle" in arguments))
    except Exception:
        log.exception("this worker cannot go on")
        return SOMETHING_ELSE


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
