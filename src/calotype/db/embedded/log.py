"""The server's log, bounded: one file and the one before it."""

from collections import deque
from pathlib import Path

LIMIT_BYTES = 1 << 20
FATAL_LINES = 3


class BoundedLog:
    """Appends lines to a file. At `limit_bytes` it becomes `<name>.1` (the older one goes) and a new one begins."""

    def __init__(self, path: Path, limit_bytes: int = LIMIT_BYTES) -> None:
        self._path = path
        self._limit_bytes = limit_bytes
        self._file = path.open("ab", buffering=0)
        self._size_bytes = self._file.tell()
        self.fatal_lines: deque[str] = deque(maxlen=FATAL_LINES)

    def write(self, line: bytes) -> None:
        """Append one line. A full disk loses log lines, never the server."""
        if b"FATAL:" in line or b"PANIC:" in line:
            self.fatal_lines.append(line.decode("utf-8", "replace").strip())
        try:
            if self._size_bytes + len(line) > self._limit_bytes and self._size_bytes:
                self._turn_over()
            self._size_bytes += self._file.write(line)
        except OSError:
            return

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _turn_over(self) -> None:
        self._file.close()
        self._path.replace(self._path.with_name(self._path.name + ".1"))
        self._file = self._path.open("ab", buffering=0)
        self._size_bytes = 0
