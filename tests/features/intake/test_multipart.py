"""The reader of multipart bodies: the same events wherever the network cuts them."""

import contextlib
import itertools

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from calotype.features.intake.errors import BrokenUpload
from calotype.features.intake.multipart import MAX_PARTS, MultipartReader, PartBegun, PartBytes, PartEnded

BOUNDARY = "----boundary7MA4YWxk"
TYPE = f"multipart/form-data; boundary={BOUNDARY}"

# Contents that look like what separates them.
contents = st.lists(
    st.sampled_from([b"\r\n", b"--", b"\r\n--", BOUNDARY.encode()[:-1], b"\r", b"\n", b"-", b"\0", b"x" * 50, b""])
    | st.binary(max_size=30)
).map(b"".join)
names = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters='"\\%'), min_size=1, max_size=20
).filter(lambda name: not name.startswith("\\") and ":\\" not in name)
parts = st.lists(st.tuples(names, st.none() | names, contents), min_size=1, max_size=4)
Parts = list[tuple[str, str | None, bytes]]


def body_of(sent: Parts) -> bytes:
    body = b""
    for name, file_name, content in sent:
        disposition = f'form-data; name="{name}"' + (f'; filename="{file_name}"' if file_name is not None else "")
        body += f"--{BOUNDARY}\r\nContent-Disposition: {disposition}\r\nX-More: 1\r\n\r\n".encode() + content + b"\r\n"
    return body + f"--{BOUNDARY}--\r\n".encode()


def read(pieces: list[bytes], content_type: str = TYPE) -> Parts:
    """Put the parts together from the events."""
    reader = MultipartReader(content_type)
    found: Parts = []
    is_open = False
    for piece in pieces:
        for event in reader.feed(piece):
            if isinstance(event, PartBegun):
                assert not is_open
                is_open = True
                found.append((event.name, event.file_name, b""))
            elif isinstance(event, PartBytes):
                assert is_open
                found[-1] = (*found[-1][:2], found[-1][2] + event.content)
            else:
                assert isinstance(event, PartEnded)
                is_open = False
    reader.close()
    return found


def cut(body: bytes, places: list[int]) -> list[bytes]:
    edges = sorted({0, len(body), *(place % (len(body) + 1) for place in places)})
    return [body[start:stop] for start, stop in itertools.pairwise(edges)]


@given(parts, st.lists(st.integers(min_value=0)))
def test_the_parts_come_out_as_they_went_in_wherever_the_body_is_cut(sent: Parts, places: list[int]) -> None:
    body = body_of(sent)
    assert b"".join(cut(body, places)) == body
    assert read(cut(body, places)) == sent


@given(contents)
@example(b"")
def test_byte_by_byte(content: bytes) -> None:
    sent: Parts = [("file", "a.jpg", content)]
    assert read([bytes([byte]) for byte in body_of(sent)]) == sent


@given(parts, st.integers(min_value=1))
def test_a_body_that_breaks_off_is_never_whole(sent: Parts, lost: int) -> None:
    body = body_of(sent)
    end = len(body) - len(b"\r\n")
    with pytest.raises(BrokenUpload):
        read([body[: end - 1 - lost % (end - 1)]])


@given(st.binary(max_size=300), st.lists(st.integers(min_value=0)))
def test_nonsense_is_refused_or_read_but_nothing_else(body: bytes, places: list[int]) -> None:
    with contextlib.suppress(BrokenUpload):
        read(cut(body, places))


@given(st.text(max_size=60))
@example("multipart/form-data")
@example("multipart/form-data; boundary=")
@example("multipart/form-data; boundary=" + "x" * 1000)
@example("application/json; boundary=x")
def test_any_content_type_is_read_or_refused(content_type: str) -> None:
    with contextlib.suppress(BrokenUpload):
        MultipartReader(content_type)


@pytest.mark.parametrize("content_type", ["", "text/plain", "multipart/form-data", "multipart/mixed; boundary=x"])
def test_other_bodies_are_refused_with_what_to_do(content_type: str) -> None:
    with pytest.raises(BrokenUpload, match="multipart/form-data"):
        MultipartReader(content_type)


def test_what_follows_the_end_has_no_meaning() -> None:
    sent: Parts = [("file", "a.jpg", b"x")]
    assert read([body_of(sent), b"more\r\n--" + BOUNDARY.encode()]) == sent


def test_quotation_marks_in_names() -> None:
    for encoded in ("say %22cheese%22.jpg", 'say \\"cheese\\".jpg'):
        assert read([body_of([("file", encoded, b"")])])[0][1] == 'say "cheese".jpg'


def test_a_part_without_a_name_is_refused() -> None:
    body = f"--{BOUNDARY}\r\nContent-Type: image/jpeg\r\n\r\nx\r\n--{BOUNDARY}--\r\n".encode()
    with pytest.raises(BrokenUpload, match="no name"):
        read([body])


def test_endless_parts_and_headers_are_refused() -> None:
    with pytest.raises(BrokenUpload, match="too many parts"):
        read([body_of([("x", None, b"")] * (MAX_PARTS + 1))])
    for headers in (b"X: " + b"y" * 100_000, b"X: y\r\n" * 1000):
        with pytest.raises(BrokenUpload):
            read([f"--{BOUNDARY}\r\n".encode() + headers + b"\r\n\r\nx"])
