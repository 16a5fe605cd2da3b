"""Raw files by LibRaw: their header, the preview the camera put in, or a half-size development."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import rawpy
from numpy.typing import NDArray

from calotype.media.image_head import ImageHead, Undecodable
from calotype.media.libvips import Image, VipsError, to_image
from calotype.media.sniff import MediaType

# How LibRaw writes a quarter turn -> EXIF orientation
_ORIENTATION_OF_FLIP = {0: 1, 3: 3, 5: 8, 6: 6}

_BROKEN = (rawpy.LibRawError, ValueError, MemoryError)


def read_raw_head(path: Path, media_type: MediaType) -> ImageHead:
    """Return the size of the developed picture. Raises `Undecodable`."""
    try:
        with rawpy.imread(str(path)) as raw:
            sizes = raw.sizes
    except _BROKEN as error:
        path.stat()
        raise Undecodable(_sentence(error)) from error
    return ImageHead(
        media_type,
        sizes.width,
        sizes.height,
        _ORIENTATION_OF_FLIP.get(sizes.flip, 1),
        needs_whole=True,
        bytes_per_pixel=8,
    )


def decode_raw(path: Path, head: ImageHead, long_side: int | None) -> Any:
    """Return the picture as the sensor lay (not turned): the preview inside when it is large enough for `long_side`.

    Raises `Undecodable`.
    """
    wanted = min(long_side or max(head.coded_width, head.coded_height), max(head.coded_width, head.coded_height))
    try:
        with rawpy.imread(str(path)) as raw:
            preview = _find_preview(raw)
            if preview is not None and max(preview.width, preview.height) >= wanted * 0.95:
                return preview
            try:
                return to_image(_develop(raw, head, wanted)).copy_memory()
            except _BROKEN:
                if preview is None:
                    raise
                return preview
    except _BROKEN as error:
        path.stat()
        raise Undecodable(_sentence(error)) from error


def _find_preview(raw: Any) -> Any | None:
    """Return the embedded preview as an image that is not turned, None when there is none that can be read."""
    try:
        thumb = raw.extract_thumb()
        if thumb.format == rawpy.ThumbFormat.JPEG:
            return Image.jpegload_buffer(thumb.data, access="sequential", fail_on="truncated").copy_memory()
        return to_image(np.ascontiguousarray(thumb.data)).copy_memory()
    except (*_BROKEN, VipsError, AttributeError):
        return None


def _develop(raw: Any, head: ImageHead, wanted: int) -> NDArray[np.uint8]:
    is_half_enough = wanted * 2 <= max(head.coded_width, head.coded_height)
    developed: NDArray[np.uint8] = raw.postprocess(
        half_size=is_half_enough,
        use_camera_wb=True,
        output_bps=8,
        user_flip=0,
        output_color=rawpy.ColorSpace.sRGB,
        demosaic_algorithm=rawpy.DemosaicAlgorithm.LINEAR,
    )
    return developed


def _sentence(error: Exception) -> str:
    reason = error.args[0] if error.args else ""
    text = reason.decode("utf-8", "replace") if isinstance(reason, bytes) else str(reason)
    return f"The raw data cannot be decoded ({text.strip() or 'unknown reason'})."
