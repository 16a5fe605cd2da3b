"""The server's side of the text host: starts the child when a sentence comes, and starts it again when it has died."""

from __future__ import annotations

import asyncio
import os
import select
import subprocess
import sys
import time
from collections import OrderedDict
from threading import Lock

import numpy as np

from calotype.ports.models import ModelFault, ModelStore
from calotype.ports.vision.errors import VisionInterrupted, VisionUnavailable
from calotype.ports.vision.results import LikenessScale, Vector

from .spaces import SEARCH_SCALE, SEARCH_SPACE
from .text_messages import DEFAULT_REST_S, LENGTH, MAX_MESSAGE_BYTES

_CACHED_TEXTS = 512
_MAX_CHARACTERS = 2000
"""More than the model reads."""
_HOST_MODULE = "calotype.ports.vision.local.text_host"


class _HostDied(Exception):
    pass


class HostedTextEmbedder:
    """Remembers the last few hundred sentences; one child answers one sentence at a time."""

    def __init__(self, models: ModelStore, *, timeout_s: float = 20.0, rest_s: float = DEFAULT_REST_S) -> None:
        self._models = models
        self._timeout_s = timeout_s
        self._rest_s = rest_s
        self._lock = Lock()
        self._child: subprocess.Popen[bytes] | None = None
        self._known: OrderedDict[str, Vector] = OrderedDict()
        self._words: frozenset[str] | None = None

    @property
    def space(self) -> str:
        return SEARCH_SPACE

    @property
    def scale(self) -> LikenessScale:
        return SEARCH_SCALE

    @property
    def host_pid(self) -> int | None:
        """The child's process id while it runs."""
        child = self._child
        return child.pid if child is not None and child.poll() is None else None

    async def embed_text(self, text: str) -> Vector:
        """Raises ValueError (empty text), VisionUnavailable (no models) or VisionInterrupted (after `timeout_s`)."""
        text = " ".join(text.split())[:_MAX_CHARACTERS]
        if not text:
            raise ValueError("there is no text to embed")
        known = self._known.get(text)
        if known is not None:
            return known
        vector = await asyncio.to_thread(self._embed, text)
        self._known[text] = vector
        while len(self._known) > _CACHED_TEXTS:
            self._known.popitem(last=False)
        return vector

    def knows_word(self, word: str) -> bool:
        """Whether a lower-case word is one piece to the model: then it is hardly misspelt. False without the models."""
        if self._words is None:
            path = self._models.find("minilm-l6-vocabulary")
            lines = path.read_text("utf-8").split("\n") if path is not None else ()
            self._words = frozenset(line for line in lines if line.isalpha())
        return word in self._words

    def close(self) -> None:
        """Ends the child. A later sentence starts a new one."""
        with self._lock:
            self._end_child()

    def _embed(self, text: str) -> Vector:
        question = text.encode("utf-8", "replace")
        with self._lock:
            for _attempt in range(2):  # a child that ended from rest, or was killed, is started again once
                try:
                    return self._ask(question)
                except _HostDied:
                    self._end_child()
        raise VisionInterrupted("The text host ends as soon as it is asked; the log says why. Search goes on by words.")

    def _ask(self, question: bytes) -> Vector:
        child = self._running_child()
        assert child.stdin is not None
        assert child.stdout is not None
        deadline = time.monotonic() + self._timeout_s
        try:
            child.stdin.write(LENGTH.pack(len(question)) + question)
            child.stdin.flush()
        except OSError as fault:
            raise _HostDied from fault
        (length,) = LENGTH.unpack(self._read(child.stdout.fileno(), LENGTH.size, deadline))
        if not 0 < length <= MAX_MESSAGE_BYTES:
            raise VisionInterrupted("The text host could not embed the sentence.")
        vector = np.frombuffer(self._read(child.stdout.fileno(), length, deadline), np.float32)
        vector.flags.writeable = False  # the same array is handed out again
        return vector

    def _read(self, fd: int, count: int, deadline: float) -> bytes:
        content = b""
        while len(content) < count:
            left_s = deadline - time.monotonic()
            if left_s <= 0 or not select.select([fd], [], [], left_s)[0]:
                self._end_child()  # or its late answer would be taken for the next one
                raise VisionInterrupted(f"The text host did not answer within {self._timeout_s:g} s.")
            chunk = os.read(fd, count - len(content))
            if not chunk:
                raise _HostDied
            content += chunk
        return content

    def _running_child(self) -> subprocess.Popen[bytes]:
        if self._child is not None and self._child.poll() is None:
            return self._child
        self._end_child()
        try:
            files = [str(self._models.get(name)) for name in ("minilm-l6", "minilm-l6-vocabulary")]
        except ModelFault as fault:
            raise VisionUnavailable(str(fault)) from fault
        # -P: whatever lies in the folder that the server was started in is none of the child's business
        self._child = subprocess.Popen(
            [sys.executable, "-P", "-m", _HOST_MODULE, *files, str(self._rest_s)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=os.environ | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
        )
        return self._child

    def _end_child(self) -> None:
        child, self._child = self._child, None
        if child is None:
            return
        for pipe in (child.stdin, child.stdout):
            if pipe is not None:
                try:
                    pipe.close()
                except OSError:
                    continue  # what was left to say has no listener any more
        child.kill()
        child.wait()
