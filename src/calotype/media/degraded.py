"""Copies of a picture that are worse than it, to prove a score of quality by: blurred, shaken, darker, brighter, noisy.

They are made at the size of the file, as a bad camera would have done, and compressed as a camera does.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

__all__ = ["DAMAGES", "Damage", "degrade"]

Image = NDArray[np.uint8]

_GAMMA = 2.2
_JPEG_QUALITY = 92
_WORKING_SIDE = 1200  # pixels: blur is told in those of the working image


@dataclass(frozen=True)
class Damage:
    """`kind` and `strength`: blurred (deviation in pixels of the working image), shaken (way in such pixels),
    under-exposed and over-exposed (stops of light), noised (deviation in levels of the file).
    """

    kind: str
    strength: float


DAMAGES = (
    *(Damage("blurred", sigma) for sigma in (0.7, 1.5, 3.0)),
    *(Damage("shaken", way) for way in (5, 9)),
    *(Damage("under-exposed", stops) for stops in (1, 2, 3)),
    *(Damage("over-exposed", stops) for stops in (1, 1.5, 2)),
    *(Damage("noised", deviation) for deviation in (8, 16, 32)),
)


def degrade(image: Image, damage: Damage | None, seed: int = 0) -> bytes:
    """Return a JPEG of an RGB array with this damage, or with none but the compression."""
    scale = max(1.0, max(image.shape[:2]) / _WORKING_SIDE)
    if damage is None:
        spoilt = image
    elif damage.kind == "blurred":
        spoilt = _array(cv2.GaussianBlur(image, (0, 0), damage.strength * scale))
    elif damage.kind == "shaken":
        spoilt = _array(cv2.blur(image, (max(3, round(damage.strength * scale) | 1), 1)))
    elif damage.kind == "noised":
        noise = np.random.default_rng(seed).standard_normal(image.shape, dtype=np.float32) * damage.strength
        spoilt = np.clip(image + noise, 0, 255).astype(np.uint8)
    else:
        stops = damage.strength if damage.kind == "over-exposed" else -damage.strength
        spoilt = _array(cv2.LUT(image, _exposure_curve(stops)))
    options = [cv2.IMWRITE_JPEG_QUALITY, _JPEG_QUALITY]
    return bytes(cv2.imencode(".jpg", cv2.cvtColor(spoilt, cv2.COLOR_RGB2BGR), options)[1])


def _array(image: object) -> Image:
    return np.asarray(image, dtype=np.uint8)


def _exposure_curve(stops: float) -> Image:
    """Return the levels after so many stops more of linear light."""
    light = (np.arange(256) / 255) ** _GAMMA * 2.0**stops
    levels: Image = (255 * np.clip(light, 0, 1) ** (1 / _GAMMA)).round().astype(np.uint8)
    return levels
