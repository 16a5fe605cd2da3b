import os
import pickle
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from calotype.ports.models.conversion.checkpoint import CheckpointRefused, read_checkpoint

from .checkpoints import LEGACY_MAGIC, Rebuilt, Storage, tensors, write_legacy, write_zip

ARRAYS = {
    "weight": np.arange(24, dtype=np.float32).reshape(2, 3, 4),
    "count": np.array(7, np.int64),
    "half": np.array([0.5, -2], np.float16),
}
Writer = Callable[..., None]


@pytest.fixture(params=[write_legacy, write_zip], ids=["old layout", "zip layout"])
def write(request: pytest.FixtureRequest) -> Writer:
    writer: Writer = request.param
    return writer


def test_tensors_come_back_as_they_were(tmp_path: Path, write: Writer) -> None:
    write(tmp_path / "c.pth", *tensors(ARRAYS))

    read = read_checkpoint(tmp_path / "c.pth")

    assert read.keys() == ARRAYS.keys()
    for name, array in ARRAYS.items():
        assert read[name].dtype == array.dtype
        np.testing.assert_array_equal(read[name].reshape(array.shape), array)


def test_a_transposed_view_is_laid_out_anew(tmp_path: Path, write: Writer) -> None:
    storage = Storage("0", np.arange(6, dtype=np.float32))
    write(tmp_path / "c.pth", {"t": Rebuilt(storage, 0, (3, 2), (1, 3))}, [storage])

    tensor = read_checkpoint(tmp_path / "c.pth")["t"]

    np.testing.assert_array_equal(tensor, np.arange(6).reshape(2, 3).T)
    assert tensor.flags.c_contiguous


class _Payload:
    def __init__(self, function: Any, *arguments: Any) -> None:
        self.call = function, arguments

    def __reduce__(self) -> Any:
        return self.call


@pytest.mark.parametrize("function", [os.system, eval, exec, getattr, __import__, open, type])
def test_a_pickle_that_calls_something_is_refused_unread(tmp_path: Path, write: Writer, function: Any) -> None:
    marker = tmp_path / "run"
    payload = _Payload(function, f"touch {marker}" if function is os.system else f"open({str(marker)!r}, 'w')")
    write(tmp_path / "c.pth", {"weight": payload}, [])

    with pytest.raises(CheckpointRefused, match="has no need of"):
        read_checkpoint(tmp_path / "c.pth")
    assert not marker.exists()


def test_a_payload_before_the_state_dict_is_refused_too(tmp_path: Path) -> None:
    marker = tmp_path / "run"
    (tmp_path / "c.pth").write_bytes(pickle.dumps(_Payload(os.system, f"touch {marker}"), 2))

    with pytest.raises(CheckpointRefused):
        read_checkpoint(tmp_path / "c.pth")
    assert not marker.exists()


@pytest.mark.parametrize(
    ("offset", "shape", "strides"),
    [(0, (3, 3), (3, 1)), (5, (2,), (1,)), (-1, (2,), (1,)), (0, (2,), (-1,)), (0, (2, 2), (1 << 40, 1))],
)
def test_a_tensor_outside_its_storage_is_refused(
    tmp_path: Path, write: Writer, offset: int, shape: tuple[int, ...], strides: tuple[int, ...]
) -> None:
    storage = Storage("0", np.zeros(6, np.float32))
    write(tmp_path / "c.pth", {"t": Rebuilt(storage, offset, shape, strides)}, [storage])

    with pytest.raises(CheckpointRefused, match="outside its storage"):
        read_checkpoint(tmp_path / "c.pth")


@pytest.mark.parametrize("cut_bytes", [1, 20, 100])
def test_a_file_cut_short_is_refused(tmp_path: Path, cut_bytes: int) -> None:
    state, storages = tensors(ARRAYS)
    write_legacy(tmp_path / "c.pth", state, storages, cut_bytes=cut_bytes)

    with pytest.raises(CheckpointRefused):
        read_checkpoint(tmp_path / "c.pth")


def test_a_zip_without_its_storage_is_refused(tmp_path: Path) -> None:
    state, _storages = tensors(ARRAYS)
    write_zip(tmp_path / "c.pth", state, [])

    with pytest.raises(CheckpointRefused, match="lacks storage"):
        read_checkpoint(tmp_path / "c.pth")


def test_a_zip_of_something_else_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "c.pth", "w") as archive:
        archive.writestr("readme.txt", "hello")

    with pytest.raises(CheckpointRefused, match=r"data\.pkl"):
        read_checkpoint(tmp_path / "c.pth")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])  # the file is written anew each time
@given(noise=st.binary(max_size=400), has_magic=st.booleans())
def test_noise_is_refused_and_nothing_else(tmp_path: Path, noise: bytes, has_magic: bool) -> None:
    heads = b"".join(pickle.dumps(head, 2) for head in (LEGACY_MAGIC, 1001, {})) if has_magic else b""
    (tmp_path / "c.pth").write_bytes(heads + noise)

    with pytest.raises(CheckpointRefused):
        read_checkpoint(tmp_path / "c.pth")
