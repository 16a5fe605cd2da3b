"""The true type of a file, told from its content.

A name proves nothing: the first bytes decide. What is not a photo is refused with one sentence that a
person can act on.

Sources of the signatures: ISO/IEC 14496-12 (``ftyp``), ISO/IEC 23008-12 (HEIF brands), the AVIF and JPEG XL
container specifications, TIFF 6.0, DNG 1.7 and the magic numbers that LibRaw looks for.
"""

from __future__ import annotations

import enum
import re
from pathlib import Path
from typing import NamedTuple

from calotype.media.tiff_tags import TiffDirectory, read_directories

HEAD_BYTES = 65_536
"""How much of a file `sniff` wants to see. Less is allowed and may tell less."""


class NotAPhoto(Exception):
    """The content is not a photo that the library keeps; ``str(error)`` is one sentence saying why."""


class _Kind(NamedTuple):
    mime: str
    extension: str
    is_browser_safe: bool
    is_raw: bool = False


class MediaType(enum.IntEnum):
    """The kinds of photo. The numbers are stored: they never change, new kinds get new numbers."""

    JPEG = 1
    PNG = 2
    WEBP = 3
    GIF = 4
    TIFF = 5
    BMP = 6
    HEIC = 7
    AVIF = 8
    JXL = 9
    DNG = 20
    NEF = 21
    CR2 = 22
    CR3 = 23
    ARW = 24
    ORF = 25
    RAF = 26
    RW2 = 27
    PEF = 28

    @property
    def mime(self) -> str:
        """The media type for HTTP, like ``image/jpeg``."""
        return _KINDS[self].mime

    @property
    def extension(self) -> str:
        """The usual extension without a dot, like ``jpg``."""
        return _KINDS[self].extension

    @property
    def browser_safe(self) -> bool:
        """True when browsers of today show the original as it is."""
        return _KINDS[self].is_browser_safe

    @property
    def is_raw(self) -> bool:
        """True for sensor data, which only LibRaw may decode."""
        return _KINDS[self].is_raw


_KINDS: dict[MediaType, _Kind] = {
    MediaType.JPEG: _Kind("image/jpeg", "jpg", is_browser_safe=True),
    MediaType.PNG: _Kind("image/png", "png", is_browser_safe=True),
    MediaType.WEBP: _Kind("image/webp", "webp", is_browser_safe=True),
    MediaType.GIF: _Kind("image/gif", "gif", is_browser_safe=True),
    MediaType.TIFF: _Kind("image/tiff", "tif", is_browser_safe=False),
    MediaType.BMP: _Kind("image/bmp", "bmp", is_browser_safe=True),
    MediaType.HEIC: _Kind("image/heic", "heic", is_browser_safe=False),
    MediaType.AVIF: _Kind("image/avif", "avif", is_browser_safe=True),
    MediaType.JXL: _Kind("image/jxl", "jxl", is_browser_safe=False),
    MediaType.DNG: _Kind("image/x-adobe-dng", "dng", is_browser_safe=False, is_raw=True),
    MediaType.NEF: _Kind("image/x-nikon-nef", "nef", is_browser_safe=False, is_raw=True),
    MediaType.CR2: _Kind("image/x-canon-cr2", "cr2", is_browser_safe=False, is_raw=True),
    MediaType.CR3: _Kind("image/x-canon-cr3", "cr3", is_browser_safe=False, is_raw=True),
    MediaType.ARW: _Kind("image/x-sony-arw", "arw", is_browser_safe=False, is_raw=True),
    MediaType.ORF: _Kind("image/x-olympus-orf", "orf", is_browser_safe=False, is_raw=True),
    MediaType.RAF: _Kind("image/x-fuji-raf", "raf", is_browser_safe=False, is_raw=True),
    MediaType.RW2: _Kind("image/x-panasonic-rw2", "rw2", is_browser_safe=False, is_raw=True),
    MediaType.PEF: _Kind("image/x-pentax-pef", "pef", is_browser_safe=False, is_raw=True),
}

_VIDEO = "The file is a video; videos are not supported yet."
_AUDIO = "The file is a sound recording, not a photo."
_ARCHIVE = "The file is an archive; unpack it and import the photos inside."
_PROGRAM = "The file is a program, not a photo."

