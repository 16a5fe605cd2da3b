"""What a moment is called, in plain words."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

DAY_BEGINS = timedelta(hours=4)
_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
           "December")  # fmt: skip
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
# the share of the days that one name, or two, must hold to speak for all, and the second of the two
_ONE_TOWN, _ONE_REGION, _TWO, _SECOND = 0.6, 0.75, 0.8, 0.25
_MOST_NAMES = 3


@dataclass(frozen=True)
class PlaceName:
    """Names of a place in widening circles."""

    name: str
    region: str = ""
    country: str = ""


def title_trip(place: str | None, starts: datetime, ends: datetime) -> str:
    """Return "Lisbon, 3–7 May 2023"; without a place "3–7 May 2023"."""
    span = tell_span(starts, ends)
    return f"{place}, {span}" if place else span


@dataclass(frozen=True)
class Setting:
    """Where an event was. `place` is None at home, too: the name of the town says nothing to who lives there."""

    place: str | None = None
    is_away: bool = False
    is_own: bool = False


def title_event(setting: Setting, starts: datetime, ends: datetime, *, has_part: bool = False) -> str:
    """Return "Saturday in Porto" or "Saturday at Grandma's house" for a day elsewhere, else "Saturday, 6 May 2023".

    `has_part`: with the part of the day, "Saturday morning in Porto", to tell it from another event of the day.
    """
    first, last, place = _day(starts), _day(ends), setting.place
    if first != last:
        return f"{place}, {tell_span(starts, ends)}" if place else tell_span(starts, ends)
    day = _DAYS[first.weekday()] + (f" {_part_of_day(starts)}" if has_part else "")
    if place and setting.is_away:
        return f"{day} {'at' if setting.is_own else 'in'} {place}"
    if place:
        return f"{place}, {f'{day}, ' if has_part else ''}{tell_day(first)}"
    return f"{day}, {tell_day(first)}"


def _part_of_day(time: datetime) -> str:
    for ends_hour, part in ((4, "night"), (12, "morning"), (17, "afternoon"), (22, "evening")):
        if time.hour < ends_hour:
            return part
    return "night"


def tell_span(starts: datetime, ends: datetime) -> str:
    """Return the days in words; a day begins at four in the morning.

    "6 May 2023", "3–7 May 2023", "30 April – 9 May 2023", "29 December 2023 – 2 January 2024".
    """
    first, last = _day(starts), _day(ends)
    if first == last:
        return tell_day(first)
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–{last.day} {_month(last)} {last.year}"
    year = "" if first.year == last.year else f" {first.year}"
    return f"{first.day} {_month(first)}{year} – {last.day} {_month(last)} {last.year}"


def tell_day(day: date) -> str:
    """Return "6 May 2023"."""
    return f"{day.day} {_month(day)} {day.year}"


def name_places(days: Mapping[int, Mapping[int, int]], names: Mapping[int, PlaceName]) -> str | None:
    """Return one name for where somebody was, None if nothing is known.

    `days`: of each day the photos at each place. Each day counts the same, however many photos it has. One place that
    holds most of the days speaks for all, or two of them; else one region, else countries.
    """
    weights: dict[PlaceName, float] = defaultdict(float)
    for _, places in sorted(days.items()):
        known = {names[place]: photos for place, photos in sorted(places.items()) if place in names}
        total = sum(known.values())
        for name, photos in known.items():
            weights[name] += photos / total
    if not weights:
        return None
    for width, one in (("name", _ONE_TOWN), ("region", _ONE_REGION)):
        if (words := _dominant(_sum(weights, width), sum(weights.values()), one)) is not None:
            return words
    countries = _sum(weights, "country")
    return _join(countries, "countries") if countries else _join(_sum(weights, "name"), "places")


def _sum(weights: Mapping[PlaceName, float], width: str) -> dict[str, float]:
    """Return the weights of the names of one circle, without those that have none, in the order of the visits."""
    sums: dict[str, float] = defaultdict(float)
    for name, weight in weights.items():
        if word := getattr(name, width):
            sums[word] += weight
    return dict(sums)


def _rank(sums: Mapping[str, float]) -> list[str]:
    return sorted(sums, key=lambda name: (-round(sums[name], 6), name))


def _dominant(sums: Mapping[str, float], total: float, one: float) -> str | None:
    """Return the name that holds the share `one`, or two that hold most of it, in the order of the visits."""
    ranked = _rank(sums)
    if ranked and sums[ranked[0]] >= one * total:
        return ranked[0]
    if len(ranked) > 1 and sums[ranked[0]] + sums[ranked[1]] >= _TWO * total and sums[ranked[1]] >= _SECOND * total:
        return " and ".join(name for name in sums if name in ranked[:2])
    return None


def _join(sums: Mapping[str, float], others: str) -> str:
    """Return up to three names in the order of the visits, or the two with the most days "and 4 more countries"."""
    if len(sums) == 1:
        return next(iter(sums))
    if len(sums) <= _MOST_NAMES:
        names = list(sums)
        return f"{', '.join(names[:-1])} and {names[-1]}"
    most = _rank(sums)[: _MOST_NAMES - 1]
    named = ", ".join(name for name in sums if name in most)
    return f"{named} and {len(sums) - len(most)} more {others}"


def _day(time: datetime) -> date:
    return (time - DAY_BEGINS).date()


def _month(day: date) -> str:
    return _MONTHS[day.month - 1]
