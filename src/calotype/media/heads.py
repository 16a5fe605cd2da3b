"""What a photo's header says: size, orientation, frames, transparency. No pixel is decoded here.

The parsers are ours and bounded, so that a limit can be applied before any decoder sees the file. Raw files are
the exception: their header is read by LibRaw.
"""

from __future__ import annotations

import dataclasses
import mmap
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from calotype.media import boxes, jxl_header, png_filter
from calotype.media.image_head import (
    DEFAULT_LIMITS,
    ImageHead,
    PixelLimits,
    TooManyPixels,
    Undecodable,
    check_limits,
)
from calotype.media.sniff import MediaType
from calotype.media.tiff_tags import read_directories, read_orientation

__all__ = ["DEFAULT_LIMITS", "ImageHead", "PixelLimits", "TooManyPixels", "Undecodable", "check_limits", "probe"]

MAX_SEGMENTS = 20_000


def probe(path: Path, media_type: MediaType) -> ImageHead:
    """Read the header of a photo of a type that `sniff` told.

    Raises `Undecodable` when there is no usable header and `OSError` when the file cannot be read.
    """
    with path.open("rb") as file:
        if media_type.is_raw:
            from calotype.media.raw import read_raw_head  # noqa: PLC0415 - LibRaw is loaded only when needed

            head = read_raw_head(path, media_type)
        else:
            head = _READERS[media_type](file)
    if head.coded_width < 1 or head.coded_height < 1:
        raise Undecodable("The picture has no width or no height.")
    return head


def _read_jpeg(file: BinaryIO) -> ImageHead:
    orientation = 0
    file.seek(2)
    for _ in range(MAX_SEGMENTS):
        marker = _next_jpeg_marker(file)
        length = int.from_bytes(file.read(2), "big")
        if marker is None or marker in (0xD9, 0xDA) or length < 2:
            break
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            frame = file.read(6)
            if len(frame) < 6:
                break
            is_progressive = marker in (0xC2, 0xC6, 0xCA, 0xCE)
            return ImageHead(
                MediaType.JPEG,
                coded_width=int.from_bytes(frame[3:5], "big"),
                coded_height=int.from_bytes(frame[1:3], "big"),
                orientation=orientation or 1,
                needs_whole=is_progressive,  # libjpeg keeps all coefficients, two bytes each
                bytes_per_pixel=4 if is_progressive else 3,
            )
        if marker == 0xE1 and not orientation:
            segment = file.read(length - 2)
            if segment.startswith(b"Exif\x00\x00"):
                orientation = read_orientation(segment)
        else:
            file.seek(length - 2, 1)
    raise Undecodable("The JPEG header is cut off or damaged.")


def _next_jpeg_marker(file: BinaryIO) -> int | None:
    """Return the next marker that begins a segment; junk before it is skipped, as libjpeg does."""
    for _ in range(MAX_SEGMENTS):
        byte = file.read(1)
        while byte and byte != b"\xff":
            byte = file.read(1)
        while byte == b"\xff":
            byte = file.read(1)
        if not byte:
            return None
        if byte[0] not in (0x00, 0x01, 0xD8) and not 0xD0 <= byte[0] <= 0xD7:
            return byte[0]
    return None


def _read_png(file: BinaryIO) -> ImageHead:
    file.seek(8)
    head: ImageHead | None = None
    text_bytes = 0
    for _ in range(MAX_SEGMENTS):
        start = file.read(8)
        length, kind = int.from_bytes(start[:4], "big"), start[4:8]
        if len(start) < 8 or kind == b"IEND":
            break
        end = file.tell() + length + 4
        if head is None:
            if kind != b"IHDR" or length != 13:
                break
            head = _read_png_frame(file.read(13))
        elif kind in (b"zTXt", b"iTXt"):
            text_bytes += png_filter.unpacked_size(kind, file.read(min(length, png_filter.MAX_TEXT_BYTES)))
            if text_bytes > png_filter.MAX_TEXT_BYTES:
                raise Undecodable("The PNG holds text that unpacks to megabytes: it is made to exhaust memory.")
        elif kind in (b"acTL", b"tRNS", b"eXIf"):
            head = _with_png_chunk(head, kind, file.read(min(length, 1_000_000)))
        file.seek(end)
    if head is None:
        raise Undecodable("The PNG header is damaged.")
    return head


