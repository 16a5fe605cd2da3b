import math
from collections.abc import Callable

import numpy as np
import pytest

from calotype.ports.vision import (
    Box,
    Face,
    ImageEmbedding,
    Label,
    LabelOptions,
    LabelResult,
    LikenessScale,
    TextLine,
    TextResult,
)

UNIT = np.eye(1, 128, dtype=np.float32)[0]
POINTS = np.full((5, 2), 0.5, np.float32)
BOX = Box(0.1, 0.2, 0.3, 0.4)


def face(**changes: object) -> Face:
    fields = {"box": BOX, "score": 0.9, "landmarks": POINTS, "embedding": UNIT, "space": "s/1"}
    return Face(**fields | {"sharpness": 0.5, "size_px": 80.0} | changes)  # type: ignore[arg-type]


WRONG: list[Callable[[], object]] = [
    lambda: Label("", 0.5),
    lambda: Label("dog", 1.01),
    lambda: Label("dog", -0.01),
    lambda: Label("dog", math.nan),
    lambda: LabelOptions(max_labels=0),
    lambda: LabelOptions(min_confidence=50),
    lambda: LabelResult((Label("a", 0.1), Label("b", 0.2)), "p", "m"),
    lambda: TextLine("  ", 0.9, BOX),
    lambda: TextLine("hi", 90, BOX),
    lambda: TextLine("hi", 0.9, Box(0.9, 0, 0.2, 0.1)),
    lambda: TextLine("hi", 0.9, Box(-0.1, 0, 0.2, 0.1)),
    lambda: TextLine("hi", 0.9, Box(0.1, 0, 0, 0.1)),
    lambda: face(score=2),
    lambda: face(sharpness=-1),
    lambda: face(landmarks=POINTS[:4]),
    lambda: face(landmarks=POINTS * np.nan),
    lambda: face(embedding=UNIT * 2),
    lambda: face(embedding=UNIT.astype(np.float64)),
    lambda: face(box=Box(0.5, 0.5, 0.6, 0.1)),
    lambda: ImageEmbedding("", UNIT),
    lambda: ImageEmbedding("s/1", UNIT[None]),
    lambda: ImageEmbedding("s/1", UNIT * np.float32(np.nan)),
    lambda: LikenessScale(sure=0.2, maybe=0.3),
    lambda: LikenessScale(sure=1.2, maybe=0.3),
]


@pytest.mark.parametrize("number", range(len(WRONG)))
def test_a_slip_is_noticed(number: int) -> None:
    with pytest.raises(ValueError, match=r"."):
        WRONG[number]()


def test_what_is_right_is_let_through() -> None:
    assert face().embedding is UNIT
    assert face(embedding=None).embedding is None
    assert LabelResult((Label("b", 0.2), Label("a", 0.1, ("x",))), "p", "m").labels[0].name == "b"
    assert TextResult((TextLine("a", 1, BOX), TextLine("b", 1, BOX)), "p", "m").text == "a\nb"


@pytest.mark.parametrize(
    ("cosine", "verdict"), [(0.9, "sure"), (0.5, "sure"), (0.49, "maybe"), (0.3, "maybe"), (0.29, None)]
)
def test_a_scale_judges(cosine: float, verdict: str | None) -> None:
    assert LikenessScale(sure=0.5, maybe=0.3).judge(cosine) == verdict
