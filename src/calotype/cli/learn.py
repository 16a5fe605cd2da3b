"""`calotype learn`: learn from corrections and tags now, and show what is known."""

from collections.abc import Mapping
from typing import Annotated, Any

import typer
from rich.console import Console

from calotype.bootstrap import Calotype
from calotype.cli.library import owner_of, owners_of, with_library
from calotype.cli.tables import make_console, make_table, plain
from calotype.cli.terminal import show_json


def learn_command(
    owner: Annotated[str | None, typer.Option(help="E-mail address of the user; default: everybody.")] = None,
    json: Annotated[bool, typer.Option("--json", help="Answer in JSON: GET /api/v1/learning of each user.")] = False,
) -> None:
    """Learn labels and taste from corrections, tags, favourites and ratings, and apply them to all photos.

    The service does this by itself: after each correction, and wholly every night. A label needs eight photos. What is
    learned goes into force only if it is better than what was there, on photos that it has not seen.

    Examples

      calotype learn
      calotype learn --owner ada@example.org --json
    """

    async def work(library: Calotype) -> list[dict[str, Any]]:
        owners = await owners_of(library) if owner is None else [await owner_of(library, owner)]
        answers = []
        for each in owners:
            message = await library.owner_work.run(each, "learning", is_whole=True)
            user = next(user for user in await library.accounts.list_users() if user.id == each)
            overview = await library.learning.get_overview(each)
            answers.append({"owner": user.email, "message": message, **overview})
        return answers

    answers = with_library(work)
    if json:
        show_json(answers)
        return
    console = make_console()
    for answer in answers:
        _show(console, answer, names_owner=len(answers) > 1)


def _show(console: Console, answer: Mapping[str, Any], *, names_owner: bool) -> None:
    if names_owner:
        console.print(plain(answer["owner"]), style="bold")
    console.print(plain(answer["message"]))
    console.print()
    table = make_table("label", "state", "yes", "no", "precision", "recall", "before", right=["yes", "no"])
    for label in answer["labels"]:
        figures = label["in_force"] or next(iter(label["versions"]), None)
        shares = [figures["precision"], figures["recall"]] if figures else [None, None]
        before = [label["before"]["precision"], label["before"]["recall"]] if label["before"] else [None, None]
        table.add_row(
            plain(label["label"]), label["state"], str(label["examples"]["yes"]), str(label["examples"]["no"]),
            _percent(shares[0]), _percent(shares[1]), f"{_percent(before[0])} / {_percent(before[1])}",
        )  # fmt: skip
    if answer["labels"]:
        console.print(table)
    else:
        console.print("Nothing to learn from yet: tag photos, or correct their labels.")
    console.print(plain(f"Taste: {answer['taste']['message']}"))


def _percent(share: float | None) -> str:
    return "·" if share is None else f"{share * 100:.0f} %"
