"""Objects in memory, for tests: the same promises, but for the power cut."""

import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from calotype.ports.object_store import ObjectNotFound, ObjectStat, check_key


@asynccontextmanager
async def _as_temporary_file(content: bytes) -> AsyncIterator[Path]:
    with tempfile.NamedTemporaryFile() as file:
        file.write(content)
        file.flush()
        yield Path(file.name)


class MemoryIncoming:
    """Bytes in a buffer until they are committed."""

    def __init__(self, objects: dict[str, bytes]) -> None:
        self.size_bytes = 0
        self._objects = objects
        self._buffer = bytearray()

    async def write(self, chunk: bytes) -> None:
        self._buffer += chunk
        self.size_bytes = len(self._buffer)

    async def head(self, size_bytes: int) -> bytes:
        return bytes(self._buffer[:size_bytes])

    @asynccontextmanager
    async def as_file(self) -> AsyncIterator[Path]:
        async with _as_temporary_file(bytes(self._buffer)) as path:
            yield path

    async def commit(self, key: str) -> bool:
        if check_key(key) in self._objects:
            return False
        self._objects[key] = bytes(self._buffer)
        return True


class MemoryObjectStore:
    """A dict of objects."""

    def __init__(self) -> None:
        self._objects: dict[str, bytes] = {}

    @asynccontextmanager
    async def receive(self) -> AsyncIterator[MemoryIncoming]:
        yield MemoryIncoming(self._objects)

    async def put(self, key: str, content: bytes) -> None:
        self._objects[check_key(key)] = content

    async def read(self, key: str) -> bytes:
        try:
            return self._objects[check_key(key)]
        except KeyError as error:
            raise ObjectNotFound(key) from error

    async def stream(self, key: str, start: int = 0, stop: int | None = None) -> AsyncIterator[bytes]:
        yield (await self.read(key))[start:stop]

    @asynccontextmanager
    async def as_file(self, key: str) -> AsyncIterator[Path]:
        async with _as_temporary_file(await self.read(key)) as path:
            yield path

    async def stat(self, key: str) -> ObjectStat | None:
        content = self._objects.get(check_key(key))
        return None if content is None else ObjectStat(key, len(content))

    async def delete(self, key: str) -> None:
        self._objects.pop(check_key(key), None)

    async def list_keys(self, prefix: str) -> AsyncIterator[ObjectStat]:
        for key, content in list(self._objects.items()):
            if key.startswith(prefix):
                yield ObjectStat(key, len(content))

    async def sweep(self, older_than_s: float) -> int:  # noqa: ARG002 - nothing is ever abandoned in memory
        return 0
