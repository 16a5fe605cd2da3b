"""Whom a face is like: two models, each with its own space."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

import numpy as np

from calotype.ports.models import ModelStore
from calotype.ports.vision.errors import VisionUnavailable
from calotype.ports.vision.results import Image, Vector

from .face_chips import arcface_chip, dlib_chip
from .sessions import open_session
from .spaces import DLIB_SPACE, MOBILEFACENET_SPACE

_MEAN = np.array([0.485, 0.456, 0.406], np.float32) * 255
_DEVIATION = np.array([0.229, 0.224, 0.225], np.float32) * 255


class FaceVectors(Protocol):
    @property
    def space(self) -> str: ...

    def embed(self, image: Image, landmarks: Vector) -> Vector:
        """The face with these landmarks (pixels), float32 [128] of length 1."""
        ...


def open_face_vectors(models: ModelStore) -> FaceVectors:
    """Raises ModelMissing or VisionUnavailable."""
    path = models.find("mobilefacenet")
    if path is not None:
        return MobileFaceNet(path)
    return DlibResNet(models.get("dlib-face-resnet"))


class MobileFaceNet:
    """Chen et al. 2018. The sum of the face and its mirror image is steadier than the face alone."""

    space = MOBILEFACENET_SPACE

    def __init__(self, path: Path) -> None:
        self._session = open_session(path, has_fixed_shapes=True)

    def embed(self, image: Image, landmarks: Vector) -> Vector:
        planes = (arcface_chip(image, landmarks) - _MEAN) / _DEVIATION
        planes = planes.transpose(2, 0, 1)[None]
        total = sum(
            self._session.run(None, {"input0": np.ascontiguousarray(view)})[0][0]
            for view in (planes, planes[..., ::-1])
        )
        return _unit(np.asarray(total))


class DlibResNet:
    """King 2017: a ResNet of 29 layers with 128 outputs."""

    space = DLIB_SPACE

    def __init__(self, path: Path) -> None:
        try:
            import dlib  # noqa: PLC0415 (40 MB that most installations with MobileFaceNet never need)

            self._model = dlib.face_recognition_model_v1(str(path))
        except (ImportError, RuntimeError) as fault:
            raise VisionUnavailable(f"The face model {path.name} cannot be opened: {fault}") from fault

    def embed(self, image: Image, landmarks: Vector) -> Vector:
        return _unit(np.array(self._model.compute_face_descriptor(dlib_chip(image, landmarks))))


def _unit(vector: Vector) -> Vector:
    return (vector / np.linalg.norm(vector)).astype(np.float32)
