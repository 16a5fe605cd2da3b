"""Ranges of bytes, held against a plain reading of the standard."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calotype.api.ranges import RangeNotSatisfiable, read_range

sizes = st.integers(0, 50)
places = st.integers(0, 60)


@given(first=places, last=places, size=sizes)
def test_first_and_last(first: int, last: int, size: int) -> None:
    content = bytes(range(size))
    wanted = content[first : last + 1]
    header = f"bytes={first}-{last}"
    if last < first:
        assert read_range(header, size) is None
    elif not wanted:
        with pytest.raises(RangeNotSatisfiable):
            read_range(header, size)
    else:
        part = read_range(header, size)
        assert part is not None
        assert content[part[0] : part[1]] == wanted
        assert part[1] <= size


@given(count=places, size=sizes)
def test_the_last_bytes(count: int, size: int) -> None:
    content = bytes(range(size))
    wanted = content[-count:] if count else b""
    if not wanted:
        with pytest.raises(RangeNotSatisfiable):
            read_range(f"bytes=-{count}", size)
    else:
        part = read_range(f"bytes=-{count}", size)
        assert part is not None
        assert content[slice(*part)] == wanted


@pytest.mark.parametrize(
    "header", [None, "", "bytes=-", "bytes=0-1,3-4", "lines=1-2", "bytes=a-b", "bytes 0-1", "bytes=--1"]
)
def test_what_is_not_understood_means_the_whole(header: str | None) -> None:
    assert read_range(header, 10) is None


@given(st.text(max_size=30).map(lambda text: f"bytes={text}"))
def test_it_never_breaks(header: str) -> None:
    try:
        part = read_range(header, 10)
    except RangeNotSatisfiable:
        return
    assert part is None or 0 <= part[0] < part[1] <= 10
