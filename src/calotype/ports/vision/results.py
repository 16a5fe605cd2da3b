"""What vision says about a picture. Every result checks itself, so that no provider's slip reaches the database.

Boxes and points are relative to the upright picture: 0..1 from the left and from the top.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

Image = npt.NDArray[np.uint8]
"""uint8, (height, width, 3), RGB, upright, sRGB, C-contiguous. Nobody writes into it."""

Vector = npt.NDArray[np.float32]

_SLACK = 1e-4
"""Rounding that is forgiven at the borders."""


class Box(NamedTuple):
    """A rectangle, relative: left edge, top edge, width, height."""

    x: float
    y: float
    width: float
    height: float


def _check_box(box: Box) -> None:
    begins_inside = min(box.x, box.y) >= -_SLACK and min(box.width, box.height) > 0
    if not (begins_inside and max(box.x + box.width, box.y + box.height) <= 1 + _SLACK):
        raise ValueError(f"{box} does not lie inside the picture")


def _check_share(name: str, value: float) -> None:
    if not 0 <= value <= 1:
        raise ValueError(f"{name} must be between 0 and 1, not {value}")


def _check_unit_vector(vector: Vector) -> None:
    if vector.dtype != np.float32 or vector.ndim != 1:
        raise ValueError(f"a vector must be one row of float32, not {vector.dtype} of shape {vector.shape}")
    length = float(np.linalg.norm(vector))
    if not math.isclose(length, 1, abs_tol=1e-3):
        raise ValueError(f"a vector must have length 1, not {length}")


@dataclass(frozen=True)
class LabelOptions:
    """How many labels, and how certain they must be (as `MaxLabels` and `MinConfidence` of the cloud services)."""

    max_labels: int = 10
    min_confidence: float = 0.05

    def __post_init__(self) -> None:
        if self.max_labels < 1:
            raise ValueError(f"max_labels must be at least 1, not {self.max_labels}")
        _check_share("min_confidence", self.min_confidence)


@dataclass(frozen=True)
class Label:
    """A thing seen. `parents` are the wider names, the nearest first; `synonyms` other names of the same thing."""

    name: str
    confidence: float
    parents: tuple[str, ...] = ()
    synonyms: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.name:
            raise ValueError("a label needs a name")
        _check_share("confidence", self.confidence)


@dataclass(frozen=True)
class LabelResult:
    """Labels, the most certain first. `raw` is what the provider said, as JSON would hold it."""

    labels: tuple[Label, ...]
    provider: str
    model: str
    raw: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        certain = [label.confidence for label in self.labels]
        if certain != sorted(certain, reverse=True):
            raise ValueError("labels must be sorted, the most certain first")


@dataclass(frozen=True, eq=False)
class Face:
    """A face. `landmarks` float32 (5, 2): the viewer's left eye, right eye, nose, left and right corner of the mouth.

    `embedding` has length 1, or is None for a face that is too small or too unsure to be told from others; `space`
    names what it may be compared with. `size_px` is the width in the picture that was looked at; `sharpness` 0..1.
    """

    box: Box
    score: float
    landmarks: Vector
    embedding: Vector | None
    space: str
    sharpness: float
    size_px: float

    def __post_init__(self) -> None:
        _check_box(self.box)
        _check_share("score", self.score)
        _check_share("sharpness", self.sharpness)
        if self.landmarks.shape != (5, 2) or not np.isfinite(self.landmarks).all():
            raise ValueError("a face has five landmarks of two finite numbers")
        if self.embedding is not None:
            _check_unit_vector(self.embedding)


@dataclass(frozen=True)
class FaceResult:
    """Faces, the largest first."""

    faces: tuple[Face, ...]
    provider: str
    model: str
    raw: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class TextLine:
    """A line of writing in the picture."""

    text: str
    confidence: float
    box: Box

    def __post_init__(self) -> None:
        if not self.text.strip():
            raise ValueError("a line of text must not be empty")
        _check_share("confidence", self.confidence)
        _check_box(self.box)


@dataclass(frozen=True)
class TextResult:
    """Lines in reading order."""

    lines: tuple[TextLine, ...]
    provider: str
    model: str
    raw: Mapping[str, Any] = field(default_factory=dict)

    @property
    def text(self) -> str:
        return "\n".join(line.text for line in self.lines)


@dataclass(frozen=True, eq=False)
class ImageEmbedding:
    """A picture as a vector of length 1 in a named space (model and version: only equals may be compared)."""

    space: str
    vector: Vector

    def __post_init__(self) -> None:
        if not self.space:
            raise ValueError("an embedding needs the name of its space")
        _check_unit_vector(self.vector)


@dataclass(frozen=True, eq=False)
class ImageEmbeddings:
    """`search` lies in the space of sentences (see TextEmbedder); `look` compares pictures with pictures."""

    search: ImageEmbedding
    look: ImageEmbedding


@dataclass(frozen=True)
class LikenessScale:
    """Calibrated cut-offs for a cosine: from `sure` on a hit, from `maybe` on worth showing, below it noise."""

    sure: float
    maybe: float

    def __post_init__(self) -> None:
        if not -1 <= self.maybe <= self.sure <= 1:
            raise ValueError("cosines go from -1 to 1, and maybe is not above sure")

    def judge(self, cosine: float) -> str | None:
        """`"sure"`, `"maybe"`, or None for no match."""
        if cosine >= self.sure:
            return "sure"
        return "maybe" if cosine >= self.maybe else None
