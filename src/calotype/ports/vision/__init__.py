"""What a picture shows, who is on it, what is written on it, and what it is like. Adapters: `local`, `fake`."""

from .errors import VisionInterrupted, VisionUnavailable
from .protocols import FaceReader, ImageEmbedder, LabelReader, TextEmbedder, TextReader, Vision
from .results import (
    Box,
    Face,
    FaceResult,
    Image,
    ImageEmbedding,
    ImageEmbeddings,
    Label,
    LabelOptions,
    LabelResult,
    LikenessScale,
    TextLine,
    TextResult,
    Vector,
)

__all__ = [
    "Box",
    "Face",
    "FaceReader",
    "FaceResult",
    "Image",
    "ImageEmbedder",
    "ImageEmbedding",
    "ImageEmbeddings",
    "Label",
    "LabelOptions",
    "LabelReader",
    "LabelResult",
    "LikenessScale",
    "TextEmbedder",
    "TextLine",
    "TextReader",
    "TextResult",
    "Vector",
    "Vision",
    "VisionInterrupted",
    "VisionUnavailable",
]
