"""Writes `docs/reference/`: every setting and every command, out of the code. `make reference`; a test compares."""

import inspect
import re
from pathlib import Path
from typing import Any

import typer
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from calotype.cli.app import make_app
from calotype.settings import Settings

REFERENCE = Path(__file__).resolve().parents[1] / "docs" / "reference"

SETTINGS_HEAD = """# Settings

Written by `make reference` out of `src/calotype/settings.py`; a test compares.

A setting is a variable of the environment, `CALOTYPE_PORT=9000`, or a line of a TOML file, `port = 9000`. The file is
`calotype.toml` in the library's home, or the one that `CALOTYPE_CONFIG` names. The environment wins.

| setting | default | what it does |
| --- | --- | --- |
"""

COMMANDS_HEAD = """# Commands

Written by `make reference` out of `src/calotype/cli/`; a test compares. `calotype COMMAND --help` says the same.
"""


def settings_page() -> str:
    """Return the page of the settings."""
    rows = [_settings_row(name, field) for name, field in Settings.model_fields.items()]
    return SETTINGS_HEAD + "".join(f"{row}\n" for row in rows)


def _settings_row(name: str, field: FieldInfo) -> str:
    if name == "home":
        default = "the platform's data folder, `~/.local/share/calotype` on Linux"
    elif field.default is None or field.default is PydanticUndefined:
        default = ""
    else:
        default = f"`{field.default}`"
    choices = re.findall(r"'(\w+)'", str(field.annotation)) if "Literal" in str(field.annotation) else []
    text = (field.description or "") + (f" One of {', '.join(f'`{each}`' for each in choices)}." if choices else "")
    return f"| `CALOTYPE_{name.upper()}` | {default} | {text} |"


def commands_page() -> str:
    """Return the page of the commands."""
    group = typer.main.get_command(make_app())
    parts = [COMMANDS_HEAD]
    for name, command in group.commands.items():  # type: ignore[attr-defined]
        inner = getattr(command, "commands", None)
        if inner is None:
            parts.append(_command_part(f"calotype {name}", command))
            continue
        parts.append(f"\n## calotype {name}\n\n{command.help}\n")
        parts += [_command_part(f"calotype {name} {sub}", each, "###") for sub, each in inner.items()]
    return "".join(parts)


def _command_part(title: str, command: Any, heading: str = "##") -> str:
    rows = [_parameter_row(parameter) for parameter in command.params if parameter.name != "help"]
    table = "\n| | |\n| --- | --- |\n" + "".join(f"{row}\n" for row in rows) if rows else ""
    return f"\n{heading} {title}\n\n{_as_markdown(command.help)}\n{table}"


def _as_markdown(text: str) -> str:
    """Examples are indented in the terminal and a block here."""
    paragraphs = inspect.cleandoc(text).split("\n\n")
    made = []
    for paragraph in paragraphs:
        lines = paragraph.splitlines()
        if len(lines) > 1 or paragraph.startswith("  "):
            title = [] if lines[0].startswith("  ") else [f"{lines.pop(0)}:", ""]
            made.append("\n".join([*title, "```sh", *(line.removeprefix("  ") for line in lines), "```"]))
        elif paragraph == "Examples":
            made.append("Examples:")
        else:
            made.append(paragraph)
    return "\n\n".join(made)


def _parameter_row(parameter: Any) -> str:
    if parameter.param_type_name == "argument":
        name = f"`{parameter.name.upper()}{'…' if parameter.nargs == -1 else ''}`"
    else:
        name = ", ".join(f"`{option}`" for option in [*parameter.opts, *parameter.secondary_opts])
    text = (parameter.help or "").replace("|", "\\|")
    return f"| {name} | {text} |"


def main() -> None:
    """Write both pages."""
    REFERENCE.mkdir(parents=True, exist_ok=True)
    (REFERENCE / "settings.md").write_text(settings_page(), "utf-8")
    (REFERENCE / "cli.md").write_text(commands_page(), "utf-8")


if __name__ == "__main__":
    main()
