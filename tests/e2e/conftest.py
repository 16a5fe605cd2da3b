"""The installed command on a library of its own, as a person would use it: nothing of the inside is touched."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from calotype.ports.models import ModelStore
from calotype.settings import read_settings

TIMEOUT_S = 540
OWNER = ("ada@example.org", "Ada", "a-Quite-long-1")


class CommandLine:
    """Runs `calotype …` in a temporary home."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self._environment = {
            **os.environ, "CALOTYPE_HOME": str(home), "CALOTYPE_LOG_LEVEL": "error", "COLUMNS": "200",
        }  # fmt: skip
        self._environment.pop("CALOTYPE_DATABASE_URL", None)

    def run(self, *arguments: object, expects: int = 0, stdin: str = "") -> str:
        """Return the standard output; fails where the exit code is not `expects`."""
        done = subprocess.run(
            [sys.executable, "-m", "calotype", *map(str, arguments)], env=self._environment, input=stdin,
            capture_output=True, text=True, timeout=TIMEOUT_S, check=False,
        )  # fmt: skip
        assert done.returncode == expects, (
            f"{arguments}: {done.returncode}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
        )
        return done.stdout

    def json(self, *arguments: object, expects: int = 0) -> Any:
        return json.loads(self.run(*arguments, "--json", expects=expects))


@pytest.fixture
def command(tmp_path: Path) -> CommandLine:
    """A new library with one user and the local models; skips where the models are not there."""
    missing = [status.entry.name for status in ModelStore(read_settings().models_folder).list()
               if status.entry.default and status.path is None]  # fmt: skip
    if missing:
        pytest.skip(f"the models are not there ({', '.join(missing)}): run `make models`")
    command = CommandLine(tmp_path / "home")
    email, name, password = OWNER
    command.run("user", "add", email, "--name", name, "--password-stdin", stdin=f"{password}\n")
    return command


@pytest.fixture
def neutral(tmp_path: Path) -> Callable[[Iterable[Path]], Path]:
    """Copy files under names that give nothing away; return their folder."""

    def copy(files: Iterable[Path]) -> Path:
        folder = tmp_path / "photos"
        folder.mkdir(exist_ok=True)
        for file in files:
            shutil.copyfile(file, folder / (hashlib.sha256(file.read_bytes()).hexdigest()[:12] + file.suffix.lower()))
        return folder

    return copy
