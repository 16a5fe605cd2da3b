"""What a photo says about itself: when, where, with which camera, and what people wrote into it.

Sources in order: an XMP sidecar, then EXIF, XMP and IPTC inside the file (the Metadata Working Group's guideline
2.0 for photographs, with its digests left out). Broken or absurd values are left out and named in `problems`;
nothing in a file makes reading fail.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from calotype.media.dates import latest_believable
from calotype.media.heads import Undecodable, probe
from calotype.media.keywords import flatten_keywords
from calotype.media.position import read_position
from calotype.media.regions import NamedRegion, Shape, has_regions, read_regions
from calotype.media.sniff import MediaType
from calotype.media.tags import Tags, read_tags
from calotype.media.text import clean_text
from calotype.media.time_tags import find_time

__all__ = ["Metadata", "read_metadata"]

# What cameras write into the description by themselves.
_EMPTY_PHRASES = frozenset(
    {
        "ascii",
        "binary comment",
        "camera",
        "default",
        "digital camera",
        "exif_jpeg_picture",
        "jpeg",
        "kodak digital still camera",
        "konica minolta digital camera",
        "minolta digital camera",
        "olympus digital camera",
        "samsung digital camera",
        "screenshot",
        "sony dsc",
        "untitled",
    }
)
_NUMBERED = re.compile(r"[A-Za-z]{0,4}_?\d{4,}")  # 000015, DSC00019: the camera's counter, not a description
_CHARSET = re.compile(r'charset="?\w+"? ?')  # exiv2's prefix of user comments

_MAKERS_LENSES = (
    "Exif.CanonCs.LensType",
    "Exif.NikonLd3.LensIDNumber",
    "Exif.NikonLd2.LensIDNumber",
    "Exif.Nikon3.Lens",
    "Exif.Pentax.LensType",
    "Exif.PentaxDng.LensType",
    "Exif.OlympusEq.LensModel",
    "Exif.Panasonic.LensType",
    "Exif.Sony1.LensID",
    "Exif.Sony2.LensID",
    "Exif.MinoltaCsNew.LensID",
)

_TITLES = (
    "Xmp.dc.title",
    "Iptc.Application2.ObjectName",
    "Exif.Image.XPTitle",
    "Iptc.Application2.Headline",
    "Xmp.photoshop.Headline",
)
_DESCRIPTIONS = (
    "Xmp.dc.description",
    "Exif.Image.ImageDescription",
    "Iptc.Application2.Caption",
    "Exif.Photo.UserComment",
    "Exif.Image.XPComment",
    "Xmp.exif.UserComment",
)
_ISO = (
    "Exif.Photo.ISOSpeedRatings",
    "Exif.Photo.ISOSpeed",
    "Exif.Photo.RecommendedExposureIndex",
    "Exif.Image.ISOSpeedRatings",
    "Xmp.exif.ISOSpeedRatings",
    "Xmp.exifEX.PhotographicSensitivity",
)
_MAKERS_ISO = ("Exif.CanonSi.ISOSpeed", "Exif.CanonCs.ISOSpeed")


@dataclass(frozen=True)
class Metadata:
    """The metadata of one photo. What is unknown is None or empty.

    `taken_local` is a clock time without zone, to the millisecond; `taken_source` is ``sidecar``, ``exif``, ``xmp`` or
    ``iptc``. `offset_min` is the offset from UTC in minutes, `offset_source` ``offset_tag`` or ``gps_time``.
    `gps_time_utc` is naive UTC. Exposure is in seconds, focal lengths are in millimetres, the altitude in metres,
    the position in degrees. `rating` is 0..5, -1 rejected. `raw` holds at most 500 tags by exiv2 key, values at most
    1000 characters. `regions` are the faces that programs named, in the upright picture.
    """

    taken_local: datetime | None = None
    taken_source: str | None = None
    is_date_only: bool = False
    offset_min: int | None = None
    offset_source: str | None = None
    gps_time_utc: datetime | None = None
    make: str | None = None
    model: str | None = None
    lens: str | None = None
    exposure_s: float | None = None
    f_number: float | None = None
    iso: int | None = None
    focal_mm: float | None = None
    focal_35mm: float | None = None
    latitude: float | None = None
    longitude: float | None = None
    altitude_m: float | None = None
    orientation: int | None = None
    rating: int | None = None
    keywords: tuple[str, ...] = ()
    title: str | None = None
    description: str | None = None
    creator: str | None = None
    live_photo_id: str | None = None
    regions: tuple[NamedRegion, ...] = ()
    raw: dict[str, str] = field(default_factory=dict)
    problems: tuple[str, ...] = ()


def read_metadata(
    path: Path,
    media_type: MediaType,
    sidecars: Sequence[bytes] = (),
    *,
    now: datetime | None = None,
) -> Metadata:
    """Read the metadata of a photo and of its XMP sidecars; the first sidecar that says something wins.

    `now` (aware; default: the present) bounds what times are believed. Raises only `OSError`.
    """
    reader = _Fields(read_tags(path, media_type, sidecars), latest_believable(now or datetime.now(UTC)))
    position = read_position(reader.tags, reader.latest, reader.problems)
    time = find_time(reader.tags, position.time_utc, reader.latest, reader.problems)
    return Metadata(
        taken_local=time.local if time else None,
        taken_source=time.source if time else None,
        is_date_only=time.is_date_only if time else False,
        offset_min=time.offset_min if time else None,
        offset_source=time.offset_source if time else None,
        gps_time_utc=position.time_utc,
        make=reader.text(100, "Exif.Image.Make", "Xmp.tiff.Make"),
        model=reader.text(100, "Exif.Image.Model", "Exif.Image.UniqueCameraModel", "Xmp.tiff.Model"),
        lens=reader.text(150, "Exif.Photo.LensModel", "Xmp.exifEX.LensModel", "Xmp.aux.Lens") or reader.makers_lens(),
        exposure_s=reader.exposure(),
        f_number=reader.number(0.3, 500, "Exif.Photo.FNumber", "Exif.Image.FNumber", "Xmp.exif.FNumber"),
        iso=reader.iso(),
        focal_mm=reader.number(0.1, 10_000, "Exif.Photo.FocalLength", "Exif.Image.FocalLength", "Xmp.exif.FocalLength"),
        focal_35mm=reader.number(1, 20_000, "Exif.Photo.FocalLengthIn35mmFilm", "Xmp.exif.FocalLengthIn35mmFilm"),
        latitude=position.latitude,
        longitude=position.longitude,
        altitude_m=position.altitude_m,
        orientation=reader.orientation(),
        rating=reader.rating(),
        keywords=flatten_keywords(reader.tags),
        title=reader.text(300, *_TITLES, is_phrase=True),
        description=reader.text(5000, *_DESCRIPTIONS, is_phrase=True),
        creator=reader.text(
            200, "Xmp.dc.creator", "Exif.Image.Artist", "Iptc.Application2.Byline", "Exif.Image.XPAuthor"
        ),
        live_photo_id=_apple_content_identifier(reader.tags),
        regions=_named_faces(reader.tags, path, media_type),
        raw=reader.tags.shown,
        problems=tuple(dict.fromkeys(reader.problems))[:20],
    )


class _Fields:
    """Looks fields up in the order of the sources."""

    def __init__(self, tags: Tags, latest: datetime) -> None:
        self.tags = tags
        self.latest = latest
        self.problems = tags.problems

    def _values(self, keys: Iterable[str]) -> Iterable[str]:
        """Yield the values of the keys: those of sidecars first."""
        keys = tuple(keys)
        for key in keys:
            yield from self.tags.sidecar.get(key, [])[:1]
        for key in keys:
            if key in self.tags.exif:
                yield self.tags.exif[key]
            yield from self.tags.xmp.get(key, [])[:1]
            yield from self.tags.iptc.get(key, [])[:1]

    def text(self, max_chars: int, *keys: str, is_phrase: bool = False) -> str | None:
        for value in self._values(keys):
            cleaned = clean_text(value, max_chars, keep_lines=is_phrase)
            if is_phrase:
                cleaned = _CHARSET.sub("", cleaned, count=1) if cleaned.startswith("charset=") else cleaned
                if cleaned.casefold() in _EMPTY_PHRASES or _NUMBERED.fullmatch(cleaned):
                    continue
            if cleaned.strip("? .-_0"):
                return cleaned
        return None

    def number(self, lowest: float, highest: float, *keys: str) -> float | None:
        for value in self._values(keys):
            number = parse_number(value)
            if number is not None and lowest <= number <= highest:
                return round(number, 6)
        return None

    def makers_lens(self) -> str | None:
        """Return the lens as the maker's own notes name it, where exiv2 knows the number."""
        for key in _MAKERS_LENSES:
            name = self.tags.shown.get(key, "")
            if "mm" in name and not name.startswith("("):
                return clean_text(name, 150)
        return None

    def exposure(self) -> float | None:
        keys = ("Exif.Photo.ExposureTime", "Exif.Image.ExposureTime", "Xmp.exif.ExposureTime")
        for value in self._values(keys):
            seconds = parse_number(value)
            if seconds is not None and 0 < seconds <= 1e6:
                return float(f"{seconds:.6g}")
        apex = self.number(-20, 25, "Exif.Photo.ShutterSpeedValue", "Xmp.exif.ShutterSpeedValue")
        return None if apex is None else float(f"{2.0**-apex:.6g}")

    def iso(self) -> int | None:
        iso = self.number(1, 10_000_000, *_ISO)
        if iso is not None:
            return round(iso)
        notes = (parse_number(self.tags.shown.get(key, "")) for key in _MAKERS_ISO)
        return next((round(note) for note in notes if note is not None and 1 <= note <= 10_000_000), None)

    def orientation(self) -> int | None:
        number = self.number(1, 8, "Exif.Image.Orientation", "Xmp.tiff.Orientation")
        return None if number is None else int(number)

    def rating(self) -> int | None:
        stars = self.number(-1, 5, "Xmp.xmp.Rating", "Exif.Image.Rating")
        if stars is not None:
            return round(stars)
        percent = self.number(0, 100, "Xmp.MicrosoftPhoto.Rating", "Exif.Image.RatingPercent")
        return None if percent is None else 0 if percent < 1 else min(5, 1 + round(percent / 25))


