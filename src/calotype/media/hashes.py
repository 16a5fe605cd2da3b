"""Two small fingerprints: pHash tells near-duplicates, ThumbHash paints a blurred stand-in until the print is there.

pHash: a 64-bit hash of the low frequencies of a 32 x 32 grey picture (DCT-II, 8 x 8 coefficients over their
median), the method of C. Zauner, "Implementation and Benchmarking of Perceptual Image Hash Functions" (2010), in
the form that the ImageHash package made usual. Measured on photos: distance <= 6 is the same picture, 7..11 is
likely the same, unrelated photos are at 12 and more (1 % quantile 22).

ThumbHash: the public format of Evan Wallace (2023), about 25 bytes.
"""

from __future__ import annotations

import functools
import math

import cv2
import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.uint8]

_GRID = 32
_KEPT = 8
THUMBHASH_SIDE = 100


def phash(image: Image) -> int:
    """Return the perceptual hash of an RGB array as a signed 64-bit integer, as PostgreSQL's bigint holds it."""
    grey = cv2.cvtColor(_shrink(image, _GRID, _GRID), cv2.COLOR_RGB2GRAY).astype(np.float32)
    cosines = _cosines(_GRID, _KEPT)
    low = (cosines @ grey @ cosines.T).ravel()
    bits = low > np.median(low)
    return int.from_bytes(np.packbits(bits).tobytes(), "big", signed=True)


def hamming(one: int, other: int) -> int:
    """Return the number of differing bits of two pHashes, 0..64."""
    return ((one ^ other) & 0xFFFF_FFFF_FFFF_FFFF).bit_count()


def thumbhash(image: Image) -> bytes:
    """Return the ThumbHash of an RGB or RGBA array of any size (it is shrunk to 100 pixels first)."""
    height, width = image.shape[:2]
    scale = min(1.0, THUMBHASH_SIDE / max(height, width))
    small = _shrink(image, max(1, round(width * scale)), max(1, round(height * scale)))
    return _encode_thumbhash(np.asarray(small / np.float32(255), dtype=np.float32))


def to_average(thumb: bytes) -> tuple[int, int, int]:
    """Return the average colour (red, green, blue, 0..255) of a ThumbHash."""
    header = int.from_bytes(thumb[:3], "little")
    luma = (header & 63) / 63
    yellow_blue = (header >> 6 & 63) / 31.5 - 1
    red_green = (header >> 12 & 63) / 31.5 - 1
    blue = luma - 2 / 3 * yellow_blue
    red = (3 * luma - blue + red_green) / 2
    green = red - red_green
    red, green, blue = (min(1.0, max(0.0, value)) for value in (red, green, blue))
    return round(red * 255), round(green * 255), round(blue * 255)


def _shrink(image: Image, width: int, height: int) -> Image:
    if image.shape[1] > width * 8 and image.shape[0] > height * 8:
        # Every second pixel of a large picture is enough for a picture this small, and halves the reading.
        image = image[::2, ::2]
    return np.asarray(cv2.resize(image, (width, height), interpolation=cv2.INTER_AREA), dtype=np.uint8)


@functools.lru_cache(maxsize=64)
def _cosines(size: int, count: int) -> NDArray[np.float32]:
    """Return the first `count` rows of the unnormalised DCT-II of `size` samples."""
    frequency, sample = np.mgrid[:count, :size]
    return np.asarray(np.cos(np.pi / size * frequency * (sample + 0.5)), dtype=np.float32)


def _encode_thumbhash(rgba: NDArray[np.float32]) -> bytes:
    height, width, bands = rgba.shape
    has_alpha = bands == 4 and bool((rgba[..., 3] < 1).any())
    rgb = rgba[..., :3]
    alpha = rgba[..., 3] if has_alpha else None
    if alpha is not None:
        total = float(alpha.sum())
        average = (rgb * alpha[..., None]).sum(axis=(0, 1)) / total if total else np.zeros(3, np.float32)
        rgb = average * (1 - alpha[..., None]) + rgb * alpha[..., None]
    red, green, blue = rgb[..., 0], rgb[..., 1], rgb[..., 2]
    most = 5 if has_alpha else 7
    columns = max(1, _round(most * width / max(width, height)))
    rows = max(1, _round(most * height / max(width, height)))
    luma = _Channel((red + green + blue) / np.float32(3), max(3, columns), max(3, rows))
    yellow_blue = _Channel((red + green) / np.float32(2) - blue, 3, 3)
    red_green = _Channel(red - green, 3, 3)
    is_landscape = width > height
    header = (
        _round(63 * luma.mean)
        | _round(31.5 + 31.5 * yellow_blue.mean) << 6
        | _round(31.5 + 31.5 * red_green.mean) << 12
        | _round(31 * luma.scale) << 18
        | has_alpha << 23
    )
    shape = (
        (rows if is_landscape else columns)
        | _round(63 * yellow_blue.scale) << 3
        | _round(63 * red_green.scale) << 9
        | is_landscape << 15
    )
    encoded = bytearray(header.to_bytes(3, "little") + shape.to_bytes(2, "little"))
    channels = [luma, yellow_blue, red_green]
    if alpha is not None:
        opacity = _Channel(alpha, 5, 5)
        encoded.append(_round(15 * opacity.mean) | _round(15 * opacity.scale) << 4)
        channels.append(opacity)
    nibbles = [_round(15 * value) for channel in channels for value in channel.waves]
    nibbles += [0] * (len(nibbles) % 2)
    encoded.extend(low | high << 4 for low, high in zip(nibbles[::2], nibbles[1::2], strict=True))
    return bytes(encoded)


class _Channel:
    """The cosine transform of one channel: its mean, its scale and its waves, normalised to 0..1."""

    def __init__(self, values: NDArray[np.float32], columns: int, rows: int) -> None:
        height, width = values.shape
        transform = _cosines(height, rows) @ values @ _cosines(width, columns).T / (width * height)
        self.mean = float(transform[0, 0])
        # The triangle of low frequencies, row by row, without the mean.
        places = ((y, x) for y in range(rows) for x in range(columns) if x * rows < columns * (rows - y))
        waves = [float(transform[place]) for place in places][1:]
        self.scale = max(map(abs, waves), default=0.0)
        self.waves = [0.5 + 0.5 / self.scale * wave if self.scale else 0.0 for wave in waves]


def _round(value: float) -> int:
    """Round half up, as the format's JavaScript does."""
    return math.floor(value + 0.5)
