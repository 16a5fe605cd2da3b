"""All tags of a file as plain text, read by exiv2 and bounded.

Nothing here understands a tag; `metadata` does. Reading never raises for what is in the file: what can be read is
returned, the rest becomes a sentence in `problems`.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import exiv2

from calotype.media.embedded import find_blocks
from calotype.media.sniff import MediaType
from calotype.media.text import clean_text

exiv2.LogMsg.setLevel(exiv2.LogMsg.Level.mute)
exiv2.enableBMFF(True)  # noqa: FBT003 - the vendor's signature

MAX_TAGS = 500
MAX_VALUE_CHARS = 1000
MAX_SIDECAR_BYTES = 4 * 1024 * 1024
_MAX_READ = 20_000  # tags looked at
_MAX_BINARY_BYTES = 512  # longer opaque values are only counted

_BINARY_TYPES = frozenset({"Undefined", "Byte", "SByte"})
_OPAQUE = (
    "MakerNote",
    "XMLPacket",
    "InterColorProfile",
    "IPTCNAA",
    "ImageResources",
    "PrintImageMatching",
    "DNGPrivateData",
    "JPEGTables",
    "StripOffsets",
    "StripByteCounts",
    "TileOffsets",
    "TileByteCounts",
)
# Shown by exiv2 as text although they are stored as bytes.
_TEXT_IN_BYTES = frozenset(
    {
        "Exif.Photo.UserComment",
        "Exif.Image.XPTitle",
        "Exif.Image.XPComment",
        "Exif.Image.XPAuthor",
        "Exif.Image.XPKeywords",
        "Exif.Image.XPSubject",
    }
)


@dataclass
class Tags:
    """Tags by their exiv2 key. EXIF values are as stored (``57/1 46/1``), IPTC and XMP may have several."""

    exif: dict[str, str] = field(default_factory=dict)
    iptc: dict[str, list[str]] = field(default_factory=dict)
    xmp: dict[str, list[str]] = field(default_factory=dict)
    sidecar: dict[str, list[str]] = field(default_factory=dict)
    maker_note: bytes = b""
    shown: dict[str, str] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)


def read_tags(path: Path, media_type: MediaType, sidecars: Iterable[bytes] = ()) -> Tags:
    """Read the tags in a file and in XMP sidecars (the first that has a tag wins). Raises only `OSError`."""
    tags = Tags()
    for sidecar in sidecars:
        _read_sidecar(tags, sidecar)
    path.stat()
    _read_image(tags, str(path.absolute()))
    if not tags.exif:
        # exiv2 gives up on files whose colour profile or order of segments it does not like.
        exif, xmp = find_blocks(path, media_type)
        if exif:
            tags.problems.clear()
            _read_image(tags, exif)
        if xmp and not tags.xmp:
            _read_packet(tags, tags.xmp, xmp, "")
    return tags


def _read_image(tags: Tags, source: str | bytes) -> None:
    """Read from a path or from bytes (an EXIF block is a small TIFF)."""
    try:
        image = exiv2.ImageFactory.open(source)
        image.readMetadata()
    except exiv2.Exiv2Error as error:
        tags.problems.append(f"The metadata cannot be read ({clean_text(_reason(error), 120)}).")
        return
    for read, container in ((_read_exif, "EXIF"), (_read_iptc, "IPTC"), (_read_xmp, "XMP")):
        try:
            read(tags, image)
        except (exiv2.Exiv2Error, ValueError, RuntimeError, IndexError, OverflowError) as error:
            tags.problems.append(f"The {container} block is damaged ({clean_text(_reason(error), 120)}).")


def _reason(error: Exception) -> str:
    text = str(getattr(error, "message", "") or error)
    return text.rpartition(": ")[2] or text


def _show(tags: Tags, key: str, value: str) -> None:
    if len(tags.shown) < MAX_TAGS and value:
        tags.shown.setdefault(clean_text(key, 200), clean_text(value, MAX_VALUE_CHARS))


def _read_exif(tags: Tags, image: Any) -> None:
    for count, datum in enumerate(image.exifData()):
        key = datum.key()
        if count >= _MAX_READ:
            tags.problems.append("The EXIF block has too many tags; the rest was not read.")
            break
        name = key.rpartition(".")[2]
        if key == "Exif.Photo.MakerNote" and datum.size() < 1_000_000:
            tags.maker_note = bytes(datum.value().data())
        if name in _OPAQUE or key.startswith("Exif.Thumbnail"):
            continue
        if key in _TEXT_IN_BYTES:
            value = str(datum.print()) if datum.size() < 1_000_000 else ""
            tags.exif.setdefault(key, value)
            _show(tags, key, value)
        elif datum.size() > _MAX_BINARY_BYTES and datum.typeName() != "Ascii":
            _show(tags, key, f"({datum.size():,} bytes)")
        else:
            value = datum.toString()
            if key not in tags.exif:
                tags.exif[key] = value[: MAX_VALUE_CHARS * 8]
            if len(tags.shown) < MAX_TAGS:  # what exiv2 prints is dear
                _show(tags, key, value if datum.typeName() == "Ascii" else str(datum.print()))


def _read_iptc(tags: Tags, image: Any) -> None:
    for count, datum in enumerate(image.iptcData()):
        if count >= _MAX_READ:
            break
        if datum.size() > 100_000:
            continue
        key, value = datum.key(), datum.toString()
        tags.iptc.setdefault(key, []).append(value)
        _show(tags, key, value)
    for key, values in tags.iptc.items():
        if len(values) > 1:
            tags.shown[clean_text(key, 200)] = clean_text(", ".join(values), MAX_VALUE_CHARS)


def _read_xmp(tags: Tags, image: Any) -> None:
    _collect_xmp(tags, tags.xmp, image.xmpData(), "")


def _read_sidecar(tags: Tags, sidecar: bytes) -> None:
    found: dict[str, list[str]] = {}
    _read_packet(tags, found, sidecar, "sidecar:")
    known = {key.partition("/")[0] for key in tags.sidecar}  # lists of structures are taken whole, not mixed
    for key, values in found.items():
        if "/" not in key or key.partition("/")[0] not in known:
            tags.sidecar.setdefault(key, values)


def _read_packet(tags: Tags, found: dict[str, list[str]], packet: bytes, prefix: str) -> None:
    """Read an XMP packet that stands alone."""
    name = "sidecar" if prefix else "XMP block"
    if len(packet) > MAX_SIDECAR_BYTES:
        tags.problems.append(f"The {name} is too large to be read.")
        return
    text = _decode_packet(packet)
    if "<!DOCTYPE" in text or "<!ENTITY" in text:  # XMP needs neither; attacks do
        tags.problems.append(f"The {name} defines entities and was not read.")
        return
    try:
        image = exiv2.ImageFactory.open(_wrap(text).encode("utf-8"))
        image.readMetadata()
        _collect_xmp(tags, found, image.xmpData(), prefix)
    except (exiv2.Exiv2Error, ValueError, RuntimeError) as error:
        tags.problems.append(f"The {name} cannot be read ({clean_text(_reason(error), 120)}).")


def _decode_packet(packet: bytes) -> str:
    if packet.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return packet.decode("utf-16", "replace")
    try:
        return packet.decode("utf-8-sig").replace("\x00", "")
    except UnicodeDecodeError:
        return packet.decode("cp1252", "replace").replace("\x00", "")


def _wrap(text: str) -> str:
    """Bring bare RDF, and XMP after comments, into the form that exiv2 recognises."""
    start = max(text.find("<x:xmpmeta"), text.find("<x:xapmeta"))
    if start >= 0:
        return text[start:]
    start = text.find("<rdf:RDF")
    return f'<x:xmpmeta xmlns:x="adobe:ns:meta/">{text[start:]}</x:xmpmeta>' if start >= 0 else text


def _collect_xmp(tags: Tags, found: dict[str, list[str]], data: Any, prefix: str) -> None:
    for count, datum in enumerate(data):
        if count >= _MAX_READ:
            tags.problems.append("The XMP packet has too many tags; the rest was not read.")
            break
        if datum.size() > 1_000_000:
            continue
        key = datum.key()
        values = [value for value in _xmp_values(datum) if value]
        if values and not values[0].startswith('type="'):
            found.setdefault(key, []).extend(values)
            _show(tags, prefix + key, ", ".join(values))


def _xmp_values(datum: Any) -> list[str]:
    kind = datum.typeName()
    if kind == "LangAlt":
        languages = dict(datum.value().items())
        first = languages.get("x-default") or next(iter(languages.values()), "")
        return [str(first)]
    if kind in ("XmpBag", "XmpSeq", "XmpAlt"):
        value = datum.value()
        return [value.toString(i) for i in range(min(value.count(), 1000))]
    return [str(datum.toString())]
