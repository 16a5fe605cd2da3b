"""What the faces say of a picture: whether they are sharp, lie whole in the frame, and show open eyes.

Only the main faces count: those of at least a quarter of the area of the largest, each by its area. What cannot be told
is None, not a number that somebody made up.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from calotype.media.quality import Grey, Image, detail_sharpness, noise_deviation, to_grey

__all__ = ["FaceInPicture", "FaceParts", "measure_faces"]

MAIN_SHARE = 0.25  # of the area of the largest face
LEAST_FACE_PX = 20  # a smaller one has no detail that could be sharp
FACE_TILES = 3
BORDER = 0.004  # of the picture: a box that ends so near to its border is cut by it

LEAST_EYES_PX = 36  # between the eyes; below it an iris is a few pixels
MOST_TURNED = 0.25  # of the distance of the eyes, by which the nose lies beside their middle
EYES_PX = 64  # between the eyes in the patches that are looked at
PATCH_PX = (48, 36)
LEAST_CONTRAST = 0.2  # of white, between the iris and what is around it
ROUND, SURELY_ROUND = 0.15, 0.30


@dataclass(frozen=True)
class FaceInPicture:
    """A face: left, top, width, height, 0..1 of the picture, and five landmarks (5, 2) of it, eyes first, if known.

    `is_told`: a person drew it, or a file named it.
    """

    box: tuple[float, float, float, float]
    landmarks: NDArray[np.float32] | None
    is_told: bool = False


@dataclass(frozen=True)
class FaceParts:
    """Parts of quality, 0..1; None: cannot be told."""

    sharpness: float | None = None
    eyes_open: float | None = None
    in_frame: float | None = None


def measure_faces(image: Image, faces: Sequence[FaceInPicture]) -> FaceParts:
    """Measure the main faces of an RGB array; without faces every part is None."""
    main = _main_faces(faces)
    if not main:
        return FaceParts()
    grey = to_grey(image)
    deviation = noise_deviation(grey)
    return FaceParts(
        sharpness=_mean(main, [_sharpness(grey, face, deviation) for face in main]),
        eyes_open=_mean(main, [_eyes_open(grey, face) for face in main]),
        in_frame=_mean(main, [_in_frame(face) for face in main]),
    )


def _area(face: FaceInPicture) -> float:
    return max(0.0, face.box[2]) * max(0.0, face.box[3])


def _main_faces(faces: Sequence[FaceInPicture]) -> list[FaceInPicture]:
    largest = max((_area(face) for face in faces), default=0.0)
    return [face for face in faces if largest > 0 and _area(face) >= MAIN_SHARE * largest]


def _mean(faces: Sequence[FaceInPicture], values: Sequence[float | None]) -> float | None:
    """Return the mean of the known values, each by the area of its face."""
    known = [(_area(face), value) for face, value in zip(faces, values, strict=True) if value is not None]
    total = sum(area for area, _ in known)
    return round(sum(area * value for area, value in known) / total, 4) if known else None


def _sharpness(grey: Grey, face: FaceInPicture, deviation: float) -> float | None:
    height, width = grey.shape
    left, top, right, bottom = face.box[0], face.box[1], face.box[0] + face.box[2], face.box[1] + face.box[3]
    rows = slice(max(0, round(top * height)), round(bottom * height))
    columns = slice(max(0, round(left * width)), round(right * width))
    inside = grey[rows, columns]
    if min(inside.shape) < LEAST_FACE_PX:
        return None
    return detail_sharpness(inside, deviation, FACE_TILES)


def _in_frame(face: FaceInPicture) -> float:
    """Return 1 for a face that lies inside; what is cut by a border counts less for each side that it touches."""
    left, top, width, height = face.box
    touched = (left <= BORDER, top <= BORDER, left + width >= 1 - BORDER, top + height >= 1 - BORDER)
    return max(0.0, 1 - 0.5 * sum(touched))


def _eyes_open(grey: Grey, face: FaceInPicture) -> float | None:
    """Return how sure it is that an eye is open; None where that cannot be told.

    An open eye has an iris beside white: edges that stand upright. A lid and its lashes are one lying line. So the
    share of the upright edges around the darkest spot says that an eye is open; that it is shut cannot be said from
    this: narrow eyes and deep ones look the same. Turned and small faces, and eyes without contrast (shades, shadows),
    are not judged. What was seen on the test photos stands in docs/decisions/0011.
    """
    if face.landmarks is None:
        return None
    points = face.landmarks.astype(np.float64) * (grey.shape[1], grey.shape[0])
    across = points[1] - points[0]
    distance = float(np.hypot(*across))
    if distance < LEAST_EYES_PX:
        return None
    turned = float((points[2] - points[:2].mean(axis=0)) @ across) / distance**2
    if abs(turned) > MOST_TURNED:
        return None
    seen = [_roundness(_patch(grey, point, across)) for point in points[:2]]
    best = max((share for share in seen if share is not None), default=0.0)
    return round(min(1.0, 0.5 + 0.5 * (best - ROUND) / (SURELY_ROUND - ROUND)), 4) if best >= ROUND else None


def _patch(grey: Grey, eye: NDArray[np.float64], across: NDArray[np.float64]) -> Grey:
    """Cut out an eye, level, so large that the eyes are `EYES_PX` apart."""
    distance = float(np.hypot(*across))
    reach = max(PATCH_PX) / EYES_PX * distance
    left, top = max(0, int(eye[0] - reach)), max(0, int(eye[1] - reach))
    around = grey[top : int(eye[1] + reach) + 1, left : int(eye[0] + reach) + 1]
    if min(around.shape) < 2:
        return np.zeros(PATCH_PX[::-1], np.uint8)
    scale = EYES_PX / distance
    if scale < 0.5:  # warping looks at four pixels only
        around = np.asarray(cv2.resize(around, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), dtype=np.uint8)
        shrunk, scale = scale, 1.0
    else:
        shrunk = 1.0
    centre = (eye - (left, top)) * shrunk
    cosine, sine = across / distance * scale
    matrix = np.array([[cosine, sine, 0.0], [-sine, cosine, 0.0]])
    matrix[:, 2] = np.array(PATCH_PX) / 2 - matrix[:, :2] @ centre
    return np.asarray(cv2.warpAffine(around, matrix, PATCH_PX, borderMode=cv2.BORDER_REPLICATE), dtype=np.uint8)


def _roundness(patch: Grey) -> float | None:
    """Return the share of upright edges around the darkest spot, 0..1; None without contrast."""
    smooth: Any = cv2.GaussianBlur(patch, (0, 0), 1.2).astype(np.float32)
    middle = cv2.GaussianBlur(smooth, (0, 0), 3)[10:26, 14:34]
    y, x = (int(place) for place in np.unravel_index(int(middle.argmin()), middle.shape))
    y, x = y + 10, x + 14
    window = (slice(y - 6, y + 7), slice(max(0, x - 12), x + 13))
    dark, light = np.percentile(smooth[window], [5, 95])
    if (light - dark) / 255 < LEAST_CONTRAST:
        return None
    upright = float((cv2.Sobel(smooth, cv2.CV_32F, 1, 0)[window] ** 2).sum())
    lying = float((cv2.Sobel(smooth, cv2.CV_32F, 0, 1)[window] ** 2).sum())
    return upright / (upright + lying) if upright + lying > 0 else None
