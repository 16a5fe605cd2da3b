"""CenterFace's published ONNX file with its fixed sizes made free, so that a photo keeps its own proportions."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import onnx


def convert_centerface(source: Path, target: Path) -> None:
    """Input `input.1` becomes [batch, 3, height, width], both multiples of 32; the outputs have a quarter of that."""
    model = onnx.load_model_from_string(source.read_bytes())
    weights = {weight.name for weight in model.graph.initializer}
    # old exporters list the weights among the inputs, which forbids onnxruntime to fold them
    inputs = [each for each in model.graph.input if each.name not in weights]
    del model.graph.input[:]
    model.graph.input.extend(inputs)
    _free(model.graph.input[0], ("batch", None, "height", "width"))
    for output in model.graph.output:
        _free(output, ("batch", None, "height4", "width4"))
    del model.graph.value_info[:]
    onnx.checker.check_model(model)
    target.write_bytes(model.SerializeToString(deterministic=True))


def _free(value: Any, names: tuple[str | None, ...]) -> None:
    for dimension, name in zip(value.type.tensor_type.shape.dim, names, strict=True):
        if name is not None:
            dimension.dim_param = name
