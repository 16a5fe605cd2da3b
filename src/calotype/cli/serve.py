"""`calotype serve`: API, workers and embedded database as one group that starts and stops together."""

import asyncio
import errno
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from time import monotonic
from typing import Annotated

import typer
import uvloop

import calotype
from calotype.bootstrap import Calotype, open_library
from calotype.cli.library import stop_signals
from calotype.cli.narrator import narrate
from calotype.cli.terminal import say
from calotype.server import run_server
from calotype.settings import Settings, read_settings
from calotype.worker.group import WorkerGroup


class PortTaken(Exception):
    """Another program listens where the service was to listen."""

    def __init__(self, host: str, port: int) -> None:
        super().__init__(
            f"Port {port} of {host} is taken by another program (or by Calotype itself): end it, or start with "
            "--port and another number."
        )


class AddressRefused(Exception):
    """The system does not let us listen there."""

    def __init__(self, host: str, port: int, reason: str) -> None:
        super().__init__(f"{host}:{port} cannot be listened on ({reason}): start with another --host or --port.")


def serve_command(
    host: Annotated[str | None, typer.Option(help="Address to listen on; 0.0.0.0 for the whole network.")] = None,
    port: Annotated[int | None, typer.Option(min=0, max=65535, help="Port; 0 takes a free one.")] = None,
    worker: Annotated[bool, typer.Option("--worker/--no-worker", help="Understand photos in this group too.")] = True,
    workers: Annotated[int | None, typer.Option(min=1, max=64, help="Worker processes at most.")] = None,
) -> None:
    """Start the service: web page, API, workers and database. Ctrl-C stops all of it.

    The first start prints a one-time link that makes your account. Settings come from CALOTYPE_* variables and from
    calotype.toml in the library's folder (docs/reference/settings.md).

    Examples

      calotype serve
      CALOTYPE_HOME=/srv/photos calotype serve --port 9000
      calotype serve --host 0.0.0.0      behind a proxy with TLS
      calotype serve --no-worker         the work is done by `calotype worker`
    """
    uvloop.run(_serve(read_settings(host=host, port=port, workers=workers), has_workers=worker))


async def _serve(settings: Settings, *, has_workers: bool) -> None:
    _refuse_taken_port(settings.host, settings.port)
    began = monotonic()
    say(f"Calotype {calotype.__version__}: opening the library in {settings.home}")
    async with stop_signals() as stopped, _open(settings, began) as library:
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
        say(f"  database   {where}, ready after {monotonic() - began:.1f} s")
        say(f"  originals  {settings.store_folder}")
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
    if again:
        say(f"Stages of this version are newer: {again:,} photos will be looked at again, behind all other work.")
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


def _refuse_taken_port(host: str, port: int) -> None:
    """Raises `PortTaken` or `AddressRefused` before anything is started."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            trial.bind(address)
    except OSError as problem:
        if problem.errno == errno.EADDRINUSE:
            raise PortTaken(host, port) from problem
        raise AddressRefused(host, port, problem.strerror or str(problem)) from problem
