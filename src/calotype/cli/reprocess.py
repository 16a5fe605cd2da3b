"""`calotype reprocess`: make photos due again for one stage."""

from typing import Annotated

import typer

from calotype.bootstrap import Calotype
from calotype.cli.library import owner_of, with_library
from calotype.cli.terminal import counted, say, show_json


def reprocess_command(
    stage: Annotated[
        str, typer.Option(help="Which stage: metadata, previews, labels … (`calotype status` lists them).")
    ],
    failed: Annotated[bool, typer.Option("--failed", help="Only photos for which the stage failed.")] = False,
    owner: Annotated[str | None, typer.Option(help="E-mail address of the user; default: everybody's photos.")] = None,
    json: Annotated[bool, typer.Option("--json", help="Answer in JSON.")] = False,
) -> None:
    """Do a stage of the pipeline again.

    The photos are queued behind all other work, and search keeps answering from what is there. A stage whose version
    was raised by an update is done again by itself.

    Examples

      calotype reprocess --stage labels              # look at all photos again
      calotype reprocess --stage previews --failed   # try those again that failed
    """

    async def work(library: Calotype) -> int:
        owner_id = None if owner is None else await owner_of(library, owner)
        return await library.pipeline.reprocess(stage, owner_id, failed_only=failed)

    count = with_library(work)
    if json:
        show_json({"stage": stage, "photos": count})
    elif count == 0:
        say(f"No photo needs the stage {stage} again.")
    else:
        due = f"{counted(count, 'photo')} {'is' if count == 1 else 'are'} due"
        say(f"{due} for the stage {stage}. `calotype status` shows how far they are.")
