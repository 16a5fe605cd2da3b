"""The photos of an owner in the order in which they were taken, as arrays."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating[Any]]
Ints = NDArray[np.integer[Any]]
Flags = NDArray[np.bool_]

DAY_S = 86_400
NO_OFFSET = -32_768
DAY_BEGINS_S = 4 * 3600  # a day begins at four: the party after midnight belongs to the evening
_RUN_S = 36 * 3600  # longer than the world is wide in time (26 h), so runs keep their order whatever their offsets are
_EARTH_KM = 6371.0
_FAR_KM, _FASTEST_KM_S = 100.0, 1200 / 3600  # no airliner is faster


@dataclass(frozen=True)
class Timeline:
    """Arrays of one length, in order of the instant, then of the id.

    ids: 16 bytes each (`S16`); local_s: wall clock, seconds since 1970; instant_s: the same in UTC as far as known;
    latitude, longitude: degrees, NaN where unknown; place: > 0 a row of `places`, < 0 an own place, 0 unknown;
    quality: 0..1000, -1 unknown.
    """

    ids: NDArray[np.bytes_]
    local_s: Ints
    instant_s: Ints
    latitude: Floats
    longitude: Floats
    place: Ints
    quality: Ints

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def days(self) -> Ints:
        """The local day of each photo, counted from 1970; a day begins at four in the morning."""
        days: Ints = (self.local_s - DAY_BEGINS_S) // DAY_S
        return days

    @property
    def is_located(self) -> Flags:
        """Whether it is known where each photo was taken."""
        located: Flags = ~np.isnan(self.latitude)
        return located

    def take(self, chosen: Any) -> "Timeline":
        """Return some of the photos, in the order asked for."""
        return Timeline(*(getattr(self, name)[chosen] for name in self.__dataclass_fields__))


def distance_km(lat1: Any, lon1: Any, lat2: Any, lon2: Any) -> Floats:
    """Return great-circle distances (haversine), element by element; degrees."""
    lat1, lon1, lat2, lon2 = (np.radians(np.asarray(value, np.float64)) for value in (lat1, lon1, lat2, lon2))
    half = np.sin((lat2 - lat1) / 2) ** 2 + np.cos(lat1) * np.cos(lat2) * np.sin((lon2 - lon1) / 2) ** 2
    distances: Floats = 2 * _EARTH_KM * np.arcsin(np.sqrt(np.clip(half, 0, 1)))
    return distances


def arrange(timeline: Timeline, offset_min: Ints) -> Timeline:
    """Put photos into order and take away positions that cannot be.

    `timeline.instant_s` is ignored and worked out from `offset_min` (`NO_OFFSET`: unknown).
    """
    order = np.lexsort((timeline.ids, timeline.local_s))
    timeline, offset_min = timeline.take(order), offset_min[order]
    instant_s = timeline.local_s - _fill_offsets(timeline.local_s, offset_min) * 60
    timeline = replace(timeline, instant_s=instant_s)
    return _drop_leaps(timeline.take(np.lexsort((timeline.ids, instant_s))))


def borrow_places(timeline: Timeline, within_s: int) -> Ints:
    """Return the places with those of photos without a position taken from the nearest in time that has one."""
    where = np.flatnonzero(timeline.is_located)
    asked = np.flatnonzero(~timeline.is_located & (timeline.place == 0))
    places = timeline.place.copy()
    if not len(where) or not len(asked):
        return places
    number = np.searchsorted(where, asked)
    before, after = where[np.maximum(number - 1, 0)], where[np.minimum(number, len(where) - 1)]
    back, ahead = (np.abs(timeline.instant_s[asked] - timeline.instant_s[each]) for each in (before, after))
    nearest = np.where(back <= ahead, before, after)
    near = np.minimum(back, ahead) <= within_s
    places[asked[near]] = timeline.place[nearest[near]]
    return places


def _fill_offsets(local_s: Ints, offset_min: Ints) -> Ints:
    """Give photos without an offset that of the nearest one that has one, with no pause of 36 hours between."""
    known = np.flatnonzero(offset_min != NO_OFFSET)
    filled = np.where(offset_min == NO_OFFSET, 0, offset_min).astype(np.int64)
    unknown = np.flatnonzero(offset_min == NO_OFFSET)
    if not len(known) or not len(unknown):
        return filled
    run = np.concatenate([[0], np.cumsum(np.diff(local_s) > _RUN_S)])
    after = np.searchsorted(known, unknown)
    before, after = known[np.maximum(after - 1, 0)], known[np.minimum(after, len(known) - 1)]
    far = np.int64(2**62)
    back = np.where((before < unknown) & (run[before] == run[unknown]), local_s[unknown] - local_s[before], far)
    ahead = np.where((after > unknown) & (run[after] == run[unknown]), local_s[after] - local_s[unknown], far)
    nearest = np.where(back <= ahead, before, after)
    filled[unknown] = np.where(np.minimum(back, ahead) < far, offset_min[nearest], 0)
    return filled


def _drop_leaps(timeline: Timeline) -> Timeline:
    """Forget positions that nobody could have reached from the one before and left for the next: sent by others."""
    latitude, longitude = timeline.latitude.copy(), timeline.longitude.copy()
    nowhere = (np.abs(latitude) < 0.01) & (np.abs(longitude) < 0.01)  # (0, 0): a receiver without a fix
    latitude[nowhere] = longitude[nowhere] = np.nan
    for _ in range(2):
        where = np.flatnonzero(~np.isnan(latitude))
        km = distance_km(latitude[where[:-1]], longitude[where[:-1]], latitude[where[1:]], longitude[where[1:]])
        seconds = np.maximum(np.diff(timeline.instant_s[where]), 60)
        leaps = (km > _FAR_KM) & (km / seconds > _FASTEST_KM_S)
        out = where[1:-1][leaps[:-1] & leaps[1:]]
        latitude[out] = longitude[out] = np.nan
    place = np.where(np.isnan(latitude) & ~np.isnan(timeline.latitude), 0, timeline.place)
    return replace(timeline, latitude=latitude, longitude=longitude, place=place)
