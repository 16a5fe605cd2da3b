"""Objects as files below one folder.

Durable means: the file is synced, then linked into place, then its folder is synced (the order that survives a power
cut on ext4, xfs and btrfs). `link` rather than `rename`, because it fails where the name exists: write-once by the
kernel's own word, also between processes.
"""

import asyncio
import errno
import os
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4

from calotype.ports.object_store import ObjectNotFound, ObjectStat, StoreFull, check_key

CHUNK_BYTES = 1 << 20
_FULL = {errno.ENOSPC, errno.EDQUOT}


@contextmanager
def _full_is_said() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise StoreFull("The disk that holds the library is full. Free some space, then try again.") from error
        raise


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _make_folder_durably(folder: Path) -> None:
    missing = []
    while not folder.exists():
        missing.append(folder)
        folder = folder.parent
    for each in reversed(missing):
        each.mkdir(exist_ok=True)
        _sync_folder(each.parent)


class FilesystemIncoming:
    """A file in `incoming/` that nobody sees until it is linked into place."""

    def __init__(self, root: Path, path: Path, file: BinaryIO) -> None:
        self.size_bytes = 0
        self._root = root
        self._path = path
        self._file = file

    async def write(self, chunk: bytes) -> None:
        self.size_bytes += len(chunk)
        await asyncio.to_thread(self.write_now, chunk)

    def write_now(self, chunk: bytes) -> None:
        """Append from a thread that may block."""
        with _full_is_said():
            self._file.write(chunk)

    async def head(self, size_bytes: int) -> bytes:
        return await asyncio.to_thread(self._head_now, size_bytes)

    def _head_now(self, size_bytes: int) -> bytes:
        self._file.flush()
        with self._path.open("rb") as file:
            return file.read(size_bytes)

    @asynccontextmanager
    async def as_file(self) -> AsyncIterator[Path]:
        with _full_is_said():
            self._file.flush()
        yield self._path

    async def commit(self, key: str) -> bool:
        return await asyncio.to_thread(self._commit_now, self._root / check_key(key))

    def _commit_now(self, target: Path) -> bool:
        with _full_is_said():
            self._file.flush()
            if target.exists():
                _sync_folder(target.parent)  # whoever linked it may not have come so far yet
                return False
            os.fsync(self._file.fileno())
            _make_folder_durably(target.parent)
            try:
                os.link(self._path, target)
            except FileExistsError:
                _sync_folder(target.parent)
                return False
            target.chmod(0o444)
            _sync_folder(target.parent)
        return True

    def forget(self) -> None:
        """Close and remove the part; the committed object is another name of the same bytes."""
        self._file.close()
        with suppress(FileNotFoundError):
            self._path.unlink()


class FilesystemObjectStore:
    """Objects below `root`: `originals/`, `prints/`, and `incoming/` for what is still on its way."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._incoming = root / "incoming"
        self._incoming.mkdir(parents=True, exist_ok=True, mode=0o700)

    def _path(self, key: str) -> Path:
        return self._root / check_key(key)

    @asynccontextmanager
    async def receive(self) -> AsyncIterator[FilesystemIncoming]:
        path = self._incoming / uuid4().hex
        incoming = FilesystemIncoming(self._root, path, path.open("xb", buffering=CHUNK_BYTES))
        try:
            yield incoming
        finally:
            await asyncio.to_thread(incoming.forget)

    async def put(self, key: str, content: bytes) -> None:
        await asyncio.to_thread(self._put_now, self._path(key), content)

    def _put_now(self, target: Path, content: bytes) -> None:
        part = self._incoming / uuid4().hex
        try:
            with _full_is_said():
                part.write_bytes(content)
                try:
                    part.replace(target)
                except FileNotFoundError:
                    target.parent.mkdir(parents=True, exist_ok=True)
                    part.replace(target)
        finally:
            with suppress(FileNotFoundError):
                part.unlink()

    async def read(self, key: str) -> bytes:
        try:
            return await asyncio.to_thread(self._path(key).read_bytes)
        except FileNotFoundError as error:
            raise ObjectNotFound(key) from error

    async def stream(self, key: str, start: int = 0, stop: int | None = None) -> AsyncIterator[bytes]:
        async with self.as_file(key) as path:
            with path.open("rb") as file:
                file.seek(start)
                left = (stop if stop is not None else path.stat().st_size) - start
                while left > 0 and (chunk := await asyncio.to_thread(file.read, min(CHUNK_BYTES, left))):
                    left -= len(chunk)
                    yield chunk

    @asynccontextmanager
    async def as_file(self, key: str) -> AsyncIterator[Path]:
        path = self._path(key)
        if not path.is_file():
            raise ObjectNotFound(key)
        yield path

    async def stat(self, key: str) -> ObjectStat | None:
        try:
            found = self._path(key).stat()
        except (FileNotFoundError, NotADirectoryError):
            return None
        return ObjectStat(key, found.st_size)

    async def delete(self, key: str) -> None:
        with suppress(FileNotFoundError):
            await asyncio.to_thread(self._path(key).unlink)

    async def list_keys(self, prefix: str) -> AsyncIterator[ObjectStat]:
        top = self._root / prefix.rpartition("/")[0]
        for folder, _, names in await asyncio.to_thread(lambda: list(os.walk(top))):
            for name in names:
                path = Path(folder) / name
                key = path.relative_to(self._root).as_posix()
                if key.startswith(prefix) and not key.startswith("incoming/"):
                    yield ObjectStat(key, path.stat().st_size)

    async def sweep(self, older_than_s: float) -> int:
        return await asyncio.to_thread(self._sweep_now, time.time() - older_than_s)

    def _sweep_now(self, before: float) -> int:
        removed = 0
        for part in self._incoming.iterdir():
            with suppress(FileNotFoundError):
                if part.stat().st_mtime < before:
                    part.unlink()
                    removed += 1
        return removed
