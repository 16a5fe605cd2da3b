"""`calotype status`: how far the photos are."""

from collections.abc import Sequence
from typing import Annotated, Any
from uuid import UUID

import typer
from rich.console import Console

from calotype.bootstrap import Calotype
from calotype.cli.library import owner_of, owners_of, with_library
from calotype.cli.tables import make_console, make_table, plain
from calotype.cli.terminal import counted, show_json

FAILURES_SHOWN = 10


def status_command(
    owner: Annotated[str | None, typer.Option(help="E-mail address of the user; default: everybody.")] = None,
    json: Annotated[bool, typer.Option("--json", help="Answer in JSON: the same as GET /api/v1/pipeline.")] = False,
) -> None:
    """Show how many photos there are, how far each stage is, what waits, and what failed and why.

    Where there are several users, the photos of all are counted together; --owner tells of one of them.

    Examples

      calotype status
      calotype status --json | jq .photos.pending
    """

    async def work(library: Calotype) -> dict[str, Any]:
        owners = await owners_of(library) if owner is None else [await owner_of(library, owner)]
        return add_up([await _status_of(library, each) for each in owners])

    status = with_library(work)
    if json:
        show_json(status)
    else:
        _show(make_console(), status)


async def _status_of(library: Calotype, owner_id: UUID) -> dict[str, Any]:
    status = await library.pipeline.get_status(owner_id)
    return {**status, "organising": await library.owner_work.list_states(owner_id)}


def add_up(statuses: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return the status of all owners as one; what waits and the vision are the library's, not an owner's."""
    first, *others = statuses
    if not others:
        return first
    stages = [
        {**stage, "counts": _sum([status["stages"][place]["counts"] for status in statuses])}
        for place, stage in enumerate(first["stages"])
    ]
    failures = [failure for status in statuses for failure in status["failures"]]
    photos = _sum([status["photos"] for status in statuses])
    organising = [state for status in statuses for state in status["organising"]]
    return {**statuses[-1], "photos": photos, "stages": stages, "failures": failures, "organising": organising}


def _sum(counts: Sequence[dict[str, int]]) -> dict[str, int]:
    return {name: sum(each[name] for each in counts) for name in counts[0]}


def _show(console: Console, status: dict[str, Any]) -> None:
    photos = status["photos"]
    console.print(
        f"[bold]{counted(sum(photos.values()), 'photo')}[/bold]: {photos['completed']:,} completed, "
        f"{photos['processing']:,} in work, {photos['pending']:,} pending, {photos['failed']:,} failed"
    )
    waiting = status["queue"]
    console.print(f"Waiting: {waiting['develop']:,} to develop, {waiting['understand']:,} to understand")
    vision = status["vision"]
    console.print(f"Vision: {vision['provider']}. {vision.get('message') or ''}".rstrip())
    numbers = ["done", "nothing found", "due", "retrying", "failed"]
    table = make_table("stage", *numbers, right=numbers)
    for stage in status["stages"]:
        counts = stage["counts"]
        row = [counts["done"], counts["none"], counts["due"], counts["retrying"], counts["failed"]]
        table.add_row(stage["name"], *(f"{number:,}" if number else "·" for number in row))
    console.print()
    console.print(table)
    _show_organising(console, status["organising"])
    failures = status["failures"]
    for failure in failures[:FAILURES_SHOWN]:
        console.print()
        console.print(plain(f"{failure['file_name']}: {failure['stage']}: {failure['reason']}"), style="yellow")
    if len(failures) > FAILURES_SHOWN:
        console.print(f"… and {len(failures) - FAILURES_SHOWN} more (--json shows the 50 of each user)", style="dim")


def _show_organising(console: Console, states: Sequence[dict[str, Any]]) -> None:
    table = make_table("organising", "state", "what came of it")
    for state in states:
        share = f" ({state['done']:,} of {state['total']:,})" if state["state"] == "running" and state["total"] else ""
        table.add_row(state["kind"], state["state"] + share, plain(state["message"]))
    console.print()
    console.print(table)