def _named_faces(tags: Tags, path: Path, media_type: MediaType) -> tuple[NamedRegion, ...]:
    """Return the faces that programs named. The turn is that of the decoder, not what a sidecar says of it."""
    if not has_regions(tags.sidecar, tags.xmp):
        return ()
    try:
        head = probe(path, media_type)
    except Undecodable:
        return ()  # nobody will see the picture
    return read_regions(tags.sidecar, tags.xmp, Shape(head.orientation, head.coded_width, head.coded_height))


def parse_number(value: str) -> float | None:
    """Read a number or a rational like ``1/250``; of several the first. None when it is none or not finite."""
    first = value.replace(",", " ").split()
    if not first:
        return None
    numerator, _, denominator = first[0][:40].partition("/")
    try:
        number = float(numerator) / float(denominator or 1)
    except (ValueError, ZeroDivisionError, OverflowError):
        return None
    return number if abs(number) < 1e15 else None  # also false for NaN and infinity


def _apple_content_identifier(tags: Tags) -> str | None:
    """Return the identifier that joins the still and the film of a live photo: tag 17 of Apple's maker note."""
    note = tags.maker_note
    if not note.startswith(b"Apple iOS\x00") or note[12:14] not in (b"MM", b"II"):
        return None
    order = ">" if note[12:14] == b"MM" else "<"
    try:
        (count,) = struct.unpack_from(order + "H", note, 14)
        for at in range(16, 16 + min(count, 200) * 12, 12):
            tag, kind, length, offset = struct.unpack_from(order + "HHII", note, at)
            if tag == 0x0011 and kind == 2 and length <= 100:
                identifier = note[offset : offset + length].split(b"\x00")[0].decode("ascii", "ignore")
                return clean_text(identifier, 100) or None
    except struct.error:
        return None
    return None
