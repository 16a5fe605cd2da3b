"""A multipart body, read piece by piece: bytes in, events out. Nothing is held back but the head of a part.

On the low-level parser of python-multipart; the convenient ones above it spool whole files before anybody can look.
"""

from dataclasses import dataclass

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from calotype.features.intake.errors import BrokenUpload

MAX_PARTS = 32


@dataclass(frozen=True)
class PartBegun:
    """A part begins. `file_name` is None for a plain field."""

    name: str
    file_name: str | None


@dataclass(frozen=True)
class PartBytes:
    """The next bytes of the part."""

    content: bytes


@dataclass(frozen=True)
class PartEnded:
    """The part is whole."""


Event = PartBegun | PartBytes | PartEnded


class MultipartReader:
    """Turns the chunks of a body into events, wherever the chunks are cut."""

    def __init__(self, content_type: str) -> None:
        """Begin with the header `Content-Type`. Raises `BrokenUpload` where it is not multipart/form-data."""
        kind, options = parse_options_header(content_type.encode("latin-1", "replace"))
        boundary = options.get(b"boundary", b"")
        if kind != b"multipart/form-data" or not boundary:
            raise BrokenUpload("Send the photo as multipart/form-data with a boundary and a part called file.")
        self._events: list[Event] = []
        self._headers: dict[bytes, bytes] = {}
        self._header_name = self._header_value = b""
        self._parts = 0
        self._is_whole = False
        try:
            self._parser = MultipartParser(
                boundary,
                {
                    "on_part_begin": self._begin_part,
                    "on_part_data": self._take_bytes,
                    "on_part_end": self._end_part,
                    "on_header_field": self._take_header_name,
                    "on_header_value": self._take_header_value,
                    "on_header_end": self._end_header,
                    "on_headers_finished": self._end_headers,
                    "on_end": self._end,
                },
            )
        except FormParserError as problem:
            raise BrokenUpload(f"The boundary of the upload cannot be used: {problem}.") from problem

    def feed(self, chunk: bytes) -> list[Event]:
        """Read the next bytes. Raises `BrokenUpload`."""
        if self._is_whole:
            return []  # what follows the last boundary has no meaning (RFC 2046, section 5.1.1)
        try:
            self._parser.write(chunk)
        except FormParserError as problem:
            raise BrokenUpload(f"The upload is not proper multipart/form-data: {problem}.") from problem
        events, self._events = self._events, []
        return events

    def close(self) -> None:
        """The body ends here. Raises `BrokenUpload` where it should not."""
        if not self._is_whole:
            raise BrokenUpload("The upload broke off before its end. Send it again.")

    def _begin_part(self) -> None:
        self._parts += 1
        if self._parts > MAX_PARTS:
            raise BrokenUpload(f"The upload has too many parts: {MAX_PARTS} are allowed. Send one photo a request.")
        self._headers = {}
        self._header_name = self._header_value = b""

    def _take_header_name(self, chunk: bytes, start: int, end: int) -> None:
        self._header_name += chunk[start:end]

    def _take_header_value(self, chunk: bytes, start: int, end: int) -> None:
        self._header_value += chunk[start:end]

    def _end_header(self) -> None:
        self._headers[self._header_name.lower()] = self._header_value
        self._header_name = self._header_value = b""

    def _end_headers(self) -> None:
        _, options = parse_options_header(self._headers.get(b"content-disposition", b""))
        if not (name := options.get(b"name")):
            raise BrokenUpload("A part of the upload has no name. Name the part with the photo: file.")
        file_name = options.get(b"filename")
        self._events.append(PartBegun(_text(name), None if file_name is None else _file_name(file_name)))

    def _take_bytes(self, chunk: bytes, start: int, end: int) -> None:
        if end > start:
            self._events.append(PartBytes(chunk[start:end]))

    def _end_part(self) -> None:
        self._events.append(PartEnded())

    def _end(self) -> None:
        self._is_whole = True


def _text(octets: bytes) -> str:
    try:
        return octets.decode("utf-8")
    except UnicodeDecodeError:
        return octets.decode("latin-1")


def _file_name(octets: bytes) -> str:
    """Undo what browsers do to a quotation mark in a name (HTML standard, multipart/form-data encoding)."""
    return _text(octets).replace("%22", '"')
