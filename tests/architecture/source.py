"""The source as trees, read once."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

HOUSE = Path(__file__).resolve().parents[2]
SOURCE = HOUSE / "src" / "calotype"
WEB = HOUSE / "web" / "src"


@cache
def python_files() -> tuple[Path, ...]:
    """All modules of the package."""
    return tuple(sorted(SOURCE.rglob("*.py")))


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"), str(path))


def functions_of(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """All functions and methods of a module, inner ones too."""
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def at(path: Path, line: int = 0) -> str:
    """Where something is, for a message that an editor can open."""
    return f"{path.relative_to(HOUSE)}:{line}" if line else str(path.relative_to(HOUSE))
