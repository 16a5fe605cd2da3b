"""The text host with a model of three lines: what matters here is the process, not the meaning."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import psutil
import pytest

from calotype.ports.models import ModelStore
from calotype.ports.models.conversion.graph import FLOAT, INT64, Graph
from calotype.ports.vision import VisionInterrupted, VisionUnavailable
from calotype.ports.vision.local import hosted as hosted_module
from calotype.ports.vision.local.hosted import HostedTextEmbedder
from tests.ports.models.manifests import url_row, write_manifest

WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "a", "dog", "cat"]


@pytest.fixture(scope="module")
def small_models(tmp_path_factory: pytest.TempPathFactory) -> ModelStore:
    """A table of word vectors, summed: enough of a sentence model to tell sentences apart."""
    folder = tmp_path_factory.mktemp("models")
    graph = Graph("words")
    rows = graph.node("Gather", graph.constant(np.eye(len(WORDS), 8)), "tokens")
    mean = graph.node("ReduceMean", rows, axes=[0], keepdims=0)
    graph.node("LpNormalization", mean, output="embedding", axis=0)
    graph.save(folder / "minilm-l6.bin", [("tokens", INT64, ["length"])], [("embedding", FLOAT, [8])])
    (folder / "minilm-l6-vocabulary.bin").write_text("\n".join(WORDS) + "\n")
    rows_of_manifest = [
        url_row(name, (folder / f"{name}.bin").read_bytes()) for name in ("minilm-l6", "minilm-l6-vocabulary")
    ]
    return ModelStore(folder, manifest=write_manifest(folder / "manifest.toml", *rows_of_manifest))


@pytest.fixture
def embedder(small_models: ModelStore) -> Iterator[HostedTextEmbedder]:
    hosted = HostedTextEmbedder(small_models)
    yield hosted
    hosted.close()


async def test_the_child_starts_with_the_first_sentence_and_stays(embedder: HostedTextEmbedder) -> None:
    assert embedder.host_pid is None
    first = await embedder.embed_text("a dog")
    pid = embedder.host_pid
    second = await embedder.embed_text("a cat")

    assert pid is not None
    assert embedder.host_pid == pid
    assert not np.array_equal(first, second)


async def test_spaces_do_not_make_another_sentence(embedder: HostedTextEmbedder) -> None:
    assert await embedder.embed_text("a dog") is await embedder.embed_text("  a\n dog ")


async def test_many_sentences_at_once_get_each_their_own_answer(embedder: HostedTextEmbedder) -> None:
    texts = ["a dog", "a cat", "dog cat", "dog", "cat", "a"] * 5
    vectors = await asyncio.gather(*(embedder.embed_text(text) for text in texts))

    for text, vector in zip(texts, vectors, strict=True):
        np.testing.assert_array_equal(vector, await embedder.embed_text(text))
    assert len({vector.tobytes() for vector in vectors}) == 6


async def test_a_killed_child_is_started_again(embedder: HostedTextEmbedder) -> None:
    await embedder.embed_text("a dog")
    pid = embedder.host_pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)

    assert len(await embedder.embed_text("a cat")) == 8
    assert embedder.host_pid not in {None, pid}


async def test_a_rested_child_ends_and_comes_back(small_models: ModelStore) -> None:
    embedder = HostedTextEmbedder(small_models, rest_s=0.05)
    try:
        await embedder.embed_text("a dog")
        child = embedder._child
        assert child is not None
        await asyncio.to_thread(child.wait, 20)  # it ends by itself

        assert embedder.host_pid is None
        assert len(await embedder.embed_text("a cat")) == 8
    finally:
        embedder.close()


async def test_close_leaves_no_child(embedder: HostedTextEmbedder) -> None:
    await embedder.embed_text("a dog")
    pid = embedder.host_pid
    embedder.close()

    assert pid is not None
    assert not psutil.pid_exists(pid)


def test_the_child_dies_with_its_parent(small_models: ModelStore) -> None:
    program = (
        "import asyncio, os; from pathlib import Path; from calotype.ports.models import ModelStore;"
        "from calotype.ports.vision.local.hosted import HostedTextEmbedder;"
        f"e = HostedTextEmbedder(ModelStore(Path({str(small_models.folder)!r}),"
        f" manifest=Path({str(small_models.folder / 'manifest.toml')!r})));"
        "asyncio.run(e.embed_text('a dog')); print(e.host_pid, flush=True); os.kill(os.getpid(), 9)"
    )
    parent = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert parent.returncode == -signal.SIGKILL

    try:
        psutil.Process(int(parent.stdout)).wait(timeout=20)
    except psutil.NoSuchProcess:
        return


async def test_a_child_that_never_comes_up_is_stated(small_models: ModelStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hosted_module, "_HOST_MODULE", "calotype.no_such_module")
    embedder = HostedTextEmbedder(small_models)

    with pytest.raises(VisionInterrupted, match="ends as soon as it is asked"):
        await embedder.embed_text("a dog")
    assert embedder.host_pid is None


async def test_a_child_that_is_silent_is_given_up(small_models: ModelStore, monkeypatch: pytest.MonkeyPatch) -> None:
    embedder = HostedTextEmbedder(small_models, timeout_s=0.3)
    monkeypatch.setattr(hosted_module, "_HOST_MODULE", "silent_host")
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parent))

    with pytest.raises(VisionInterrupted, match=r"within 0\.3 s"):
        await embedder.embed_text("a dog")
    assert embedder.host_pid is None


async def test_without_models_it_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(VisionUnavailable, match="calotype models pull"):
        await HostedTextEmbedder(ModelStore(tmp_path)).embed_text("a dog")


def test_a_word_in_one_piece_is_known(tmp_path: Path) -> None:
    class Found:
        def find(self, name: str) -> Path:
            path = tmp_path / f"{name}.txt"
            path.write_text("[CLS]\nwaterfall\n##ing\n", "utf-8")
            return path

    embedder = HostedTextEmbedder(Found())  # type: ignore[arg-type]
    assert embedder.knows_word("waterfall")
    assert not embedder.knows_word("watrfall")
    assert not embedder.knows_word("##ing")
