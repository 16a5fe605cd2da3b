"""Puts the local readers together.

The server opens vision too, though only for sentences, so nothing heavy is imported before it is needed: cv2 and
onnxruntime come with the first picture.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from calotype.ports.models import ModelStore
from calotype.ports.vision.protocols import Vision
from calotype.ports.vision.results import LikenessScale

from .hosted import HostedTextEmbedder
from .lazy import Lazy
from .readers import LocalFaceReader, LocalImageEmbedder, LocalLabelReader, LocalTextReader
from .spaces import DLIB_SCALE, DLIB_SPACE, MOBILEFACENET_SCALE, MOBILEFACENET_SPACE
from .text_messages import DEFAULT_REST_S

if TYPE_CHECKING:
    from .classifier import Classifier
    from .conse import ConceptSpace
    from .faces import FaceEngine
    from .text import TextEngine

PROVIDER = "local"


def open_local_vision(models: ModelStore, *, text_rest_s: float = DEFAULT_REST_S) -> Vision:
    """All five abilities; cheap. A missing model shows as VisionUnavailable when it is first needed."""
    classifier = Lazy(lambda: _open_classifier(models))
    concepts = Lazy(_open_concepts)
    faces = Lazy(lambda: _open_faces(models))
    text = Lazy(lambda: _open_text(models))
    sentences = HostedTextEmbedder(models, rest_s=text_rest_s)

    def close() -> None:
        for engine in (classifier, concepts, faces, text):
            engine.drop()
        sentences.close()

    return Vision(
        PROVIDER,
        labels=LocalLabelReader(classifier),
        faces=LocalFaceReader(faces, Lazy(lambda: _face_space(models))),
        text=LocalTextReader(text),
        image_embedding=LocalImageEmbedder(classifier, concepts),
        text_embedding=sentences,
        on_close=close,
    )


def _face_space(models: ModelStore) -> tuple[str, LikenessScale]:
    """The same choice as in `face_vectors`, made without opening a model."""
    if models.find("mobilefacenet") is not None:
        return MOBILEFACENET_SPACE, MOBILEFACENET_SCALE
    return DLIB_SPACE, DLIB_SCALE


def _open_classifier(models: ModelStore) -> Classifier:
    from .classifier import Classifier  # noqa: PLC0415

    return Classifier(models.get("efficientnet-lite0"))


def _open_concepts() -> ConceptSpace:
    from .conse import ConceptSpace  # noqa: PLC0415

    return ConceptSpace.packaged()


def _open_faces(models: ModelStore) -> FaceEngine:
    from .faces import FaceEngine  # noqa: PLC0415

    return FaceEngine.open(models)


def _open_text(models: ModelStore) -> TextEngine:
    from .text import TextEngine  # noqa: PLC0415

    return TextEngine.open(models)
