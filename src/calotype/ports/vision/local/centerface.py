"""CenterFace (Xu et al. 2019): where faces are, from a heat map of their centres.

Outputs at a quarter of the input's size: 537 heat, 538 logarithm of (height, width) in quarter pixels, 539 offset
(y, x) of the centre, 540 five landmarks (y, x) relative to the box.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from calotype.ports.vision.results import Image, Vector

from .sessions import open_session

LONG_SIDE_PX = 640
MIN_SCORE = 0.5
_MAX_OVERLAP = 0.35
_STRIDE = 4
_GRID_PX = 32
_OUTPUTS = ["537", "538", "539", "540"]


@dataclass(frozen=True, eq=False)
class FoundFace:
    """`box` is left, top, right, bottom and `landmarks` five (x, y), all in pixels of the picture."""

    box: tuple[float, float, float, float]
    score: float
    landmarks: Vector

    @property
    def width_px(self) -> float:
        return self.box[2] - self.box[0]


class FaceDetector:
    def __init__(self, path: Path) -> None:
        self._session = open_session(path)

    def find(self, image: Image) -> list[FoundFace]:
        """The largest first."""
        height, width = image.shape[:2]
        columns, rows = _grid(width, height)
        small = cv2.resize(image, (columns, rows), interpolation=cv2.INTER_AREA)
        planes = np.ascontiguousarray(small.transpose(2, 0, 1)[None], np.float32)
        outputs = self._session.run(_OUTPUTS, {"input.1": planes})
        boxes, scores, landmarks = _decoded(*(output[0] for output in outputs))
        kept = _without_overlaps(boxes, scores)
        scale = np.array([width / columns, height / rows], np.float32)
        boxes = np.clip(boxes[kept].reshape(-1, 2, 2) * scale, 0, (width, height)).reshape(-1, 4)
        faces = [
            FoundFace((float(x1), float(y1), float(x2), float(y2)), min(1.0, float(score)), points * scale)
            for (x1, y1, x2, y2), score, points in zip(boxes, scores[kept], landmarks[kept], strict=True)
            if x2 - x1 >= 1 and y2 - y1 >= 1
        ]
        return sorted(faces, key=lambda face: -face.width_px)


def _grid(width: int, height: int) -> tuple[int, int]:
    """At most 640 px on the long side, both sides multiples of 32; never larger than the picture but for rounding."""
    scale = min(1.0, LONG_SIDE_PX / max(width, height))
    columns, rows = (max(_GRID_PX, round(side * scale / _GRID_PX) * _GRID_PX) for side in (width, height))
    return columns, rows


def _decoded(
    heat: Vector, logarithms: Vector, offsets: Vector, landmarks: Vector
) -> tuple[Vector, Vector, npt.NDArray[np.float32]]:
    """Boxes [n, 4], scores [n] and landmarks [n, 5, 2] in pixels of the grid."""
    y, x = np.nonzero(heat[0] > MIN_SCORE)
    sizes = np.exp(logarithms[::-1, y, x].T) * _STRIDE  # width, height
    centres = np.stack([x + offsets[1, y, x] + 0.5, y + offsets[0, y, x] + 0.5], axis=1) * _STRIDE
    # the landmarks count from the clipped corner: that is how the model was trained
    corners = np.maximum(0, centres - sizes / 2)
    boxes = np.concatenate([corners, corners + sizes], axis=1)
    relative = landmarks[:, y, x].T.reshape(-1, 5, 2)[:, :, ::-1]
    points = corners[:, None] + relative * sizes[:, None]
    return boxes.astype(np.float32), heat[0, y, x], points.astype(np.float32)


def _without_overlaps(boxes: Vector, scores: Vector) -> npt.NDArray[np.intp]:
    """The surer of two that overlap stays."""
    if not len(boxes):
        return np.empty(0, np.intp)
    sides = np.concatenate([boxes[:, :2], boxes[:, 2:] - boxes[:, :2]], axis=1)
    kept = cv2.dnn.NMSBoxes(sides.tolist(), scores.tolist(), 0.0, _MAX_OVERLAP)
    return np.asarray(kept, np.intp).reshape(-1)
