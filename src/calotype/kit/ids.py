"""Identifiers: UUID version 7 (RFC 9562, section 5.7), sortable by the time they were made."""

import os
import time
from uuid import UUID


def uuid7() -> UUID:
    """Make a UUIDv7: 48 bits of Unix milliseconds, 12 bits of the fraction below them, 62 random bits.

    The fraction (RFC 9562, section 6.2, method 3) keeps ids made within one millisecond nearly in order.
    """
    now_ns = time.time_ns()
    milliseconds, rest_ns = divmod(now_ns, 1_000_000)
    fraction = rest_ns * 4096 // 1_000_000
    random_bits = int.from_bytes(os.urandom(8)) & (2**62 - 1)
    return UUID(int=(milliseconds << 80) | (0x7 << 76) | (fraction << 64) | (0b10 << 62) | random_bits)
