"""`calotype evaluate people`: how right the groups of faces are."""

from pathlib import Path
from typing import Any

from calotype.bootstrap import Calotype
from calotype.cli.library import owner_of, with_library
from calotype.cli.tables import make_console, make_table
from calotype.cli.terminal import show_json

_ROWS = {
    "pairs_right": "pairs decided rightly (share)", "pairs": "pairs that could be compared",
    "threshold": "from a cosine of", "precision": "groups: precision", "recall": "groups: recall",
    "precision_of_names": "precision if all names were different people", "faces": "photos with a face",
    "clusters": "groups", "people": "people", "wrong_pairs": "wrong pairs in a group",
    "not_told": "pairs that nobody tells apart", "photos_not_in_library": "photos not in the library",
    "photos_without_face": "photos without a face", "rows_without_file": "rows without their file",
}  # fmt: skip


def evaluate_people(pairs: Path, owner: str | None, *, is_json: bool) -> None:
    """Measure how right the groups are, and show it."""

    async def work(library: Calotype) -> dict[str, Any]:
        owner_id = await owner_of(library, owner)
        figures: dict[str, Any] = await library.people.evaluate(owner_id, pairs)
        return figures

    figures = with_library(work)
    if is_json:
        show_json(figures)
        return
    table = make_table("figure", "value")
    for name, title in _ROWS.items():
        table.add_row(title, "·" if figures[name] is None else str(figures[name]))
    make_console().print(table)
