"""Days that have names, and what a written date covers. All ranges are half-open wall-clock times.

Rules, stated: seasons are meteorological (three whole months) and follow the hemisphere in which most of the library was taken;
a winter (north) or summer (south) belongs to the year in which it begins; "last summer" is the latest one that has ended;
a week begins on Monday; of an all-digit date such as 5/6/2019 both readings are taken.
"""
# ruff: noqa: E501, PLR0911 - a rule is read as one line; a date has many forms

import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from dateutil.easter import easter

Range = tuple[datetime | None, datetime | None]

MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_SHORT = {name[:3]: number for number, name in enumerate(MONTHS, 1)} | {"sept": 9}
MONTH_NUMBERS = {name: number for number, name in enumerate(MONTHS, 1)} | _SHORT
MONTH = "(?:" + "|".join(sorted(MONTH_NUMBERS, key=len, reverse=True)) + r")\b\.?"
FIRST_YEAR = 1826  # the oldest photograph that is kept
_FIRST_DIGITAL_YEAR = 1980
_MOST_HOLIDAYS = 200
YEAR = r"(?:1[89]\d\d|20\d\d)"
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

_NORTH = {"spring": 3, "summer": 6, "autumn": 9, "winter": 12}
_SOUTH = {"spring": 9, "summer": 12, "autumn": 3, "winter": 6}


def days(first: date, last: date) -> Range:
    """Return the range of whole days, both included; an end past the calendar is open."""
    end = datetime.combine(last, time()) + timedelta(days=1) if last < date.max else None
    return datetime.combine(first, time()), end


def year_range(year: int) -> Range:
    """Return the whole year."""
    return days(date(year, 1, 1), date(year, 12, 31))


