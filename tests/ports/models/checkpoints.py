"""Writes small PyTorch checkpoints without PyTorch, honest ones and others."""

import io
import pickle
import sys
import types
import zipfile
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

LEGACY_MAGIC = 0x1950A86A20F9469CFC6C
_STORAGE_OF = {"float32": "FloatStorage", "int64": "LongStorage", "float16": "HalfStorage"}


class Storage:
    def __init__(self, key: str, values: Any) -> None:
        self.key, self.values = key, values


class Rebuilt:
    """A tensor as the pickle has it: a call of torch's rebuild function."""

    def __init__(self, storage: Storage, offset: int, shape: tuple[int, ...], strides: tuple[int, ...]) -> None:
        self.arguments = (storage, offset, shape, strides, False, OrderedDict())


@contextmanager
def torch_names() -> Iterator[types.ModuleType]:
    """Modules named like torch's for as long as a pickle is being written: pickle looks the names up."""
    torch, utils = types.ModuleType("torch"), types.ModuleType("torch._utils")
    for name in _STORAGE_OF.values():
        setattr(torch, name, type(name, (), {"__module__": "torch"}))
    utils._rebuild_tensor_v2 = _named("_rebuild_tensor_v2")  # type: ignore[attr-defined]
    sys.modules |= {"torch": torch, "torch._utils": utils}
    try:
        yield torch
    finally:
        del sys.modules["torch"], sys.modules["torch._utils"]


def _named(name: str) -> Any:
    def function(*_arguments: Any) -> None:
        raise AssertionError("only named, never called")

    function.__module__, function.__qualname__ = "torch._utils", name
    return function


def _pickled(value: Any) -> bytes:
    with torch_names() as torch:

        class Pickler(pickle.Pickler):
            def persistent_id(self, item: Any) -> Any:
                if not isinstance(item, Storage):
                    return None
                kind = getattr(torch, _STORAGE_OF[item.values.dtype.name])
                return ("storage", kind, item.key, "cpu", item.values.size)

            def reducer_override(self, item: Any) -> Any:
                if isinstance(item, Rebuilt):
                    return sys.modules["torch._utils"]._rebuild_tensor_v2, item.arguments
                return NotImplemented

        output = io.BytesIO()
        Pickler(output, protocol=2).dump(value)
        return output.getvalue()


def tensors(arrays: dict[str, Any]) -> tuple["OrderedDict[str, Any]", list[Storage]]:
    state: OrderedDict[str, Any] = OrderedDict()
    storages = []
    for number, (name, array) in enumerate(arrays.items()):
        storage = Storage(str(number), np.ascontiguousarray(array).ravel())
        strides = tuple(step // array.itemsize for step in np.ascontiguousarray(array).strides)
        state[name] = Rebuilt(storage, 0, array.shape, strides if array.shape else ())
        storages.append(storage)
    return state, storages


def write_legacy(path: Path, state: Any, storages: list[Storage], *, cut_bytes: int = 0) -> None:
    content = b"".join(pickle.dumps(head, 2) for head in (LEGACY_MAGIC, 1001, {"little_endian": True}))
    content += _pickled(state) + pickle.dumps([storage.key for storage in storages], 2)
    for storage in storages:
        content += storage.values.size.to_bytes(8, "little") + storage.values.tobytes()
    path.write_bytes(content[: len(content) - cut_bytes])


def write_zip(path: Path, state: Any, storages: list[Storage]) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("model/data.pkl", _pickled(state))
        for storage in storages:
            archive.writestr(f"model/data/{storage.key}", storage.values.tobytes())
