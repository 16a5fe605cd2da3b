"""The store on a disk keeps the promises, and those that only a disk can break."""

import asyncio
import errno
import multiprocessing
import os
import stat
import subprocess
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest

from calotype.ports.object_store import StoreFull, filesystem
from calotype.ports.object_store.filesystem import FilesystemObjectStore

from .contract import KEY, ObjectStoreContract, keys_of, store


def store_from_another_process(root: Path, content: bytes) -> bool:
    return asyncio.run(store(FilesystemObjectStore(root), KEY, content))


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def parts_of(root: Path) -> list[Path]:
    return list((root / filesystem.PARTS_FOLDER).iterdir())


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "store"


class TestFilesystemObjectStore(ObjectStoreContract):
    @pytest.fixture
    def objects(self, root: Path) -> FilesystemObjectStore:
        return FilesystemObjectStore(root)

    @pytest.fixture
    def small_store(self, tmp_path: Path) -> Iterator[FilesystemObjectStore]:
        disk = tmp_path / "small disk"
        disk.mkdir()
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(disk)], capture_output=True)
        if mounted.returncode != 0:
            pytest.skip("a small disk can be mounted only as root")
        try:
            yield FilesystemObjectStore(disk / "store")
        finally:
            subprocess.run(["umount", str(disk)], check=True)

    async def test_an_object_cannot_be_written_to(self, objects: FilesystemObjectStore, root: Path) -> None:
        await store(objects, KEY, b"sacred")
        assert mode_of(root / KEY) == 0o444
        assert mode_of(root) == 0o700

    async def test_parts_that_a_dead_process_left_are_swept(self, objects: FilesystemObjectStore, root: Path) -> None:
        await store(objects, KEY, b"kept")
        old = root / filesystem.PARTS_FOLDER / "0123456789abcdef"
        old.write_bytes(b"half an upload")
        os.utime(old, (1, 1))
        async with objects.receive() as incoming:
            await incoming.write(b"still on its way")
            assert await objects.sweep(older_than_s=3600) == 1
            assert await incoming.commit("originals/aa/aa/aaaa") is True
        assert await keys_of(objects) == {KEY, "originals/aa/aa/aaaa"}
        assert parts_of(root) == []

    async def test_a_cancelled_upload_leaves_nothing(self, objects: FilesystemObjectStore, root: Path) -> None:
        begun = asyncio.Event()

        async def upload() -> None:
            async with objects.receive() as incoming:
                await incoming.write(b"x" * 100)
                begun.set()
                await asyncio.Event().wait()

        task = asyncio.create_task(upload())
        await begun.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert parts_of(root) == []
        assert await keys_of(objects) == set()

    def test_many_processes_write_once(self, root: Path) -> None:
        contents = [bytes([number]) * 500_000 for number in range(6)]
        with ProcessPoolExecutor(3, mp_context=multiprocessing.get_context("spawn")) as processes:
            outcomes = list(processes.map(store_from_another_process, [root] * 6, contents))
        assert sum(outcomes) == 1
        assert (root / KEY).read_bytes() == contents[outcomes.index(True)]

    @pytest.mark.parametrize("call", ["fsync", "link"])
    async def test_a_disk_that_fills_up_at_the_commit_is_said(
        self, objects: FilesystemObjectStore, root: Path, call: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def full(*_: object) -> None:
            raise OSError(errno.ENOSPC, "No space left on device")

        async with objects.receive() as incoming:
            await incoming.write(b"x")
            with monkeypatch.context() as disk:
                disk.setattr(os, call, full)
                with pytest.raises(StoreFull, match="Free some space"):
                    await incoming.commit(KEY)
        assert await keys_of(objects) == set()
        assert parts_of(root) == []

    async def test_the_order_of_a_commit_survives_a_power_cut(
        self, objects: FilesystemObjectStore, root: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Bytes before the name, the name before the answer, and every new folder's name as well."""
        steps: list[str] = []
        sync, link = os.fsync, os.link

        def fsync(descriptor: int) -> None:
            path = Path(f"/proc/self/fd/{descriptor}").readlink()
            steps.append("sync " + ("bytes" if path.is_file() else path.relative_to(root.parent).as_posix()))
            sync(descriptor)

        def linked(source: Path, target: Path) -> None:
            steps.append("link")
            link(source, target)

        monkeypatch.setattr(os, "fsync", fsync)
        monkeypatch.setattr(os, "link", linked)
        await store(objects, KEY, b"x")
        assert steps == [
            "sync bytes", "sync store", "sync store/originals", "link", "sync store/originals/ab"
        ]  # fmt: skip
        steps.clear()
        assert await store(FilesystemObjectStore(root), KEY, b"x") is False
        assert steps[-1] == "sync store/originals/ab", "a name that another process made is synced before the answer"
        assert "sync store/originals" in steps

    async def test_a_folder_that_was_taken_away_is_made_again(self, objects: FilesystemObjectStore, root: Path) -> None:
        await store(objects, KEY, b"x")
        await objects.delete(KEY)
        (root / KEY).parent.rmdir()
        assert await store(objects, KEY, b"y") is True
        assert await objects.read(KEY) == b"y"
