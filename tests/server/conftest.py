"""The whole service over a migrated database: every room, wired as in earnest, without models."""

from pathlib import Path

import pytest

from calotype.bootstrap import Calotype, build_library
from calotype.db.engine import Database
from calotype.settings import read_settings
from tests.features.conftest import _migrated_url, database, library_url, owner, stranger

__all__ = ["_migrated_url", "database", "library_url", "owner", "stranger"]


@pytest.fixture
def calotype(database: Database, library_url: str, tmp_path: Path) -> Calotype:
    """A library in a folder of its own, vision off."""
    return build_library(read_settings(home=tmp_path, vision="off", web=tmp_path / "web"), database, library_url)
