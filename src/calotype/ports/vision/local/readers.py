"""The local provider's five abilities. An engine is opened when the first picture needs it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from calotype.ports.vision.results import (
    FaceResult,
    Image,
    ImageEmbedding,
    ImageEmbeddings,
    LabelOptions,
    LabelResult,
    LikenessScale,
    TextResult,
)

from .labels import name_labels
from .lazy import Lazy
from .spaces import LOOK_SCALE, LOOK_SPACE, SEARCH_SPACE

if TYPE_CHECKING:  # the engines bring cv2 and onnxruntime, which a process without pictures should not hold
    from .classifier import Classifier
    from .conse import ConceptSpace
    from .faces import FaceEngine
    from .text import TextEngine

_DEFAULT_OPTIONS = LabelOptions()


@dataclass(frozen=True, eq=False)
class LocalLabelReader:
    classifier: Lazy[Classifier]

    def read_labels(self, image: Image, options: LabelOptions = _DEFAULT_OPTIONS) -> LabelResult:
        return name_labels(self.classifier.get().look_at(image).probabilities, options)


@dataclass(frozen=True, eq=False)
class LocalImageEmbedder:
    classifier: Lazy[Classifier]
    concepts: Lazy[ConceptSpace]
    search_space: str = SEARCH_SPACE
    look_space: str = LOOK_SPACE
    look_scale: LikenessScale = LOOK_SCALE

    def embed_image(self, image: Image) -> ImageEmbeddings:
        glance = self.classifier.get().look_at(image)
        look = glance.features / np.float32(np.linalg.norm(glance.features))
        search = self.concepts.get().place(glance.probabilities)
        return ImageEmbeddings(ImageEmbedding(self.search_space, search), ImageEmbedding(self.look_space, look))


@dataclass(frozen=True, eq=False)
class LocalFaceReader:
    engine: Lazy[FaceEngine]
    kind: Lazy[tuple[str, LikenessScale]]

    @property
    def space(self) -> str:
        return self.kind.get()[0]

    @property
    def scale(self) -> LikenessScale:
        return self.kind.get()[1]

    def read_faces(self, image: Image) -> FaceResult:
        return self.engine.get().read(image)


@dataclass(frozen=True, eq=False)
class LocalTextReader:
    engine: Lazy[TextEngine]

    def read_text(self, image: Image) -> TextResult:
        return self.engine.get().read(image)
