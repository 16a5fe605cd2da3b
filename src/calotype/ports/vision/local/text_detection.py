"""Where writing is: a network gives each pixel its chance of being text, and boxes are made of that (Liao 2020)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from calotype.ports.vision.results import Image, Vector

from .sessions import open_session

_GRID_PX = 32
_PIXEL_THRESHOLD = 0.3
_MIN_SCORE = 0.5
_GROWTH = 1.6
"""The network sees text shrunk to its core; a box grows back by its area * growth / perimeter on each side."""
_MIN_SIDE = 3
_MAX_CONTOURS = 1000
_KERNEL = np.ones((2, 2), np.uint8)


@dataclass(frozen=True, eq=False)
class TextBox:
    """`corners` float32 (4, 2) in pixels of the picture: left top, right top, right bottom, left bottom."""

    corners: Vector
    score: float


class TextDetector:
    def __init__(self, path: Path) -> None:
        self._session = open_session(path)

    def find(self, image: Image, long_side_px: int) -> list[TextBox]:
        """Looks at the picture with at most that many pixels on the long side. In no particular order."""
        heat = self._heat(image, long_side_px)
        scale = np.array([image.shape[1] / heat.shape[1], image.shape[0] / heat.shape[0]], np.float32)
        mask = cv2.dilate((heat > _PIXEL_THRESHOLD).astype(np.uint8), _KERNEL)
        contours, _hierarchy = cv2.findContours(mask, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
        boxes = (_text_box(contour, heat, scale) for contour in contours[:_MAX_CONTOURS])
        return [box for box in boxes if box is not None]

    def _heat(self, image: Image, long_side_px: int) -> Vector:
        height, width = image.shape[:2]
        scale = min(1.0, long_side_px / max(width, height))
        columns, rows = (max(_GRID_PX, round(int(side * scale) / _GRID_PX) * _GRID_PX) for side in (width, height))
        small = cv2.resize(image, (columns, rows))
        # the network was trained on blue, green, red from -1 to 1
        planes = np.ascontiguousarray(small[:, :, ::-1].transpose(2, 0, 1)[None], np.float32)
        planes *= np.float32(2 / 255)
        planes -= 1
        heat: Vector = self._session.run(None, {self._session.get_inputs()[0].name: planes})[0][0, 0]
        return heat


def _text_box(contour: npt.NDArray[np.int32], heat: Vector, scale: Vector) -> TextBox | None:
    centre, size, angle = cv2.minAreaRect(contour)
    if min(size) < _MIN_SIDE:
        return None
    score = _mean_within(heat, cv2.boxPoints((centre, size, angle)))
    if score < _MIN_SCORE:
        return None
    growth = 2 * size[0] * size[1] * _GROWTH / (2 * (size[0] + size[1]))
    grown = (size[0] + growth, size[1] + growth)
    if min(grown) < _MIN_SIDE + 2:
        return None
    limits = np.array([heat.shape[1], heat.shape[0]], np.float32)
    corners = np.clip(np.asarray(cv2.boxPoints((centre, grown, angle)), np.float32), 0, limits) * scale
    corners = _in_reading_order(corners)
    if np.linalg.norm(corners[0] - corners[1]) <= _MIN_SIDE or np.linalg.norm(corners[0] - corners[3]) <= _MIN_SIDE:
        return None
    return TextBox(corners, min(1.0, score))


def _mean_within(heat: Vector, corners: npt.ArrayLike) -> float:
    points = np.asarray(corners, np.float32)
    limits = (heat.shape[1] - 1, heat.shape[0] - 1)
    (left, top), (right, bottom) = (
        np.clip(np.floor(points.min(axis=0)), 0, limits).astype(int),
        np.clip(np.ceil(points.max(axis=0)), 0, limits).astype(int),
    )
    mask = np.zeros((bottom - top + 1, right - left + 1), np.uint8)
    cv2.fillPoly(mask, [(points - (left, top)).astype(np.int32)], (1,))
    return float(cv2.mean(heat[top : bottom + 1, left : right + 1], mask)[0])


def _in_reading_order(corners: Vector) -> Vector:
    """The two leftmost corners from top to bottom are left top and left bottom; the same on the right."""
    by_x = corners[np.argsort(corners[:, 0], kind="stable")]
    left, right = (pair[np.argsort(pair[:, 1], kind="stable")] for pair in (by_x[:2], by_x[2:]))
    return np.array([left[0], right[0], right[1], left[1]], np.float32)
