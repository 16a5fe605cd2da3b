"""`calotype store`: where the photos lie, and how they come to another place."""

import time
from typing import Annotated

import typer

from calotype.bootstrap import Calotype, open_store
from calotype.cli.library import with_library
from calotype.cli.store_moving import Moved, copy_store
from calotype.cli.terminal import counted, say, show_json
from calotype.ports.object_store import ObjectStore

SAY_AGAIN_S = 10.0
app = typer.Typer(help="Where the photos lie: a folder or a bucket, and how to move them.", no_args_is_help=True)


class DamagedOriginals(Exception):
    """Some originals did not have the bytes that their key says."""

    def __init__(self, keys: list[str]) -> None:
        shown = ", ".join(keys[:3]) + (" …" if len(keys) > 3 else "")
        super().__init__(
            f"{counted(len(keys), 'original')} {'is' if len(keys) == 1 else 'are'} damaged and stayed where they were: "
            f"{shown}. Bring them back from a backup, then run this again."
        )


class _Teller:
    """Says now and then how far a move is."""

    def __init__(self) -> None:
        self._said_at_s = time.monotonic()

    def __call__(self, moved: Moved) -> None:
        if time.monotonic() - self._said_at_s >= SAY_AGAIN_S:
            self._said_at_s = time.monotonic()
            say(f"{moved.copied:,} copied, {moved.there:,} there already …")


@app.command("show")
def show_store() -> None:
    """Say where the photos of this library lie."""

    async def work(library: Calotype) -> str:
        return library.settings.store_place

    say(with_library(work))


@app.command("move")
def move_store(
    target: Annotated[str, typer.Argument(help="A folder, or s3://bucket/prefix?endpoint=https://host&region=name.")],
    source: Annotated[
        str | None, typer.Option("--from", help="Where to copy from; default: the store of the settings.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Answer in JSON.")] = False,
) -> None:
    """Copy a library's photos into another store, verified by their hash, while the service runs.

    What is there already is not copied again, so a move that was stopped goes on where it was. It deletes nothing.
    When it has ended: set CALOTYPE_STORE to the new place, start again, and run it once more with --from and the old
    place, for what came in meanwhile.

    Examples

      calotype store move "s3://photos/library?region=eu-central-1"
      CALOTYPE_STORE=s3://photos/library calotype store move s3://photos/library --from /srv/photos
    """

    async def work(library: Calotype) -> Moved:
        old: ObjectStore = library.objects if source is None else open_store(library.settings, source)
        new = open_store(library.settings, target)
        return await copy_store(old, new, None if json else _Teller())

    moved = with_library(work)
    if json:
        show_json({"copied": moved.copied, "bytes": moved.copied_bytes, "there": moved.there, "damaged": moved.damaged})
    else:
        say(f"{counted(moved.copied, 'object')} copied ({moved.copied_bytes:,} bytes), {moved.there:,} there already.")
    if moved.damaged:
        raise DamagedOriginals(moved.damaged)
