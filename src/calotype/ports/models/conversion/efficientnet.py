"""EfficientNet-Lite (Tan and Le 2019, Lite variant of 2020) from the PyTorch port's checkpoint to ONNX.

The network: stem 3x3/2, inverted-residual blocks without squeeze-and-excite, head 1x1, global average pool, classifier.
Facts that the checkpoint does not state: ReLU6 everywhere but after a projection; batch-norm epsilon 1e-3;
TensorFlow's "SAME" padding (the odd pixel goes right and bottom); stride 2 in the stem and in the first block of
stages 2, 3, 4 and 6 (a stage begins where the projection's width changes); input normalised as (x - 127) / 128.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from .checkpoint import read_checkpoint
from .graph import FLOAT, UINT8, Graph

Weights = dict[str, npt.NDArray[Any]]

INPUT_SIDE_PX = 224
_EPSILON = 1e-3
_STRIDED_STAGES = (2, 3, 4, 6)


def convert_efficientnet_lite(source: Path, target: Path) -> None:
    """Writes a graph: `image` uint8 [n, 224, 224, 3] RGB -> `probabilities` [n, 1000], `embedding` [n, 1280]."""
    weights = read_checkpoint(source)
    _Drawing(weights).draw(target)


class _Drawing:
    def __init__(self, weights: Weights) -> None:
        self._weights = weights
        self._graph = Graph("efficientnet-lite")
        self._size_px = INPUT_SIDE_PX
        self._bounds = (self._graph.constant(0), self._graph.constant(6))

    def draw(self, target: Path) -> None:
        graph = self._graph
        current = self._convolution(self._normalised("image"), "_conv_stem.weight", "_bn0", stride=2)
        current = self._blocks(current)
        current = self._convolution(current, "_conv_head.weight", "_bn1")
        pooled = graph.node("GlobalAveragePool", current)
        embedding = graph.node("Flatten", pooled, output="embedding")
        weight, bias = graph.constant(self._weights["_fc.weight"]), graph.constant(self._weights["_fc.bias"])
        logits = graph.node("Gemm", embedding, weight, bias, transB=1)
        graph.node("Softmax", logits, output="probabilities")
        classes, width = self._weights["_fc.weight"].shape
        graph.save(
            target,
            [("image", UINT8, ["n", INPUT_SIDE_PX, INPUT_SIDE_PX, 3])],
            [("probabilities", FLOAT, ["n", classes]), ("embedding", FLOAT, ["n", width])],
        )

    def _normalised(self, image: str) -> str:
        graph = self._graph
        centred = graph.node("Sub", graph.node("Cast", image, to=FLOAT), graph.constant(127))
        scaled = graph.node("Mul", centred, graph.constant(1 / 128))
        return graph.node("Transpose", scaled, perm=[0, 3, 1, 2])

    def _blocks(self, current: str) -> str:
        stages: list[int] = []
        width = int(self._weights["_conv_stem.weight"].shape[0])
        number = 0
        while f"_blocks.{number}._depthwise_conv.weight" in self._weights:
            projected = int(self._weights[f"_blocks.{number}._project_conv.weight"].shape[0])
            begins_stage = not stages or stages[-1] != projected
            if begins_stage:
                stages.append(projected)
            stride = 2 if begins_stage and len(stages) in _STRIDED_STAGES else 1
            is_residual = stride == 1 and width == projected
            current = self._block(current, f"_blocks.{number}.", stride, is_residual=is_residual)
            width = projected
            number += 1
        return current

    def _block(self, current: str, prefix: str, stride: int, *, is_residual: bool) -> str:
        entry = current
        if f"{prefix}_expand_conv.weight" in self._weights:
            current = self._convolution(current, f"{prefix}_expand_conv.weight", f"{prefix}_bn0")
        depthwise = f"{prefix}_depthwise_conv.weight"
        groups = int(self._weights[depthwise].shape[0])
        current = self._convolution(current, depthwise, f"{prefix}_bn1", stride=stride, groups=groups)
        current = self._convolution(current, f"{prefix}_project_conv.weight", f"{prefix}_bn2", is_active=False)
        return self._graph.node("Add", current, entry) if is_residual else current

    def _convolution(
        self, current: str, weight: str, norm: str, *, stride: int = 1, groups: int = 1, is_active: bool = True
    ) -> str:
        kernel, bias = self._folded(weight, norm)
        side = kernel.shape[2]
        size_px = -(-self._size_px // stride)
        padding = max(0, (size_px - 1) * stride + side - self._size_px)
        self._size_px = size_px
        begin, end = padding // 2, padding - padding // 2
        output = self._graph.node(
            "Conv", current, self._graph.constant(kernel), self._graph.constant(bias), kernel_shape=[side, side],
            strides=[stride, stride], group=groups, pads=[begin, begin, end, end],
        )  # fmt: skip
        return self._graph.node("Clip", output, *self._bounds) if is_active else output

    def _folded(self, weight: str, norm: str) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
        """The convolution with its batch norm folded in: one multiplication less per pixel and channel."""
        weights = self._weights
        gain = weights[f"{norm}.weight"] / np.sqrt(weights[f"{norm}.running_var"] + np.float32(_EPSILON))
        bias = weights[f"{norm}.bias"] - weights[f"{norm}.running_mean"] * gain
        return weights[weight] * gain[:, None, None, None], bias
