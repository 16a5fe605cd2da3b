import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from calotype.ports.models.conversion.safetensors import SafetensorsRefused, read_safetensors

NAMES = {"float32": "F32", "float16": "F16", "int64": "I64", "int8": "I8", "uint8": "U8"}
ARRAYS = st.dictionaries(
    st.text(min_size=1, max_size=5).filter(lambda name: name != "__metadata__"),
    hnp.arrays(st.sampled_from([np.dtype(name) for name in NAMES]), hnp.array_shapes(min_dims=0, max_side=4)),
    max_size=4,
)
EACH_FILE_IS_NEW = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


def write(path: Path, header: Any, body: bytes = b"") -> None:
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    path.write_bytes(len(text).to_bytes(8, "little") + text + body)


@EACH_FILE_IS_NEW
@given(arrays=ARRAYS)
def test_tensors_come_back_as_they_were(tmp_path: Path, arrays: dict[str, Any]) -> None:
    header: dict[str, Any] = {"__metadata__": {"format": "pt"}}
    body = b""
    for name, array in arrays.items():
        end = len(body) + array.nbytes
        header[name] = {
            "dtype": NAMES[array.dtype.name],
            "shape": list(array.shape),
            "data_offsets": [len(body), end],
        }
        body += array.tobytes()
    write(tmp_path / "m", header, body)

    read = read_safetensors(tmp_path / "m")

    assert read.keys() == arrays.keys()
    for name, array in arrays.items():
        assert read[name].tobytes() == array.tobytes()
        assert read[name].shape == array.shape
        assert read[name].flags.aligned


@pytest.mark.parametrize(
    "entry",
    [
        {"dtype": "F32", "shape": [2], "data_offsets": [0, 4]},
        {"dtype": "F32", "shape": [2], "data_offsets": [8, 16]},
        {"dtype": "F32", "shape": [-2], "data_offsets": [0, 8]},
        {"dtype": "F32", "shape": [2], "data_offsets": [-8, 0]},
        {"dtype": "V8", "shape": [1], "data_offsets": [0, 8]},
        {"dtype": "F32", "shape": [2]},
        {"dtype": "F32", "shape": "two", "data_offsets": [0, 8]},
        [],
    ],
)
def test_an_entry_that_does_not_fit_is_refused(tmp_path: Path, entry: Any) -> None:
    write(tmp_path / "m", {"t": entry}, bytes(8))

    with pytest.raises(SafetensorsRefused):
        read_safetensors(tmp_path / "m")


@pytest.mark.parametrize("content", [b"", b"\1\0\0", b"\xff" * 8, (9).to_bytes(8, "little") + b"{}"])
def test_a_header_longer_than_the_file_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "m").write_bytes(content)

    with pytest.raises(SafetensorsRefused, match="longer than the file"):
        read_safetensors(tmp_path / "m")


@EACH_FILE_IS_NEW
@given(header=st.binary(max_size=60))
def test_a_header_of_noise_is_refused_or_empty(tmp_path: Path, header: bytes) -> None:
    write(tmp_path / "m", header)

    try:
        assert read_safetensors(tmp_path / "m") == {}
    except SafetensorsRefused:
        return
