"""The drawn graphs against the same networks written out in numpy, on small made weights."""

import math
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
import onnxruntime
import pytest
from onnx import TensorProto, helper, numpy_helper

from calotype.ports.models.conversion import CONVERSIONS
from calotype.ports.models.conversion.centerface import convert_centerface
from calotype.ports.models.conversion.efficientnet import convert_efficientnet_lite
from calotype.ports.models.conversion.minilm import convert_minilm

from .checkpoints import tensors, write_legacy
from .test_safetensors import NAMES, write

Array = npt.NDArray[np.float32]


def run(path: Path, output: str, **inputs: Any) -> Array:
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    result: Array = session.run([output], inputs)[0]
    return result


# -- EfficientNet-Lite -------------------------------------------------------------------------------------------------

STAGES = [  # (expanded, projected, kernel, blocks): seven stages, as in the real one, and very narrow
    (0, 2, 3, 1),
    (4, 3, 3, 2),
    (4, 4, 5, 1),
    (5, 5, 3, 1),
    (5, 6, 5, 2),
    (6, 7, 5, 1),
    (7, 8, 3, 1),
]
STRIDES = [1, 2, 2, 2, 1, 2, 1]


def _efficientnet_weights(rng: np.random.Generator) -> dict[str, Array]:
    weights: dict[str, Array] = {}

    def convolution(name: str, norm: str, shape: tuple[int, ...]) -> None:
        weights[f"{name}.weight"] = rng.normal(0, 0.6, shape).astype(np.float32)
        weights[f"{norm}.weight"] = rng.uniform(0.5, 1.5, shape[0]).astype(np.float32)
        weights[f"{norm}.bias"] = rng.normal(0, 0.3, shape[0]).astype(np.float32)
        weights[f"{norm}.running_mean"] = rng.normal(0, 0.2, shape[0]).astype(np.float32)
        weights[f"{norm}.running_var"] = rng.uniform(0.5, 2, shape[0]).astype(np.float32)

    convolution("_conv_stem", "_bn0", (3, 3, 3, 3))
    width, number = 3, 0
    for expanded, projected, kernel, blocks in STAGES:
        for _ in range(blocks):
            prefix = f"_blocks.{number}."
            if expanded:
                convolution(f"{prefix}_expand_conv", f"{prefix}_bn0", (expanded, width, 1, 1))
            inner = expanded or width
            convolution(f"{prefix}_depthwise_conv", f"{prefix}_bn1", (inner, 1, kernel, kernel))
            convolution(f"{prefix}_project_conv", f"{prefix}_bn2", (projected, inner, 1, 1))
            width, number = projected, number + 1
    convolution("_conv_head", "_bn1", (9, width, 1, 1))
    weights["_fc.weight"] = rng.normal(0, 1, (5, 9)).astype(np.float32)
    weights["_fc.bias"] = rng.normal(0, 1, 5).astype(np.float32)
    return weights


