"""From a file to the upright sRGB array that everything else looks at.

A JPEG is decoded once, at the smallest DCT scale that is still large enough, resized with Lanczos 3, converted
by its colour profile only when that is not sRGB, and turned last, when it is small. Other formats take the same
way behind their own decoder. Hostile headers are stopped by `check_limits` before a decoder sees the file.
"""

from __future__ import annotations

import dataclasses
import re
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from calotype.media import png_filter
from calotype.media.heads import (
    DEFAULT_LIMITS,
    ImageHead,
    PixelLimits,
    TooManyPixels,
    Undecodable,
    check_limits,
    probe,
)
from calotype.media.libvips import GValue, Image, VipsError, to_array, to_image
from calotype.media.sniff import MediaType
from calotype.media.tiff_tags import read_directories

__all__ = [
    "DEFAULT_LIMITS",
    "PRINT_LONG_SIDE",
    "Decoded",
    "ImageHead",
    "PixelLimits",
    "TooManyPixels",
    "Undecodable",
    "check_limits",
    "decode",
    "probe",
]

PRINT_LONG_SIDE = 1200
"""The long side of the largest print, in pixels: what `decode` is usually asked for."""

cv2.setNumThreads(1)

_LEAST_INTACT = 0.1
"""A cut-off JPEG is kept, marked as damaged, when at least this share of its rows is there."""

_WHITE = 255


@dataclass(frozen=True)
class Decoded:
    """An upright sRGB array (height, width, 3) of uint8, its header, and what is wrong with the file, if anything."""

    image: NDArray[np.uint8]
    head: ImageHead
    damaged: str | None = None


def decode(
    path: Path,
    kind: ImageHead | MediaType,
    *,
    long_side: int | None = PRINT_LONG_SIDE,
    limits: PixelLimits = DEFAULT_LIMITS,
) -> Decoded:
    """Decode a photo so that its long side is at most `long_side` pixels, never enlarged; None: full size.

    Of an animation it is the first frame, of a document the first page. Transparency lies on white.

    Raises `Undecodable` for a broken file, `TooManyPixels` beyond the limits, `OSError` when it cannot be read.
    """
    head = kind if isinstance(kind, ImageHead) else probe(path, kind)
    size_bytes = path.stat().st_size
    check_limits(head, limits, size_bytes)
    try:
        if head.media_type is MediaType.JPEG:
            return _decode_jpeg(path, head, long_side)
        image = _decode_other(path, head, long_side)
        return Decoded(image, _corrected(head, image, long_side))
    except VipsError as error:
        path.stat()  # a file that is gone is an OSError, and may come back
        raise Undecodable(_sentence(head.media_type, error)) from error


def decode_jpeg_bytes(data: bytes, orientation: int, long_side: int | None) -> NDArray[np.uint8]:
    """Decode a JPEG that lies in memory (the preview inside a raw file). Raises `Undecodable`."""
    try:
        image = Image.jpegload_buffer(data)
        shrink = _dct_shrink(max(image.width, image.height), long_side)
        image = Image.jpegload_buffer(data, shrink=shrink, access="sequential", fail_on="truncated")
        return _finish(image, orientation, long_side)
    except VipsError as error:
        raise Undecodable(_sentence(MediaType.JPEG, error)) from error


def _decode_jpeg(path: Path, head: ImageHead, long_side: int | None) -> Decoded:
    def load(fail_on: str) -> Any:
        shrink = _dct_shrink(max(head.coded_width, head.coded_height), long_side)
        return Image.jpegload(str(path), shrink=shrink, access="sequential", fail_on=fail_on)

    try:
        return Decoded(_finish(load("truncated"), head.orientation, long_side), head)
    except VipsError:
        upright = _finish(load("none"), 1, long_side)
    intact = _intact_share(upright)
    if intact < _LEAST_INTACT:
        raise Undecodable("The JPEG is cut off: almost nothing of the picture is there.")
    turned = _turn(upright, head.orientation)
    damaged = "The JPEG ends too early: a small part of the picture may be missing."
    if intact < 1:
        damaged = f"The JPEG is cut off: about {intact:.0%} of the picture is there."
    return Decoded(turned, head, damaged)


