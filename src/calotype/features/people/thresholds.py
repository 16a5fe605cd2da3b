"""What a cosine of two faces means, space by space. Data: the spaces are named by whoever made the vectors."""

import math
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class FaceScale:
    """Cut-offs for cosines in one space.

    `sure`: two faces are one person's. `join`: two groups are, by their average likeness, in a library of
    `SMALL_LIBRARY` faces; `step` is added for each tenfold, and `pair_step` where each of the two is a single face: of
    the strangers in a large library some two always look alike. `ask`: from here on it is worth asking a person.
    """

    sure: float
    join: float
    step: float
    ask: float
    pair_step: float = 0.0

    def join_among(self, faces: int) -> float:
        """Return from where on groups are joined where there are so many faces.

        The pairs of strangers grow with the square of the faces, and the luckiest of them are ever more alike.
        """
        return self.join + self.step * _tenfolds(faces)

    def join_pairs_among(self, faces: int) -> float:
        """Return from where on two single faces are joined."""
        return self.join + max(self.step, self.pair_step) * _tenfolds(faces)


def _tenfolds(faces: int) -> float:
    return max(0.0, math.log10(max(faces, 1) / SMALL_LIBRARY))


SMALL_LIBRARY = 200

# `sure` as calibrated beside the models (ports/vision/local/spaces.py) on 259 pairs. `join`: on 77 photos of 16 people
# dlib has nobody wrong and 99 % right from 0.905 to 0.935, MobileFaceNet (and all right) from 0.25 to 0.5; the value is
# the middle, and `step` holds precision on drawn crowds of up to 30,000 faces (docs/decisions/0010-people.md).
SCALES: Mapping[str, FaceScale] = {
    "dlib-resnet": FaceScale(sure=0.918, join=0.92, step=0.004, ask=0.89, pair_step=0.01),
    "mobilefacenet-mirror": FaceScale(sure=0.4, join=0.4, step=0.02, ask=0.24, pair_step=0.05),
    "fake-people": FaceScale(sure=0.9, join=0.9, step=0.0, ask=0.7),
}
OTHER = FaceScale(sure=0.5, join=0.55, step=0.02, ask=0.35, pair_step=0.05)
"""For a space that nobody has measured: strict, as a wrong name annoys more than a question."""


def scale_of(space: str) -> FaceScale:
    """Return the scale of a space by its name (`dlib-resnet/1`); all versions of a model share one."""
    return SCALES.get(space.partition("/")[0], OTHER)
