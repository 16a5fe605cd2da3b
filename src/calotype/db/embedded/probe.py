"""Does the server answer? The first exchange of the PostgreSQL protocol, spoken by hand.

Source: PostgreSQL manual, chapter 54.2.1 (start-up) and 54.7 (message formats). libpq would do the same; this needs no
import that a keeper would have to carry, and tells "still recovering" apart from other refusals.
"""

import os
import socket
import struct
from pathlib import Path

from calotype.db.embedded.folder import SOCKET_NAME

USER = DATABASE = "calotype"
PROTOCOL_3_0 = 196608
NOT_YET = frozenset({b"57P01", b"57P02", b"57P03"})  # shutting down, crashed, starting up or recovering


def answers(socket_folder: Path, timeout_s: float = 5.0) -> bool:
    """Whether the server in this socket folder takes connections now."""
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
            line.settimeout(timeout_s)
            line.connect(os.fspath(socket_folder / SOCKET_NAME))
            words = b"".join(
                part.encode() + b"\0"
                for part in ("user", USER, "database", DATABASE, "application_name", "calotype probe", "")
            )
            line.sendall(struct.pack("!ii", 8 + len(words), PROTOCOL_3_0) + words)
            return _is_welcome(line)
    except OSError:
        return False


def _is_welcome(line: socket.socket) -> bool:
    with line.makefile("rb") as stream:
        while True:
            head = stream.read(5)
            if len(head) < 5:
                return False
            kind, length = head[:1], struct.unpack("!i", head[1:])[0]
            body = stream.read(length - 4)
            if kind == b"Z":  # ready for a query
                line.sendall(b"X\0\0\0\x04")
                return True
            if kind == b"E":
                # Any other refusal comes from a server that works; the driver will tell its reason better.
                codes = [field[1:] for field in body.split(b"\0") if field[:1] == b"C"]
                return not codes or codes[0] not in NOT_YET
