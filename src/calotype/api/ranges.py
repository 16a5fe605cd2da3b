"""Parts of a file (RFC 9110, section 14): one range; several at once are answered with the whole."""

import re

_ONE_RANGE = re.compile(r"bytes=\s*(\d{0,18})\s*-\s*(\d{0,18})\s*")


class RangeNotSatisfiable(Exception):
    """The range lies behind the end of the file."""


def read_range(header: str | None, size_bytes: int) -> tuple[int, int] | None:
    """Return start and stop (not included) of the range that is asked for; None means the whole.

    A header that is not understood is ignored, as the standard wants it. Raises `RangeNotSatisfiable`.
    """
    match = _ONE_RANGE.fullmatch(header) if header else None
    if match is None:
        return None
    first, last = match.groups()
    if not first and not last:
        return None
    if not first:
        start, stop = max(0, size_bytes - int(last)), size_bytes
        if int(last) == 0:
            raise RangeNotSatisfiable
    else:
        start, stop = int(first), min(int(last) + 1, size_bytes) if last else size_bytes
        if last and int(last) < int(first):
            return None
    if start >= size_bytes:
        raise RangeNotSatisfiable
    return start, stop
