"""The command `calotype`: where each command stands, and what a failure looks like.

Only the module of the command that was asked for is imported, so that `serve` starts at once.
"""

import inspect
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Annotated

import typer

import calotype
from calotype.cli.terminal import complain, is_debugging, say, sentence_of

# Command -> where it is: `module:function`, or a module of sub-commands whose `app` it is.
COMMANDS = {
    "serve": "calotype.cli.serve:serve_command",
    "import": "calotype.cli.import_command:import_command",
    "search": "calotype.cli.search:search_command",
    "status": "calotype.cli.status:status_command",
    "worker": "calotype.cli.worker:worker_command",
    "reprocess": "calotype.cli.reprocess:reprocess_command",
    "models": "calotype.cli.models",
    "user": "calotype.cli.user",
    "store": "calotype.cli.store",
    "people": "calotype.cli.people",
    "doctor": "calotype.cli.doctor:doctor_command",
    "evaluate": "calotype.cli.evaluate:evaluate_command",
    "learn": "calotype.cli.learn:learn_command",
    "evaluate-quality": "calotype.cli.evaluate_quality:evaluate_quality_command",
}
INTERRUPTED = 130  # what a shell expects of a command that Ctrl-C ended


def main() -> None:
    """Run the command line; failures are one sentence on standard error and exit code 1."""
    try:
        make_app(sys.argv[1:])(prog_name="calotype")
    except KeyboardInterrupt:
        complain("Stopped.")
        sys.exit(INTERRUPTED)
    except Exception as problem:  # the edge of the program: nobody behind it could handle it
        if is_debugging():
            raise
        complain(sentence_of(problem))
        sys.exit(1)


def make_app(arguments: Sequence[str] = ()) -> typer.Typer:
    """Return the application with the one command that `arguments` ask for, or with all of them."""
    app = typer.Typer(
        name="calotype",
        help=_reflow(_HELP),
        no_args_is_help=True,
        rich_markup_mode="rich",
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(_options)
    asked = next((argument for argument in arguments if not argument.startswith("-")), None)
    wanted = [asked] if asked in COMMANDS else [] if "--version" in arguments else list(COMMANDS)
    for name in wanted:
        _register(app, name)
    return app


def _register(app: typer.Typer, name: str) -> None:
    module, _, function = COMMANDS[name].partition(":")
    found = import_module(module)
    if function:
        command = getattr(found, function)
        context = getattr(found, "CONTEXT_SETTINGS", None)
        app.command(name, help=_reflow(command.__doc__), context_settings=context)(command)
        return
    for command in found.app.registered_commands:
        command.help = _reflow(command.callback.__doc__)
    app.add_typer(found.app, name=name)


def _reflow(docstring: str | None) -> str:
    """Return a docstring for a terminal of any width: one line a paragraph, indented examples as they are."""
    paragraphs = inspect.cleandoc(docstring or "").replace("\b\n", "").split("\n\n")
    return "\n\n".join(text if "\n  " in text else " ".join(text.split()) for text in paragraphs)


def _show_version(wanted: bool) -> None:
    if wanted:
        say(f"Calotype {calotype.__version__}")
        raise typer.Exit


def _options(
    version: Annotated[
        bool, typer.Option("--version", help="Say which version this is.", callback=_show_version, is_eager=True)
    ] = False,
) -> None:
    pass


_HELP = """A photo library that understands pictures and never loses one.

The library is one folder: CALOTYPE_HOME, or the data folder of this user. Every command works on it, whether or not the
service is running.

Begin with
  calotype serve                        # start, and print the address
  calotype import ~/Pictures            # take photos in
  calotype search "dog on the beach"    # find one
  calotype doctor                       # say what is wrong, and what mends it
"""
