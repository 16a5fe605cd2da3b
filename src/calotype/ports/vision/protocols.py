"""The port: five small abilities, because hardly a provider has them all.

Pictures are `Image` arrays (see results), about 1200 px on the long side. Calls are plain and block for as long as the
model works, except `embed_text`, which a waiting person asks for. All raise VisionUnavailable (permanent, says what to
do) or VisionInterrupted (try later), and nothing else for a well-formed picture.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from .results import FaceResult, Image, ImageEmbeddings, LabelOptions, LabelResult, LikenessScale, TextResult, Vector


class LabelReader(Protocol):
    """Names what a picture shows."""

    def read_labels(self, image: Image, options: LabelOptions = ...) -> LabelResult:
        """At most `max_labels` labels of at least `min_confidence`, the most certain first; none is an answer too."""
        ...


class FaceReader(Protocol):
    """Finds faces and says whom they are like."""

    @property
    def space(self) -> str:
        """The space of the embeddings that this reader makes."""
        ...

    @property
    def scale(self) -> LikenessScale:
        """Cosines of two faces: from `sure` on the same person."""
        ...

    def read_faces(self, image: Image) -> FaceResult:
        """All faces, the largest first; none is an answer too."""
        ...


class TextReader(Protocol):
    """Reads the writing in a picture."""

    def read_text(self, image: Image) -> TextResult:
        """Lines in reading order; none is an answer too."""
        ...


class ImageEmbedder(Protocol):
    """Turns a picture into vectors."""

    @property
    def search_space(self) -> str: ...

    @property
    def look_space(self) -> str: ...

    @property
    def look_scale(self) -> LikenessScale:
        """Cosines of two `look` vectors: `sure` is the same subject, `maybe` the same kind of picture."""
        ...

    def embed_image(self, image: Image) -> ImageEmbeddings: ...


class TextEmbedder(Protocol):
    """Turns a sentence into a vector of the search space of the ImageEmbedder beside it."""

    @property
    def space(self) -> str: ...

    @property
    def scale(self) -> LikenessScale:
        """Cosines of a sentence and a picture."""
        ...

    async def embed_text(self, text: str) -> Vector:
        """float32, length 1. The same text always gives the same vector; an empty text is a ValueError."""
        ...


def _nothing() -> None:
    pass


@dataclass(frozen=True)
class Vision:
    """What one provider can do; None where it cannot. `close` lets go of models and child processes."""

    provider: str
    labels: LabelReader | None = None
    faces: FaceReader | None = None
    text: TextReader | None = None
    image_embedding: ImageEmbedder | None = None
    text_embedding: TextEmbedder | None = None
    on_close: Callable[[], None] = _nothing

    def close(self) -> None:
        """May be called twice. Whatever is asked afterwards loads its model again."""
        self.on_close()
