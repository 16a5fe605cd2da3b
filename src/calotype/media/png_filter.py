"""Takes the text out of a PNG before it is decoded, and profiles that would unpack to megabytes.

Compressed text and profiles can unpack to a thousand times their size; a decoder would do it although nobody
asked for them.
"""

from __future__ import annotations

import zlib
from pathlib import Path

_DROPPED = frozenset({b"tEXt", b"zTXt", b"iTXt"})
MAX_PROFILE_BYTES = 4 * 1024 * 1024
_MAX_CHUNKS = 200_000


MAX_TEXT_BYTES = 4 * 1024 * 1024
"""How far the compressed texts of one PNG may unpack, together."""


def unpacked_size(kind: bytes, chunk: bytes) -> int:
    """Return how many bytes a zTXt or iTXt chunk unpacks to, at most one more than `MAX_TEXT_BYTES`."""
    tail = chunk.partition(b"\x00")[2]
    if kind == b"iTXt":
        if tail[:1] != b"\x01":
            return 0
        tail = tail[2:].partition(b"\x00")[2].partition(b"\x00")[2]  # language, translated keyword
    else:
        tail = tail[1:]
    try:
        return len(zlib.decompressobj().decompress(tail, MAX_TEXT_BYTES + 1))
    except zlib.error:
        return 0


def without_text(path: Path) -> bytes | None:
    """Return the PNG without its text chunks and senseless profiles; None when it has none and may be read as it is."""
    with path.open("rb") as file:
        data = memoryview(file.read())
    kept, start, at, is_changed = [], 0, 8, False
    for _ in range(_MAX_CHUNKS):
        if at + 12 > len(data):
            break
        length, kind = int.from_bytes(data[at : at + 4], "big"), bytes(data[at + 4 : at + 8])
        end = at + length + 12
        if kind in _DROPPED or (kind == b"iCCP" and not _is_small_profile(bytes(data[at + 8 : end - 4]))):
            kept.append(data[start:at])
            start, is_changed = min(end, len(data)), True
        if kind == b"IEND":
            break
        at = end
    return b"".join([*kept, data[start:]]) if is_changed else None


def _is_small_profile(chunk: bytes) -> bool:
    packed = chunk.partition(b"\x00")[2][1:]  # name, zero, method
    unpacker = zlib.decompressobj()
    try:
        unpacker.decompress(packed, MAX_PROFILE_BYTES)
    except zlib.error:
        return False
    return unpacker.eof
