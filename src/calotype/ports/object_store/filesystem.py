"""Objects as files below one folder.

Durable means: the file is synced, then linked into place, then its folder is synced (the order that survives a power
cut on ext4, xfs and btrfs). `link` rather than `rename`, because it fails where the name exists: write-once by the
kernel's own word, also between processes.
"""

import asyncio
import errno
import os
import stat
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4

from calotype.ports.object_store import ObjectNotFound, ObjectStat, StoreAway, StoreFull, check_key

CHUNK_BYTES = 1 << 20
MARKER = ".calotype-store"
PARTS_FOLDER = ".incoming"  # no key has a part that begins with a dot: none can name what is on its way in
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


class _Folders:
    """Makes folders so that they survive a power cut.

    A folder that is there may have been made by another process a moment ago, whose sync of the name has not come yet.
    So each name is synced once by this process before anything below it counts as durable.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self._durable: set[str] = set()  # 256 short names for the originals

    def make(self, folder: Path) -> None:
        if str(folder) in self._durable or folder == folder.parent:
            return
        if folder == self.root or self.root in folder.parents:
            self.make(folder.parent)
            folder.mkdir(exist_ok=True, mode=0o700)
            _sync_folder(folder.parent)
            self._durable.add(str(folder))
        elif not folder.exists():
            self.make(folder.parent)
            folder.mkdir(exist_ok=True)
            _sync_folder(folder.parent)

    def forget(self, folder: Path) -> None:
        """Look again: somebody took the folder away under us."""
        while folder != folder.parent:
            self._durable.discard(str(folder))
            folder = folder.parent


class FilesystemIncoming:
    """A file among the parts that nobody sees until it is linked into place."""

    def __init__(self, folders: _Folders, path: Path, file: BinaryIO) -> None:
        self.size_bytes = 0
        self._folders = folders
        self._path = path
        self._file = file
        # A caller that was cancelled leaves its thread at work: the file must not be closed under a commit.
        self._lock = threading.Lock()

    async def write(self, chunk: bytes) -> None:
        self.size_bytes += len(chunk)
        await asyncio.to_thread(self._write_now, chunk)

    def _write_now(self, chunk: bytes) -> None:
        with self._lock, _full_is_said():
            self._file.write(chunk)

    async def head(self, size_bytes: int) -> bytes:
        return await asyncio.to_thread(self._head_now, size_bytes)

    def _head_now(self, size_bytes: int) -> bytes:
        self._flush_now()
        with self._path.open("rb") as file:
            return file.read(size_bytes)

    def _flush_now(self) -> None:
        with self._lock, _full_is_said():
            self._file.flush()

    @asynccontextmanager
    async def as_file(self) -> AsyncIterator[Path]:
        await asyncio.to_thread(self._flush_now)
        yield self._path

    async def commit(self, key: str) -> bool:
        return await asyncio.to_thread(self._commit_now, self._folders.root / check_key(key))

    def _commit_now(self, target: Path) -> bool:
        with self._lock, _full_is_said():
            self._file.flush()
            if not target.exists():
                os.fchmod(self._file.fileno(), 0o444)
                os.fsync(self._file.fileno())
            self._folders.make(target.parent)
            try:
                is_new = self._link(target)
            except FileNotFoundError:
                self._folders.forget(target.parent)
                self._folders.make(target.parent)
                is_new = self._link(target)
            _sync_folder(target.parent)  # also of another's link: it may not have come so far yet
        return is_new

    def _link(self, target: Path) -> bool:
        try:
            os.link(self._path, target)
        except FileExistsError:
            return False
        return True

    def forget(self) -> None:
        """Close and remove the part; the committed object is another name of the same bytes."""
        with self._lock:
            with suppress(OSError):  # a full disk may still hold a rest of the buffer back: nobody wants it
                self._file.close()
            with suppress(FileNotFoundError):
                self._path.unlink()


class _Identity:
    """Tells the store from the empty folder that is left of it when its disk is not mounted."""

    def __init__(self, root: Path, remembered: Path | None) -> None:
        self._root = root
        self._remembered = remembered
        self._marker = root / MARKER

    def establish(self) -> None:
        """Mark a new store, and remember the mark; check the mark of one that is remembered."""
        if self._remembered is None:
            return
        if not self._remembered.exists():
            if not self._marker.exists():
                self._root.mkdir(parents=True, exist_ok=True, mode=0o700)
                self._marker.write_text(uuid4().hex)
            self._remembered.write_text(self._marker.read_text())
        self.check()

    def check(self) -> None:
        """Raises `StoreAway` where the mark is not the one that is remembered."""
        if self._remembered is None:
            return
        try:
            is_here = self._marker.read_text() == self._remembered.read_text()
        except OSError:
            is_here = False
        if not is_here:
            raise StoreAway(
                f"The object store is not in {self._root}: is its disk mounted, and does CALOTYPE_STORE name the right "
                "folder? Nothing is lost; it goes on when the store is back. "
                f"(If this is the store, restored by hand: remove {self._remembered} and start again.)"
            )


class FilesystemObjectStore:
    """Objects below `root`: `originals/`, `prints/`, and `.incoming/` for what is still on its way."""

    def __init__(self, root: Path, identity_file: Path | None = None) -> None:
        """Open the store, or make it. `identity_file` lies where the library is; it remembers which store is the
        library's. Raises `StoreAway` where another one, or none, is in its place.
        """
        self._root = root
        self._identity = _Identity(root, identity_file)
        self._identity.establish()
        self._folders = _Folders(root)
        self._parts = root / PARTS_FOLDER
        self._folders.make(self._parts)

    def _path(self, key: str) -> Path:
        return self._root / check_key(key)

    @contextmanager
    def _absence_is_said(self, key: str) -> Iterator[None]:
        try:
            yield
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError) as error:
            self._identity.check()
            raise ObjectNotFound(key) from error

    @asynccontextmanager
    async def receive(self) -> AsyncIterator[FilesystemIncoming]:
        incoming = await asyncio.to_thread(self._begin_now)
        try:
            yield incoming
        finally:
            await asyncio.to_thread(incoming.forget)

    def _begin_now(self) -> FilesystemIncoming:
        path = self._parts / uuid4().hex
        self._identity.check()
        with _full_is_said():
            return FilesystemIncoming(self._folders, path, path.open("xb", buffering=CHUNK_BYTES))

    async def put(self, key: str, content: bytes) -> None:
        await asyncio.to_thread(self._put_now, self._path(key), content)

    def _put_now(self, target: Path, content: bytes) -> None:
        part = self._parts / uuid4().hex
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
        with self._absence_is_said(key):
            return await asyncio.to_thread(self._path(key).read_bytes)

    async def stream(self, key: str, start: int = 0, stop: int | None = None) -> AsyncIterator[bytes]:
        with self._absence_is_said(key):
            file = await asyncio.to_thread(self._path(key).open, "rb")
        with file:
            file.seek(start)
            left = (stop if stop is not None else os.fstat(file.fileno()).st_size) - start
            while left > 0 and (chunk := await asyncio.to_thread(file.read, min(CHUNK_BYTES, left))):
                left -= len(chunk)
                yield chunk

    @asynccontextmanager
    async def as_file(self, key: str) -> AsyncIterator[Path]:
        path = self._path(key)
        if not path.is_file():
            self._identity.check()
            raise ObjectNotFound(key)
        yield path

    async def stat(self, key: str) -> ObjectStat | None:
        return _stat_now(key, self._path(key))

    async def delete(self, key: str) -> None:
        with suppress(ObjectNotFound), self._absence_is_said(key):
            await asyncio.to_thread(self._path(key).unlink)

    async def list_keys(self, prefix: str) -> AsyncIterator[ObjectStat]:
        folders = self._walk(prefix)
        while (found := await asyncio.to_thread(next, folders, None)) is not None:
            for each in found:
                yield each

    def _walk(self, prefix: str) -> Iterator[list[ObjectStat]]:
        """Yield the objects folder by folder: a library has a million, nobody wants them in one list."""
        above = prefix.rpartition("/")[0]
        for folder, names_of_folders, names in os.walk(self._root / check_key(above) if above else self._root):
            names_of_folders[:] = [name for name in names_of_folders if not name.startswith(".")]
            paths = (Path(folder) / name for name in names if not name.startswith("."))
            keys = ((path.relative_to(self._root).as_posix(), path) for path in paths)
            stats = (_stat_now(key, path) for key, path in keys if key.startswith(prefix))
            yield [each for each in stats if each is not None]

    async def sweep(self, older_than_s: float) -> int:
        return await asyncio.to_thread(self._sweep_now, time.time() - older_than_s)

    def _sweep_now(self, before: float) -> int:
        removed = 0
        for part in self._parts.iterdir():
            with suppress(FileNotFoundError):
                if part.stat().st_mtime < before:
                    part.unlink()
                    removed += 1
        return removed


def _stat_now(key: str, path: Path) -> ObjectStat | None:
    try:
        found = path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return None
    if not stat.S_ISREG(found.st_mode):
        return None
    return ObjectStat(key, found.st_size, datetime.fromtimestamp(found.st_mtime, UTC))
