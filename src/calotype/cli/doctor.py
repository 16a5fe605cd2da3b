"""`calotype doctor`: is everything well, and if not, what mends it."""

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated

import typer

from calotype.bootstrap import open_library
from calotype.cli.findings import Finding, Level, fail, ok
from calotype.cli.library_checks import check_library
from calotype.cli.machine_checks import check_machine
from calotype.cli.tables import LEVEL_STYLES, make_console, plain
from calotype.cli.terminal import sentence_of, show_json
from calotype.settings import BadSettings, read_settings


def doctor_command(
    every: Annotated[bool, typer.Option("--all", help="Look for every original, not for a sample of 1,000.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Answer in JSON.")] = False,
) -> None:
    """Look at everything that a library needs, and say what mends what is wrong.

    Settings, folders, processor, room, clock, port, models, database, object store, originals, vision: a line each,
    `ok`, `warn` or `fail`. The exit code is 1 where something fails. The library is opened as by every command: folders
    that are missing are made, and a schema of an older version is brought up to date. A trial object is written to the
    store and removed. Photos and originals are left as they are.

    Examples

      calotype doctor
      calotype doctor --all              # look for every original
      calotype doctor --json | jq '.[] | select(.level != "ok")'
    """
    findings = asyncio.run(_examine(every_original=every, is_quiet=json))
    if json:
        show_json([finding.as_json() for finding in findings])
    if any(finding.level is Level.FAIL for finding in findings):
        raise typer.Exit(1)


async def _examine(*, every_original: bool, is_quiet: bool) -> list[Finding]:
    console = make_console()
    findings = []
    async for finding in _look(every_original=every_original):
        findings.append(finding)
        if not is_quiet:
            style = LEVEL_STYLES[finding.level]
            console.print(f"[{style}]{finding.level:<4}[/]  {finding.subject:<16}", plain(finding.sentence))
    return findings


async def _look(*, every_original: bool) -> AsyncIterator[Finding]:
    try:
        settings = read_settings()
    except BadSettings as problem:
        yield fail("settings", str(problem))
        return
    yield ok("settings", "can be read")
    for finding in check_machine(settings):
        yield finding
    try:
        async with open_library(settings, connections=2) as library:
            async for finding in check_library(library, every_original=every_original):
                yield finding
    except Exception as problem:  # noqa: BLE001 - whatever keeps the library shut is the finding
        yield fail("library", sentence_of(problem))
