"""`calotype import`: folders become photos, and every file gets its outcome."""

import asyncio
import csv
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, TextIO

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from calotype.bootstrap import Calotype, open_library
from calotype.cli.library import owner_of, stop_signals
from calotype.cli.tables import make_console
from calotype.cli.terminal import complain, counted, say, show_json
from calotype.features.intake import FolderImport, Outcome, Totals, count_files
from calotype.settings import Settings, read_settings

WORDS = ("stored", "duplicate", "attached", "skipped", "failed")
SPARE_CONNECTIONS = 2  # beside one a job: the ledger, the album
FAILURES_SHOWN = 10
INTERRUPTED = 130

Report = Callable[[str, Outcome], None]


def import_command(
    paths: Annotated[list[Path], typer.Argument(help="Files and folders.", show_default=False)],
    album: Annotated[str | None, typer.Option(help="Put the photos into this album, made where there is none.")] = None,
    report: Annotated[
        Path | None, typer.Option(help="Write a row per file to this CSV: path, outcome, id, reason.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Answer in JSON, without a bar.")] = False,
    jobs: Annotated[int, typer.Option(help="Files taken in at once.", min=1, max=32)] = 4,
    owner: Annotated[str | None, typer.Option(help="E-mail address of the user; default: the only one.")] = None,
) -> None:
    """Take photos in from files and folders. The files are copied and left as they are.

    Every file ends as exactly one of stored, duplicate, attached (a sidecar), skipped (not a photo) or failed, and the
    report says why. Ctrl-C ends what is in hand; run it again and it goes on. The service may be running or not.

    Examples

      calotype import ~/Pictures
      calotype import /media/card --album "Summer 2024" --report import.csv
    """
    settings, so_far = read_settings(), _SoFar()
    wishes = _Wishes(album=album, report=report, is_quiet=json, jobs=jobs, owner=owner)
    try:
        asyncio.run(_import(settings, paths, wishes, so_far))
    except KeyboardInterrupt:  # a second Ctrl-C, or one before the first file: what is in hand is given up
        so_far.totals.is_stopped = True
    totals, failures = so_far.totals, so_far.failures
    if json:
        show_json(_answer(totals, failures))
    else:
        _summarise(totals, failures, report)
    if totals.is_stopped:
        raise typer.Exit(INTERRUPTED)
    if totals.outcomes["failed"] or totals.halted_because or not totals.adds_up:
        raise typer.Exit(1)


@dataclass(frozen=True)
class _Wishes:
    """What was asked for on the command line."""

    album: str | None
    report: Path | None
    is_quiet: bool
    jobs: int
    owner: str | None


@dataclass
class _SoFar:
    """What an import has come to; read as well where it is cut off."""

    totals: Totals = field(default_factory=Totals)
    failures: list[tuple[str, str]] = field(default_factory=list)


async def _import(settings: Settings, paths: list[Path], wishes: _Wishes, so_far: _SoFar) -> None:
    async with (
        open_library(settings, connections=wishes.jobs + SPARE_CONNECTIONS) as library,
        stop_signals() as stop,
    ):
        running = await _make_import(library, wishes)
        so_far.totals = running.totals
        with _csv_report(wishes.report) as write_row:
            async with _bar(paths, wishes) as advance:

                def tell(path: str, outcome: Outcome) -> None:
                    write_row(path, outcome)
                    advance(path, outcome)
                    if outcome.word == "failed" and len(so_far.failures) < FAILURES_SHOWN:
                        so_far.failures.append((path, outcome.reason))

                await running.run(paths, tell, stop)


async def _make_import(library: Calotype, wishes: _Wishes) -> FolderImport:
    owner_id = await owner_of(library, wishes.owner)
    if wishes.album:
        await library.albums.make_album(owner_id, wishes.album)  # a title that will not do is said before all else
    own = [each for each in (library.settings.store_folder, library.settings.postgres_folder) if each is not None]
    return FolderImport(library.intake, owner_id, album=wishes.album, jobs=wishes.jobs, avoid=own)


@contextmanager
def _csv_report(path: Path | None) -> Iterator[Report]:
    """Give a function that writes a row per file as it comes, so that a report is there whatever happens."""
    if path is None:
        yield lambda _path, _outcome: None
        return
    # Paths are bytes: those that are no UTF-8 come out as the bytes they are.
    with path.open("w", newline="", encoding="utf-8", errors="surrogateescape") as file:
        yield _row_writer(file)


def _row_writer(file: TextIO) -> Report:
    writer = csv.writer(file)
    writer.writerow(["path", "outcome", "id", "reason"])

    def write_row(path: str, outcome: Outcome) -> None:
        writer.writerow([path, outcome.word, outcome.id or "", outcome.reason])
        file.flush()

    return write_row


@asynccontextmanager
async def _bar(paths: list[Path], wishes: _Wishes) -> AsyncIterator[Report]:
    """Show a bar while files come in. How many there are is counted beside the work, which does not wait for it."""
    if wishes.is_quiet:
        yield lambda _path, _outcome: None
        return
    with Progress(
        TextColumn("Taking in"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[speed]}"),
        TimeRemainingColumn(),
        console=make_console(stderr=True),
        transient=True,
    ) as progress:
        bar = progress.add_task("files", total=None, speed="")

        async def count() -> None:
            progress.update(bar, total=await asyncio.to_thread(count_files, paths))

        def advance(_path: str, _outcome: Outcome) -> None:
            progress.advance(bar)
            progress.update(bar, speed=f"{progress.tasks[0].speed or 0:.0f} photos/s")

        counting = asyncio.create_task(count())
        try:
            yield advance
        finally:
            counting.cancel()
            await asyncio.gather(counting, return_exceptions=True)


def _summarise(totals: Totals, failures: list[tuple[str, str]], report: Path | None) -> None:
    counts = {word: totals.outcomes[word] for word in WORDS}
    parts = ", ".join(f"{count:,} {word}" for word, count in counts.items() if count) or "none taken in"
    say(f"{counted(totals.found, 'file')}: {parts}{f', {totals.left:,} not looked at yet' if totals.left else ''}.")
    if totals.adds_up:
        say("The totals add up: every file has one outcome." if not totals.left else "The totals add up.")
    else:
        complain("The totals do not add up: please report this, with the CSV that --report writes.")
    for path, reason in failures:
        complain(f"  failed: {shown(path)}: {reason}")
    if counts["failed"] > len(failures):
        complain(f"  … and {counts['failed'] - len(failures):,} more (--report FILE.csv lists all).")
    if report is not None:
        say(f"Report: {report}")
    if totals.halted_because is not None:
        complain(f"The import was ended: {totals.halted_because} Then run the same command again: it goes on.")
    elif totals.is_stopped:
        say("Stopped. Run it again to continue: what was taken in is known.")
    elif counts["stored"]:
        say("They are developed while the service runs: `calotype status` shows how far they are.")


def _answer(totals: Totals, failures: list[tuple[str, str]]) -> dict[str, Any]:
    return {
        "files": totals.found,
        **{word: totals.outcomes[word] for word in WORDS},
        "not_looked_at": totals.left,
        "adds_up": totals.adds_up,
        "stopped": totals.is_stopped,
        "halted_because": totals.halted_because,
        "failures": [{"path": shown(path), "reason": reason} for path, reason in failures],
    }


def shown(path: str) -> str:
    """Return a path for a terminal: nothing in a name may move the cursor or hide what follows."""
    return "".join(letter if letter.isprintable() else "�" for letter in path)
