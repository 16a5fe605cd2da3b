"""When a photo was taken: reading the times that files carry, and choosing among them.

Times are local clock times without a zone (as cameras write them), together with an offset from UTC in minutes
when one is known. All rules here are pure.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import Protocol
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

EARLIEST = datetime(1826, 1, 1)  # noqa: DTZ001 - local clock time; the first photograph that is left to us
EARLIEST_IN_NAMES = datetime(1990, 1, 1)  # noqa: DTZ001 - local clock time; digital cameras named no file before

# Offsets from UTC in use anywhere since 1970 that are not whole hours (tz database), in minutes.
_ODD_OFFSETS = frozenset({-570, -270, -210, -150, 210, 270, 330, 345, 390, 525, 570, 630, 765, 825})

_TIME = re.compile(
    r"\s*(\d{4})\s*[:\-/.]\s*(\d{1,2})\s*[:\-/.]\s*(\d{1,2})"
    r"(?:[T\s]+(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:[.,](\d{1,9}))?)?)?"
    r"\s*(Z|[+-]\d{1,2}:?\d{2})?\s*"
)
_OFFSET = re.compile(r"\s*([+-])(\d{1,2}):?(\d{2})\s*")


@dataclass(frozen=True)
class ClockTime:
    """A local clock time (naive), with its offset from UTC in minutes when it was written with one.

    Without `has_clock` only the date was written; the time is midnight then.
    """

    local: datetime
    offset_min: int | None = None
    has_clock: bool = True


def parse_time(text: str, latest: datetime) -> ClockTime | None:
    """Read an EXIF, ISO 8601 or XMP time; None when it is no time, before photography, or after `latest` (naive).

    A second of 60 becomes 59: a leap second is a real time that Python cannot hold. A date alone is midnight.
    """
    match = _TIME.fullmatch(text[:64])
    if match is None:
        return None
    year, month, day, hour, minute, second = (int(part or 0) for part in match.groups()[:6])
    micro = int((match[7] or "0").ljust(6, "0")[:6])
    try:
        local = datetime(year, month, day, hour, minute, min(second, 59) if second == 60 else second, micro)  # noqa: DTZ001
    except ValueError:
        return None
    if not EARLIEST <= local <= latest:
        return None
    return ClockTime(local, parse_offset(match[8]) if match[8] else None, has_clock=match[4] is not None)


def parse_offset(text: str) -> int | None:
    """Read ``+01:00``, ``-0330`` or ``Z`` as minutes; None when it is none or beyond what the earth has."""
    if text.strip() == "Z":
        return 0
    match = _OFFSET.fullmatch(text[:16])
    if match is None or int(match[3]) > 59:
        return None
    minutes = int(match[2]) * 60 + int(match[3])
    minutes = -minutes if match[1] == "-" else minutes
    return minutes if -12 * 60 <= minutes <= 14 * 60 else None


def offset_from_gps(local: datetime, gps_utc: datetime) -> int | None:
    """Return the offset in minutes between a clock time and the GPS time (naive, UTC) of the same moment.

    The difference is rounded to a quarter of an hour. None when that is no offset in use anywhere: then the camera's
    clock or the fix was wrong.
    """
    minutes = round((local - gps_utc) / timedelta(minutes=15)) * 15
    if not -12 * 60 <= minutes <= 14 * 60:
        return None
    return minutes if minutes % 60 == 0 or minutes in _ODD_OFFSETS else None


@dataclass(frozen=True)
class NameTime:
    """A time found in a file name. `is_utc` for names that count in UTC (Pixel phones, milliseconds since 1970)."""

    local: datetime
    is_date_only: bool = False
    is_utc: bool = False


_NAME_TIME = re.compile(
    r"(?<!\d)(?P<y>(?:19|20)\d\d)(?P<s>[-_. :]?)(?P<m>0[1-9]|1[0-2])(?P=s)(?P<d>0[1-9]|[12]\d|3[01])"
    r"(?:(?:[T_ .,-]{0,3}|[ _-]+at[ _-]+)"
    r"(?P<H>[01]\d|2[0-3]|\d(?=[.:-]))(?P<t>[-_.:h]?)(?P<M>[0-5]\d)(?:(?P=t)|m)(?P<S>[0-5]\d)"
    r"(?:s?[-_. ]?(?P<f>\d{3})(?!\d))?(?:[ _\u202f]?(?P<half>[AaPp])\.?[Mm]\b)?)?"
    r"(?P<rest>\d)?"
)
_EPOCH_MS = re.compile(r"(?<!\d)(\d{13})(?!\d)")


def from_file_name(name: str, now: datetime | None = None) -> datetime | None:
    """Return the local clock time that a file name tells, None when it tells none.

    Reads names like ``IMG_20200102_030405.jpg``, ``PXL_20200102_030405678.jpg``, ``IMG-20190101-WA0001.jpg``
    (midnight: the name has only a date), ``Screenshot 2019-05-21 at 10.45.52.png``,
    ``signal-2019-05-06-070809.jpg`` and ``FB_IMG_1561234567890.jpg``. Years before 1990 and times after `now`
    (aware; default: the present) are not believed.
    """
    found = find_in_file_name(name, now)
    return found.local if found else None


def find_in_file_name(name: str, now: datetime | None = None) -> NameTime | None:
    """Like `from_file_name`, and tells what kind of time it is."""
    latest = latest_believable(now or datetime.now(UTC))
    stem = name[:255].replace("\\", "/").rpartition("/")[2]
    dated: NameTime | None = None
    for match in _NAME_TIME.finditer(stem):
        found = _from_match(match, is_utc=stem.upper().startswith("PXL_"))
        if found is None or not EARLIEST_IN_NAMES <= found.local <= latest:
            continue
        if not found.is_date_only:
            return found
        dated = dated or found
    for digits in _EPOCH_MS.findall(stem):
        moment = datetime(1970, 1, 1) + timedelta(milliseconds=int(digits))  # noqa: DTZ001 - UTC, said beside it
        if datetime(2000, 1, 1) <= moment <= latest:  # noqa: DTZ001
            return NameTime(moment, is_utc=True)
    return dated


def _from_match(match: re.Match[str], *, is_utc: bool) -> NameTime | None:
    year, month, day = int(match["y"]), int(match["m"]), int(match["d"])
    is_date_only = match["H"] is None
    if is_date_only and match["rest"]:
        return None  # the date is the beginning of a longer number
    hour = int(match["H"] or 0)
    if match["half"]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if match["half"] in "Pp" else 0)
    try:
        local = datetime(  # noqa: DTZ001 - local clock time
            year, month, day, hour, int(match["M"] or 0), int(match["S"] or 0), int(match["f"] or 0) * 1000
        )
    except ValueError:
        return None
    return NameTime(local, is_date_only, is_utc=is_utc and not is_date_only)


def latest_believable(now: datetime) -> datetime:
    """Return the latest clock time (naive) anywhere on earth that is not in the future by more than a day."""
    return now.astimezone(UTC).replace(tzinfo=None) + timedelta(days=1)


class TakenTags(Protocol):
    """What metadata knows about the time; `calotype.media.metadata.Metadata` has it."""

    @property
    def taken_local(self) -> datetime | None: ...
    @property
    def taken_source(self) -> str | None: ...
    @property
    def is_date_only(self) -> bool: ...
    @property
    def offset_min(self) -> int | None: ...
    @property
    def offset_source(self) -> str | None: ...
    @property
    def gps_time_utc(self) -> datetime | None: ...


@dataclass(frozen=True)
class Taken:
    """When a photo was taken.

    `local` is the clock time (naive). `source` is ``sidecar``, ``exif``, ``xmp``, ``iptc``, ``gps``, ``file_name`` or
    ``file_time``.
    `offset_min` is the offset from UTC, `offset_source` is ``offset_tag``, ``gps_time``, ``zone`` (of the place),
    ``file_name``, ``file_time`` or None when it is unknown. `is_date_only`: the time of day is not known.
    """

    local: datetime
    source: str
    offset_min: int | None = None
    offset_source: str | None = None
    is_date_only: bool = False


def choose_taken(
    tags: TakenTags,
    file_name: str,
    file_time: datetime,
    zone: str | Callable[[], str | None] | None = None,
    now: datetime | None = None,
) -> Taken:
    """Choose the best time: metadata, else the file name, else the file's own time (`file_time`, aware).

    `zone` is the name of the time zone at the photo's coordinates (or a function that finds it, asked only when it is
    needed). It gives the offset when neither an offset tag nor the GPS time does.
    """
    if tags.taken_local is not None:
        taken = Taken(tags.taken_local, tags.taken_source or "exif", is_date_only=tags.is_date_only)
        if tags.offset_min is not None:
            return dataclasses.replace(taken, offset_min=tags.offset_min, offset_source=tags.offset_source)
        return _in_zone(taken, _find_zone(zone))
    named = find_in_file_name(file_name, now)
    if named is not None and not named.is_utc:
        if tags.gps_time_utc is not None and not named.is_date_only:
            offset = offset_from_gps(named.local, tags.gps_time_utc)
            if offset is not None:
                return Taken(named.local, "file_name", offset, "gps_time")
        return _in_zone(Taken(named.local, "file_name", is_date_only=named.is_date_only), _find_zone(zone))
    moment, source = file_time, "file_time"
    if named is not None:
        moment, source = named.local.replace(tzinfo=UTC), "file_name"
    elif tags.gps_time_utc is not None:
        moment, source = tags.gps_time_utc.replace(tzinfo=UTC), "gps"
    return _from_moment(moment, source, _find_zone(zone))


def _find_zone(zone: str | Callable[[], str | None] | None) -> tzinfo | None:
    name = zone() if callable(zone) else zone
    if not name:
        return None
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def _in_zone(taken: Taken, zone: tzinfo | None) -> Taken:
    """Add the offset that the zone had at that clock time (the earlier one where clocks went back)."""
    offset = taken.local.replace(tzinfo=zone).utcoffset() if zone else None
    if offset is None:
        return taken
    return Taken(taken.local, taken.source, round(offset / timedelta(minutes=1)), "zone", taken.is_date_only)


def _from_moment(moment: datetime, source: str, zone: tzinfo | None) -> Taken:
    """Return a moment as clock time in the zone of the place, else in the zone it came with."""
    there = moment.astimezone(zone) if zone else moment
    offset = there.utcoffset() or timedelta(0)
    minutes = round(offset / timedelta(minutes=1))
    local = there.astimezone(timezone(timedelta(minutes=minutes))).replace(tzinfo=None)
    if source == "file_name" and zone is None:
        return Taken(local, source, minutes, "file_name")
    return Taken(local, source, minutes, "zone" if zone else source if source == "file_time" else "gps_time")
