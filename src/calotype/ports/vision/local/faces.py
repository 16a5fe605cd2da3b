"""Finds the faces of a picture and describes those that are large and clear enough to be told from others."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from calotype.ports.models import ModelStore
from calotype.ports.vision.results import Box, Face, FaceResult, Image

from .centerface import FaceDetector, FoundFace
from .face_chips import arcface_chip
from .face_vectors import FaceVectors, open_face_vectors

PROVIDER = "local"

MIN_EMBEDDED_WIDTH_PX = 24
"""A smaller face has nothing to tell it from others; under 40 px it should not found a group of its own."""
_HALF_SHARP = 150.0
"""Variance of the Laplacian of a 112 px chip at which a face counts as half sharp."""


@dataclass(frozen=True, eq=False)
class FaceEngine:
    detector: FaceDetector
    vectors: FaceVectors

    @classmethod
    def open(cls, models: ModelStore) -> FaceEngine:
        """Raises ModelMissing or VisionUnavailable."""
        return cls(FaceDetector(models.get("centerface")), open_face_vectors(models))

    def read(self, image: Image) -> FaceResult:
        faces = tuple(self._described(image, found) for found in self.detector.find(image))
        return FaceResult(faces, PROVIDER, f"centerface/1 + {self.vectors.space}")

    def _described(self, image: Image, found: FoundFace) -> Face:
        height, width = image.shape[:2]
        left, top, right, bottom = found.box
        is_large = found.width_px >= MIN_EMBEDDED_WIDTH_PX
        return Face(
            box=Box(left / width, top / height, (right - left) / width, (bottom - top) / height),
            score=found.score,
            landmarks=(found.landmarks / (width, height)).astype(np.float32),
            embedding=self.vectors.embed(image, found.landmarks) if is_large else None,
            space=self.vectors.space,
            sharpness=_sharpness(arcface_chip(image, found.landmarks)),
            size_px=found.width_px,
        )


def _sharpness(chip: Image) -> float:
    """0 for a blur, 0.5 for an ordinary face, towards 1 for one with every hair."""
    variance = float(cv2.Laplacian(cv2.cvtColor(chip, cv2.COLOR_RGB2GRAY), cv2.CV_32F).var())
    return variance / (variance + _HALF_SHARP)
