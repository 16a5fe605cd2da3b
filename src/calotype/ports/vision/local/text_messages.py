"""What the text host and its parent agreed on: a message is a little-endian uint32 length and that many bytes."""

from __future__ import annotations

import struct

LENGTH = struct.Struct("<I")
MAX_MESSAGE_BYTES = 1 << 20
DEFAULT_REST_S = 120.0
"""After so long without a question the host ends."""