def _with_png_chunk(head: ImageHead, kind: bytes, chunk: bytes) -> ImageHead:
    """Add what an ancillary chunk says: frames of an animation, transparency, orientation."""
    if kind == b"tRNS":
        return dataclasses.replace(head, has_alpha=True)
    if kind == b"eXIf":
        return dataclasses.replace(head, orientation=read_orientation(chunk), width=0, height=0)
    frames = int.from_bytes(chunk[:4], "big")
    return dataclasses.replace(head, frames=max(1, min(frames, 1_000_000)), is_animated=frames > 1)


def _read_png_frame(ihdr: bytes) -> ImageHead:
    if len(ihdr) < 13:
        raise Undecodable("The PNG header is cut off.")
    depth, colour, interlace = ihdr[8], ihdr[9], ihdr[12]
    channels = {0: 1, 2: 3, 3: 3, 4: 2, 6: 4}.get(colour, 0)
    if not channels or depth not in (1, 2, 4, 8, 16):
        raise Undecodable("The PNG header is damaged.")
    return ImageHead(
        MediaType.PNG,
        coded_width=int.from_bytes(ihdr[:4], "big"),
        coded_height=int.from_bytes(ihdr[4:8], "big"),
        has_alpha=colour in (4, 6),
        needs_whole=interlace != 0,
        bytes_per_pixel=channels * (2 if depth == 16 else 1),
    )


