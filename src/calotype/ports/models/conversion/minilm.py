"""all-MiniLM-L6-v2 (six BERT layers, 384 wide, 12 heads) from safetensors to ONNX.

The graph takes the token numbers of one sentence and returns the mean of the last layer, L2-normalised, as the
sentence-transformers model card prescribes. No padding, no mask: one sentence per call.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from .graph import FLOAT, INT64, Graph
from .safetensors import read_safetensors

Weights = dict[str, npt.NDArray[Any]]

LAYERS = 6
WIDTH = 384
HEADS = 12


def convert_minilm(source: Path, target: Path) -> None:
    """Writes a graph: `tokens` int64 [length <= 512] -> `embedding` float32 [384], L2-normalised."""
    weights = {name.removeprefix("bert."): value for name, value in read_safetensors(source).items()}
    drawing = _Drawing(weights)
    drawing.draw(target)


class _Drawing:
    def __init__(self, weights: Weights) -> None:
        self._weights = weights
        self._graph = Graph("minilm")
        self._split = self._graph.constant([0, HEADS, WIDTH // HEADS], np.int64)
        self._joined = self._graph.constant([0, WIDTH], np.int64)
        self._scale = self._graph.constant((WIDTH // HEADS) ** -0.5)

    def draw(self, target: Path) -> None:
        graph = self._graph
        current = self._embedded("tokens")
        for number in range(LAYERS):
            prefix = f"encoder.layer.{number}."
            current = self._norm(
                graph.node("Add", self._attention(current, prefix), current), f"{prefix}attention.output.LayerNorm"
            )
            current = self._norm(
                graph.node("Add", self._feed_forward(current, prefix), current), f"{prefix}output.LayerNorm"
            )
        mean = graph.node("ReduceMean", current, axes=[0], keepdims=0)
        graph.node("LpNormalization", mean, output="embedding", axis=0)
        graph.save(target, [("tokens", INT64, ["length"])], [("embedding", FLOAT, [WIDTH])])

    def _embedded(self, tokens: str) -> str:
        graph = self._graph
        words = self._word_rows(tokens)
        positions = graph.node(
            "Slice", graph.constant(self._weights["embeddings.position_embeddings.weight"]),
            graph.constant([0], np.int64), graph.node("Shape", tokens), graph.constant([0], np.int64),
        )  # fmt: skip
        kind = graph.constant(self._weights["embeddings.token_type_embeddings.weight"][0])
        return self._norm(graph.node("Add", graph.node("Add", words, positions), kind), "embeddings.LayerNorm")

    def _word_rows(self, tokens: str) -> str:
        """The word table is half of the model: kept as int8 with one scale per row, a quarter of the memory."""
        graph = self._graph
        rows = self._weights["embeddings.word_embeddings.weight"]
        scale = np.abs(rows).max(axis=1, keepdims=True) / np.float32(127)
        scale[scale == 0] = 1
        small = graph.node("Gather", graph.constant(np.round(rows / scale), np.int8), tokens)
        return graph.node(
            "Mul", graph.node("Cast", small, to=FLOAT), graph.node("Gather", graph.constant(scale), tokens)
        )

    def _attention(self, current: str, prefix: str) -> str:
        graph = self._graph
        query, key, value = (
            graph.node(
                "Transpose",
                graph.node("Reshape", self._linear(current, f"{prefix}attention.self.{name}"), self._split),
                perm=[1, 0, 2],
            )
            for name in ("query", "key", "value")
        )
        scores = graph.node("MatMul", query, graph.node("Transpose", key, perm=[0, 2, 1]))
        attention = graph.node("Softmax", graph.node("Mul", scores, self._scale), axis=-1)
        mixed = graph.node("Transpose", graph.node("MatMul", attention, value), perm=[1, 0, 2])
        return self._linear(graph.node("Reshape", mixed, self._joined), f"{prefix}attention.output.dense")

    def _feed_forward(self, current: str, prefix: str) -> str:
        graph = self._graph
        hidden = self._linear(current, f"{prefix}intermediate.dense")
        # GELU in its exact form; the opset has no operator for it
        bell = graph.node("Erf", graph.node("Mul", hidden, graph.constant(2**-0.5)))
        gate = graph.node("Mul", graph.node("Add", bell, graph.constant(1)), graph.constant(0.5))
        return self._linear(graph.node("Mul", hidden, gate), f"{prefix}output.dense")

    def _linear(self, current: str, name: str) -> str:
        weight = self._graph.constant(self._weights[f"{name}.weight"].T)
        product = self._graph.node("MatMul", current, weight)
        return self._graph.node("Add", product, self._graph.constant(self._weights[f"{name}.bias"]))

    def _norm(self, current: str, name: str) -> str:
        weight, bias = (self._graph.constant(self._weights[f"{name}.{part}"]) for part in ("weight", "bias"))
        return self._graph.node("LayerNormalization", current, weight, bias, epsilon=1e-12, axis=-1)
