"""A library folder per test, copied from one that was set up once."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from calotype.db.embedded import EmbeddedPostgres

from .processes import SETTINGS, OtherUser, ask


@pytest.fixture(scope="session")
def seed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database folder that was set up, holds one table with three rows, and was stopped cleanly."""
    folder = tmp_path_factory.mktemp("seed") / "postgres"
    with EmbeddedPostgres(folder, settings=SETTINGS) as held:
        ask(held.start(), "create table kept as select generate_series(1, 3) as n")
    return folder


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Path]:
    """The path of a database folder that does not exist yet."""
    yield tmp_path / "home" / "postgres"
    shutil.rmtree(tmp_path / "home", ignore_errors=True)


@pytest.fixture
def folder(seed: Path, empty: Path) -> Path:
    """A copy of the seed for one test."""
    empty.mkdir(mode=0o700, parents=True)
    shutil.copytree(seed / "data", empty / "data")
    (empty / "data").chmod(0o700)
    return empty


@pytest.fixture
def held(folder: Path) -> Iterator[EmbeddedPostgres]:
    """This process's hold on the folder, not started yet, released at the end."""
    hold = EmbeddedPostgres(folder, settings=SETTINGS)
    yield hold
    hold.release(wait=True)


@pytest.fixture
def other_user() -> Iterator[Callable[[Path], OtherUser]]:
    """Starts other processes that hold a folder."""
    started: list[OtherUser] = []

    def start(folder: Path) -> OtherUser:
        started.append(OtherUser(folder))
        return started[-1]

    yield start
    for user in started:
        if user.process.returncode is None:
            user.end(kill=True)
