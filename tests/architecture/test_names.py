"""Names that say nothing are refused (CONTRIBUTING.md)."""

import ast
import re

import pytest

from tests.architecture.source import SOURCE, WEB, at, python_files, tree_of

EMPTY_NAMES = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "core", "data", "info", "base2"}


def test_no_module_or_folder_has_a_name_that_says_nothing() -> None:
    parts = {path: path.relative_to(SOURCE).with_suffix("").parts for path in python_files()}
    assert not [at(path) for path, names in parts.items() if EMPTY_NAMES & set(names)]


def test_no_web_file_or_folder_has_a_name_that_says_nothing() -> None:
    if not WEB.is_dir():
        pytest.skip("there is no web app here")
    named = [path for path in WEB.rglob("*") if path.name.split(".")[0].lower() in EMPTY_NAMES]
    assert not [at(path) for path in named]


def _is_vendors_word(node: ast.ClassDef) -> bool:
    """Whether a base class of a library has the word in its name."""
    return any(isinstance(base, ast.Name) and base.id.endswith(("Manager", "Info")) for base in node.bases)


def test_no_class_is_named_after_its_plumbing() -> None:
    plumbing = re.compile(r"^(I[A-Z][a-z]|Abstract|Base[A-Z])|(Impl|Manager|Helper|Util|Utils|Info)$")
    found = [
        f"{at(path, node.lineno)} {node.name}"
        for path in python_files()
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.ClassDef) and plumbing.search(node.name) and not _is_vendors_word(node)
    ]
    assert not found


def test_business_errors_are_the_fact() -> None:
    found = [
        f"{at(path, node.lineno)} {node.name}"
        for path in python_files()
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.ClassDef) and node.name.endswith(("Error", "Exception"))
    ]
    assert not found


@pytest.mark.parametrize("path", [path for path in python_files() if path.stat().st_size], ids=at)
def test_every_module_says_what_it_is_for(path: object) -> None:
    assert ast.get_docstring(tree_of(path)), f"{path} has no docstring"  # type: ignore[arg-type]