# (offset, signature, type), asked in this order.
_PHOTOS: tuple[tuple[int, bytes, MediaType], ...] = (
    (0, b"\xff\xd8\xff", MediaType.JPEG),
    (0, b"\x89PNG\r\n\x1a\n", MediaType.PNG),
    (0, b"GIF87a", MediaType.GIF),
    (0, b"GIF89a", MediaType.GIF),
    (0, b"\xff\x0a", MediaType.JXL),
    (0, b"\x00\x00\x00\x0cJXL \r\n\x87\n", MediaType.JXL),
    (0, b"FUJIFILMCCD-RAW", MediaType.RAF),
    (0, b"IIRO", MediaType.ORF),
    (0, b"IIRS", MediaType.ORF),
    (0, b"MMOR", MediaType.ORF),
    (0, b"IIU\x00", MediaType.RW2),
)

# (offset, signature, sentence), asked after the photos.
_REFUSED: tuple[tuple[int, bytes, str], ...] = (
    (0, b"%PDF-", "The file is a PDF document, not a photo."),
    (0, b"8BPS", "The file is a Photoshop document; export it as JPEG, PNG or TIFF first."),
    (0, b"\x00\x00\x00\x0cjP  \r\n\x87\n", "JPEG 2000 files are not supported; convert it to JPEG or PNG first."),
    (0, b"\xff\x4f\xff\x51", "JPEG 2000 files are not supported; convert it to JPEG or PNG first."),
    (0, b"\x00\x00\x01\x00", "The file is an icon (ICO), not a photo."),
    (0, b"\x00\x00\x02\x00", "The file is a mouse pointer (CUR), not a photo."),
    (6, b"HEAPCCDR", "Canon CRW raw files are not supported; convert it to DNG first."),
    (0, b"FOVb", "Sigma X3F raw files are not supported; convert it to DNG first."),
    (0, b"v/1\x01", "OpenEXR files are not supported; convert it to TIFF or PNG first."),
    (0, b"#?RADIANCE", "Radiance HDR files are not supported; convert it to TIFF or PNG first."),
    (0, b"gimp xcf", "The file is a GIMP document; export it as JPEG, PNG or TIFF first."),
    (0, b"BPG\xfb", "BPG files are not supported; convert it to JPEG or PNG first."),
    (0, b"qoif", "QOI files are not supported; convert it to PNG first."),
    (0, b"\x8aMNG", _VIDEO),
    (0, b"MZ", _PROGRAM),
    (0, b"\x7fELF", _PROGRAM),
    (0, b"\xfe\xed\xfa", _PROGRAM),
    (0, b"\xce\xfa\xed\xfe", _PROGRAM),
    (0, b"\xcf\xfa\xed\xfe", _PROGRAM),
    (0, b"\xca\xfe\xba\xbe", _PROGRAM),
    (0, b"#!", "The file is a script, not a photo."),
    (0, b"PK\x03\x04", _ARCHIVE),
    (0, b"PK\x05\x06", _ARCHIVE),
    (0, b"PK\x07\x08", _ARCHIVE),
    (0, b"\x1f\x8b", _ARCHIVE),
    (0, b"BZh", _ARCHIVE),
    (0, b"\xfd7zXZ\x00", _ARCHIVE),
    (0, b"7z\xbc\xaf\x27\x1c", _ARCHIVE),
    (0, b"Rar!\x1a\x07", _ARCHIVE),
    (0, b"\x28\xb5\x2f\xfd", _ARCHIVE),
    (257, b"ustar", _ARCHIVE),
    (0, b"\x1a\x45\xdf\xa3", _VIDEO),
    (0, b"FLV\x01", _VIDEO),
    (0, b"\x00\x00\x01\xba", _VIDEO),
    (0, b"\x00\x00\x01\xb3", _VIDEO),
    (0, b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", _VIDEO),
    (4, b"moov", _VIDEO),
    (4, b"mdat", _VIDEO),
    (4, b"wide", _VIDEO),
    (4, b"pnot", _VIDEO),
    (4, b"skip", _VIDEO),
    (4, b"free", _VIDEO),
    (0, b"OggS", "The file is an Ogg recording, not a photo; videos are not supported yet."),
    (0, b"ID3", _AUDIO),
    (0, b"fLaC", _AUDIO),
    (0, b"SQLite format 3\x00", "The file is a database, not a photo."),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "The file is an office document, not a photo."),
    (0, b"{\\rtf", "The file is a text document, not a photo."),
)

