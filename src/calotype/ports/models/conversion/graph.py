"""A small pen for drawing ONNX graphs: names are given in order, so the same drawing gives the same bytes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper

OPSET = 17
IR_VERSION = 8
"""Old enough for every onnxruntime that our lock allows, new enough for LayerNormalization."""

FLOAT = TensorProto.FLOAT
INT64 = TensorProto.INT64
UINT8 = TensorProto.UINT8

TensorSpec = tuple[str, int, list[Any]]
"""Name, element type, shape in numbers or, where it is free, names."""


class Graph:
    """Collects constants and nodes; `save` checks and writes them."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._constants: list[Any] = []
        self._nodes: list[Any] = []

    def constant(self, value: npt.ArrayLike, dtype: npt.DTypeLike = np.float32) -> str:
        name = f"k{len(self._constants)}"
        # asarray, not ascontiguousarray: the latter makes a vector of one out of a scalar
        self._constants.append(numpy_helper.from_array(np.asarray(value, dtype, order="C"), name))
        return name

    def node(self, kind: str, *inputs: str, output: str = "", **attributes: Any) -> str:
        """Adds one operator with one output, and returns the output's name."""
        output = output or f"n{len(self._nodes)}"
        self._nodes.append(helper.make_node(kind, list(inputs), [output], **attributes))
        return output

    def nodes(self, kind: str, *inputs: str, count: int, **attributes: Any) -> list[str]:
        """Adds one operator with several outputs."""
        outputs = [f"n{len(self._nodes)}_{i}" for i in range(count)]
        self._nodes.append(helper.make_node(kind, list(inputs), outputs, **attributes))
        return outputs

    def save(self, path: Path, inputs: list[TensorSpec], outputs: list[TensorSpec]) -> None:
        """Checks and writes the model."""
        graph = helper.make_graph(
            self._nodes, self._name, [helper.make_tensor_value_info(*i) for i in inputs],
            [helper.make_tensor_value_info(*o) for o in outputs], self._constants,
        )  # fmt: skip
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION)
        onnx.checker.check_model(model)
        path.write_bytes(model.SerializeToString(deterministic=True))
