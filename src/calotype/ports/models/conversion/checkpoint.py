"""A reader of PyTorch checkpoints that cannot run what is in them.

A checkpoint is a pickle, and an ordinary unpickler calls whatever the file names. This one knows six names:
the ordered dict, the two functions that rebuild a tensor, and the storages of numbers. Anything else is refused.

Layouts (from the public `torch.serialization` module):
* old: three pickles (magic number, protocol, machine), the pickled state dict, a pickled list of storage keys,
  then per key an int64 count and the raw little-endian numbers;
* new: a zip with `<root>/data.pkl` and one raw member `<root>/data/<key>` per storage.
"""

from __future__ import annotations

import pickle
import zipfile
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]

_LEGACY_MAGIC = 0x1950A86A20F9469CFC6C
_STORAGES = {
    "FloatStorage": "<f4", "DoubleStorage": "<f8", "HalfStorage": "<f2", "LongStorage": "<i8",
    "IntStorage": "<i4", "ShortStorage": "<i2", "CharStorage": "<i1", "ByteStorage": "<u1",
}  # fmt: skip
_MAX_ELEMENTS = 1 << 30


class CheckpointRefused(ValueError):
    """The file is not a plain checkpoint of tensors, or asks for something that only code could do."""


@dataclass(frozen=True)
class _Storage:
    key: str
    dtype: np.dtype[Any]
    count: int


@dataclass(frozen=True)
class _Tensor:
    storage: _Storage
    offset: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]


def _rebuild_tensor(storage: Any, offset: Any, shape: Any, strides: Any, *_rest: Any) -> _Tensor:
    if not isinstance(storage, _Storage):
        raise CheckpointRefused("a tensor of the checkpoint has no storage")
    tensor = _Tensor(storage, int(offset), tuple(map(int, shape)), tuple(map(int, strides)))
    last = tensor.offset + sum((n - 1) * s for n, s in zip(tensor.shape, tensor.strides, strict=True))
    if (
        tensor.offset < 0
        or min((*tensor.shape, *tensor.strides, 0)) < 0
        or (0 not in tensor.shape and last >= storage.count)
    ):
        raise CheckpointRefused("a tensor of the checkpoint points outside its storage")
    return tensor


def _rebuild_parameter(tensor: Any, *_rest: Any) -> Any:
    return tensor


class _Reader(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        if (module, name) == ("collections", "OrderedDict"):
            return OrderedDict
        if module == "torch._utils" and name == "_rebuild_tensor_v2":
            return _rebuild_tensor
        if module == "torch._utils" and name == "_rebuild_parameter":
            return _rebuild_parameter
        if module == "torch" and name in _STORAGES:
            return np.dtype(_STORAGES[name])
        raise CheckpointRefused(f"the checkpoint asks for {module}.{name}, which a checkpoint has no need of")

    def persistent_load(self, pid: Any) -> _Storage:
        kind, dtype, key, _device, count = pid[:5]
        if kind != "storage" or not isinstance(dtype, np.dtype) or not 0 <= int(count) <= _MAX_ELEMENTS:
            raise CheckpointRefused("a storage of the checkpoint is not understood")
        return _Storage(str(key), dtype, int(count))


def _load(file: IO[bytes]) -> Any:
    try:
        return _Reader(file).load()
    except CheckpointRefused:
        raise
    except Exception as fault:  # a broken pickle can raise nearly anything
        raise CheckpointRefused(f"the checkpoint cannot be read: {fault}") from fault


def read_checkpoint(path: Path) -> dict[str, Array]:
    """All tensors of a checkpoint by name, as contiguous numpy arrays.

    Raises CheckpointRefused for anything but a state dict of tensors.
    """
    if zipfile.is_zipfile(path):
        state, raw = _read_zip(path)
    else:
        state, raw = _read_legacy(path)
    return {name: _view(tensor, raw) for name, tensor in state.items()}


def _state_dict(loaded: Any) -> dict[str, _Tensor]:
    if not isinstance(loaded, dict) or not all(isinstance(v, _Tensor) for v in loaded.values()):
        raise CheckpointRefused("the checkpoint is not a state dict of tensors")
    return {str(name): tensor for name, tensor in loaded.items()}


def _read_zip(path: Path) -> tuple[dict[str, _Tensor], dict[str, Array]]:
    with zipfile.ZipFile(path) as archive:
        heads = [name for name in archive.namelist() if name.endswith("data.pkl")]
        if len(heads) != 1:
            raise CheckpointRefused("the checkpoint's zip has no single data.pkl")
        with archive.open(heads[0]) as file:
            state = _state_dict(_load(file))
        root = heads[0].removesuffix("data.pkl")
        raw = {}
        for storage in {tensor.storage for tensor in state.values()}:
            try:
                content = archive.read(f"{root}data/{storage.key}")
            except KeyError as missing:
                raise CheckpointRefused(f"the checkpoint lacks storage {storage.key}") from missing
            raw[storage.key] = _numbers(content, storage)
    return state, raw


def _read_legacy(path: Path) -> tuple[dict[str, _Tensor], dict[str, Array]]:
    with path.open("rb") as file:
        if _load(file) != _LEGACY_MAGIC:
            raise CheckpointRefused("the file is not a PyTorch checkpoint")
        _load(file)  # protocol version
        _load(file)  # sizes of the machine that wrote it
        state = _state_dict(_load(file))
        storages = {tensor.storage.key: tensor.storage for tensor in state.values()}
        raw = {}
        for key in _load(file):
            storage = storages.get(str(key))
            count = int.from_bytes(file.read(8), "little", signed=True)
            if storage is None or count != storage.count:
                raise CheckpointRefused("the storages of the checkpoint do not fit its tensors")
            raw[storage.key] = _numbers(file.read(count * storage.dtype.itemsize), storage)
    if storages.keys() - raw.keys():
        raise CheckpointRefused("the checkpoint is cut short")
    return state, raw


def _numbers(content: bytes, storage: _Storage) -> Array:
    if len(content) < storage.count * storage.dtype.itemsize:
        raise CheckpointRefused("the checkpoint is cut short")
    return np.frombuffer(content, storage.dtype, storage.count)


def _view(tensor: _Tensor, raw: dict[str, Array]) -> Array:
    numbers = raw[tensor.storage.key][tensor.offset :]
    strides = [step * numbers.itemsize for step in tensor.strides]
    # bounds were checked when the tensor was rebuilt
    return np.ascontiguousarray(np.lib.stride_tricks.as_strided(numbers, tensor.shape, strides))
