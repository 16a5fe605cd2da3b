"""How often the score of quality prefers a photo to a spoilt copy of it."""

from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from typing import Annotated, Any

import typer

from calotype.bootstrap import VisionLoader
from calotype.cli.tables import make_console, make_table, plain
from calotype.cli.terminal import show_json
from calotype.media.degraded import DAMAGES
from calotype.pipeline.quality_proof import Pair, list_photos, prove, share_right
from calotype.settings import read_settings

HALVES = {"first": (0, 2), "second": (1, 2), "both": (0, 1)}


def evaluate_quality_command(
    folders: Annotated[list[Path], typer.Argument(metavar="FOLDER...", exists=True, file_okay=False)],
    half: Annotated[str, typer.Option(help="Which photos, in the order of their paths: first, second, both.")] = "both",
    misses: Annotated[bool, typer.Option(help="List the pairs in which the copy is preferred.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Answer in JSON.")] = False,
) -> None:
    """Spoil copies of photos (blurred, shaken, darker, brighter, noisy) and count how often the original is preferred.

    Nothing is imported, and no library is opened. Where the models are there, faces count, as they do in the library.
    Whoever changes a constant chooses it on the first half, every second photo by path, and tries it on the second.

    Examples

      calotype evaluate-quality ~/Pictures/2023
      calotype evaluate-quality photos/objects photos/people --half second --json
    """
    if half not in HALVES:
        raise typer.BadParameter(f"choose one of {', '.join(HALVES)}", param_hint="--half")
    vision = VisionLoader(read_settings())
    start, step = HALVES[half]
    try:
        faces = vision().faces if vision.describe()["ready"] else None
        pairs = prove(islice(list_photos(folders), start, None, step), faces)
    finally:
        vision.close()
    if json:
        show_json(_summary(pairs, with_faces=faces is not None))
    else:
        _show(pairs, misses)


def _summary(pairs: Sequence[Pair], *, with_faces: bool) -> dict[str, Any]:
    rows = [
        {"kind": damage.kind, "strength": damage.strength, "pairs": len(some), "preferred": round(share_right(some), 4)}
        for damage in DAMAGES
        if (some := [pair for pair in pairs if pair.damage == damage])
    ]
    return {
        "photos": len({pair.photo for pair in pairs}),
        "pairs": len(pairs),
        "preferred": round(share_right(pairs), 4),
        "with_faces": with_faces,
        "damages": rows,
    }


def _show(pairs: Sequence[Pair], misses: bool) -> None:
    console = make_console()
    table = make_table("kind", "strength", "pairs", "original preferred")
    summary = _summary(pairs, with_faces=True)
    for row in summary["damages"]:
        table.add_row(plain(row["kind"]), f"{row['strength']:g}", str(row["pairs"]), f"{row['preferred']:.1%}")
    table.add_row("all", "", str(summary["pairs"]), f"{summary['preferred']:.1%}")
    console.print(table)
    for pair in pairs if misses else ():
        if not pair.is_right:
            damage = f"{pair.damage.kind} {pair.damage.strength:g}"
            console.print(plain(f"{pair.photo}: {damage}: {pair.original} against {pair.copy}"))
