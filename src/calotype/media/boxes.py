"""A bounded reader of HEIF boxes (ISO/IEC 14496-12 and 23008-12): the size and turn of the primary picture."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

MAX_META_BYTES = 8 * 1024 * 1024
MAX_BOXES = 10_000

# EXIF orientation after turning an upright picture: matrices (a, b, c, d) act on (x, y) with y downwards.
_MATRIX_OF = {
    1: (1, 0, 0, 1),
    2: (-1, 0, 0, 1),
    3: (-1, 0, 0, -1),
    4: (1, 0, 0, -1),
    5: (0, 1, 1, 0),
    6: (0, -1, 1, 0),
    7: (0, -1, -1, 0),
    8: (0, 1, -1, 0),
}
_ORIENTATION_OF = {matrix: orientation for orientation, matrix in _MATRIX_OF.items()}


@dataclass
class PrimaryPicture:
    """The primary picture: stored size, size after cropping (`clap`), orientation by `irot` and `imir`.

    `has_turn` is true when the file says how it is turned, even if it says "not at all".
    """

    coded_width: int
    coded_height: int
    cropped_width: int
    cropped_height: int
    orientation: int = 1
    frames: int = 1
    is_sequence: bool = False
    has_turn: bool = False
    has_alpha: bool = False
    is_cut_off: bool = False


@dataclass
class _Meta:
    primary: int = 0
    properties: list[tuple[bytes, bytes]] = field(default_factory=list)
    links: dict[int, list[int]] = field(default_factory=dict)


def iterate_boxes(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield (kind, payload) of the boxes in `data`; stops at the first that does not fit."""
    at = 0
    for _ in range(MAX_BOXES):
        if at + 8 > len(data):
            return
        size, header = int.from_bytes(data[at : at + 4], "big"), 8
        if size == 1:
            size, header = int.from_bytes(data[at + 8 : at + 16], "big"), 16
        elif size == 0:
            size = len(data) - at
        if size < header:
            return
        yield data[at + 4 : at + 8], data[at + header : at + size]
        at += size


def iterate_file_boxes(file: BinaryIO, wanted: frozenset[bytes]) -> Iterator[tuple[bytes, bytes]]:
    """Yield the top-level boxes of the wanted kinds, at most `MAX_META_BYTES` of each."""
    file.seek(0, 2)
    end = file.tell()
    at = 0
    for _ in range(MAX_BOXES):
        file.seek(at)
        start = file.read(16)
        if len(start) < 8:
            return
        size, header = int.from_bytes(start[:4], "big"), 8
        if size == 1:
            size, header = int.from_bytes(start[8:16], "big"), 16
        elif size == 0:
            size = end - at
        if size < header:
            return
        if start[4:8] in wanted:
            file.seek(at + header)
            yield start[4:8], file.read(min(size - header, MAX_META_BYTES))
        at += size


def read_primary_picture(file: BinaryIO) -> PrimaryPicture | None:
    """Return the primary picture of a HEIF or AVIF file, None when its header is unusable."""
    picture, samples = None, 0
    for kind, payload in iterate_file_boxes(file, frozenset({b"meta", b"moov"})):
        if kind == b"meta" and picture is None:
            picture = _from_meta(payload[4:])
        elif kind == b"moov":
            width, height, samples = _from_movie(payload)
            if picture is None and width:
                picture = PrimaryPicture(width, height, width, height)
    if picture is not None:
        picture.is_cut_off = _ends_inside_data(file)
        if samples > 1:
            picture.frames, picture.is_sequence = samples, True
    return picture


def _ends_inside_data(file: BinaryIO) -> bool:
    """True when the file ends before a box of media data does."""
    end = file.seek(0, 2)
    at = 0
    for _ in range(MAX_BOXES):
        file.seek(at)
        start = file.read(16)
        if len(start) < 8:
            return False
        size = int.from_bytes(start[8:16] if start[:4] == b"\x00\x00\x00\x01" else start[:4], "big")
        if start[4:8] == b"mdat" and at + size > end:
            return True
        if size < 8:
            return False
        at += size
    return False


def _from_meta(data: bytes) -> PrimaryPicture | None:
    meta = _Meta()
    for kind, payload in iterate_boxes(data):
        if kind == b"pitm":
            meta.primary = int.from_bytes(payload[4:6] if payload[:1] == b"\x00" else payload[4:8], "big")
        elif kind == b"iprp":
            for inner, inner_payload in iterate_boxes(payload):
                if inner == b"ipco":
                    meta.properties.extend(iterate_boxes(inner_payload))
                elif inner == b"ipma":
                    meta.links.update(_read_links(inner_payload))
    indices = [i for i in meta.links.get(meta.primary, []) if 1 <= i <= len(meta.properties)]
    own = [meta.properties[i - 1] for i in indices]
    size = next((payload for kind, payload in own if kind == b"ispe" and len(payload) >= 12), None)
    if size is None:
        return None
    width, height = int.from_bytes(size[4:8], "big"), int.from_bytes(size[8:12], "big")
    picture = PrimaryPicture(width, height, width, height)
    picture.has_alpha = any(
        kind == b"auxC" and (b"alpha" in payload or b"auxid:1" in payload) for kind, payload in meta.properties
    )
    for kind, payload in own:
        _apply(picture, kind, payload)
    return picture


