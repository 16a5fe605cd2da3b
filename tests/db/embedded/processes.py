"""Other processes that use a library, and waiting for what they do."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg

SETTINGS = {"fsync": "off", "shared_buffers": "32MB"}
PATIENCE_S = 20.0

USER = """
import json, sys
from pathlib import Path
from calotype.db.embedded import EmbeddedPostgres
held = EmbeddedPostgres(Path(sys.argv[1]), settings=json.loads(sys.argv[2]))
print(held.start(), flush=True)
sys.stdin.read()
"""


def until(condition: Callable[[], Any], patience_s: float = PATIENCE_S) -> Any:
    """Wait until the condition holds and give what it gave; fail when patience ends."""
    deadline = time.monotonic() + patience_s
    while not (found := condition()):
        assert time.monotonic() < deadline, "it did not come about"
        time.sleep(0.005)
    return found


def is_running(pid: int) -> bool:
    """Whether the process works still; a zombie does not."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
    return text.rpartition(")")[2].split()[0] not in "ZX"


def ask(url: str, query: str) -> Any:
    """The first value of the first row."""
    with psycopg.connect(url, autocommit=True) as connection:
        cursor = connection.execute(query)
        return cursor.fetchone()[0] if cursor.description else None


class OtherUser:
    """Another process that holds the same folder."""

    def __init__(self, folder: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", USER, os.fspath(folder), json.dumps(SETTINGS)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def url(self) -> str:
        """Wait until it has the database."""
        line = self.process.stdout.readline().strip()
        assert line, self.process.stderr.read()
        return line

    def end(self, *, kill: bool = False) -> None:
        """Let it end, or kill it."""
        if kill:
            self.process.kill()
        if self.process.stdin and not self.process.stdin.closed:
            self.process.stdin.close()
        self.process.wait(PATIENCE_S)
        self.process.stdout.close()
        self.process.stderr.close()
