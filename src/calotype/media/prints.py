"""The still pictures made of a photo: four sizes for screens, and a full one for what no browser shows.

Each smaller print is made of the next larger one, which costs a quarter each time and loses nothing visible
(SSIM 0.993 at 300 px against a full decode with Lanczos 3, measured on camera files).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from calotype.media.libvips import to_image

LARGEST = 1200
SMALLER = (600, 300, 150)


def make_prints(image: NDArray[np.uint8]) -> dict[str, bytes]:
    """Return the prints of an upright sRGB array by the name of their long side in pixels.

    ``1200`` is a JPEG (quality 82), ``600``, ``300`` and ``150`` are WebP (quality 80, effort 2). None is larger
    than the array, none carries metadata.
    """
    print_of = shrink(to_image(image), LARGEST)
    prints = {str(LARGEST): _jpeg(print_of, 82)}
    for side in SMALLER:
        print_of = shrink(print_of, side)
        prints[str(side)] = print_of.webpsave_buffer(Q=80, effort=2, keep="none")
    return prints


def full_print(image: NDArray[np.uint8]) -> bytes:
    """Return a JPEG (quality 88) of the full-size array, for formats that a browser cannot show."""
    return _jpeg(to_image(image), 88)


def shrink(image: Any, long_side: int) -> Any:
    """Return the image with at most `long_side` pixels on its long side, in memory; never larger."""
    largest = max(image.width, image.height)
    if largest <= long_side:
        return image
    return image.resize(long_side / largest, kernel="lanczos3").copy_memory()


def _jpeg(image: Any, quality: int) -> bytes:
    data: bytes = image.jpegsave_buffer(Q=quality, optimize_coding=True, keep="none")
    return data
