"""Measures how good a picture is technically. `quality_score` makes one score of the parts, each 0 (bad) to 1 (good).

On the working image (1200 pixels on the long side):

* noise: J. Immerkaer's estimate of its deviation (1996), by the quietest quarter of 64 tiles that are neither black
  nor white, where noise cannot show; none is 1, three levels are 0.5.
* subject_sharpness: the energy of the second difference, less what noise adds to it, over that of the first, in the
  quarter of the tiles that has most of that; the worse of the two directions, because a shaken picture is sharp along
  the way that the camera went. It is the finest detail over all detail: it says how steep edges are, be they many or
  few, and it is the same in a dark and in a bright copy.
* exposure: what is missing to a bright light, times what is clipped. The lights reach level 230 or the picture is too
  dark; what lies within 14 levels of its own brightest level is counted as clipped, so that a burnt sky stays burnt
  when the picture is made darker.
* contrast: the span from the 5th to the 95th percentile; 180 of 255 levels are full.
* resolution: megapixels of the photo on a log scale, 0.1 gives 0, 12 and more give 1.

On a grey picture of 512 pixels:

* sharpness: the variance of the Laplacian (J. L. Pech-Pacheco et al., 2000) of the sharpest quarter of 16 tiles, less
  that of noise; 150 gives 0.5. It says how much detail there is. It is shown, and does not count: brighter copies have
  more of it.
"""

from __future__ import annotations

import math
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from calotype.media.quality_score import Quality

__all__ = ["Grey", "Image", "detail_sharpness", "measure", "noise_deviation", "to_grey"]

Image = NDArray[np.uint8]
Grey = NDArray[np.uint8]

_SMALL_SIDE = 512
_HALF_SHARP = 150.0
_TILES = 8
_HALF_STEEP = 0.015
_FLAT = 60.0  # gradient energy below which a tile has nothing that could be sharp
_NOISE_IN_LAPLACIAN = (
    20.0  # white noise of deviation s gives the Laplacian (4 and four times -1) a variance of 20 s^2 …
)
_NOISE_IN_SECOND_DIFFERENCE = 6.0  # … and the second difference (1, -2, 1) one of 6 s^2;
_CAUTION = 2.0  # the noise of a compressed picture is not white
_HALF_NOISY = 3.0
_SECOND_DIFFERENCE = np.array([1, -2, 1], np.float32)
_ONE = np.array([1], np.float32)
_SHADE, _GLARE = 20, 235  # levels between which noise shows
_LIGHTS, _LIGHTS_AT = 0.99, 230
_BRIGHTEST, _CLIPPED_LEVELS, _CLIPPED_WEIGHT = 0.999, 14, 4.0


def measure(image: Image, megapixels: float | None = None) -> Quality:
    """Measure an RGB array. `megapixels` are those of the photo, when the array is a smaller picture of it."""
    grey = to_grey(image)
    deviation = noise_deviation(grey)
    levels = _levels(grey)
    own = image.shape[0] * image.shape[1] / 1e6
    resolution = min(1.0, max(0.0, math.log(max(megapixels or own, 1e-6) / 0.1) / math.log(120)))
    parts = {
        "sharpness": _sharpness(grey),
        "exposure": _exposure(levels, image),
        "contrast": _contrast(levels),
        "noise": 1 / (1 + deviation / _HALF_NOISY),
        "resolution": resolution,
        "subject_sharpness": detail_sharpness(grey, deviation),
    }
    return Quality(**{name: round(part, 4) for name, part in parts.items()})


def to_grey(image: Image) -> Grey:
    """Return the grey levels of an RGB array."""
    return np.asarray(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY), dtype=np.uint8)


def detail_sharpness(grey: Grey, deviation: float, tiles: int = _TILES) -> float:
    """Return how steep the edges are, 0..1, in the quarter of `tiles` x `tiles` that has most of them.

    `deviation` is that of the noise, in levels.
    """
    if min(grey.shape) < 3:
        return 0.0
    noise = _CAUTION * _NOISE_IN_SECOND_DIFFERENCE * deviation**2
    across: list[tuple[float, float]] = []
    down: list[tuple[float, float]] = []
    for tile in _tiles(grey, tiles):
        fine = cv2.sepFilter2D(tile, cv2.CV_16S, _SECOND_DIFFERENCE, _ONE)
        across.append((_power(cv2.Sobel(tile, cv2.CV_16S, 1, 0)), max(0.0, _power(fine) - noise)))
        fine = cv2.sepFilter2D(tile, cv2.CV_16S, _ONE, _SECOND_DIFFERENCE)
        down.append((_power(cv2.Sobel(tile, cv2.CV_16S, 0, 1)), max(0.0, _power(fine) - noise)))
    steepness = min(_steepness(across), _steepness(down))
    return steepness / (steepness + _HALF_STEEP)


