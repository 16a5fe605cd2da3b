"""Finds the EXIF and XMP blocks in a file without exiv2, for the files that exiv2 does not open."""

from __future__ import annotations

import warnings
from pathlib import Path

from calotype.media.sniff import MediaType

MAX_BLOCK_BYTES = 4 * 1024 * 1024
_EXIF = b"Exif\x00\x00"
_XMP = b"http://ns.adobe.com/xap/1.0/\x00"


def find_blocks(path: Path, media_type: MediaType) -> tuple[bytes | None, bytes | None]:
    """Return the EXIF block (from its TIFF header) and the XMP packet; None for what is not there."""
    if media_type is MediaType.JPEG:
        return _in_jpeg(path)
    if media_type is MediaType.HEIC:
        return _in_heic(path)
    if media_type is MediaType.AVIF:
        return _in_avif(path)
    return None, None


def _in_jpeg(path: Path) -> tuple[bytes | None, bytes | None]:
    exif = xmp = None
    with path.open("rb") as file:
        file.seek(2)
        for _ in range(1000):
            start = file.read(4)
            if len(start) < 4 or start[0] != 0xFF or start[1] in (0xD9, 0xDA):
                break
            length = int.from_bytes(start[2:4], "big") - 2
            if start[1] != 0xE1:
                file.seek(max(length, 0), 1)
                continue
            segment = file.read(max(length, 0))
            if segment.startswith(_EXIF):
                exif = exif or segment[len(_EXIF) :]
            elif segment.startswith(_XMP):
                xmp = xmp or segment[len(_XMP) :]
    return exif, xmp


def _in_heic(path: Path) -> tuple[bytes | None, bytes | None]:
    import pillow_heif  # noqa: PLC0415 - loaded only when needed

    try:
        facts = pillow_heif.open_heif(path).info
    except (ValueError, RuntimeError, SyntaxError, EOFError, MemoryError, IndexError):
        return None, None
    return _bounded(facts.get("exif")), _bounded(facts.get("xmp"))


def _in_avif(path: Path) -> tuple[bytes | None, bytes | None]:
    from PIL import Image  # noqa: PLC0415 - loaded only when needed

    try:
        with warnings.catch_warnings(action="ignore"), Image.open(path, formats=["AVIF"]) as picture:
            return _bounded(picture.info.get("exif")), _bounded(picture.info.get("xmp"))
    except (ValueError, RuntimeError, SyntaxError, EOFError, MemoryError, OSError, Image.DecompressionBombError):
        return None, None


def _bounded(block: object) -> bytes | None:
    if not isinstance(block, bytes) or not 8 <= len(block) <= MAX_BLOCK_BYTES:
        return None
    return block.removeprefix(_EXIF)
