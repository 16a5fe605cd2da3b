"""Moving a library's photos into another store: verified, taken up again, nothing deleted."""

import asyncio
import hashlib
from pathlib import Path

import pytest

from calotype.bootstrap import open_store
from calotype.cli.store_moving import Moved, copy_store
from calotype.ports.object_store import StoreFull, original_key, print_key
from calotype.ports.object_store.filesystem import FilesystemObjectStore
from calotype.ports.object_store.memory import MemoryObjectStore
from calotype.settings import Settings
from tests.ports.object_store.contract import keys_of, store


async def fill(source: MemoryObjectStore, count: int) -> list[str]:
    """Store originals of some megabytes together, and a print of each; return the keys of the originals."""
    keys = []
    for number in range(count):
        content = bytes([number]) * (1_000_000 + number)
        sha256 = hashlib.sha256(content).digest()
        keys.append(original_key(sha256))
        await store(source, keys[-1], content)
        await source.put(print_key(sha256, "150.webp"), b"print %d" % number)
    return keys


async def test_everything_is_copied_once_and_nothing_is_deleted(tmp_path: Path) -> None:
    source, target = MemoryObjectStore(), FilesystemObjectStore(tmp_path / "target")
    keys = await fill(source, 7)
    moved = await copy_store(source, target)
    assert (moved.copied, moved.there, moved.damaged) == (14, 0, [])
    assert await keys_of(target) == await keys_of(source)
    assert [await target.read(key) for key in keys] == [await source.read(key) for key in keys]
    again = await copy_store(source, target)
    assert (again.copied, again.there) == (0, 14)


async def test_a_move_that_was_stopped_goes_on_where_it_was(tmp_path: Path) -> None:
    source, target = MemoryObjectStore(), FilesystemObjectStore(tmp_path / "target")
    await fill(source, 5)

    def stop(moved: Moved) -> None:
        if moved.copied == 3:
            raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        await copy_store(source, target, stop)
    moved = await copy_store(source, target)
    assert (moved.copied, moved.there) == (7, 3)


async def test_a_damaged_original_is_told_of_and_not_copied(tmp_path: Path) -> None:
    source, target = MemoryObjectStore(), FilesystemObjectStore(tmp_path / "target")
    (key,) = await fill(source, 1)
    await source.put(key, b"rotten")
    moved = await copy_store(source, target)
    assert moved.damaged == [key]
    assert key not in await keys_of(target)
    assert moved.copied == 1


async def test_a_full_target_says_so(tmp_path: Path) -> None:
    source = MemoryObjectStore()
    await fill(source, 3)
    with pytest.raises(StoreFull):
        await copy_store(source, MemoryObjectStore(capacity_bytes=1_500_000))


@pytest.mark.parametrize("place", ["s3:/photos", "S3:/photos", "gs://photos/library", "s3:///photos"])
def test_a_slip_in_an_address_is_no_folder(tmp_path: Path, place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ValueError, match="write s3://bucket/prefix"):
        open_store(Settings(home=tmp_path / "home"), place)
    with pytest.raises(ValueError, match="write s3://bucket/prefix"):
        open_store(Settings(home=tmp_path / "home", store=place))
    assert list(tmp_path.iterdir()) == []
