"""A library for the commands: a folder and a database of its own, and vision that needs no models."""

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner, Result

from calotype.cli.app import make_app
from tests.conftest import _database_on

Calotype = Callable[..., Result]


@pytest.fixture
def home(tmp_path: Path, postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The settings of an empty library; commands and their child processes read them."""
    for name in [name for name in os.environ if name.startswith("CALOTYPE_")]:
        monkeypatch.delenv(name)
    with contextmanager(_database_on)(postgres_url) as url:
        monkeypatch.setenv("CALOTYPE_HOME", str(tmp_path / "home"))
        monkeypatch.setenv("CALOTYPE_DATABASE_URL", url)
        monkeypatch.setenv("CALOTYPE_VISION", "fake")
        monkeypatch.setenv("CALOTYPE_PORT", "0")
        yield tmp_path / "home"


@pytest.fixture
def calotype(home: Path) -> Calotype:
    """Run a command in this process: `calotype("user", "list", input="…")`."""

    def run(*arguments: str, **more: Any) -> Result:
        return CliRunner().invoke(make_app(arguments), arguments, **more)

    return run


@pytest.fixture
def ada(calotype: Calotype) -> str:
    """The e-mail address of the library's only user."""
    made = calotype("user", "add", "ada@example.org", "--name", "Ada", "--password-stdin", input="correct horse\n")
    assert made.exit_code == 0, made.output
    return "ada@example.org"


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    """A folder with a red, a green and a blue picture under names that tell nothing."""
    folder = tmp_path / "photos"
    folder.mkdir()
    for number, colour in enumerate([(220, 20, 20), (20, 160, 20), (20, 20, 220)]):
        pixels = np.full((300, 400, 3), colour, np.uint8)
        Image.fromarray(pixels).save(folder / f"IMG_{number}.png")
    return folder


def answer_of(result: Result) -> Any:
    """The JSON that a command wrote."""
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)
