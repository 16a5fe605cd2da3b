"""`calotype evaluate`: how often the search finds what it should, and how right the groups of faces are."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from calotype.bootstrap import Calotype
from calotype.cli.evaluate_people import evaluate_people
from calotype.cli.library import owner_of, with_library
from calotype.cli.tables import make_console, make_table, plain
from calotype.cli.terminal import show_json
from calotype.features.search import QueryResult, evaluate, summarise


def evaluate_command(
    what: Annotated[
        list[Path],
        typer.Argument(
            metavar="QUERIES.csv | people PAIRS.csv",
            help="Columns: query, kind, paths; or path_a, path_b, relation, person_a, person_b, source_repo.",
        ),
    ],
    misses: Annotated[bool, typer.Option(help="List the questions whose first answer is not a right one.")] = False,
    owner: Annotated[str | None, typer.Option(help="E-mail address of the user; default: the only one.")] = None,
    json: Annotated[bool, typer.Option("--json", help="Answer in JSON.")] = False,
) -> None:
    """Measure the search with questions whose right answers are known, or the people with pairs of photos.

    The CSV has a row per question: the words, a kind to count under, and the files that are right answers (relative to
    the CSV's folder, parted by |). Photos are recognised by their content, so import copies under neutral names: a file
    name that gives the answer away is searched, too. Hit@1 and hit@5 say how often a right photo is the first, or among
    the first five; map is the mean average precision over all right photos.

    After the word people it has two photos a row, who is on each, and whether that is the same person: pairs_right says
    how often two faces are told rightly, precision and recall how right the groups are over all pairs of these photos.

    Examples

      calotype evaluate queries.csv
      calotype evaluate queries.csv --json
      calotype evaluate people pairs.csv --json
    """
    queries = _only_file(what)
    if len(what) > 1:
        evaluate_people(queries, owner, is_json=json)
        return

    async def work(library: Calotype) -> list[QueryResult]:
        owner_id = await owner_of(library, owner)
        return await evaluate(queries, library.search, library.database, owner_id)

    results = with_library(work)
    if json:
        show_json(summarise(results))
    else:
        _show(results, misses)


def _only_file(what: Sequence[Path]) -> Path:
    """Return the file that was named, alone or after the word `people`."""
    file = what[-1]
    if len(what) > 2 or (len(what) == 2 and str(what[0]) != "people"):
        raise typer.BadParameter("Name one file, or the word people and one file.")
    if not file.is_file():
        raise typer.BadParameter(f"There is no file {file}.")
    return file


def _show(results: Sequence[QueryResult], misses: bool) -> None:
    console = make_console()
    table = make_table("kind", "questions", "hit@1", "hit@5", "map")
    for kind, figures in summarise(results).items():
        shares = (f"{figures[name]:.2f}" for name in ("hit@1", "hit@5", "map"))
        table.add_row(plain(kind), str(int(figures["queries"])), *shares)
    console.print(table)
    for result in results if misses else ():
        if not result.places or result.places[0] > 1:
            place = f"place {result.places[0]}" if result.places else "not found"
            console.print(plain(f"{result.query.sentence}: {place}"))
