"""Where the owner lives: found, not asked, and another place in other years."""

from dataclasses import dataclass

import numpy as np

from calotype.features.moments.rules.timeline import DAY_S, Flags, Floats, Ints, Timeline, distance_km

CELL = 0.1  # degrees of latitude, 11 km; as wide as high
NEAR_HOME_KM, NEAR_HAUNT_KM = 40.0, 25.0
_WINDOWS_DAYS = (180, 365, 730)  # to either side of a month
_MONTH_DAYS = 30
_LEAST_DAYS, _LEAST_SPREAD = 8, 30  # days at home, and the days from the first to the last of them: no holiday is that
_HAUNT_WEEKS = 10
_SAME_KM = 20.0


@dataclass(frozen=True)
class Home:
    """Where somebody lived (`is_main`) or was again and again (work, parents), from one day to another (since 1970)."""

    latitude: float
    longitude: float
    first_day: int
    last_day: int
    is_main: bool = True


@dataclass(frozen=True)
class _Visits:
    """One row for each day and cell of the map: arrays of one length, in order of the day."""

    day: Ints
    row: Ints
    column: Ints
    weight: Floats  # 1, and 1 more where a photo was taken between eight in the evening and eight in the morning
    latitude: Floats
    longitude: Floats


def find_homes(timeline: Timeline) -> list[Home]:
    """Return the homes, then the haunts, each in order of time. None where too little is known.

    Month by month, home is the cell of the map (with its eight neighbours) with the most days and nights in the half
    year before and after; where that is too little, in longer windows. A move is put on the day that parts the two
    homes best.
    """
    visits = _list_visits(timeline)
    if not len(visits.day):
        return []
    months = range(int(visits.day[0]) // _MONTH_DAYS, int(visits.day[-1]) // _MONTH_DAYS + 1)
    mains: list[tuple[int, tuple[float, float]]] = []
    haunts: list[tuple[int, tuple[float, float]]] = []
    for month in months:
        found, often = _look_around(visits, month)
        mains += [(month, found)] if found else []
        haunts += [(month, place) for place in often]
    return _part(visits, _join(mains, is_main=True)) + _join(haunts, is_main=False)


def tell_away(timeline: Timeline, homes: list[Home]) -> Flags:
    """Return of each photo whether it was taken away from home and haunts; False where it is not known."""
    located = timeline.is_located
    away = located.copy()
    days = timeline.days
    mains = [home for home in homes if home.is_main]
    for number, home in enumerate(mains):
        first = home.first_day if number else -(2**40)
        last = mains[number + 1].first_day - 1 if number + 1 < len(mains) else 2**40
        away &= ~_near(timeline, home, (days >= first) & (days <= last) & located, NEAR_HOME_KM)
    for haunt in homes[len(mains) :]:
        active = (days >= haunt.first_day) & (days <= haunt.last_day) & located
        away &= ~_near(timeline, haunt, active, NEAR_HAUNT_KM)
    return away


def _near(timeline: Timeline, home: Home, asked: Flags, within_km: float) -> Flags:
    near = np.zeros(len(timeline), np.bool_)
    which = np.flatnonzero(asked)
    km = distance_km(timeline.latitude[which], timeline.longitude[which], home.latitude, home.longitude)
    near[which] = km <= within_km
    return near


def _list_visits(timeline: Timeline) -> _Visits:
    where = np.flatnonzero(timeline.is_located)
    latitude = timeline.latitude[where].astype(np.float64)
    longitude = timeline.longitude[where].astype(np.float64)
    row = np.floor(latitude / CELL).astype(np.int64)
    column = np.floor(longitude * np.cos(np.radians(row * CELL)) / CELL).astype(np.int64)
    day = timeline.days[where]
    hour = timeline.local_s[where] % DAY_S // 3600
    order = np.lexsort((column, row, day))
    keys = np.stack([day, row, column])[:, order]
    starts = np.flatnonzero(np.concatenate([[True], np.any(np.diff(keys) != 0, axis=0)])) if len(where) else where
    counts = np.diff(np.append(starts, len(where)))
    at_night = np.maximum.reduceat(((hour >= 20) | (hour < 8))[order], starts) if len(where) else np.zeros(0)
    mean_latitude, mean_longitude = (
        np.add.reduceat(values[order], starts) / counts if len(where) else values for values in (latitude, longitude)
    )
    day, row, column = keys[:, starts]
    return _Visits(day, row, column, 1.0 + at_night, mean_latitude, mean_longitude)


def _look_around(visits: _Visits, month: int) -> tuple[tuple[float, float] | None, list[tuple[float, float]]]:
    """Return the home of a month and the haunts of it."""
    middle = month * _MONTH_DAYS + _MONTH_DAYS // 2
    haunts: list[tuple[float, float]] = []
    for number, window in enumerate(_WINDOWS_DAYS):
        part = slice(*np.searchsorted(visits.day, [middle - window, middle + window + 1]))
        places = _rank(visits, part)
        if number == 0:
            haunts = [centre for _, centre, days in places[1:] if len(np.unique(days // 7)) >= _HAUNT_WEEKS]
        for _, centre, days in places[:1]:
            if len(days) >= _LEAST_DAYS and days[-1] - days[0] >= _LEAST_SPREAD:
                return centre, haunts
    return None, []


def _rank(visits: _Visits, part: slice) -> list[tuple[float, tuple[float, float], Ints]]:
    """Return places by weight, the most first: weight, centre, days. The cells around a place are part of it."""
    if part.start >= part.stop:
        return []
    cells, cell_of = np.unique(np.stack([visits.row[part], visits.column[part]]), axis=1, return_inverse=True)
    cell_of = cell_of.ravel()
    weight = visits.weight[part]
    sums = np.bincount(cell_of, weight)
    ranked: list[tuple[float, tuple[float, float], Ints]] = []
    free = np.ones(len(sums), np.bool_)
    for cell in np.lexsort((cells[1], cells[0], -sums))[:6]:
        if not free[cell]:
            continue
        around = np.all(np.abs(cells - cells[:, cell : cell + 1]) <= 1, axis=0) & free
        free &= ~around
        rows = around[cell_of]
        total = float(weight[rows].sum())
        centre = tuple(float((values[part][rows] * weight[rows]).sum() / total)
                       for values in (visits.latitude, visits.longitude))  # fmt: skip
        ranked.append((total, (centre[0], centre[1]), np.unique(visits.day[part][rows])))
    return sorted(ranked, key=lambda place: -place[0])


def _join(found: list[tuple[int, tuple[float, float]]], *, is_main: bool) -> list[Home]:
    """Join months at one place to spans; a main home lasts until the next one, a haunt while it is visited."""
    spans: list[Home] = []
    for month, (latitude, longitude) in found:
        first, last = month * _MONTH_DAYS, (month + 1) * _MONTH_DAYS - 1
        candidates = spans[-1:] if is_main else [span for span in spans if span.last_day >= first - 1]
        for span in candidates:
            if float(distance_km(span.latitude, span.longitude, latitude, longitude)) <= _SAME_KM:
                spans[spans.index(span)] = Home(span.latitude, span.longitude, span.first_day, last, is_main)
                break
        else:
            spans.append(Home(latitude, longitude, first, last, is_main))
    return spans


def _part(visits: _Visits, homes: list[Home]) -> list[Home]:
    """Put each move on the day that leaves the fewest days on the wrong side."""
    for number in range(len(homes) - 1):
        old, new = homes[number], homes[number + 1]
        low, high = max(old.first_day, new.first_day - 180), min(new.last_day, new.first_day + 180)
        part = slice(*np.searchsorted(visits.day, [low, high + 1]))
        day = visits.day[part]
        at_old, at_new = (
            distance_km(visits.latitude[part], visits.longitude[part], home.latitude, home.longitude) <= NEAR_HAUNT_KM
            for home in (old, new)
        )
        right = np.concatenate([[0], np.cumsum(at_old)]) + np.concatenate([np.cumsum(at_new[::-1])[::-1], [0]])
        best = int(np.argmax(right))
        if 0 < best < len(day):
            move = int(day[best])
            homes[number] = Home(old.latitude, old.longitude, old.first_day, move - 1)
            homes[number + 1] = Home(new.latitude, new.longitude, move, new.last_day)
    return homes