def _corrected(head: ImageHead, image: NDArray[np.uint8], long_side: int | None) -> ImageHead:
    """Return the head with the size that was decoded, where decoding tells it (raw borders, odd GIF canvases)."""
    height, width = image.shape[:2]
    is_shrunk = long_side is not None and max(head.width, head.height) > long_side == max(height, width)
    is_preview = head.media_type.is_raw and max(height, width) < 0.9 * max(head.width, head.height)
    if is_shrunk or is_preview or (height, width) == (head.height, head.width):
        return head
    return dataclasses.replace(head, width=width, height=height)


def _decode_other(path: Path, head: ImageHead, long_side: int | None) -> NDArray[np.uint8]:
    if head.media_type.is_raw:
        from calotype.media.raw import decode_raw  # noqa: PLC0415 - LibRaw is loaded only when needed

        return _finish(decode_raw(path, head, long_side), head.orientation, long_side)
    image = _OPENERS[head.media_type](path)
    return _finish(image, 1 if head.is_turned_by_decoder else head.orientation, long_side)


def _dct_shrink(long_side_of_file: int, long_side: int | None) -> int:
    """Return the largest of 1, 2, 4, 8 that leaves at least `long_side` pixels."""
    shrink = 1
    while long_side and shrink < 8 and long_side_of_file // (shrink * 2) >= long_side:
        shrink *= 2
    return shrink


def _intact_share(image: NDArray[np.uint8]) -> float:
    """Return the share of rows above the flat area that libjpeg leaves where data is missing."""
    flat = (image == image[-1, -1]).all(axis=(1, 2))
    missing = int(np.argmin(flat[::-1])) if not flat.all() else len(flat)
    # One row of blocks may be flat by chance: a plain floor is not damage.
    return 1.0 if missing <= 1 else 1 - missing / len(flat)


def _finish(image: Any, orientation: int, long_side: int | None) -> NDArray[np.uint8]:
    """Flatten, shrink, convert to sRGB, turn: the order that touches the fewest pixels."""
    image = _flatten(image)
    largest = max(image.width, image.height)
    if long_side and largest > long_side:
        scale = long_side / largest
        width, height = max(1, round(image.width * scale)), max(1, round(image.height * scale))
        image = image.resize(width / image.width, vscale=height / image.height, kernel="lanczos3")
    return _turn(to_array(_to_srgb(image)), orientation)


# What to do with an array of each orientation: OpenCV turns three times faster than NumPy.
_TURNS: dict[int, Callable[[Any], Any]] = {
    2: lambda array: cv2.flip(array, 1),
    3: lambda array: cv2.rotate(array, cv2.ROTATE_180),
    4: lambda array: cv2.flip(array, 0),
    5: cv2.transpose,
    6: lambda array: cv2.rotate(array, cv2.ROTATE_90_CLOCKWISE),
    7: lambda array: cv2.rotate(cv2.transpose(array), cv2.ROTATE_180),
    8: lambda array: cv2.rotate(array, cv2.ROTATE_90_COUNTERCLOCKWISE),
}


def _turn(array: NDArray[np.uint8], orientation: int) -> NDArray[np.uint8]:
    if orientation == 1:
        return array
    return np.ascontiguousarray(_TURNS[orientation](array), dtype=np.uint8)


def _flatten(image: Any) -> Any:
    if not image.hasalpha():
        return image
    if image.interpretation == "cmyk":
        return image.flatten(background=0)
    white = {"ushort": 65535, "float": 1, "double": 1}.get(image.format, _WHITE)
    return image.flatten(background=white)


