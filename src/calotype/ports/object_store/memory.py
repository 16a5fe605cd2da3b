"""Objects in memory, for tests: the same promises, but for the power cut."""

import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from calotype.kit.clock import now_utc
from calotype.ports.object_store import ObjectNotFound, ObjectStat, StoreFull, check_key


@asynccontextmanager
async def _as_temporary_file(content: bytes) -> AsyncIterator[Path]:
    with tempfile.NamedTemporaryFile() as file:
        file.write(content)
        file.flush()
        yield Path(file.name)


@dataclass
class _Shelf:
    """What is stored, and how much may be."""

    capacity_bytes: int | None
    objects: dict[str, tuple[bytes, datetime]] = field(default_factory=dict)

    def place(self, key: str, content: bytes) -> None:
        self.make_room_for(len(content))
        self.objects[key] = (content, now_utc())

    def make_room_for(self, size_bytes: int) -> None:
        used = sum(len(content) for content, _ in self.objects.values())
        if self.capacity_bytes is not None and used + size_bytes > self.capacity_bytes:
            raise StoreFull("The store in memory is full. Free some space, then try again.")


class MemoryIncoming:
    """Bytes in a buffer until they are committed."""

    def __init__(self, shelf: _Shelf) -> None:
        self.size_bytes = 0
        self._shelf = shelf
        self._buffer = bytearray()

    async def write(self, chunk: bytes) -> None:
        self._shelf.make_room_for(len(self._buffer) + len(chunk))
        self._buffer += chunk
        self.size_bytes = len(self._buffer)

    async def head(self, size_bytes: int) -> bytes:
        return bytes(self._buffer[:size_bytes])

    @asynccontextmanager
    async def as_file(self) -> AsyncIterator[Path]:
        async with _as_temporary_file(bytes(self._buffer)) as path:
            yield path

    async def commit(self, key: str) -> bool:
        if check_key(key) in self._shelf.objects:
            return False
        self._shelf.place(key, bytes(self._buffer))
        return True


class MemoryObjectStore:
    """A dict of objects, with room for `capacity_bytes` (None: without end)."""

    def __init__(self, capacity_bytes: int | None = None) -> None:
        self._shelf = _Shelf(capacity_bytes)

    @asynccontextmanager
    async def receive(self) -> AsyncIterator[MemoryIncoming]:
        yield MemoryIncoming(self._shelf)

    async def put(self, key: str, content: bytes) -> None:
        self._shelf.place(check_key(key), content)

    async def read(self, key: str) -> bytes:
        try:
            return self._shelf.objects[check_key(key)][0]
        except KeyError as error:
            raise ObjectNotFound(key) from error

    async def stream(self, key: str, start: int = 0, stop: int | None = None) -> AsyncIterator[bytes]:
        if content := (await self.read(key))[start:stop]:
            yield content

    @asynccontextmanager
    async def as_file(self, key: str) -> AsyncIterator[Path]:
        async with _as_temporary_file(await self.read(key)) as path:
            yield path

    async def stat(self, key: str) -> ObjectStat | None:
        found = self._shelf.objects.get(check_key(key))
        return None if found is None else ObjectStat(key, len(found[0]), found[1])

    async def delete(self, key: str) -> None:
        self._shelf.objects.pop(check_key(key), None)

    async def list_keys(self, prefix: str) -> AsyncIterator[ObjectStat]:
        if above := prefix.rpartition("/")[0]:
            check_key(above)
        for key in [key for key in self._shelf.objects if key.startswith(prefix)]:
            if (found := await self.stat(key)) is not None:
                yield found

    async def sweep(self, older_than_s: float) -> int:  # noqa: ARG002 - nothing is ever abandoned in memory
        return 0
