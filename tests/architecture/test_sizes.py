"""Sizes that nothing may pass (CONTRIBUTING.md): a longer thing is two things."""

import ast

from tests.architecture.source import WEB, at, functions_of, python_files

LONGEST_FUNCTION = 50
LONGEST_FILE = 500
LONGEST_WEB_FILE = 250
MOST_ARGUMENTS = 6


def _lines_of_code(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines from `def` to the end, less the docstring, which is prose."""
    lines = (function.end_lineno or function.lineno) - function.lineno + 1
    first = function.body[0]
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str):
        lines -= (first.end_lineno or first.lineno) - first.lineno + 1
    return lines


def test_no_function_is_too_long() -> None:
    found = [
        f"{at(path, function.lineno)} {function.name}: {_lines_of_code(function)} lines"
        for path in python_files()
        for function in functions_of(path)
        if _lines_of_code(function) > LONGEST_FUNCTION
    ]
    assert not found


def test_no_file_is_too_long() -> None:
    lengths = {path: len(path.read_text("utf-8").splitlines()) for path in python_files()}
    assert not [f"{at(path)}: {lines} lines" for path, lines in lengths.items() if lines > LONGEST_FILE]


def test_no_web_file_is_too_long() -> None:
    files = [path for path in WEB.rglob("*") if path.suffix in (".ts", ".svelte") and path.name != "schema.ts"]
    lengths = {path: len(path.read_text("utf-8").splitlines()) for path in files}
    assert not [f"{at(path)}: {lines} lines" for path, lines in lengths.items() if lines > LONGEST_WEB_FILE]


def test_no_function_takes_too_many_positional_arguments() -> None:
    found = []
    for path in python_files():
        for function in functions_of(path):
            arguments = [*function.args.posonlyargs, *function.args.args]
            own = [each for each in arguments if each.arg not in ("self", "cls")]
            if len(own) > MOST_ARGUMENTS:
                found.append(f"{at(path, function.lineno)} {function.name}: {len(own)}")
    assert not found
