"""Habits that a reviewer would forget to look for."""

import ast
import re
from pathlib import Path

import pytest

from tests.architecture.source import HOUSE, SOURCE, at, python_files, tree_of


def _calls(path: Path, name: str) -> list[int]:
    return [
        node.lineno
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name
    ]


def test_nothing_is_printed() -> None:
    assert not [at(path, line) for path in python_files() for line in _calls(path, "print")]


def test_only_the_settings_read_the_environment_of_calotype() -> None:
    reads = re.compile(r"""environ(\.get\(|\[)\s*["']CALOTYPE_(\w+)""")
    found = [
        f"{at(path)} {variable}"
        for path in python_files()
        for _, variable in reads.findall(path.read_text("utf-8"))
        if path != SOURCE / "settings.py" and variable != "LOG_LEVEL"  # a failure to read the settings is shown too
    ]
    assert not found


def test_sql_stands_in_repositories() -> None:
    statement = re.compile(
        r"^\s*(select\s.+\sfrom|insert\s+into|update\s+\w+\s+set|delete\s+from)\s", re.IGNORECASE | re.DOTALL
    )
    allowed = ("repository", "migrations", "db", "ports")
    exceptions = {
        "cli/library_checks.py",  # the doctor looks at the tables from outside
        "pipeline/due.py",  # repositories too: what is due, and what dead workers leave behind
        "pipeline/face_rows.py",
        "pipeline/owner_work.py",
        "pipeline/rescue.py",
        "pipeline/service.py",
        "worker/group.py",
    }
    found = []
    for path in python_files():
        inside = path.relative_to(SOURCE)
        if str(inside) in exceptions or any(part.removesuffix(".py") in allowed for part in inside.parts):
            continue
        found += [
            at(path, node.lineno)
            for node in ast.walk(tree_of(path))
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and statement.match(node.value)
        ]
    assert not found


def test_every_feature_has_a_door_that_names_what_may_be_used() -> None:
    doors = sorted((SOURCE / "features").glob("*/__init__.py"))
    assert doors
    closed = [door for door in doors if "__all__" not in door.read_text("utf-8")]
    assert not [at(door) for door in closed]


@pytest.mark.parametrize("name", ["requirements/run.txt", "requirements/dev.txt", "requirements/build.txt",
                                  "requirements/demo.txt", "requirements/lock.txt"])  # fmt: skip
def test_locks_name_packages_and_hashes_but_no_address(name: str) -> None:
    lock = (HOUSE / name).read_text("utf-8")
    assert "--hash=sha256:" in lock
    assert not re.search(r"https?://|--(extra-)?index-url|--find-links|@\s*file", lock)
    pins = re.findall(r"^([A-Za-z0-9][^\s=<>~!;]*)(\S*)", lock, re.MULTILINE)
    assert not [name for name, rest in pins if not rest.startswith("==")]


def test_the_lock_of_the_web_app_has_no_address() -> None:
    lock = (HOUSE / "web" / "package-lock.json").read_text("utf-8")
    assert '"resolved"' not in lock
    assert not re.search(r'"https?://[^"]*registry', lock)
