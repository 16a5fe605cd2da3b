"""Vision without models: everything follows from the colours of the pixels. For tests, and for trying the rest.

* A label is the colour word nearest to the mean colour ("red"), with "colour" as its parent.
* Search vectors live in a space with one axis per colour word: a red picture and the sentence "a red bus" agree.
* Three upright stripes of three different colours read as a line of text: "red green blue".
* Each solid magenta rectangle is a face; the colour in the middle of it is the person, and colours nearly alike
  are people who are.
"""

from __future__ import annotations

import hashlib
import re

import cv2
import numpy as np
import numpy.typing as npt

from .protocols import Vision
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

PROVIDER = "fake"
MODEL = "colours/1"

COLOURS: dict[str, tuple[int, int, int]] = {
    "black": (0, 0, 0),
    "white": (255, 255, 255),
    "grey": (128, 128, 128),
    "red": (220, 20, 20),
    "green": (20, 160, 20),
    "blue": (20, 20, 220),
    "yellow": (240, 230, 20),
    "orange": (255, 150, 0),
    "brown": (120, 70, 20),
    "pink": (255, 180, 200),
    "purple": (110, 20, 140),
}
"""Colour word -> sRGB. A picture filled with one of these is labelled with certainty 1."""

FACE_COLOUR = (255, 0, 255)
SEARCH_WIDTH = 384
LOOK_WIDTH = 1280
_NAMES = tuple(COLOURS)
_PALETTE = np.array(list(COLOURS.values()), np.float32)
_MIN_FACE_PX = 12


def open_fake_vision() -> Vision:
    """All five abilities, at once and for nothing."""
    embedder = FakeImageEmbedder()
    return Vision(PROVIDER, FakeLabelReader(), FakeFaceReader(), FakeTextReader(), embedder, FakeTextEmbedder())


def _shares(colour: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """How much of each colour word is in one colour; the shares add up to 1."""
    distance = np.linalg.norm(_PALETTE - np.asarray(colour, np.float32), axis=1)
    weight = np.exp(-distance / 25)
    shares: npt.NDArray[np.float64] = weight / weight.sum()
    return shares


def _mean(image: Image) -> npt.NDArray[np.float64]:
    mean: npt.NDArray[np.float64] = image.reshape(-1, 3).mean(axis=0)
    return mean


def _name(image: Image) -> str:
    return _NAMES[int(_shares(_mean(image)).argmax())]


def _unit(values: npt.ArrayLike, width: int) -> Vector:
    vector = np.zeros(width, np.float32)
    row = np.asarray(values, np.float32)
    vector[: len(row)] = row
    return vector / np.float32(np.linalg.norm(vector))


class FakeLabelReader:
    def read_labels(self, image: Image, options: LabelOptions = LabelOptions()) -> LabelResult:  # noqa: B008 (frozen)
        shares = _shares(_mean(image))
        order = np.argsort(-shares, kind="stable")[: options.max_labels]
        labels = tuple(
            Label(_NAMES[i], float(shares[i]), ("colour",)) for i in order if shares[i] >= options.min_confidence
        )
        return LabelResult(labels, PROVIDER, MODEL, {"mean": [round(float(c), 1) for c in _mean(image)]})


class FakeImageEmbedder:
    search_space = "fake-colours/1"
    look_space = "fake-look/1"
    look_scale = LikenessScale(sure=0.97, maybe=0.9)

    def embed_image(self, image: Image) -> ImageEmbeddings:
        search = _unit(_shares(_mean(image)), SEARCH_WIDTH)
        small = cv2.resize(image, (16, 16), interpolation=cv2.INTER_AREA).astype(np.float32)
        look = _unit((small + 1).ravel(), LOOK_WIDTH)
        return ImageEmbeddings(ImageEmbedding(self.search_space, search), ImageEmbedding(self.look_space, look))


class FakeTextEmbedder:
    space = FakeImageEmbedder.search_space
    scale = LikenessScale(sure=0.7, maybe=0.4)

    async def embed_text(self, text: str) -> Vector:
        """The colour words in the text; a text without one points away from every picture."""
        if not text.strip():
            raise ValueError("there is no text to embed")
        words = re.findall(r"[a-z]+", text.lower().replace("gray", "grey"))
        counts = [words.count(name) for name in _NAMES]
        if any(counts):
            return _unit(counts, SEARCH_WIDTH)
        elsewhere = np.zeros(SEARCH_WIDTH)
        digest = hashlib.sha256(" ".join(words).encode()).digest()
        elsewhere[len(_NAMES) + digest[0]] = 1
        return _unit(elsewhere, SEARCH_WIDTH)


class FakeTextReader:
    def read_text(self, image: Image) -> TextResult:
        third = image.shape[1] // 3
        stripes = [image[:, i * third : (i + 1) * third] for i in range(3)] if third else []
        words = [_name(stripe) for stripe in stripes if stripe.reshape(-1, 3).std(axis=0).max() < 20]
        if len(set(words)) < 3:
            return TextResult((), PROVIDER, MODEL)
        return TextResult((TextLine(" ".join(words), 1.0, Box(0, 0, 1, 1)),), PROVIDER, MODEL)


class FakeFaceReader:
    space = "fake-people/1"
    scale = LikenessScale(sure=0.9, maybe=0.7)

    def read_faces(self, image: Image) -> FaceResult:
        distance = np.abs(image.astype(np.int16) - np.array(FACE_COLOUR, np.int16)).max(axis=2)
        count, _marks, stats, _centres = cv2.connectedComponentsWithStats((distance < 60).astype(np.uint8))
        faces = [
            self._face(image, *map(int, stats[i, :4]))
            for i in range(1, count)
            if min(stats[i, cv2.CC_STAT_WIDTH], stats[i, cv2.CC_STAT_HEIGHT]) >= _MIN_FACE_PX
        ]
        faces.sort(key=lambda face: -face.size_px)
        return FaceResult(tuple(faces), PROVIDER, MODEL)

    def _face(self, image: Image, left: int, top: int, width: int, height: int) -> Face:
        rows, columns = image.shape[:2]
        middle = image[top + height // 3 : top + 2 * height // 3 + 1, left + width // 3 : left + 2 * width // 3 + 1]
        person = _unit(_shares(_mean(middle)), 128)
        box = Box(left / columns, top / rows, width / columns, height / rows)
        places = np.array([(0.3, 0.4), (0.7, 0.4), (0.5, 0.6), (0.35, 0.8), (0.65, 0.8)], np.float32)
        landmarks = (places * (box.width, box.height) + (box.x, box.y)).astype(np.float32)
        return Face(box, 1.0, landmarks, person, self.space, 1.0, float(width))
