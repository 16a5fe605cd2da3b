"""Finding events and trips in a timeline."""

from dataclasses import dataclass

import numpy as np

from calotype.features.moments.rules.homes import Home, tell_away
from calotype.features.moments.rules.rhythm import Rhythm
from calotype.features.moments.rules.timeline import DAY_BEGINS_S, DAY_S, Flags, Ints, Timeline, distance_km

LEAST_PHOTOS = 3
_LOCAL_GAPS = 10  # to either side, and the factor 17: PhotoTOC (Platt, Czerwinski, Field 2003), section 3
_LOG_FACTOR = np.log(17.0)
_LEAST_PAUSE_S = 45 * 60
_ELSEWHERE_KM, _ON_THE_WAY_S = 10.0, 30 * 60


@dataclass(frozen=True)
class Found:
    """Numbers of the events and of the trips that photos lie in, -1 for none: arrays as long as the timeline."""

    event: Ints
    trip: Ints


def find_moments(timeline: Timeline, rhythm: Rhythm, homes: list[Home]) -> Found:
    """Find events and trips. A photo is in one event at most and in one trip at most; no event crosses a trip's end."""
    if not len(timeline):
        return Found(np.zeros(0, np.int64), np.zeros(0, np.int64))
    cuts = _cut_by_time_and_place(timeline, rhythm)
    trips = _find_trips(timeline, rhythm, homes)
    trip = np.full(len(timeline), -1, np.int64)
    for number, (first, last) in enumerate(trips):
        trip[first : last + 1] = number
        cuts[first] = True
        if last + 1 < len(cuts):
            cuts[last + 1] = True
    segment = np.cumsum(cuts) - 1
    is_event = np.bincount(segment) >= LEAST_PHOTOS
    numbers = np.where(is_event, np.cumsum(is_event) - 1, -1)
    return Found(numbers[segment], trip)


def _cut_by_time_and_place(timeline: Timeline, rhythm: Rhythm) -> Flags:
    """Return of each photo whether something new begins with it."""
    gaps_s = np.diff(timeline.instant_s)
    cuts = np.concatenate([[True], gaps_s >= rhythm.gap_s])
    where = np.flatnonzero(timeline.is_located)
    km = distance_km(
        timeline.latitude[where[:-1]], timeline.longitude[where[:-1]],
        timeline.latitude[where[1:]], timeline.longitude[where[1:]],
    )  # fmt: skip
    there = where[1:][km > _ELSEWHERE_KM]
    cuts[there[gaps_s[there - 1] >= _ON_THE_WAY_S]] = True
    if len(gaps_s):
        cuts[1:] |= _stands_out(gaps_s, cuts) & (gaps_s >= max(_LEAST_PAUSE_S, rhythm.gap_s // 2))
    return cuts


def _stands_out(gaps_s: Ints, cuts: Flags) -> Flags:
    """Return of each gap whether it is 17 times the geometric mean of the ten gaps before and after it.

    PhotoTOC, but for its ends: gaps beyond a cut that is certain do not count, so that what happened on another day
    decides nothing here.
    """
    logs = np.log(np.maximum(gaps_s, 1).astype(np.float64))
    sums = np.concatenate([[0.0], np.cumsum(logs)])
    starts = np.flatnonzero(cuts)  # gap g lies between the photos g and g + 1
    segment = np.cumsum(cuts)[:-1] - 1
    places = np.arange(len(logs))
    ends = np.append(starts[1:], len(cuts)) - 1  # the gaps of a segment: start .. end - 1
    low = np.maximum(places - _LOCAL_GAPS, starts[segment])
    high = np.minimum(places + _LOCAL_GAPS + 1, ends[segment])
    inside = high > low
    mean = np.where(inside, (sums[high] - sums[low]) / np.maximum(high - low, 1), np.inf)
    outstanding: Flags = (logs >= _LOG_FACTOR + mean) & inside
    return outstanding


def _find_trips(timeline: Timeline, rhythm: Rhythm, homes: list[Home]) -> list[tuple[int, int]]:
    """Return the first and last photo of each trip.

    A trip is a run of photos away from home with a night in it (the days between the first and the last differ); where
    no home is known, with two nights. It ends with a photo at home, or with a long silence.
    """
    where = np.flatnonzero(timeline.is_located)
    if not len(where):
        return []
    away = tell_away(timeline, homes)[where]
    silent = _tell_silent(timeline.instant_s, where, rhythm.silence_days * DAY_S)
    breaks = np.flatnonzero(silent | (away[1:] != away[:-1]))
    starts, ends = np.append(0, breaks + 1), np.append(breaks, len(where) - 1)
    days = timeline.days
    nights = 1 if homes else 2
    chosen = away[starts] & (days[where[ends]] - days[where[starts]] >= nights) & (ends - starts + 1 >= LEAST_PHOTOS)
    return [_stretch(timeline, rhythm, where, run) for run in np.stack([starts, ends], 1)[chosen].tolist()]


def _tell_silent(instant_s: Ints, where: Ints, silence_s: int) -> Flags:
    """Return of each pair of neighbours among the located photos whether there is a long silence between them.

    Photos of a camera without a receiver break the silence, but not for longer than twice its time.
    """
    silences = np.concatenate([[0], np.cumsum(np.diff(instant_s) > silence_s)])
    silent: Flags = (np.diff(silences[where]) > 0) | (np.diff(instant_s[where]) > 2 * silence_s)
    return silent


def _stretch(timeline: Timeline, rhythm: Rhythm, where: Ints, run: list[int]) -> tuple[int, int]:
    """Let photos without a position join by time at both ends of a run (its first and last number in `where`).

    They join one after the other, without a pause that ends an event or else on the same day, but not where the next
    photo with a position, which belongs to something else, is nearer in time.
    """
    first, last = int(where[run[0]]), int(where[run[1]])
    before = int(where[run[0] - 1]) if run[0] else -1
    after = int(where[run[1] + 1]) if run[1] + 1 < len(where) else len(timeline)
    earlier = _reach(timeline, rhythm, slice(first, before if before >= 0 else None, -1), before)
    return first - earlier, last + _reach(timeline, rhythm, slice(last, after), after)


def _reach(timeline: Timeline, rhythm: Rhythm, part: slice, rival: int) -> int:
    """Return how many photos after the first of a part (in its direction) join it; `rival` bounds the part."""
    instant_s, days = timeline.instant_s[part], (timeline.local_s[part] - DAY_BEGINS_S) // DAY_S
    joins = (np.abs(np.diff(instant_s)) < rhythm.gap_s) | (days[1:] == days[0])
    if 0 <= rival < len(timeline):
        joins &= np.abs(instant_s[1:] - instant_s[0]) < np.abs(instant_s[1:] - timeline.instant_s[rival])
    return len(joins) if joins.all() else int(np.argmin(joins))
