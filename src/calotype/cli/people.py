"""`calotype people`: who is on the photos."""

from typing import Annotated

import typer

from calotype.bootstrap import Calotype
from calotype.cli.library import owner_of, owners_of, with_library
from calotype.cli.terminal import say, show_json

app = typer.Typer(help="Who is on the photos: group the faces of a library into people anew.", no_args_is_help=True)


@app.callback()
def people() -> None:
    """Who is on the photos: group the faces of a library into people anew."""


@app.command("recluster")
def recluster(
    owner: Annotated[str | None, typer.Option(help="E-mail address of the user; default: everybody.")] = None,
    json: Annotated[bool, typer.Option("--json", help="Answer in JSON.")] = False,
) -> None:
    """Group all faces into people anew.

    What was said stays: names, merges, splits, who a face is and who it is not. People keep their ids. The service does
    this by itself each night.

    Examples

      calotype people recluster
      calotype people recluster --owner ada@example.org
    """

    async def work(library: Calotype) -> dict[str, str]:
        wanted = await owners_of(library) if owner is None else [await owner_of(library, owner)]
        names = {user.id: user.email for user in await library.accounts.list_users()}
        return {names[each]: await library.owner_work.run(each, "people", is_whole=True) for each in wanted}

    results = with_library(work)
    if json:
        show_json([{"owner": name, "message": message} for name, message in results.items()])
        return
    for name, message in results.items():
        say(message if len(results) == 1 else f"{name}: {message}")
