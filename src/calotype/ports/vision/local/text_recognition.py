"""What a line of writing says: PP-OCR's recogniser with greedy CTC decoding (Graves et al. 2006)."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np

from calotype.ports.vision.results import Image, Vector

from .sessions import open_session

LINE_HEIGHT_PX = 48
_MIN_WIDTH_PX = 320
_MAX_WIDTH_PX = 3200
_BATCH = 6
_BATCH_WIDTH_PX = 3200
"""Of all lines of a batch together: the scores of 18,710 characters for each 8 px are 30 MB for that much."""
_UPRIGHT_SHARE = 1.5
"""A box this much taller than wide holds a line that runs upwards."""


class TextRecogniser:
    def __init__(self, path: Path) -> None:
        self._session = open_session(path)
        self._input = self._session.get_inputs()[0].name
        characters = self._session.get_modelmeta().custom_metadata_map["character"].splitlines()
        self._characters = ["", *characters, " "]  # number 0 is CTC's blank

    def read(self, image: Image, boxes: list[Vector]) -> list[tuple[str, float]]:
        """The text in each box (corners in pixels, in reading order) with its confidence 0..1."""
        lines = [_straightened(image, corners) for corners in boxes]
        order = sorted(range(len(lines)), key=lambda i: lines[i].shape[1])  # like widths pad little
        texts: dict[int, tuple[str, float]] = {}
        for batch in _batches(order, lines):
            scores = self._session.run(None, {self._input: _padded([lines[i] for i in batch])})[0]
            texts.update(zip(batch, (self._decoded(row) for row in scores), strict=True))
        return [texts[i] for i in range(len(lines))]

    def _decoded(self, scores: Vector) -> tuple[str, float]:
        """Repeated characters count once unless a blank stands between them; the confidence is the characters' mean."""
        best = scores.argmax(axis=1)
        is_new = np.concatenate([[True], best[1:] != best[:-1]]) & (best != 0)
        text = "".join(self._characters[i] for i in best[is_new])
        return text, float(scores.max(axis=1)[is_new].mean()) if text else 0.0


def _batches(order: list[int], lines: list[Image]) -> Iterator[list[int]]:
    """Few enough lines that their common width stays within bounds; the widest of a batch is its last."""
    batch: list[int] = []
    for number in order:
        width = max(_MIN_WIDTH_PX, lines[number].shape[1])
        if batch and (len(batch) == _BATCH or (len(batch) + 1) * width > _BATCH_WIDTH_PX):
            yield batch
            batch = []
        batch.append(number)
    if batch:
        yield batch


def _straightened(image: Image, corners: Vector) -> Image:
    """The box as a level strip, 48 px high, its width in proportion."""
    width, height = (
        max(1, int(max(np.linalg.norm(corners[a] - corners[b]), np.linalg.norm(corners[c] - corners[d]))))
        for a, b, c, d in ((0, 1, 2, 3), (0, 3, 1, 2))
    )
    target = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    matrix = cv2.getPerspectiveTransform(corners, target)
    strip = cv2.warpPerspective(image, matrix, (width, height), borderMode=cv2.BORDER_REPLICATE, flags=cv2.INTER_CUBIC)
    if height >= _UPRIGHT_SHARE * width:
        strip = np.ascontiguousarray(np.rot90(strip))
    columns = math.ceil(LINE_HEIGHT_PX * strip.shape[1] / strip.shape[0])
    return np.asarray(cv2.resize(strip, (min(columns, _MAX_WIDTH_PX), LINE_HEIGHT_PX)), np.uint8)


def _padded(lines: list[Image]) -> Vector:
    """[n, 3, 48, width of the widest], blue green red from -1 to 1, padded with 0."""
    width = max(_MIN_WIDTH_PX, *(line.shape[1] for line in lines))
    batch = np.zeros((len(lines), 3, LINE_HEIGHT_PX, width), np.float32)
    for row, line in zip(batch, lines, strict=True):
        row[:, :, : line.shape[1]] = line[:, :, ::-1].transpose(2, 0, 1).astype(np.float32) * (2 / 255) - 1
    return batch
