"""Cuts a face out of a picture so that its eyes always lie in the same place."""

from __future__ import annotations

import cv2
import numpy as np

from calotype.ports.vision.results import Image, Vector

ARCFACE_SIDE_PX = 112
ARCFACE_POINTS = np.array(
    [[38.2946, 51.6963], [73.5318, 51.5014], [56.0252, 71.7366], [41.5493, 92.3655], [70.7299, 92.2041]], np.float32
)
"""The viewer's left eye, right eye, nose, corners of the mouth (Deng et al. 2019, the template of ArcFace)."""

DLIB_SIDE_PX = 150
_DLIB_PADDING = 0.25
_DLIB_EYES = np.array([[0.2436, 0.2192], [0.7528, 0.2212]], np.float32)
"""Middles of the two eyes in dlib's 5-point face template, before its padding of a quarter on each side."""

DLIB_EYES_PX = (_DLIB_PADDING + _DLIB_EYES) / (1 + 2 * _DLIB_PADDING) * DLIB_SIDE_PX


def arcface_chip(image: Image, landmarks: Vector) -> Image:
    """112 px, from all five landmarks (pixels of the picture)."""
    return _cut(image, similarity(landmarks, ARCFACE_POINTS), ARCFACE_SIDE_PX)


def dlib_chip(image: Image, landmarks: Vector) -> Image:
    """150 px, from the two eyes."""
    return _cut(image, similarity(landmarks[:2], DLIB_EYES_PX), DLIB_SIDE_PX)


def similarity(source: Vector, target: Vector) -> Vector:
    """The turn, scale and shift (2x3) that bring `source` nearest to `target` (Umeyama 1991, without mirroring).

    In the plane that is one complex number times the point plus another: a linear least-squares problem.
    """
    a, b = (points.astype(np.float64) @ np.array([1, 1j]) for points in (source, target))
    mean_a, mean_b = a.mean(), b.mean()
    spread = float(np.sum(np.abs(a - mean_a) ** 2))
    turn = np.vdot(a - mean_a, b - mean_b) / spread if spread > 0 else 1.0
    shift = mean_b - turn * mean_a
    matrix = [[turn.real, -turn.imag, shift.real], [turn.imag, turn.real, shift.imag]]
    return np.array(matrix, np.float32)


def _cut(image: Image, matrix: Vector, side_px: int) -> Image:
    """Warps; a large face is averaged down first, because warping looks at four pixels only."""
    scale = float(np.hypot(matrix[0, 0], matrix[1, 0]))
    if scale < 0.5:
        factor = max(scale, 1 / min(image.shape[:2])) * 1.5
        size = (max(1, round(image.shape[1] * factor)), max(1, round(image.shape[0] * factor)))
        matrix = matrix.copy()
        matrix[:, 0] *= image.shape[1] / size[0]
        matrix[:, 1] *= image.shape[0] / size[1]
        image = np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8)
    return np.asarray(cv2.warpAffine(image, matrix, (side_px, side_px)), np.uint8)
