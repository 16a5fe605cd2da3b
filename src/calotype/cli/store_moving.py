"""From one object store into another: every original is hashed on its way, what is there already is left alone."""

import hashlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field

from calotype.ports.object_store import ObjectStat, ObjectStore

TOGETHER_BYTES = 4 << 20
ORIGINALS = "originals/"


@dataclass
class Moved:
    """What came of a move so far. `damaged` are keys of originals whose bytes are not those that their key says."""

    copied: int = 0
    copied_bytes: int = 0
    there: int = 0
    damaged: list[str] = field(default_factory=list)


async def copy_store(source: ObjectStore, target: ObjectStore, tell: Callable[[Moved], None] | None = None) -> Moved:
    """Copy all objects of `source` that `target` lacks; return what came of it.

    Originals come first. It may be stopped at any point and begun again. An original whose bytes do not have the
    SHA-256 that its key says is not copied: it is told of, and stays where it is.
    """
    moved = Moved()
    for prefix in (ORIGINALS, ""):
        async for found in source.list_keys(prefix):
            if prefix or not found.key.startswith(ORIGINALS):
                await _copy(source, target, found, moved)
                if tell is not None:
                    tell(moved)
    return moved


async def _copy(source: ObjectStore, target: ObjectStore, found: ObjectStat, moved: Moved) -> None:
    there = await target.stat(found.key)
    if there is not None and there.size_bytes == found.size_bytes:
        moved.there += 1
        return
    digest = hashlib.sha256()
    async with target.receive() as incoming:
        async for chunk in _gathered(source.stream(found.key)):
            digest.update(chunk)
            await incoming.write(chunk)
        name = found.key.rpartition("/")[2]
        if found.key.startswith(ORIGINALS) and digest.hexdigest() != name:
            moved.damaged.append(found.key)
            return
        await incoming.commit(found.key)
    moved.copied += 1
    moved.copied_bytes += found.size_bytes


async def _gathered(chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Yield larger chunks: a write of a few kilobytes costs as much as one of a few megabytes."""
    waiting, size = [], 0
    async for chunk in chunks:
        waiting.append(chunk)
        size += len(chunk)
        if size >= TOGETHER_BYTES:
            yield b"".join(waiting)
            waiting, size = [], 0
    if waiting:
        yield b"".join(waiting)