def _apply(picture: PrimaryPicture, kind: bytes, payload: bytes) -> None:
    """Apply a transforming property, in the order in which the file lists them."""
    picture.has_turn = picture.has_turn or kind in (b"irot", b"imir")
    if kind == b"irot" and payload:
        for _ in range(payload[0] & 3):  # quarter turns against the clock
            _turn(picture, 8)
    elif kind == b"imir" and payload:
        _turn(picture, 2 if payload[0] & 1 else 4)
    elif kind == b"clap" and len(payload) >= 16:
        numbers = [int.from_bytes(payload[i : i + 4], "big") for i in range(0, 16, 4)]
        if numbers[1] and numbers[3]:
            picture.cropped_width = min(picture.coded_width, max(1, round(numbers[0] / numbers[1])))
            picture.cropped_height = min(picture.coded_height, max(1, round(numbers[2] / numbers[3])))


def _turn(picture: PrimaryPicture, orientation: int) -> None:
    a, b, c, d = _MATRIX_OF[orientation]
    e, f, g, h = _MATRIX_OF[picture.orientation]
    picture.orientation = _ORIENTATION_OF[(a * e + b * g, a * f + b * h, c * e + d * g, c * f + d * h)]


def _read_links(data: bytes) -> dict[int, list[int]]:
    """Return item id -> indices of its properties (`ipma`)."""
    version, flags = data[0] if data else 0, data[3] if len(data) > 3 else 0
    id_size, index_size = (4 if version else 2), (2 if flags & 1 else 1)
    links: dict[int, list[int]] = {}
    at = 8
    for _ in range(min(int.from_bytes(data[4:8], "big"), MAX_BOXES)):
        if at + id_size >= len(data):
            break
        item, count = int.from_bytes(data[at : at + id_size], "big"), data[at + id_size]
        at += id_size + 1
        mask = 0x7FFF if index_size == 2 else 0x7F
        links[item] = [
            int.from_bytes(data[i : i + index_size], "big") & mask
            for i in range(at, at + count * index_size, index_size)
        ]
        at += count * index_size
    return links


def read_exif(file: BinaryIO) -> bytes | None:
    """Return the EXIF block (from its TIFF header) of a HEIF file, None when there is none where it should be."""
    for _, payload in iterate_file_boxes(file, frozenset({b"meta"})):
        inner = dict(iterate_boxes(payload[4:]))
        item = _find_item(inner.get(b"iinf", b""), b"Exif")
        place = _locate_item(inner.get(b"iloc", b""), item) if item else None
        if place is None:
            return None
        file.seek(place[0])
        block = file.read(min(place[1], 1_000_000))
        start = 4 + int.from_bytes(block[:4], "big")
        return block[start:] if start < len(block) else None
    return None


def _find_item(data: bytes, kind: bytes) -> int | None:
    """Return the id of the first item of a kind in `iinf`."""
    for name, entry in iterate_boxes(data[6 if data[:1] == b"\x00" else 8 :]):
        if name == b"infe" and entry[:1] in (b"\x02", b"\x03"):
            size = 2 if entry[0] == 2 else 4
            if entry[6 + size : 10 + size] == kind:
                return int.from_bytes(entry[4 : 4 + size], "big")
    return None


def _locate_item(data: bytes, item: int) -> tuple[int, int] | None:
    """Return offset and length of an item of one extent in the file (`iloc`), None when it lies otherwise."""
    version = data[0] if data else 0
    offset_size, length_size = (data[4] >> 4, data[4] & 15) if len(data) > 5 else (0, 0)
    base_size, index_size = (data[5] >> 4, data[5] & 15 if version else 0) if len(data) > 5 else (0, 0)
    id_size = 4 if version == 2 else 2
    at = 6

    def take(size: int) -> int:
        nonlocal at
        at += size
        return int.from_bytes(data[at - size : at], "big")

    for _ in range(min(take(id_size), MAX_BOXES)):
        found = take(id_size)
        method = take(2) & 15 if version else 0
        take(2)
        base = take(base_size)
        extents = [(take(index_size), take(offset_size), take(length_size)) for _ in range(min(take(2), MAX_BOXES))]
        if at > len(data):
            return None
        if found == item:
            is_plain = method == 0 and len(extents) == 1
            return (base + extents[0][1], extents[0][2]) if is_plain else None
    return None


def _from_movie(data: bytes) -> tuple[int, int, int]:
    """Return width, height and number of samples of the first track with pictures (an image sequence)."""
    for kind, track in iterate_boxes(data):
        if kind != b"trak":
            continue
        width = height = samples = 0
        for inner, payload in iterate_boxes(track):
            if inner == b"tkhd" and len(payload) >= 8:
                width, height = (
                    int.from_bytes(payload[i : i + 2], "big") for i in (len(payload) - 8, len(payload) - 4)
                )
        path = track
        for name in (b"mdia", b"minf", b"stbl", b"stsz"):
            path = next((payload for inner, payload in iterate_boxes(path) if inner == name), b"")
        if len(path) >= 12:
            samples = int.from_bytes(path[8:12], "big")
        if width and height:
            return width, height, min(samples, 1_000_000)
    return 0, 0, 0
