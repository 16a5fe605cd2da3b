"""One way to open a model in onnxruntime: one thread, memory that stays flat."""

from __future__ import annotations

from pathlib import Path

import onnxruntime

from calotype.ports.vision.errors import VisionUnavailable


def open_session(path: Path, *, has_fixed_shapes: bool = False) -> onnxruntime.InferenceSession:
    """A session with one thread, because the worker processes share the cores already.

    Pictures of many shapes make onnxruntime's arena and its memory patterns grow for ever, so both are off unless
    every call has the same shape. Raises VisionUnavailable for a file that cannot be opened.
    """
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = has_fixed_shapes
    options.enable_mem_pattern = has_fixed_shapes
    options.log_severity_level = 3  # exporters' leftovers are worth no warning
    try:
        return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except Exception as fault:  # onnxruntime has no common base for its own exceptions
        raise VisionUnavailable(
            f"The model {path.name} cannot be opened: run `calotype models verify`. ({fault})"
        ) from fault
