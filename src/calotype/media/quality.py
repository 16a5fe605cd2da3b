"""How good a picture is technically: a hand-made score of measured parts, each 0 (bad) to 1 (good).

* sharpness: the variance of the Laplacian (J. L. Pech-Pacheco et al., 2000) on a grey picture of 512 pixels, of the
  sharpest quarter of 16 tiles (a portrait before a blurred background is sharp), less what noise adds to it;
  a variance of 150 gives 0.5.
* exposure: full when the mean is between 25 % and 75 % grey, less what is clipped black or white beyond 2 %.
* contrast: the span from the 5th to the 95th percentile; 180 of 255 levels are full.
* noise: J. Immerkaer's estimate of its deviation (1996), by the quietest quarter of 64 tiles; 1 is
  clean, 0 is 12 levels.
* resolution: megapixels of the photo on a log scale, 0.1 gives 0, 12 and more give 1.

The total is ``0.45 sharpness + 0.20 exposure + 0.20 contrast + 0.10 noise + 0.05 resolution``.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.uint8]

_SIDE = 512
_TILES = 4
_NOISE_TILES = 8
_HALF_SHARP = 150.0
_IMMERKAER = np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]], dtype=np.float32)


@dataclass(frozen=True)
class Quality:
    """All parts are 0..1; more is better, for `noise` too (1: none)."""

    total: float
    sharpness: float
    exposure: float
    contrast: float
    noise: float
    resolution: float


def quality(image: Image, megapixels: float | None = None) -> Quality:
    """Score an RGB array. `megapixels` are those of the photo, when the array is a smaller picture of it."""
    grey = _grey(image)
    deviation = _noise_deviation(grey)
    sharpness = _sharpness(grey, deviation)
    levels = np.bincount(grey.ravel(), minlength=256).astype(np.float64) / grey.size
    exposure, contrast = _exposure(levels), _contrast(levels)
    noise = max(0.0, 1 - deviation / 12)
    own = image.shape[0] * image.shape[1] / 1e6
    resolution = min(1.0, max(0.0, math.log(max(megapixels or own, 1e-6) / 0.1) / math.log(120)))
    total = 0.45 * sharpness + 0.20 * exposure + 0.20 * contrast + 0.10 * noise + 0.05 * resolution
    return Quality(*(round(part, 4) for part in (total, sharpness, exposure, contrast, noise, resolution)))


def _grey(image: Image) -> Image:
    height, width = image.shape[:2]
    grey = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)
    scale = _SIDE / max(height, width)
    if scale < 1:
        size = (max(1, round(width * scale)), max(1, round(height * scale)))
        grey = cv2.resize(grey, size, interpolation=cv2.INTER_AREA)
    return np.asarray(grey, dtype=np.uint8)


def _tiles(values: NDArray[np.float32], count: int) -> list[NDArray[np.float32]]:
    """Return `count` x `count` tiles, or the whole when those would be too small."""
    height, width = values.shape
    if min(height, width) < count * 8:
        return [values]
    rows, columns = height // count, width // count
    return [
        values[y * rows : (y + 1) * rows, x * columns : (x + 1) * columns] for y in range(count) for x in range(count)
    ]


def _sharpness(grey: Image, deviation: float) -> float:
    laplacian = cv2.Laplacian(grey, cv2.CV_32F)
    variances = sorted((float(cv2.meanStdDev(tile)[1][0, 0]) ** 2 for tile in _tiles(laplacian, _TILES)), reverse=True)
    best = variances[: max(1, len(variances) // 4)]
    # White noise of deviation s gives the Laplacian (4 and four times -1) a variance of 20 s^2.
    variance = max(0.0, sum(best) / len(best) - 20 * deviation**2)
    return variance / (variance + _HALF_SHARP)


def _noise_deviation(grey: Image) -> float:
    """Return the deviation of the noise in levels, from the quietest quarter of the tiles (edges look like noise)."""
    if min(grey.shape) < 3:
        return 0.0
    response = np.abs(cv2.filter2D(grey, cv2.CV_32F, _IMMERKAER)[1:-1, 1:-1])
    means = sorted(float(cv2.mean(tile)[0]) for tile in _tiles(np.asarray(response, dtype=np.float32), _NOISE_TILES))
    quiet = means[: max(1, len(means) // 4)]
    return math.sqrt(math.pi / 2) / 6 * sum(quiet) / len(quiet)


def _exposure(levels: NDArray[np.float64]) -> float:
    mean = float((levels * np.arange(256)).sum()) / 255
    off = max(0.0, 0.25 - mean, mean - 0.75)
    clipped = max(0.0, float(levels[:4].sum()) - 0.02) + max(0.0, float(levels[252:].sum()) - 0.02)
    return max(0.0, 1 - off * 3) * max(0.0, 1 - clipped)


def _contrast(levels: NDArray[np.float64]) -> float:
    low, high = np.searchsorted(levels.cumsum(), [0.05, 0.95])
    return min(1.0, float(high - low) / 180)
