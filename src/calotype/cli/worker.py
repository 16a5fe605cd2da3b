"""`calotype worker`: the worker processes alone, for a service that runs with `--no-worker` or on another host."""

import asyncio
from typing import Annotated

import typer

from calotype.bootstrap import open_library
from calotype.cli.library import stop_signals
from calotype.cli.terminal import counted, say
from calotype.settings import Settings, read_settings
from calotype.worker.group import WorkerGroup


def worker_command(
    until_idle: Annotated[bool, typer.Option("--until-idle", help="End when nothing is due any more.")] = False,
    workers: Annotated[int | None, typer.Option(min=1, max=64, help="Processes at most; default: one a core.")] = None,
) -> None:
    """Understand photos: make previews, read metadata, find labels, faces and text.

    `calotype serve` does this by itself. This command is for a library whose service runs with `--no-worker`, for
    further hosts on the same database and store, and for scripts.

    Examples

      calotype worker                 # work until Ctrl-C
      calotype worker --until-idle    # work until nothing is due, then end with 0
    """
    asyncio.run(_work(read_settings(workers=workers), until_idle=until_idle))


async def _work(settings: Settings, *, until_idle: bool) -> None:
    async with open_library(settings, connections=1) as library, stop_signals() as stopped:
        group = WorkerGroup(library.conninfo, settings.worker_count)
        await library.pipeline.notice_new_versions(settings.vision)
        await library.owner_work.request_first()
        stopping = asyncio.create_task(stopped.wait())
        try:
            if until_idle:
                idle = asyncio.create_task(group.run_until_idle())
                await asyncio.wait({idle, stopping}, return_when=asyncio.FIRST_COMPLETED)
            else:
                group.start()
                processes = counted(settings.worker_count, "process", "processes")
                say(f"Working on {settings.home}, {processes} at most. Ctrl-C stops.")
                await stopping
        finally:
            stopping.cancel()
            await group.stop()
        if until_idle and idle.done():
            idle.result()
    if stopped.is_set():
        say("Stopped.")
    elif until_idle:
        say("Nothing is due any more.")
