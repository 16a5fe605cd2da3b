"""A child process that embeds sentences, so that the server need not hold onnxruntime and a model in memory.

`python -m calotype.ports.vision.local.text_host MODEL VOCABULARY [REST_S]` answers on its standard output what it is
asked on its standard input, in the messages of `text_messages`: a question is UTF-8 text, an answer float32 numbers, an
empty answer means that the text could not be embedded. It ends when its input is closed, when its parent is gone, or
when nobody has asked for REST_S seconds.
"""

from __future__ import annotations

import os
import select
import signal
import sys
import time
from pathlib import Path

from .sentences import SentenceModel
from .text_messages import DEFAULT_REST_S, LENGTH, MAX_MESSAGE_BYTES

_LOOK_ROUND_S = 2.0


def serve(model: Path, vocabulary: Path, rest_s: float) -> None:
    """Answers until the end. One message at a time, in order."""
    sentences = SentenceModel(model, vocabulary)
    while (question := _read_question(rest_s)) is not None:
        try:
            answer = sentences.embed(question.decode("utf-8")).tobytes()
        except Exception as fault:  # noqa: BLE001 (one odd sentence must not end the service)
            sys.stderr.write(f"text host: {fault}\n")
            answer = b""
        _write(LENGTH.pack(len(answer)) + answer)


def _read_question(rest_s: float) -> bytes | None:
    """The next question; None when it is time to end."""
    if not _is_asked(rest_s):
        return None
    head = _read_exactly(LENGTH.size)
    if head is None:
        return None
    (length,) = LENGTH.unpack(head)
    return _read_exactly(length) if length <= MAX_MESSAGE_BYTES else None


def _is_asked(rest_s: float) -> bool:
    """Waits for a question, looking round now and then whether the parent still lives."""
    parent = os.getppid()
    end = time.monotonic() + rest_s
    while (left_s := end - time.monotonic()) > 0:
        if select.select([sys.stdin.fileno()], [], [], min(left_s, _LOOK_ROUND_S))[0]:
            return True
        if os.getppid() != parent:
            return False
    return False


def _read_exactly(count: int) -> bytes | None:
    content = b""
    while len(content) < count:
        chunk = os.read(sys.stdin.fileno(), count - len(content))
        if not chunk:
            return None
        content += chunk
    return content


def _write(content: bytes) -> None:
    view = memoryview(content)
    while view:
        view = view[os.write(sys.stdout.fileno(), view) :]


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a terminal's Ctrl-C is for the parent, which then closes our input
    serve(Path(sys.argv[1]), Path(sys.argv[2]), float(sys.argv[3]) if len(sys.argv) > 3 else DEFAULT_REST_S)
