"""`calotype search`: plain words in, photos out, with the reasons."""

from typing import Annotated

import typer

from calotype.bootstrap import Calotype
from calotype.cli.answers import answer_as_json, show_answer
from calotype.cli.library import owner_of, with_library
from calotype.cli.tables import make_console
from calotype.cli.terminal import say, show_json
from calotype.features.search import Answer

# `-black` is a word to leave out, not an option; nor is the -h of `-hat`.
CONTEXT_SETTINGS = {"ignore_unknown_options": True, "help_option_names": ["--help"]}


def search_command(
    context: typer.Context,
    query: Annotated[list[str], typer.Argument(help="What to look for, in plain words.", show_default=False)],
    limit: Annotated[int, typer.Option(min=1, max=1000, help="Photos at most.")] = 20,
    drop: Annotated[
        list[str] | None, typer.Option(help="Id of a chip to leave out of the search (--json shows ids).")
    ] = None,
    owner: Annotated[str | None, typer.Option(help="E-mail address of the user; default: the only one.")] = None,
    json: Annotated[bool, typer.Option("--json", help="Answer in JSON.")] = False,
) -> None:
    """Find photos by what they show, where and when they were taken, and what is written on them.

    Parts of the sentence that are a time, a place, a camera, a kind of file, a number of people and the like are
    understood as such and shown above the answer; the rest is searched by words and by meaning. Every hit says why it
    is one, and whether that is sure. A minus or "without" leaves photos out; quotes ask for writing in the picture.
    What begins with a minus and is none of the options below belongs to the sentence.

    Examples

      calotype search dog on the beach in 2023
      calotype search two people at night -snow
      calotype search 'a sign that says "exit"' --limit 5
      calotype search sunset --json | jq -r '.items[].file_name'
    """
    if query == ["-h"]:
        say(context.get_help())
        return

    async def work(library: Calotype) -> Answer:
        owner_id = await owner_of(library, owner)
        return await library.search.search(owner_id, " ".join(query), dropped=tuple(drop or ()), limit=limit)

    answer = with_library(work)
    if json:
        show_json(answer_as_json(answer))
    else:
        show_answer(make_console(), answer)
