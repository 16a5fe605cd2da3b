"""Locks and the status file."""

import os
from pathlib import Path

import pytest

from calotype.db.embedded.folder import DatabaseFolder, EmbeddedStatus, find_free_lock


def test_lock_is_exclusive_or_shared(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    first = find_free_lock(path, shared=True)
    second = find_free_lock(path, shared=True)
    assert first is not None
    assert second is not None
    assert find_free_lock(path) is None
    os.close(first)
    os.close(second)
    alone = find_free_lock(path)
    assert alone is not None
    assert find_free_lock(path, shared=True) is None
    os.close(alone)


def test_status_is_read_as_written(tmp_path: Path) -> None:
    folder = DatabaseFolder(tmp_path)
    assert folder.read_status() is None
    said = EmbeddedStatus("failed", "The disk is full: make room.", 1, 2, "/run/ü")
    folder.write_status(said)
    assert folder.read_status() == said
    folder.forget_status()
    assert folder.read_status() is None


@pytest.mark.parametrize("text", ["", "{", "[]", '{"state": "running", "unknown": 1}', "{}"])
def test_broken_status_is_no_status(tmp_path: Path, text: str) -> None:
    (tmp_path / "status.json").write_text(text)
    assert DatabaseFolder(tmp_path).read_status() is None
