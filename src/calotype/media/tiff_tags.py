"""A bounded reader of TIFF directories: enough to tell types, sizes and orientation, never more.

It follows TIFF 6.0 and BigTIFF, stops at loops, at `MAX_DIRECTORIES` directories and at `MAX_ENTRIES` entries, and
never raises on broken input: what cannot be read is not there.
"""

from __future__ import annotations

import mmap
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

MAX_DIRECTORIES = 64
MAX_ENTRIES = 512

ORIENTATION = 0x0112
SUB_IFDS = 0x014A

# TIFF type number -> (struct letter, size in bytes)
_TYPES = {
    1: ("B", 1),
    2: ("s", 1),
    3: ("H", 2),
    4: ("I", 4),
    6: ("b", 1),
    7: ("s", 1),
    8: ("h", 2),
    9: ("i", 4),
    13: ("I", 4),
    16: ("Q", 8),
    18: ("Q", 8),
}


@dataclass(frozen=True)
class TiffDirectory:
    """One image file directory: tag number -> values (integers) or bytes (text and opaque)."""

    is_first: bool
    is_sub: bool
    values: dict[int, tuple[int, ...] | bytes] = field(default_factory=dict)

    def has(self, tag: int) -> bool:
        return tag in self.values

    def number(self, tag: int) -> int | None:
        """Return the first integer of a tag, None when it is absent or not a number."""
        value = self.values.get(tag)
        return value[0] if isinstance(value, tuple) and value else None

    def numbers(self, tag: int) -> tuple[int, ...]:
        value = self.values.get(tag)
        return value if isinstance(value, tuple) else ()

    def text(self, tag: int) -> str:
        value = self.values.get(tag)
        return value.split(b"\x00")[0].decode("latin-1").strip() if isinstance(value, bytes) else ""


class TiffDirectories(list[TiffDirectory]):
    """The directories found; `has_loop` tells that the chain leads back to itself."""

    has_loop: bool = False


def read_directories(data: bytes | mmap.mmap, *, limit: int = MAX_DIRECTORIES) -> TiffDirectories:
    """Return at most `limit` directories of a TIFF: the main chain, each followed by its sub-directories.

    `data` is the file from its first byte; it may be cut off, then what lies behind is not returned.
    """
    found = TiffDirectories()
    order = {b"II": "<", b"MM": ">"}.get(data[:2])
    if order is None:
        return found
    is_big = data[2:4] in (b"+\x00", b"\x00+")
    reader = _Reader(data, order, is_big=is_big)
    seen: set[int] = set()
    offset = reader.offset_at(8 if is_big else 4)
    while offset and len(found) < limit:
        if offset in seen:
            found.has_loop = True
            break
        seen.add(offset)
        read = reader.directory(offset, is_first=not found, is_sub=False)
        if read is None:
            break
        directory, offset = read
        found.append(directory)
        for sub_offset in directory.numbers(SUB_IFDS)[: min(16, limit - len(found))]:
            if sub_offset not in seen and (sub := reader.directory(sub_offset, is_first=False, is_sub=True)):
                seen.add(sub_offset)
                found.append(sub[0])
    return found


def read_orientation(exif: bytes) -> int:
    """Return the orientation 1..8 of an EXIF block (it is a small TIFF); 1 when absent or senseless."""
    exif = exif.removeprefix(b"Exif\x00\x00")
    value = next((d.number(ORIENTATION) for d in read_directories(exif, limit=1)), None)
    return value if value is not None and 1 <= value <= 8 else 1


class _Reader:
    def __init__(self, data: bytes | mmap.mmap, order: str, *, is_big: bool) -> None:
        self._data = data
        self._order = order
        self._is_big = is_big
        # count of entries, one entry without its value, the inline value
        self._count, self._entry, self._inline = ("Q", "HHQ", 8) if is_big else ("H", "HHI", 4)

    def _unpack(self, layout: str, at: int) -> tuple[int, ...] | None:
        layout = self._order + layout
        if at < 0 or at + struct.calcsize(layout) > len(self._data):
            return None
        return struct.unpack_from(layout, self._data, at)

    def offset_at(self, at: int) -> int:
        read = self._unpack("Q" if self._is_big else "I", at)
        return read[0] if read else 0

    def directory(self, at: int, *, is_first: bool, is_sub: bool) -> tuple[TiffDirectory, int] | None:
        """Read one directory; returns it with the offset of the next (0: none)."""
        head = self._unpack(self._count, at)
        if head is None:
            return None
        start = at + struct.calcsize("=" + self._count)
        size = struct.calcsize("=" + self._entry) + self._inline
        values = dict(self._entries(start, size, min(head[0], MAX_ENTRIES)))
        return TiffDirectory(is_first, is_sub, values), self.offset_at(start + head[0] * size)

    def _entries(self, start: int, size: int, count: int) -> Iterator[tuple[int, tuple[int, ...] | bytes]]:
        for at in range(start, start + count * size, size):
            entry = self._unpack(self._entry, at)
            if entry is None:
                return
            tag, kind, length = entry
            letter, width = _TYPES.get(kind, ("", 0))
            if not letter:
                yield tag, b""
                continue
            length = min(length, 64 if letter != "s" else 256)
            value_at = at + size - self._inline
            if length * width > self._inline:
                value_at = self.offset_at(value_at)
            if letter == "s":
                yield tag, bytes(self._data[value_at : value_at + length])
            elif (values := self._unpack(f"{length}{letter}", value_at)) is not None:
                yield tag, values
            else:
                yield tag, ()
