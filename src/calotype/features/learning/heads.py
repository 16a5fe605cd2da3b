"""Heads: a few numbers over a frozen embedding that say whether a photo shows what a person means by a word.

`prototypes` are examples themselves, and in the last row the mean of the library: a photo's score is its mean cosine to
the nearest three, less that to the mean. `logistic` is one row of weights. Both end in a calibrated probability
(Platt 1999). `ridge`, for taste, is a row of weights and the quantiles of its scores over the library.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from calotype.features.learning.schemas import HeadRow

Matrix = NDArray[np.float32]

DTYPE = "<f4"
NEAREST = 3


@dataclass(frozen=True)
class Head:
    """Weights float32 [rows, dimensions]; `offsets` are bias, slope and shift: p = 1 / (1 + exp(-slope * s - shift)).

    Of a `ridge`, `offsets` are the bias and then ascending quantiles of its scores. `threshold` is of the probability.
    """

    method: str
    weights: Matrix
    offsets: tuple[float, ...]
    threshold: float = 0.5

    def score(self, features: Matrix) -> Matrix:
        """Return scores [n] for features [n, dimensions]."""
        if self.method == "prototypes":
            return np.asarray(_near(features, self.weights[:-1]) - features @ self.weights[-1], np.float32)
        return np.asarray(features @ self.weights[0] + self.offsets[0], np.float32)

    def probability(self, features: Matrix) -> Matrix:
        """Return calibrated probabilities [n]; of taste, the share of the library that is liked less."""
        return self.calibrate(self.score(features))

    def calibrate(self, scores: Matrix) -> Matrix:
        """Return the probabilities of scores."""
        if self.method == "ridge":
            quantiles = np.asarray(self.offsets[1:], np.float32)
            return np.interp(scores, quantiles, np.linspace(0, 1, len(quantiles))).astype(np.float32)
        _, slope, shift = self.offsets
        return sigmoid(slope * scores + shift)


def sigmoid(values: NDArray[Any]) -> Matrix:
    """Return 1 / (1 + exp(-x)) without overflow."""
    return np.asarray(0.5 * (1 + np.tanh(0.5 * np.asarray(values, np.float64))), np.float32)


def _near(features: Matrix, prototypes: Matrix) -> Matrix:
    """Return the mean cosine to the nearest prototypes."""
    likeness = features @ prototypes.T
    nearest = min(NEAREST, likeness.shape[1])
    return np.asarray(np.partition(likeness, -nearest, axis=1)[:, -nearest:].mean(axis=1), np.float32)


def unpack(row: HeadRow) -> Head:
    """Return the head that a row holds."""
    weights = np.frombuffer(row.weights, np.dtype(row.dtype)).reshape(row.shape).astype(np.float32)
    return Head(row.method, weights, tuple(row.offsets), row.threshold)


def pack(weights: Matrix) -> tuple[bytes, str, list[int]]:
    """Return the bytes, the type and the shape of an array."""
    return np.ascontiguousarray(weights, np.dtype(DTYPE)).tobytes(), DTYPE, list(weights.shape)


def read_halfvecs(stored: bytes, dimensions: int) -> Matrix:
    """Return [n, dimensions] from halfvecs in pgvector's binary form: dimensions, zero, then float16."""
    rows = np.frombuffer(stored, ">f2").reshape(-1, dimensions + 2)
    return rows[:, 2:].astype(np.float32)


def join_spaces(parts: Sequence[Matrix]) -> Matrix:
    """Return features of length 1 from vectors of several spaces [n, …], each of the same weight."""
    joined = np.hstack([part / np.maximum(np.linalg.norm(part, axis=1, keepdims=True), 1e-6) for part in parts])
    return np.asarray(joined / np.sqrt(len(parts)), np.float32)
