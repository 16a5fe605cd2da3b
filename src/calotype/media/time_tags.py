"""The time a photo was taken, among all the times that its tags hold.

Order: an XMP sidecar, then the times of the exposure (EXIF, XMP, IPTC), then those of digitising, then the last
change. A date without a time of day gives way to a later source that knows the time of the same day.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from calotype.media.dates import ClockTime, offset_from_gps, parse_offset, parse_time
from calotype.media.tags import Tags
from calotype.media.text import clean_text

# Key of the time, of its offset, of its fraction of a second.
_ExifKeys = tuple[str, str, str]
_ORIGINAL: _ExifKeys = (
    "Exif.Photo.DateTimeOriginal",
    "Exif.Photo.OffsetTimeOriginal",
    "Exif.Photo.SubSecTimeOriginal",
)
_ORIGINAL_IN_IFD0: _ExifKeys = ("Exif.Image.DateTimeOriginal", *_ORIGINAL[1:])
_DIGITIZED: _ExifKeys = (
    "Exif.Photo.DateTimeDigitized",
    "Exif.Photo.OffsetTimeDigitized",
    "Exif.Photo.SubSecTimeDigitized",
)
_CHANGED: _ExifKeys = ("Exif.Image.DateTime", "Exif.Photo.OffsetTime", "Exif.Photo.SubSecTime")
_XMP_TAKEN = ("Xmp.exif.DateTimeOriginal", "Xmp.photoshop.DateCreated")
_XMP_DIGITIZED = ("Xmp.xmp.CreateDate", "Xmp.exif.DateTimeDigitized")
_OFFSETS = ("OffsetTimeOriginal", "OffsetTime", "OffsetTimeDigitized")


@dataclass(frozen=True)
class FoundTime:
    """A clock time with its source and, where it is known, its offset from UTC in minutes and where that is from."""

    local: datetime
    source: str
    offset_min: int | None = None
    offset_source: str | None = None
    is_date_only: bool = False


def find_time(tags: Tags, gps_time_utc: datetime | None, latest: datetime, problems: list[str]) -> FoundTime | None:
    """Return the time the photo was taken, None when no tag tells one that can be true."""
    candidates = list(_candidates(tags, latest, problems))
    if not candidates:
        return None
    source, time = candidates[0]
    if not time.has_clock:
        same_day = (other for other in candidates if other[1].has_clock and other[1].local.date() == time.local.date())
        source, time = next(same_day, (source, time))
    offset, offset_source = _find_offset(tags, time, [other for _, other in candidates], gps_time_utc)
    local = time.local.replace(microsecond=time.local.microsecond // 1000 * 1000)
    return FoundTime(local, source, offset, offset_source, is_date_only=not time.has_clock)


def _candidates(tags: Tags, latest: datetime, problems: list[str]) -> Iterator[tuple[str, ClockTime]]:
    """Yield every time that can be true with its source, best first."""

    def read(key: str, text: str) -> ClockTime | None:
        text = text.replace("\x00", "").strip()
        time = parse_time(text, latest)
        if time is None and text.strip(" :0-T"):
            problems.append(f"{key.rpartition('.')[2]} is no time that can be true: {clean_text(text, 40)!r}.")
        return time

    def of_xmp(source: str, xmp: dict[str, list[str]], keys: tuple[str, ...]) -> Iterator[tuple[str, ClockTime]]:
        for key in keys:
            time = read(key, next(iter(xmp.get(key, [])), ""))
            if time is not None:
                yield source, time

    def of_exif(keys: _ExifKeys) -> Iterator[tuple[str, ClockTime]]:
        time = read(keys[0], tags.exif.get(keys[0], ""))
        if time is not None:
            yield "exif", _with_parts(time, tags.exif.get(keys[1], ""), tags.exif.get(keys[2], ""))

    yield from of_xmp("sidecar", tags.sidecar, _XMP_TAKEN + _XMP_DIGITIZED)
    yield from of_exif(_ORIGINAL)
    yield from of_xmp("xmp", tags.xmp, _XMP_TAKEN)
    yield from of_exif(_ORIGINAL_IN_IFD0)
    day = next(iter(tags.iptc.get("Iptc.Application2.DateCreated", [])), "")
    clock = next(iter(tags.iptc.get("Iptc.Application2.TimeCreated", [])), "")
    iptc = parse_time(f"{day} {clock}", latest) or parse_time(day, latest)
    if iptc is not None:
        yield "iptc", iptc
    yield from of_exif(_DIGITIZED)
    yield from of_xmp("xmp", tags.xmp, _XMP_DIGITIZED)
    yield from of_exif(_CHANGED)


def _with_parts(time: ClockTime, offset: str, fraction: str) -> ClockTime:
    """Add the offset and the fraction of a second that EXIF keeps in tags of their own."""
    local, fraction = time.local, fraction.strip()
    if fraction.isascii() and fraction.isdigit() and not local.microsecond:
        local = local.replace(microsecond=int(fraction.ljust(6, "0")[:6]))
    found = time.offset_min if time.offset_min is not None else parse_offset(offset)
    return dataclasses.replace(time, local=local, offset_min=found)


def _find_offset(
    tags: Tags, time: ClockTime, others: list[ClockTime], gps_time_utc: datetime | None
) -> tuple[int | None, str | None]:
    if time.offset_min is not None:
        return time.offset_min, "offset_tag"
    for name in _OFFSETS:  # a sidecar seldom repeats the offset that the camera wrote
        texts = [*tags.sidecar.get(f"Xmp.exif.{name}", []), tags.exif.get(f"Exif.Photo.{name}", "")]
        texts += [*tags.xmp.get(f"Xmp.exif.{name}", []), *tags.xmp.get(f"Xmp.exifEX.{name}", [])]
        offset = next((found for text in texts if (found := parse_offset(text)) is not None), None)
        if offset is not None:
            return offset, "offset_tag"
    for other in others:
        # The same moment written again, with its offset. A Z is not trusted here: programs add it to clock times.
        if other.offset_min and abs((other.local - time.local).total_seconds()) < 1:
            return other.offset_min, "offset_tag"
    if gps_time_utc is not None and time.has_clock:
        offset = offset_from_gps(time.local, gps_time_utc)
        if offset is not None:
            return offset, "gps_time"
    return None, None
