"""Where a photo was taken, as EXIF and XMP say it. Doubtful positions are dropped, with the reason."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from calotype.media.tags import Tags

_XMP_ANGLE = re.compile(r"\s*(\d{1,3})(?:[,;]\s*(\d{1,2}(?:\.\d+)?)(?:[,;]\s*(\d{1,2}(?:\.\d+)?))?)?\s*([NSEWnsew])\s*")
_XMP_DEGREES = re.compile(r"\s*([+-]?\d{1,3}(?:\.\d+)?)\s*([NSEWnsew]?)\s*")
_XMP_TIME = re.compile(r"(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?(?:Z|\+00:?00)?")


@dataclass(frozen=True)
class Position:
    """Degrees (south and west are negative), metres above the sea, and the time of the fix (naive, UTC)."""

    latitude: float | None = None
    longitude: float | None = None
    altitude_m: float | None = None
    time_utc: datetime | None = None


def read_position(tags: Tags, latest: datetime, problems: list[str]) -> Position:
    """Return the position: of a sidecar, else of EXIF, else of XMP in the file."""
    time_utc = _exif_time(tags.exif, latest) or _xmp_time(tags.sidecar, latest) or _xmp_time(tags.xmp, latest)
    for found in (_from_xmp(tags.sidecar), _from_exif(tags.exif), _from_xmp(tags.xmp)):
        if found is None:
            continue
        latitude, longitude, altitude = found
        if latitude == 0 and longitude == 0:
            problems.append("The position is 0/0, which means that there was none.")
            continue
        if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
            problems.append("The position is not on the earth and was dropped.")
            continue
        return Position(round(latitude, 7), round(longitude, 7), altitude, time_utc)
    if "Exif.GPSInfo.GPSLatitude" in tags.exif and not problems:
        problems.append("The position is incomplete and was dropped.")
    return Position(time_utc=time_utc)


def _rationals(value: str) -> list[float] | None:
    numbers = []
    for part in value.split()[:3]:
        numerator, _, denominator = part.partition("/")
        try:
            numbers.append(float(numerator) / float(denominator or 1))
        except (ValueError, ZeroDivisionError):
            return None
    return numbers


def _angle(exif: dict[str, str], key: str, positive: str, negative: str) -> float | None:
    parts = _rationals(exif.get(key, ""))
    hemisphere = exif.get(key + "Ref", "").replace("\x00", "").strip()[:1].upper()
    if not parts or hemisphere not in (positive, negative):
        return None
    if any(part < 0 or part > 60 for part in parts[1:]):
        return None
    degrees = float(sum(part / 60.0**i for i, part in enumerate(parts)))
    return -degrees if hemisphere == negative else degrees


def _from_exif(exif: dict[str, str]) -> tuple[float, float, float | None] | None:
    latitude = _angle(exif, "Exif.GPSInfo.GPSLatitude", "N", "S")
    longitude = _angle(exif, "Exif.GPSInfo.GPSLongitude", "E", "W")
    if latitude is None or longitude is None:
        return None
    altitude = _rationals(exif.get("Exif.GPSInfo.GPSAltitude", ""))
    is_below = exif.get("Exif.GPSInfo.GPSAltitudeRef", "0").strip().startswith("1")
    return latitude, longitude, _altitude(altitude[0] if altitude else None, is_below=is_below)


def _altitude(metres: float | None, *, is_below: bool) -> float | None:
    if metres is None or not -12_000 <= metres <= 50_000:
        return None
    return round(-metres if is_below and metres > 0 else metres, 2)


def _xmp_degrees(xmp: dict[str, list[str]], key: str) -> float | None:
    value = next(iter(xmp.get(key, [])), "")
    match = _XMP_ANGLE.fullmatch(value)
    if match:
        parts = [float(part or 0) for part in match.groups()[:3]]
        if parts[1] > 60 or parts[2] > 60:
            return None
        degrees = parts[0] + parts[1] / 60 + parts[2] / 3600
        return -degrees if match[4] in "SWsw" else degrees
    plain = _XMP_DEGREES.fullmatch(value)
    if plain is None:
        return None
    degrees = float(plain[1])
    return -degrees if plain[2] and plain[2] in "SWsw" else degrees


def _from_xmp(xmp: dict[str, list[str]]) -> tuple[float, float, float | None] | None:
    latitude = _xmp_degrees(xmp, "Xmp.exif.GPSLatitude")
    longitude = _xmp_degrees(xmp, "Xmp.exif.GPSLongitude")
    if latitude is None or longitude is None:
        return None
    altitude = _rationals(next(iter(xmp.get("Xmp.exif.GPSAltitude", [])), ""))
    is_below = next(iter(xmp.get("Xmp.exif.GPSAltitudeRef", [])), "0").startswith("1")
    return latitude, longitude, _altitude(altitude[0] if altitude else None, is_below=is_below)


def _exif_time(exif: dict[str, str], latest: datetime) -> datetime | None:
    day = exif.get("Exif.GPSInfo.GPSDateStamp", "").replace("-", ":").replace("\x00", "").strip().split(":")
    clock = _rationals(exif.get("Exif.GPSInfo.GPSTimeStamp", ""))
    if len(day) != 3 or not clock or len(clock) != 3:
        return None
    return _moment([*day, *clock], latest)


def _xmp_time(xmp: dict[str, list[str]], latest: datetime) -> datetime | None:
    match = _XMP_TIME.fullmatch(next(iter(xmp.get("Xmp.exif.GPSTimeStamp", [])), ""))
    return _moment([part or 0 for part in match.groups()], latest) if match else None


def _moment(parts: list[str | float | int], latest: datetime) -> datetime | None:
    """Return a GPS time that can be true: the system has run since 1980, files carry it since about 1995."""
    try:
        year, month, day, hour, minute = (int(part) for part in parts[:5])
        moment = datetime(year, month, day, hour, minute) + timedelta(seconds=int(parts[5]))  # noqa: DTZ001 - UTC
    except (ValueError, OverflowError):
        return None
    return moment if datetime(1990, 1, 1) <= moment <= latest and int(parts[5]) <= 60 else None  # noqa: DTZ001
