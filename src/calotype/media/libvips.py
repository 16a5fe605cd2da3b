"""libvips, set up once for this program: one thread, no cache, no loader that is not meant for untrusted files."""

from __future__ import annotations

import logging
import os
from typing import TYPE_CHECKING, Any

# libvips reads this when it is loaded. One photo is worked on per process, so threads would only cost.
os.environ.setdefault("VIPS_CONCURRENCY", "1")

import numpy as np
import pyvips

if TYPE_CHECKING:
    from numpy.typing import NDArray

logging.getLogger("pyvips").setLevel(logging.ERROR)  # its warnings are about files; they come back as our sentences
pyvips.cache_set_max(0)
pyvips.block_untrusted_set(True)  # noqa: FBT003 - the vendor's signature

Image = pyvips.Image
GValue = pyvips.GValue
VipsError = pyvips.Error

_FORMATS = {"uint8": "uchar", "uint16": "ushort", "float32": "float"}


def to_image(array: NDArray[Any], interpretation: str | None = None) -> Any:
    """Wrap an array (height, width, bands) without copying; the array must be C-contiguous and outlive the image."""
    height, width = array.shape[:2]
    bands = array.shape[2] if array.ndim == 3 else 1
    image = Image.new_from_memory(array.data, width, height, bands, _FORMATS[array.dtype.name])
    guess = "srgb" if bands >= 3 else "b-w"
    return image.copy(interpretation=interpretation or guess)


def to_array(image: Any) -> NDArray[np.uint8]:
    """Return the pixels of an 8-bit image of three bands as an array (height, width, 3)."""
    memory = image.write_to_memory()
    return np.frombuffer(memory, dtype=np.uint8).reshape(image.height, image.width, image.bands)