def _to_srgb(image: Any) -> Any:
    """Convert to 8-bit sRGB of three bands; a profile that cannot be used is ignored."""
    if image.bands > 4 or (image.bands == 2):
        image = image[0] if image.bands == 2 else image[0:3]
    if image.format in ("float", "double") and image.interpretation not in ("scrgb", "lab", "labs", "xyz"):
        image = _stretch(image.copy_memory())
    profile = image.get("icc-profile-data") if image.get_typeof("icc-profile-data") else None
    converted = None
    if profile is not None and not _is_srgb(profile):
        image = image.copy_memory()  # a reader that goes line by line could not be asked twice
        converted = _by_profile(image)
    if converted is None:
        if image.interpretation in ("multiband", "matrix", "histogram"):
            image = image.copy(interpretation="srgb" if image.bands >= 3 else "b-w")
        converted = image.colourspace("srgb")
    if converted.format != "uchar":
        converted = converted.cast("uchar")
    if converted.bands == 1:
        converted = converted.bandjoin([converted, converted])
    return converted[0:3] if converted.bands > 3 else converted


def _by_profile(image: Any) -> Any | None:
    try:
        return image.icc_transform("srgb", embedded=True, intent="relative", depth=8).copy_memory()
    except VipsError:
        return None


def _stretch(image: Any) -> Any:
    """Bring floating point samples of unknown range to 0..255: 0..1 is taken as it is, else by the maximum."""
    highest = image.max()
    if not np.isfinite(highest) or highest <= 0:
        return image.cast("uchar")
    scale = 255 if highest <= 1 else 255 / highest if highest > 255 else 1
    return (image * scale).cast("uchar").copy(interpretation="srgb" if image.bands >= 3 else "b-w")


def _is_srgb(profile: bytes) -> bool:
    """True for the usual sRGB profiles, by their description; others are converted, which is never wrong."""
    if len(profile) > 5000 and b"sRGB" not in profile[:5000]:
        return False
    return b"sRGB" in profile[:1024] or b"s\x00R\x00G\x00B" in profile


def _sentence(media_type: MediaType, error: Exception) -> str:
    """Make one sentence of a decoder's message, without the path of the file."""
    lines = [line.strip() for line in str(getattr(error, "detail", "") or error).splitlines()]
    telling = [re.sub(r"/\S+", "the file", line) for line in lines if line and not line.startswith("unable to")]
    reason = f" ({telling[0][:160].rstrip('.')})" if telling else ": it is damaged"
    return f"The {media_type.name} data cannot be decoded{reason}."


def _open_png(path: Path) -> Any:
    data = png_filter.without_text(path)
    if data is None:
        return Image.pngload(str(path), access="sequential", fail_on="error")
    return Image.pngload_buffer(data, access="sequential", fail_on="error")


def _open_webp(path: Path) -> Any:
    return Image.webpload(str(path), access="sequential", fail_on="error")


def _open_gif(path: Path) -> Any:
    return Image.gifload(str(path), access="sequential", fail_on="truncated")


def _open_tiff(path: Path) -> Any:
    if _only_pillow_reads(path):
        return _open_with_pillow(path, "TIFF")
    return Image.tiffload(str(path), access="sequential", fail_on="error")


def _only_pillow_reads(path: Path) -> bool:
    """True for CIELAB in 8 bits and for LZMA, which this libvips does not read."""
    with path.open("rb") as file:
        first = next(iter(read_directories(file.read(1 << 20), limit=1)), None)
    if first is None:
        return False
    is_lab = first.number(0x0106) in (8, 9) and set(first.numbers(0x0102)) == {8}
    return is_lab or first.number(0x0103) == 34925


def _open_avif(path: Path) -> Any:
    try:
        return Image.heifload(str(path), access="sequential", fail_on="error")
    except VipsError:
        return _open_with_pillow(path, "AVIF")  # image sequences


def _open_bmp(path: Path) -> Any:
    return _open_with_pillow(path, "BMP")


