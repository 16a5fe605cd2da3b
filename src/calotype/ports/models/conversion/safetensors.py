"""Reader of the safetensors layout: a little-endian uint64 length, a JSON header of that length, raw numbers.

The layout is public: each header entry has `dtype`, `shape` and `data_offsets` [begin, end) after the header.
"""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

_DTYPES = {"F64": "<f8", "F32": "<f4", "F16": "<f2", "I64": "<i8", "I32": "<i4", "I8": "|i1", "U8": "|u1"}
_MAX_HEADER_BYTES = 100_000_000


class SafetensorsRefused(ValueError):
    """The bytes are not a well-formed safetensors file."""


def read_safetensors(path: Path) -> dict[str, npt.NDArray[Any]]:
    """All tensors by name. They are copied, because the offsets in the file are not aligned, which BLAS pays for."""
    content = np.memmap(path, np.uint8, "r") if path.stat().st_size else np.empty(0, np.uint8)
    length = int.from_bytes(content[:8].tobytes(), "little")
    if len(content) < 8 or length > min(_MAX_HEADER_BYTES, len(content) - 8):
        raise SafetensorsRefused("the header is longer than the file")
    try:
        header = json.loads(content[8 : 8 + length].tobytes())
    except ValueError as fault:
        raise SafetensorsRefused(f"the header is not JSON: {fault}") from fault
    if not isinstance(header, dict):
        raise SafetensorsRefused("the header is not an object")
    body = content[8 + length :]
    return {name: _tensor(name, entry, body) for name, entry in header.items() if name != "__metadata__"}


def _tensor(name: str, entry: Any, body: npt.NDArray[np.uint8]) -> npt.NDArray[Any]:
    try:
        dtype = np.dtype(_DTYPES[entry["dtype"]])
        shape = tuple(map(int, entry["shape"]))
        begin, end = map(int, entry["data_offsets"])
    except (KeyError, TypeError, ValueError) as fault:
        raise SafetensorsRefused(f"the header entry of {name} is not understood") from fault
    if min((*shape, 0)) < 0 or not 0 <= begin <= end <= len(body) or end - begin != math.prod(shape) * dtype.itemsize:
        raise SafetensorsRefused(f"the numbers of {name} lie outside the file or do not fit its shape")
    return np.frombuffer(body[begin:end].tobytes(), dtype).reshape(shape)