def month_range(year: int, month: int) -> Range:
    """Return the whole month."""
    following = date(year + month // 12, month % 12 + 1, 1)
    return days(date(year, month, 1), following - timedelta(days=1))


def season_months(season: str, *, southern: bool) -> tuple[int, ...]:
    """Return the three months of a season ("fall" is autumn)."""
    first = (_SOUTH if southern else _NORTH)["autumn" if season == "fall" else season]
    return tuple((first - 1 + step) % 12 + 1 for step in range(3))


def season_range(season: str, year: int, *, southern: bool) -> Range:
    """Return the season that begins in `year`."""
    first = season_months(season, southern=southern)[0]
    last_month, last_year = (first + 2, year) if first <= 10 else (first - 10, year + 1)
    return month_range(year, first)[0], month_range(last_year, last_month)[1]


def _nth_weekday(year: int, month: int, weekday: int, nth: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (nth - 1))


def _easter(year: int) -> Range:
    sunday = easter(year)
    return days(sunday - timedelta(days=2), sunday + timedelta(days=1))


def _thanksgiving(year: int) -> Range:
    thursday = _nth_weekday(year, 11, 3, 4)
    return days(thursday, thursday + timedelta(days=3))


def _new_year(year: int) -> Range:
    return days(date(year - 1, 12, 31), date(year, 1, 1))


HOLIDAYS: dict[str, tuple[str, Callable[[int], Range]]] = {
    "christmas eve": ("24 December", lambda year: days(date(year, 12, 24), date(year, 12, 24))),
    "christmas day": ("25 December", lambda year: days(date(year, 12, 25), date(year, 12, 25))),
    "christmas": ("24 to 26 December", lambda year: days(date(year, 12, 24), date(year, 12, 26))),
    "xmas": ("24 to 26 December", lambda year: days(date(year, 12, 24), date(year, 12, 26))),
    "easter": ("Good Friday to Easter Monday", _easter),
    "halloween": ("30 October to 1 November", lambda year: days(date(year, 10, 30), date(year, 11, 1))),
    "thanksgiving": ("fourth Thursday of November and the days after", _thanksgiving),
    "valentine's day": ("14 February", lambda year: days(date(year, 2, 14), date(year, 2, 14))),
    "valentines day": ("14 February", lambda year: days(date(year, 2, 14), date(year, 2, 14))),
    "new year's eve": ("31 December", lambda year: days(date(year, 12, 31), date(year, 12, 31))),
    "new years eve": ("31 December", lambda year: days(date(year, 12, 31), date(year, 12, 31))),
    "new year": ("31 December and 1 January", _new_year),
    "new year's": ("31 December and 1 January", _new_year),
    "new years": ("31 December and 1 January", _new_year),
}


def holiday_ranges(name: str, *, until: int) -> tuple[Range, ...]:
    """Return the holiday in every year of digital photography up to `until`; far in the future in the last of them."""
    first = max(min(_FIRST_DIGITAL_YEAR, until - 2), until - _MOST_HOLIDAYS)
    return tuple(HOLIDAYS[name][1](year) for year in range(first, until + 1))


# -- dates as they are written ------------------------------------------------------------------------------------------

_DECADES = {"sixties": 1960, "seventies": 1970, "eighties": 1980, "nineties": 1990}
_ORDINAL = r"(?:st|nd|rd|th)?"
_WRITTEN = (
    rf"(?P<iso>(?P<y1>{YEAR})[-/.](?P<m1>0?[1-9]|1[0-2])(?:[-/.](?P<d1>0?[1-9]|[12]\d|3[01]))?)(?!\d)",
    rf"(?P<dotted>(?P<d2>0?[1-9]|[12]\d|3[01])\.\s?(?P<m2>0?[1-9]|1[0-2])\.\s?(?P<y2>{YEAR}))",
    rf"(?P<slashed>(?P<a3>\d{{1,2}})[/-](?P<b3>\d{{1,2}})[/-](?P<y3>{YEAR}))",
    rf"(?P<dmy>(?P<d4>[12]?\d|3[01]){_ORDINAL}(?:\s+of)?\s+(?P<m4>{MONTH}),?\s+(?P<y4>{YEAR}))",
    rf"(?P<mdy>(?P<m5>{MONTH})\s+(?P<d5>[12]?\d|3[01]){_ORDINAL},?\s+(?P<y5>{YEAR}))",
    rf"(?P<my>(?P<m6>{MONTH})(?:\s+of)?,?\s+(?P<y6>{YEAR}))",
    rf"(?P<sy>(?P<s7>spring|summer|autumn|fall|winter)(?:\s+of)?,?\s+(?P<y7>{YEAR}))",
    r"(?P<decade>(?:the\s+)?(?P<y8>(?:1[89]|20)\d)0s)",
    rf"(?P<short_decade>(?:the\s+)?(?:['’]?(?P<y9>[3-9]0)s|(?P<n9>{'|'.join(_DECADES)})))",
    rf"(?P<year>{YEAR})(?!\d|[-/.]\d|\s?(?:px|pixels?|km|m|mm|cm|kg|g|mb|kb|p|x)\b)",
)
WRITTEN_DATE = "(?:" + "|".join(_WRITTEN) + r")(?!\w)"
_WRITTEN_RE = re.compile(WRITTEN_DATE)
# The same without names, to stand twice in one expression ("from … to …").
UNNAMED_DATE = re.sub(r"\?P<\w+>", "?:", WRITTEN_DATE)


def _day(year: str, month: int, day: str) -> tuple[Range, ...]:
    """Return the day; of a day that does not exist (31 February) the month."""
    try:
        one = date(int(year), month, int(day))
    except ValueError:
        return (month_range(int(year), month),)
    return (days(one, one),)


@lru_cache(maxsize=256)
def read_date(text: str, *, southern: bool) -> tuple[Range, ...]:
    """Return what a written date covers; empty for what is no date."""
    match = _WRITTEN_RE.fullmatch(text)
    if match is None:
        return ()
    part = match.groupdict()
    if part["iso"]:
        if part["d1"]:
            return _day(part["y1"], int(part["m1"]), part["d1"])
        return (month_range(int(part["y1"]), int(part["m1"])),)
    if part["dotted"]:
        return _day(part["y2"], int(part["m2"]), part["d2"])
    if part["slashed"]:
        return _both_readings(part["y3"], part["a3"], part["b3"])
    if part["dmy"]:
        return _day(part["y4"], month_number(part["m4"]), part["d4"])
    if part["mdy"]:
        return _day(part["y5"], month_number(part["m5"]), part["d5"])
    return _read_long(part, southern=southern)


def _read_long(part: dict[str, str | None], *, southern: bool) -> tuple[Range, ...]:
    if part["my"]:
        return (month_range(int(part["y6"] or 0), month_number(part["m6"] or "")),)
    if part["sy"]:
        return (season_range(part["s7"] or "", int(part["y7"] or 0), southern=southern),)
    if part["decade"]:
        return _decade(int(part["y8"] or 0) * 10)
    if part["short_decade"]:
        return _decade(_DECADES[part["n9"]] if part["n9"] else 1900 + int(part["y9"] or 0))
    return (year_range(int(part["year"] or 0)),)


def _decade(first: int) -> tuple[Range, ...]:
    return ((year_range(first)[0], year_range(first + 9)[1]),)


def _both_readings(year: str, first: str, second: str) -> tuple[Range, ...]:
    readings = []
    for day, month in ((first, second), (second, first)):
        if 1 <= int(month) <= 12 and 1 <= int(day) <= 31:
            readings += [one for one in _day(year, int(month), day) if one not in readings]
    return tuple(readings)


def month_number(text: str) -> int:
    """Return 1..12 for a month as it is written ("Sept.", "may")."""
    return MONTH_NUMBERS[text.strip().rstrip(".")]