def _steepness(parts: list[tuple[float, float]]) -> float:
    """Return the finest over all detail, in the quarter of the tiles (all detail, finest) that has most of it."""
    richest = sorted(parts, reverse=True)[: max(1, len(parts) // 4)]
    return sum(fine for _, fine in richest) / sum(energy + _FLAT for energy, _ in richest)


def noise_deviation(grey: Grey) -> float:
    """Return the deviation of the noise in levels, from the quietest quarter of the tiles (edges look like noise)."""
    if min(grey.shape) < 3:
        return 0.0
    response = cv2.sepFilter2D(grey, cv2.CV_16S, _SECOND_DIFFERENCE, _SECOND_DIFFERENCE)[1:-1, 1:-1]
    found: list[tuple[bool, float]] = []
    for tile, under in zip(_tiles(np.asarray(response), _TILES), _tiles(grey[1:-1, 1:-1], _TILES), strict=True):
        shows = _SHADE < float(cv2.mean(under)[0]) < _GLARE
        found.append((not shows, cv2.norm(tile, cv2.NORM_L1) / tile.size))
    showing = [amount for is_hidden, amount in found if not is_hidden]
    amounts = sorted(showing if len(showing) >= len(found) / 16 else [amount for _, amount in found])
    quiet = amounts[: max(1, len(amounts) // 4)]
    return math.sqrt(math.pi / 2) / 6 * sum(quiet) / len(quiet)


def _power(values: Any) -> float:
    """Return the mean of the squares."""
    return float(cv2.norm(values, cv2.NORM_L2SQR)) / float(values.size)


def _tiles(values: NDArray[Any], count: int) -> list[NDArray[Any]]:
    """Return `count` x `count` tiles, or the whole when those would be too small."""
    height, width = values.shape
    if min(height, width) < count * 8:
        return [values]
    rows, columns = height // count, width // count
    return [
        values[y * rows : (y + 1) * rows, x * columns : (x + 1) * columns] for y in range(count) for x in range(count)
    ]


def _sharpness(grey: Grey) -> float:
    height, width = grey.shape
    scale = _SMALL_SIDE / max(height, width)
    if scale < 1:
        size = (max(1, round(width * scale)), max(1, round(height * scale)))
        grey = np.asarray(cv2.resize(grey, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    deviation = noise_deviation(grey)
    laplacian = cv2.Laplacian(grey, cv2.CV_16S)
    variances = sorted((float(cv2.meanStdDev(tile)[1][0, 0]) ** 2 for tile in _tiles(laplacian, 4)), reverse=True)
    best = variances[: max(1, len(variances) // 4)]
    variance = max(0.0, sum(best) / len(best) - _NOISE_IN_LAPLACIAN * deviation**2)
    return variance / (variance + _HALF_SHARP)


def _levels(values: Grey) -> NDArray[np.float64]:
    """Return the share of each of the 256 levels."""
    return np.asarray(cv2.calcHist([values], [0], None, [256], [0, 256]), np.float64).ravel() / values.size


def _level_at(levels: NDArray[np.float64], share: float) -> int:
    return min(255, int(np.searchsorted(levels.cumsum(), share)))


def _exposure(levels: NDArray[np.float64], image: Image) -> float:
    lights = min(1.0, _level_at(levels, _LIGHTS) / _LIGHTS_AT)
    strongest = cv2.max(cv2.max(image[..., 0], image[..., 1]), image[..., 2])
    tops = _levels(np.asarray(strongest, dtype=np.uint8))
    top = _level_at(tops, _BRIGHTEST)
    clipped = float(tops[max(0, top - _CLIPPED_LEVELS + 1) :].sum())
    return lights / (1 + _CLIPPED_WEIGHT * clipped)


def _contrast(levels: NDArray[np.float64]) -> float:
    return min(1.0, (_level_at(levels, 0.95) - _level_at(levels, 0.05)) / 180)
