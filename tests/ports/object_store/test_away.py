"""A store that is not there is told from an object that is not there."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from calotype.ports.object_store import ObjectNotFound, StoreAway
from calotype.ports.object_store.filesystem import FilesystemObjectStore


@pytest.fixture
def reopen(tmp_path: Path) -> Callable[[], FilesystemObjectStore]:
    return lambda: FilesystemObjectStore(tmp_path / "disk" / "store", tmp_path / "store-id")


async def _write(store: FilesystemObjectStore, key: str) -> None:
    async with store.receive() as incoming:
        await incoming.write(b"bytes")
        await incoming.commit(key)


async def test_an_unmounted_disk_is_no_lost_photo(tmp_path: Path, reopen: Callable[[], FilesystemObjectStore]) -> None:
    store = reopen()
    await _write(store, "originals/ab/one")
    shutil.move(tmp_path / "disk", tmp_path / "away")
    (tmp_path / "disk" / "store" / ".incoming").mkdir(parents=True)  # the mount point, with what a start would make
    with pytest.raises(StoreAway, match="is its disk mounted"):
        await store.read("originals/ab/one")
    with pytest.raises(StoreAway):
        async with store.as_file("originals/ab/one"):
            pass
    with pytest.raises(StoreAway):
        await _write(store, "originals/ab/two")
    with pytest.raises(StoreAway):
        reopen()
    shutil.rmtree(tmp_path / "disk")
    shutil.move(tmp_path / "away", tmp_path / "disk")
    assert await reopen().read("originals/ab/one") == b"bytes"


async def test_an_object_that_is_not_there_is_still_only_that(reopen: Callable[[], FilesystemObjectStore]) -> None:
    with pytest.raises(ObjectNotFound):
        await reopen().read("originals/ab/none")


async def test_a_library_that_lost_its_note_takes_the_store_as_it_is(
    tmp_path: Path, reopen: Callable[[], FilesystemObjectStore]
) -> None:
    await _write(reopen(), "originals/ab/one")
    (tmp_path / "store-id").unlink()
    assert await reopen().read("originals/ab/one") == b"bytes"