_HEIC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs"})
_AVIF_BRANDS = frozenset({b"avif", b"avis"})
_GENERIC_HEIF_BRANDS = frozenset({b"mif1", b"mif2", b"msf1", b"miaf"})

# Extensions of things a web server or a shell would run. A photo under such a name is most likely an attack.
_ACTIVE_EXTENSIONS = frozenset({"html", "htm", "xhtml", "shtml", "svg", "svgz", "js", "mjs", "php", "swf", "xht"})

_MARKUPS: tuple[tuple[bytes, str], ...] = (
    (b"<svg", "SVG drawings are not supported: they can carry scripts; export it as PNG."),
    (b"<html", "The file is a web page, not a photo."),
    (b"<!doctype html", "The file is a web page, not a photo."),
    (b"<script", "The file is a web page, not a photo."),
    (b"<body", "The file is a web page, not a photo."),
    (b"<rdf:rdf", "The file is a metadata sidecar without its photo."),
    (b"<x:xmpmeta", "The file is a metadata sidecar without its photo."),
)
_PNM = re.compile(rb"P[1-7][\s#]")
_MARKUP = re.compile(rb"<\s*(?:!--|\?|[a-zA-Z!])")


def sniff(head: bytes, name: str | None = None) -> MediaType:
    """Return the type of the photo whose first bytes are `head` (best: the first `HEAD_BYTES`).

    `name` is the name the file was given with. It never makes a photo of something; it only refuses what is
    named like a web page or a script, because somebody might be tricked to open it as one.

    Raises `NotAPhoto`.
    """
    media_type = _find_photo(head)
    if media_type is None:
        raise NotAPhoto(_refusal(head))
    extension = (name or "").rpartition(".")[2].strip().casefold()
    if "." in (name or "") and extension in _ACTIVE_EXTENSIONS:
        raise NotAPhoto(f"A picture named like a web page (.{extension}) is not taken; rename it if it is yours.")
    return media_type


def sniff_file(path: Path, name: str | None = None) -> MediaType:
    """Like `sniff`, for a file. Raises `NotAPhoto`, and `OSError` when it cannot be read."""
    with path.open("rb") as file:
        return sniff(file.read(HEAD_BYTES), name)


def is_sidecar(name: str, head: bytes) -> bool:
    """True for an XMP sidecar: named ``.xmp`` and holding an XMP packet or bare RDF."""
    if not name.casefold().endswith(".xmp"):
        return False
    start = head[:8192].replace(b"\x00", b"")  # UTF-16 without its zeros reads well enough here
    return any(mark in start for mark in (b"<x:xmpmeta", b"<rdf:RDF", b"adobe:ns:meta", b"<x:xapmeta"))


