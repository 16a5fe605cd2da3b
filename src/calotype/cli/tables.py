"""Rich tables and bars. Apart from `terminal.py`, because importing Rich takes a tenth of a second."""

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

LEVEL_STYLES = {"ok": "green", "warn": "yellow", "fail": "bold red"}


def make_console(*, stderr: bool = False) -> Console:
    """Return a console; colours only where a person looks at it."""
    return Console(stderr=stderr, highlight=False)


def make_table(*columns: str, right: Sequence[str] = ()) -> Table:
    """Return an empty table; the columns in `right` are numbers."""
    table = Table(box=None, pad_edge=False, header_style="dim")
    for column in columns:
        table.add_column(column, justify="right" if column in right else "left", overflow="fold")
    return table


def plain(text: object) -> Text:
    """Return text that comes from outside (file names, recognised writing): its brackets are no markup."""
    return Text("".join(letter if letter.isprintable() else "�" for letter in str(text)))
