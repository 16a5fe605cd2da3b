"""Keyset paging: a page ends with a cursor, the sort values of its last row, and the next page begins after them.

A cursor is opaque to clients and safe in a URL, and it names no secret: whoever changes one gets another place in a
list that is theirs anyway.
"""

import base64
import binascii
import struct
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

CursorValue = datetime | UUID | int

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_TAGS: dict[type, bytes] = {datetime: b"t", UUID: b"u", int: b"i"}
_SIZES = {b"t": 8, b"u": 16, b"i": 8}
LONGEST_CURSOR_CHARS = 512


class BadCursor(Exception):
    """A cursor that this list did not give. `sentence` is meant for the client."""

    def __init__(self) -> None:
        self.sentence = "The cursor is not one that this list gave: leave it out to begin with the first page."
        super().__init__(self.sentence)


def encode_cursor(values: Sequence[CursorValue]) -> str:
    """The cursor of a row with these sort values.

    Raises `ValueError` for a datetime without time zone, an int beyond 64 bits (signed), and other types.
    """
    packed = b"".join(_pack(value) for value in values)
    return base64.urlsafe_b64encode(packed).rstrip(b"=").decode("ascii")


def decode_cursor(text: str, kinds: Sequence[type[CursorValue]]) -> tuple[CursorValue, ...]:
    """The sort values of a cursor, which must be of these kinds in this order; datetimes come in UTC.

    Raises `BadCursor` for everything that `encode_cursor` would not have given.
    """
    if len(text) > LONGEST_CURSOR_CHARS:
        raise BadCursor
    try:
        packed = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        values = _unpack(packed, kinds)
    except (binascii.Error, ValueError, OverflowError, struct.error):
        raise BadCursor from None
    if encode_cursor(values) != text:  # one place, one cursor
        raise BadCursor
    return values


def keyset_condition(columns: Sequence[str], *, descending: bool) -> str:
    """The SQL condition for rows after a cursor, such as `(taken_at, id) < (%s, %s)`; the values are its parameters.

    A row comparison, so that one index on the columns in this order and direction serves both order and condition.
    `columns` are constants of ours, never input.
    """
    names, places = ", ".join(columns), ", ".join(["%s"] * len(columns))
    return f"({names}) {'<' if descending else '>'} ({places})"


def _pack(value: CursorValue) -> bytes:
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise ValueError("a cursor needs datetimes with a time zone")
        return b"t" + struct.pack(">q", (value - _EPOCH) // _MICROSECOND)
    if isinstance(value, UUID):
        return b"u" + value.bytes
    if isinstance(value, int) and not isinstance(value, bool):
        try:
            return b"i" + struct.pack(">q", value)
        except struct.error:
            raise ValueError("a cursor holds integers of 64 bits") from None
    raise ValueError(f"a cursor cannot hold a {type(value).__name__}")


def _unpack(packed: bytes, kinds: Sequence[type[CursorValue]]) -> tuple[CursorValue, ...]:
    values: list[CursorValue] = []
    place = 0
    for kind in kinds:
        tag = packed[place : place + 1]
        if tag != _TAGS[kind]:
            raise ValueError("another kind")
        payload = packed[place + 1 : place + 1 + _SIZES[tag]]
        place += 1 + _SIZES[tag]
        values.append(_unpack_one(tag, payload))
    if place != len(packed):
        raise ValueError("too long")
    return tuple(values)


def _unpack_one(tag: bytes, payload: bytes) -> CursorValue:
    if tag == b"u":
        return UUID(bytes=payload)
    number = int(struct.unpack(">q", payload)[0])
    return _EPOCH + number * _MICROSECOND if tag == b"t" else number