def _find_photo(head: bytes) -> MediaType | None:
    for offset, signature, media_type in _PHOTOS:
        if head.startswith(signature, offset):
            return media_type
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return MediaType.WEBP
    if head[4:8] == b"ftyp":
        return _find_boxed(head)
    if head[:4] in (b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+"):
        return _sniff_tiff(head)
    if head[:2] == b"BM" and _is_bmp(head):
        return MediaType.BMP
    return None


def _brands(head: bytes) -> tuple[bytes, ...]:
    """Return the major brand and the compatible brands of an ISO base media file."""
    end = min(int.from_bytes(head[:4], "big"), 4096, len(head))
    return (head[8:12], *(head[i : i + 4] for i in range(16, end - 3, 4)))


def _find_boxed(head: bytes) -> MediaType | None:
    major, *compatible = _brands(head)
    if major == b"crx ":
        return MediaType.CR3
    if major in _AVIF_BRANDS:
        return MediaType.AVIF
    if major in _GENERIC_HEIF_BRANDS:
        is_av1 = bool(_AVIF_BRANDS.intersection(compatible)) or (b"av01" in head and b"hvc1" not in head)
        return MediaType.AVIF if is_av1 else MediaType.HEIC
    return MediaType.HEIC if major in _HEIC_BRANDS else None


def _is_bmp(head: bytes) -> bool:
    """BM alone begins many texts; the size of the second header makes it sure."""
    return int.from_bytes(head[14:18], "little") in (12, 16, 40, 52, 56, 64, 108, 124)


def _sniff_tiff(head: bytes) -> MediaType:
    """Tell raw files from plain TIFF: the CR2 mark, the DNG version, or a sensor image of a known maker."""
    if head[8:10] == b"CR" and head[:2] == b"II":
        return MediaType.CR2
    directories = read_directories(head)
    if any(directory.has(0xC612) for directory in directories):  # DNGVersion
        return MediaType.DNG
    if not any(_holds_sensor_image(directory) for directory in directories):
        return MediaType.TIFF
    maker = next((text for d in directories if (text := d.text(0x010F).upper())), "")
    for prefix, media_type in (
        ("NIKON", MediaType.NEF),
        ("SONY", MediaType.ARW),
        ("PENTAX", MediaType.PEF),
        ("RICOH", MediaType.PEF),
        ("OLYMPUS", MediaType.ORF),
        ("CANON", MediaType.CR2),
    ):
        if maker.startswith(prefix):
            return media_type
    raise NotAPhoto("Raw files of this camera are not supported; convert it to DNG first.")


def _holds_sensor_image(directory: TiffDirectory) -> bool:
    """True for a colour filter array or linear raw image, or a pointer to one that lies outside the head."""
    if directory.number(0x0106) in (32803, 34892):  # PhotometricInterpretation
        return True
    # NEF and ARW begin with a reduced picture and keep the sensor image in sub-directories.
    is_reduced = bool((directory.number(0x00FE) or 0) & 1)
    return is_reduced and directory.is_first and directory.has(0x014A)


def _refusal(head: bytes) -> str:
    """Return the sentence for something that is no photo."""
    if not head.strip(b"\x00"):
        return "The file holds only zeros; it was damaged when it was copied." if head else "The file is empty."
    for offset, signature, sentence in _REFUSED:
        if head.startswith(signature, offset):
            return sentence
    if head[4:8] == b"ftyp":
        return _boxed_refusal(head)
    if head[:4] in (b"RIFF", b"RIFX"):
        return _AUDIO if head[8:12] == b"WAVE" else _VIDEO
    is_transport_stream = len(head) > 376 and head[0] == head[188] == head[376] == 0x47
    unknown = _VIDEO if is_transport_stream else "The content is not an image format that is known here."
    return _text_refusal(head) or unknown


def _boxed_refusal(head: bytes) -> str:
    brand = head[8:12]
    if brand in (b"jp2 ", b"jpx ", b"jpm "):
        return "JPEG 2000 files are not supported; convert it to JPEG or PNG first."
    if brand in (b"M4A ", b"M4B ", b"M4P "):
        return _AUDIO
    if brand in (b"avci", b"avcs", b"jpeg", b"jpgs"):
        return "This kind of HEIF (neither HEVC nor AV1) is not supported; convert it to JPEG first."
    return _VIDEO


def _text_refusal(head: bytes) -> str | None:
    """Return the sentence for text and markup, None for other bytes."""
    start = head[:4096]
    if start[:2] in (b"\xff\xfe", b"\xfe\xff"):
        start = start.replace(b"\x00", b"")
    start = start.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    lower = start.lower()
    if _MARKUP.match(start):
        return next(
            (sentence for mark, sentence in _MARKUPS if mark in lower),
            "The file is an XML or text document, not a photo.",
        )
    if _PNM.match(start):
        return "PNM files are not supported; convert it to PNG first."
    if start[:1] in (b"{", b"[") and b"\x00" not in start:
        return "The file is a JSON or text document, not a photo."
    printable = sum(byte >= 32 or byte in b"\t\r\n\f\x1b" for byte in start)
    if start and b"\x00" not in start and printable == len(start) and len(start) > 8:
        return "The file is text, not a photo."
    return None