def _open_heic(path: Path) -> Any:
    import pillow_heif  # noqa: PLC0415 - loaded only when needed: it brings its own libheif

    pillow_heif.options.DECODE_THREADS = 1
    try:
        pictures = pillow_heif.open_heif(path, convert_hdr_to_8bit=True)
        picture = pictures[pictures.primary_index]
        array = np.asarray(picture)
        profile = picture.info.get("icc_profile")
    except (ValueError, RuntimeError, SyntaxError, EOFError, MemoryError, IndexError) as error:
        raise Undecodable(_sentence(MediaType.HEIC, error)) from error
    return _from_array(array, profile)


def _open_jxl(path: Path) -> Any:
    from pillow_jxl import Decoder  # noqa: PLC0415 - loaded only when needed

    try:
        is_jpeg, facts, pixels, profile, _boxes = Decoder(num_threads=0)(path.read_bytes())
    except (ValueError, RuntimeError, SyntaxError, EOFError, MemoryError) as error:
        raise Undecodable(_sentence(MediaType.JXL, error)) from error
    if is_jpeg:
        return Image.jpegload_buffer(pixels, access="sequential")
    kind, bands = {
        "RGB": ("uint8", 3),
        "RGBA": ("uint8", 4),
        "L": ("uint8", 1),
        "LA": ("uint8", 2),
        "I;16": ("uint16", 1),
        "F": ("float32", 1),
    }.get(facts.mode, ("", 0))
    if not kind:
        raise Undecodable(f"This kind of JPEG XL ({facts.mode}) is not supported.")
    array = np.frombuffer(pixels, dtype=kind).reshape(facts.height, facts.width, bands)
    return _from_array(array, profile)


def _open_with_pillow(path: Path, file_format: str) -> Any:
    """Decode with Pillow what libvips cannot; the size was checked before, so Pillow's own bomb limit is off."""
    from PIL import Image as PillowImage  # noqa: PLC0415 - loaded only when needed

    PillowImage.MAX_IMAGE_PIXELS = None
    try:
        with warnings.catch_warnings(action="ignore"), PillowImage.open(path, formats=[file_format]) as picture:
            profile = picture.info.get("icc_profile")
            if picture.mode == "LAB":
                return _from_lab(np.asarray(picture))
            has_alpha = picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info
            array = np.asarray(picture.convert("RGBA" if has_alpha else "RGB"))
    except (ValueError, RuntimeError, SyntaxError, EOFError, MemoryError, OSError, TypeError) as error:
        if isinstance(error, FileNotFoundError | PermissionError | InterruptedError):
            raise
        raise Undecodable(_sentence(MediaType[file_format], error)) from error
    return _from_array(array, profile)


def _from_lab(array: NDArray[np.uint8]) -> Any:
    """Return an image of Pillow's CIELAB samples: L is 0..255 for 0..100, a and b are signed bytes."""
    planes = array.astype(np.float32)
    planes[..., 0] *= 100 / 255
    planes[..., 1:] = array[..., 1:].view(np.int8)
    return to_image(planes, "lab").colourspace("srgb")


def _from_array(array: NDArray[Any], profile: bytes | None) -> Any:
    """Wrap an array without copying it (pyvips keeps it alive) and attach its colour profile."""
    image = to_image(np.ascontiguousarray(array))
    if image.bands == 1 and image.format == "ushort":
        image = image.copy(interpretation="grey16")
    if profile:
        image.set_type(GValue.blob_type, "icc-profile-data", profile)
    return image


_OPENERS: dict[MediaType, Callable[[Path], Any]] = {
    MediaType.PNG: _open_png,
    MediaType.WEBP: _open_webp,
    MediaType.GIF: _open_gif,
    MediaType.TIFF: _open_tiff,
    MediaType.BMP: _open_bmp,
    MediaType.HEIC: _open_heic,
    MediaType.AVIF: _open_avif,
    MediaType.JXL: _open_jxl,
}
