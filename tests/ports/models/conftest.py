"""A package index that is a folder, and a web server on this machine."""

from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Archives laid into this folder are all that pip can find, as with a mirror in a house without network."""
    folder = tmp_path / "index"
    folder.mkdir()
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    return folder


class _QuietHandler(SimpleHTTPRequestHandler):
    def log_message(self, *_arguments: Any) -> None:
        pass


@pytest.fixture
def web(tmp_path: Path) -> Iterator[Callable[[bytes], str]]:
    """Call it with the bytes to serve: it returns their address."""
    folder = tmp_path / "web"
    folder.mkdir()
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_QuietHandler, directory=str(folder))) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()

        def publish(content: bytes) -> str:
            (folder / "model.bin").write_bytes(content)
            return f"http://127.0.0.1:{server.server_port}/model.bin"

        yield publish
        server.shutdown()
        thread.join()
