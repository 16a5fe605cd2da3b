"""How a packaged checkpoint becomes a file that onnxruntime can run. `onnx` is imported below this folder only."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from .centerface import convert_centerface
from .denormals import flush_denormals
from .efficientnet import convert_efficientnet_lite
from .minilm import convert_minilm

CONVERSIONS: dict[str, Callable[[Path, Path], None]] = {
    "centerface": convert_centerface,
    "flush-denormals": flush_denormals,
    "efficientnet-lite": convert_efficientnet_lite,
    "minilm": convert_minilm,
}
"""Name in the manifest -> function (source file, target file). Each writes the same bytes for the same source."""

__all__ = ["CONVERSIONS"]
