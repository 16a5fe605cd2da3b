"""The group that `calotype serve` runs: it opens the library, answers, keeps the workers, and tells what happens."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from time import monotonic

import uvloop

import calotype
from calotype.bootstrap import Calotype, open_library
from calotype.cli.library import stop_signals
from calotype.cli.narrator import narrate
from calotype.cli.terminal import counted, say
from calotype.server import run_server
from calotype.settings import Settings
from calotype.worker.group import WorkerGroup

WORTH_TELLING_S = 1.0


def run(settings: Settings, *, has_workers: bool, opened: Callable[[], None]) -> None:
    """Serve until Ctrl-C or SIGTERM. `opened` is called when the library is open, and lets go of an earlier hold."""
    uvloop.run(_serve(settings, has_workers=has_workers, opened=opened))


async def _serve(settings: Settings, *, has_workers: bool, opened: Callable[[], None]) -> None:
    began = monotonic()
    say(f"Calotype {calotype.__version__}: opening the library in {settings.home}")
    async with stop_signals() as stopped, _open(settings, began) as library:
        opened()
        link = await _make_setup_path(library)
        if stopped.is_set():
            return
        async with _working(library, settings if has_workers else None) as start_work:
            ready = partial(_say_where, settings, link, start_work)
            await run_server(library, settings.host, settings.port, on_ready=ready)
            say("Stopping: requests and photos in hand are finished first.")
    say("Stopped.")


@asynccontextmanager
async def _open(settings: Settings, began: float) -> AsyncIterator[Calotype]:
    async with open_library(settings) as library:
        where = "the one that CALOTYPE_DATABASE_URL names" if settings.database_url else "PostgreSQL in the library"
        waited_s = monotonic() - began
        say(f"  database   {where}{f', ready after {waited_s:.1f} s' if waited_s > WORTH_TELLING_S else ''}")
        say(f"  originals  {settings.store_place}")
        yield library


@asynccontextmanager
async def _working(library: Calotype, settings: Settings | None) -> AsyncIterator["asyncio.Event"]:
    """Keep the workers, and tell what they do, from the moment that the event is set; `settings` None: no workers."""
    start_work = asyncio.Event()
    if settings is None:
        say("  workers    none here: run `calotype worker`")
        yield start_work
        return
    state = library.vision.describe()
    say(f"  vision     {state['provider']}. {state['message']}".rstrip(". ").rstrip())
    group = WorkerGroup(library.conninfo, settings.worker_count)
    work = asyncio.create_task(_work(library, settings, group, start_work))
    try:
        yield start_work
    finally:
        work.cancel()
        await asyncio.gather(work, return_exceptions=True)
        await group.stop()


async def _work(library: Calotype, settings: Settings, group: WorkerGroup, start_work: asyncio.Event) -> None:
    await start_work.wait()
    group.start()
    again = await library.pipeline.notice_new_versions(settings.vision)
    await library.owner_work.request_first()
    if again:
        photos = counted(again, "photo")
        say(f"Stages of this version are newer: {photos} will be looked at again, behind all other work.")
    await narrate(library.pipeline, say)


async def _make_setup_path(library: Calotype) -> str | None:
    if not await library.accounts.setup_needed():
        return None
    return f"/setup#token={(await library.accounts.make_setup_link()).token}"


def _say_where(settings: Settings, setup_path: str | None, start_work: asyncio.Event, port: int) -> None:
    """Called when the service listens."""
    address = settings.model_copy(update={"port": port}).address
    say()
    if setup_path is None:
        say(f"Calotype is at {address}")
    else:
        say(f"Calotype is at {address}, and has no user yet.\nOpen this link to make your account (it works once):\n")
        say(f"  {address}{setup_path}")
    say("\nCtrl-C stops it.\n")
    start_work.set()