def _convolved(x: Array, kernel: Array, stride: int) -> Array:
    """TensorFlow's SAME: as many outputs as strides fit, the odd pixel of padding right and below."""
    channels, side, _ = x.shape
    size = kernel.shape[2]
    out = -(-side // stride)
    total = max(0, (out - 1) * stride + size - side)
    padded = np.pad(x, ((0, 0), *[(total // 2, total - total // 2)] * 2))
    windows = np.lib.stride_tricks.sliding_window_view(padded, (size, size), axis=(1, 2))[:, ::stride, ::stride]
    if kernel.shape[1] == 1 and channels == kernel.shape[0]:
        return np.einsum("chwij,cij->chw", windows, kernel[:, 0])
    return np.einsum("chwij,ocij->ohw", windows, kernel)


def _efficientnet(weights: dict[str, Array], image: npt.NDArray[np.uint8]) -> tuple[Array, Array]:
    def layer(x: Array, name: str, norm: str, stride: int = 1, *, is_active: bool = True) -> Array:
        x = _convolved(x, weights[f"{name}.weight"], stride)
        mean, variance, gain, shift = (
            weights[f"{norm}.{part}"][:, None, None] for part in ("running_mean", "running_var", "weight", "bias")
        )
        x = (x - mean) / np.sqrt(variance + 1e-3) * gain + shift
        return np.clip(x, 0, 6) if is_active else x

    x = layer((image.astype(np.float32).transpose(2, 0, 1) - 127) / 128, "_conv_stem", "_bn0", 2)
    number = 0
    for (expanded, _projected, _kernel, blocks), first_stride in zip(STAGES, STRIDES, strict=True):
        for position in range(blocks):
            entry, prefix = x, f"_blocks.{number}."
            if expanded:
                x = layer(x, f"{prefix}_expand_conv", f"{prefix}_bn0")
            x = layer(x, f"{prefix}_depthwise_conv", f"{prefix}_bn1", 1 if position else first_stride)
            x = layer(x, f"{prefix}_project_conv", f"{prefix}_bn2", is_active=False)
            x = x + entry if position else x
            number += 1
    embedding = layer(x, "_conv_head", "_bn1").mean(axis=(1, 2))
    logits = weights["_fc.weight"] @ embedding + weights["_fc.bias"]
    odds = np.exp(logits - logits.max())
    return embedding, odds / odds.sum()


def test_efficientnet_lite_is_drawn_as_it_is(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    weights = _efficientnet_weights(rng)
    write_legacy(tmp_path / "net.pth", *tensors(weights))
    image = rng.integers(0, 256, (224, 224, 3), np.uint8)

    convert_efficientnet_lite(tmp_path / "net.pth", tmp_path / "net.onnx")

    embedding, probabilities = _efficientnet(weights, image)
    np.testing.assert_allclose(run(tmp_path / "net.onnx", "embedding", image=image[None])[0], embedding, atol=1e-4)
    np.testing.assert_allclose(
        run(tmp_path / "net.onnx", "probabilities", image=image[None])[0], probabilities, atol=1e-4
    )


# -- MiniLM ------------------------------------------------------------------------------------------------------------


def _minilm_weights(rng: np.random.Generator) -> dict[str, Array]:
    shapes: dict[str, tuple[int, ...]] = {
        "embeddings.word_embeddings.weight": (50, 384),
        "embeddings.position_embeddings.weight": (16, 384),
        "embeddings.token_type_embeddings.weight": (2, 384),
    }
    norms = ["embeddings.LayerNorm"]
    for number in range(6):
        prefix = f"encoder.layer.{number}."
        for name in ("attention.self.query", "attention.self.key", "attention.self.value", "attention.output.dense"):
            shapes |= {f"{prefix}{name}.weight": (384, 384), f"{prefix}{name}.bias": (384,)}
        shapes |= {f"{prefix}intermediate.dense.weight": (1536, 384), f"{prefix}intermediate.dense.bias": (1536,)}
        shapes |= {f"{prefix}output.dense.weight": (384, 1536), f"{prefix}output.dense.bias": (384,)}
        norms += [f"{prefix}attention.output.LayerNorm", f"{prefix}output.LayerNorm"]
    weights = {name: rng.normal(0, 0.08, shape).astype(np.float32) for name, shape in shapes.items()}
    for name in norms:
        weights[f"{name}.weight"] = rng.uniform(0.5, 1.5, 384).astype(np.float32)
        weights[f"{name}.bias"] = rng.normal(0, 0.2, 384).astype(np.float32)
    return weights


def _minilm(weights: dict[str, Array], tokens: list[int]) -> Array:
    erf = np.vectorize(math.erf, otypes=[np.float64])

    def norm(x: Array, name: str) -> Array:
        x = (x - x.mean(-1, keepdims=True)) / np.sqrt(x.var(-1, keepdims=True) + 1e-12)
        return x * weights[f"{name}.weight"] + weights[f"{name}.bias"]

    def linear(x: Array, name: str) -> Array:
        return x @ weights[f"{name}.weight"].T + weights[f"{name}.bias"]

    def heads(x: Array) -> Array:
        return x.reshape(len(tokens), 12, 32).transpose(1, 0, 2)

    x = weights["embeddings.word_embeddings.weight"][tokens]
    x = x + weights["embeddings.position_embeddings.weight"][: len(tokens)]
    x = norm(x + weights["embeddings.token_type_embeddings.weight"][0], "embeddings.LayerNorm")
    for number in range(6):
        prefix = f"encoder.layer.{number}."
        query, key, value = (heads(linear(x, f"{prefix}attention.self.{name}")) for name in ("query", "key", "value"))
        scores = query @ key.transpose(0, 2, 1) / np.sqrt(32)
        odds = np.exp(scores - scores.max(-1, keepdims=True))
        mixed = (odds / odds.sum(-1, keepdims=True) @ value).transpose(1, 0, 2).reshape(len(tokens), 384)
        x = norm(linear(mixed, f"{prefix}attention.output.dense") + x, f"{prefix}attention.output.LayerNorm")
        hidden = linear(x, f"{prefix}intermediate.dense")
        hidden = hidden * 0.5 * (1 + erf(hidden / np.sqrt(2)))
        x = norm(linear(hidden, f"{prefix}output.dense") + x, f"{prefix}output.LayerNorm")
    mean = x.mean(axis=0)
    return np.asarray(mean / np.linalg.norm(mean))


@pytest.mark.parametrize("prefix", ["", "bert."])
def test_minilm_is_drawn_as_it_is(tmp_path: Path, prefix: str) -> None:
    weights = _minilm_weights(np.random.default_rng(2))
    header: dict[str, Any] = {}
    body = b""
    for name, array in weights.items():
        end = len(body) + array.nbytes
        entry = {"dtype": NAMES["float32"], "shape": list(array.shape), "data_offsets": [len(body), end]}
        header[prefix + name] = entry
        body += array.tobytes()
    write(tmp_path / "model", header, body)

    convert_minilm(tmp_path / "model", tmp_path / "model.onnx")

    for tokens in ([2, 3], [2, 7, 7, 49, 0, 11, 3], [2, *range(4, 17), 3]):
        vector = run(tmp_path / "model.onnx", "embedding", tokens=np.array(tokens, np.int64))
        assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-5)
        assert float(vector @ _minilm(weights, tokens)) > 0.999  # the word table is kept in bytes


# -- CenterFace --------------------------------------------------------------------------------------------------------


def test_centerface_takes_any_size_afterwards(tmp_path: Path) -> None:
    kernel = numpy_helper.from_array(np.ones((1, 3, 4, 4), np.float32), "kernel")
    names = ["537", "538", "539", "540"]
    convolution = helper.make_node("Conv", ["input.1", "kernel"], ["heat"], strides=[4, 4], kernel_shape=[4, 4])
    copies = [helper.make_node("Identity", ["heat"], [name]) for name in names]
    fixed = [helper.make_tensor_value_info(name, TensorProto.FLOAT, [10, 1, 8, 8]) for name in names]
    inputs = [
        helper.make_tensor_value_info("input.1", TensorProto.FLOAT, [10, 3, 32, 32]),
        helper.make_tensor_value_info("kernel", TensorProto.FLOAT, [1, 3, 4, 4]),  # as old exporters list it
    ]
    graph = helper.make_graph([convolution, *copies], "faces", inputs, fixed, [kernel])
    onnx.save(
        helper.make_model(graph, opset_imports=[helper.make_opsetid("", 11)], ir_version=6),
        str(tmp_path / "fixed.onnx"),
    )

    convert_centerface(tmp_path / "fixed.onnx", tmp_path / "free.onnx")

    planes = np.ones((1, 3, 64, 96), np.float32)
    assert run(tmp_path / "free.onnx", "539", **{"input.1": planes}).shape == (1, 1, 16, 24)


# -- PP-OCR ------------------------------------------------------------------------------------------------------------


def test_weights_that_are_almost_nothing_become_nothing(tmp_path: Path) -> None:
    weights = np.array([0, 1e-40, -1e-40, 1.2e-38, -3, np.inf], np.float32)
    constant = helper.make_node("Constant", [], ["c"], value=numpy_helper.from_array(weights, "c"))
    total = helper.make_node("Add", ["c", "w"], ["sum"])
    graph = helper.make_graph(
        [constant, total],
        "g",
        [],
        [helper.make_tensor_value_info("sum", TensorProto.FLOAT, [6])],
        [numpy_helper.from_array(weights, "w")],
    )
    onnx.save(
        helper.make_model(graph, opset_imports=[helper.make_opsetid("", 11)], ir_version=6), str(tmp_path / "net.onnx")
    )

    CONVERSIONS["flush-denormals"](tmp_path / "net.onnx", tmp_path / "flushed.onnx")

    flushed = onnx.load(str(tmp_path / "flushed.onnx")).graph
    for tensor in (flushed.initializer[0], flushed.node[0].attribute[0].t):
        expected = np.array([0, 0, 0, 1.2e-38, -3, np.inf], np.float32)
        np.testing.assert_array_equal(numpy_helper.to_array(tensor), expected)


# -- all of them -------------------------------------------------------------------------------------------------------


def test_converting_again_gives_the_same_bytes(tmp_path: Path) -> None:
    weights = _efficientnet_weights(np.random.default_rng(3))
    write_legacy(tmp_path / "net.pth", *tensors(weights))

    for name in ("first", "second"):
        CONVERSIONS["efficientnet-lite"](tmp_path / "net.pth", tmp_path / name)

    assert (tmp_path / "first").read_bytes() == (tmp_path / "second").read_bytes()