def _read_webp(file: BinaryIO) -> ImageHead:
    file.seek(12)
    width = height = frames = 0
    orientation, has_alpha = 1, False
    for _ in range(MAX_SEGMENTS):
        start = file.read(8)
        if len(start) < 8:
            break
        kind, length = start[:4], int.from_bytes(start[4:], "little")
        block = file.read(min(length, 16)) if kind != b"EXIF" else file.read(min(length, 1_000_000))
        if kind == b"VP8X" and len(block) >= 10:
            has_alpha = bool(block[0] & 0x10)
            width, height = (1 + int.from_bytes(block[i : i + 3], "little") for i in (4, 7))
        elif kind == b"VP8 " and len(block) >= 10 and not width:
            width, height = (int.from_bytes(block[i : i + 2], "little") & 0x3FFF for i in (6, 8))
        elif kind == b"VP8L" and len(block) >= 5 and not width:
            bits = int.from_bytes(block[1:5], "little")
            width, height, has_alpha = (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1, bool(bits >> 28 & 1)
        elif kind == b"ANMF":
            frames += 1
        elif kind == b"EXIF":
            orientation = read_orientation(block)
        file.seek(length - len(block) + (length & 1), 1)
    if not width:
        raise Undecodable("The WebP header is cut off or damaged.")
    return ImageHead(
        MediaType.WEBP,
        width,
        height,
        orientation,
        max(frames, 1),
        frames > 1,
        has_alpha,
        needs_whole=True,
        bytes_per_pixel=6,
    )


def _read_gif(file: BinaryIO) -> ImageHead:
    data = file.read(64 * 1024 * 1024)
    if len(data) < 13:
        raise Undecodable("The GIF header is cut off.")
    width, height = (int.from_bytes(data[i : i + 2], "little") for i in (6, 8))
    at = 13 + (3 << (data[10] & 7) + 1 if data[10] & 0x80 else 0)
    frames, has_alpha = 0, False
    while at < len(data) and frames < 1000:
        if data[at] == 0x2C and at + 10 <= len(data):
            frames += 1
            left, top, wide, high = (int.from_bytes(data[at + i : at + i + 2], "little") for i in (1, 3, 5, 7))
            width, height = max(width, left + wide), max(height, top + high)
            flags = data[at + 9]
            at = _skip_gif_blocks(data, at + 11 + (3 << (flags & 7) + 1 if flags & 0x80 else 0))
        elif data[at] == 0x21:
            has_alpha = has_alpha or (
                data[at + 1 : at + 2] == b"\xf9" and bool(data[at + 3 : at + 4] > b"") and bool(data[at + 3] & 1)
            )
            at = _skip_gif_blocks(data, at + 2)
        else:
            break
    if not frames:
        raise Undecodable("The GIF has no picture in it.")
    return ImageHead(
        MediaType.GIF, width, height, 1, frames, frames > 1, has_alpha, needs_whole=True, bytes_per_pixel=6
    )


def _skip_gif_blocks(data: bytes, at: int) -> int:
    while at < len(data) and data[at]:
        at += data[at] + 1
    return at + 1


def _read_tiff(file: BinaryIO) -> ImageHead:
    try:
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            directories = read_directories(data)
    except ValueError as error:
        raise Undecodable("The TIFF is empty.") from error
    if directories.has_loop:
        raise Undecodable("The directories of the TIFF form an endless loop.")
    pages = [directory for directory in directories if not directory.is_sub]
    if not pages:
        raise Undecodable("The TIFF has no picture in it.")
    first = pages[0]
    width, height = first.number(0x0100) or 0, first.number(0x0101) or 0
    samples = max(1, min(first.number(0x0115) or 1, 64))
    depth = max(1, min(max(first.numbers(0x0102) or (1,)), 64))
    orientation = first.number(0x0112) or 1
    strip_rows = first.number(0x0143) or first.number(0x0116) or height  # TileLength, RowsPerStrip
    return ImageHead(
        MediaType.TIFF,
        width,
        height,
        orientation=orientation if 1 <= orientation <= 8 else 1,
        frames=len(pages),
        has_alpha=bool(first.numbers(0x0152)),
        needs_whole=strip_rows > 4096,
        bytes_per_pixel=samples * ((depth + 7) // 8),
    )


def _read_bmp(file: BinaryIO) -> ImageHead:
    block = file.read(26)
    if len(block) < 26:
        raise Undecodable("The BMP header is cut off.")
    if int.from_bytes(block[14:18], "little") == 12:
        width, height = (int.from_bytes(block[i : i + 2], "little") for i in (18, 20))
    else:
        width, height = (abs(int.from_bytes(block[i : i + 4], "little", signed=True)) for i in (18, 22))
    return ImageHead(MediaType.BMP, width, height, needs_whole=True, bytes_per_pixel=7)


def _read_boxed(media_type: MediaType) -> Callable[[BinaryIO], ImageHead]:
    def read(file: BinaryIO) -> ImageHead:
        picture = boxes.read_primary_picture(file)
        if picture is None:
            raise Undecodable("The HEIF header is cut off or damaged.")
        if picture.is_cut_off:
            raise Undecodable("The file is cut off: it ends within the picture's data.")
        orientation = picture.orientation
        if media_type is MediaType.HEIC and not picture.has_turn:
            # EXIF does not count beside the container's own turn; phones of 2017 wrote nothing else.
            orientation = read_orientation(boxes.read_exif(file) or b"")
        is_turned = orientation >= 5
        width, height = picture.cropped_width, picture.cropped_height
        return ImageHead(
            media_type,
            picture.coded_width,
            picture.coded_height,
            orientation,
            is_turned_by_decoder=picture.has_turn,
            frames=picture.frames,
            is_animated=picture.is_sequence,
            has_alpha=picture.has_alpha,
            needs_whole=True,
            bytes_per_pixel=5,
            width=height if is_turned else width,
            height=width if is_turned else height,
        )

    return read


def _read_jxl(file: BinaryIO) -> ImageHead:
    picture = jxl_header.read_header(file)
    if picture is None:
        raise Undecodable("The JPEG XL header is cut off or damaged.")
    return ImageHead(
        MediaType.JXL,
        picture.width,
        picture.height,
        picture.orientation,
        frames=2 if picture.is_animated else 1,
        is_animated=picture.is_animated,
        is_turned_by_decoder=True,
        has_alpha=picture.extra_channels > 0,
        needs_whole=True,
        bytes_per_pixel=16,
    )


_READERS: dict[MediaType, Callable[[BinaryIO], ImageHead]] = {
    MediaType.JPEG: _read_jpeg,
    MediaType.PNG: _read_png,
    MediaType.WEBP: _read_webp,
    MediaType.GIF: _read_gif,
    MediaType.TIFF: _read_tiff,
    MediaType.BMP: _read_bmp,
    MediaType.HEIC: _read_boxed(MediaType.HEIC),
    MediaType.AVIF: _read_boxed(MediaType.AVIF),
    MediaType.JXL: _read_jxl,
}
