"""What was told stands, and what was found keeps its id: from found groups of photos to moments."""

from dataclasses import dataclass
from uuid import UUID

import numpy as np

from calotype.features.moments.rules.timeline import Ints, Timeline, distance_km

NOBODY = -1


@dataclass(frozen=True)
class Told:
    """What people said: `moment` of each photo, a number in `ids`, -1 where nothing was said."""

    moment: Ints
    ids: list[UUID]


@dataclass(frozen=True)
class Known:
    """What stands in the tables: `moment` of each photo, a number in `ids`; -1 for none.

    `is_free` says of each id whether something that is found may take it: not the ids that a person's word has made.
    """

    moment: Ints
    ids: list[UUID]
    is_free: list[bool]


@dataclass(frozen=True)
class Kept:
    """The moment of each photo, a number in `ids`, -1 for none; an id is None where a moment is new."""

    moment: Ints
    ids: list[UUID | None]


@dataclass(frozen=True)
class Reach:
    """How near in time and place a photo must be to one that was told to join its moment."""

    seconds: int
    km: float


def keep_moments(timeline: Timeline, found: Ints, told: Told, known: Known, reach: Reach) -> Kept:
    """Bring what was found into line with what was told.

    1. A photo lies where it was told to lie.
    2. A photo of which nothing was told, but found together with some that were, joins the moment of the nearest in
       time of those.
    3. A photo that was found nowhere joins the moment of the told photos before and after it, where both lie in the
       same one and are near.
    4. What is left is found anew; it takes the id of the known moment with which it shares the most photos.
    """
    group = np.where(told.moment >= 0, NOBODY, found)
    joined = told.moment.copy()
    touched = np.unique(found[(told.moment >= 0) & (found >= 0)])
    members = np.flatnonzero(np.isin(found, touched))
    members = members[np.argsort(found[members], kind="stable")]
    for inside in np.split(members, np.flatnonzero(np.diff(found[members])) + 1) if len(members) else ():
        joined[inside] = _join_nearest(timeline.instant_s[inside], told.moment[inside])
        group[inside] = NOBODY
    joined = _join_between(timeline, found, told.moment, joined, reach)
    numbers, renumbered = np.unique(group[group >= 0], return_inverse=True)
    moment = joined.copy()
    moment[group >= 0] = renumbered + len(told.ids)
    ids: list[UUID | None] = [*told.ids, *_match(renumbered, len(numbers), known, known.moment[group >= 0], told.ids)]
    return Kept(moment, ids)


def _join_nearest(instant_s: Ints, told: Ints) -> Ints:
    """Return the moments of photos found together: each that of the nearest told one, in a tie of the earlier."""
    spoken = np.flatnonzero(told >= 0)
    after = np.searchsorted(spoken, np.arange(len(told)))
    before, after = spoken[np.maximum(after - 1, 0)], spoken[np.minimum(after, len(spoken) - 1)]
    is_before = np.abs(instant_s - instant_s[before]) <= np.abs(instant_s[after] - instant_s)
    nearest: Ints = np.where(told >= 0, told, told[np.where(is_before, before, after)])
    return nearest


def _join_between(timeline: Timeline, found: Ints, told: Ints, joined: Ints, reach: Reach) -> Ints:
    spoken = np.flatnonzero(told >= 0)
    asked = np.flatnonzero((found < 0) & (told < 0))
    if not len(spoken) or not len(asked):
        return joined
    place = np.searchsorted(spoken, asked)
    inner = (place > 0) & (place < len(spoken))
    asked, place = asked[inner], place[inner]
    before, after = spoken[place - 1], spoken[place]
    joins = told[before] == told[after]
    for neighbour in (before, after):
        joins &= np.abs(timeline.instant_s[asked] - timeline.instant_s[neighbour]) <= reach.seconds
        km = distance_km(
            timeline.latitude[asked], timeline.longitude[asked],
            timeline.latitude[neighbour], timeline.longitude[neighbour],
        )  # fmt: skip
        joins &= ~(km > reach.km)  # not known is not far
    joined[asked[joins]] = told[before[joins]]
    return joined


def _match(group: Ints, groups: int, known: Known, moment: Ints, taken: list[UUID]) -> list[UUID | None]:
    """Return the id of each group: pairs that share the most photos first; ties go to the older id, the earlier group.

    group, moment: of the same photos, the number of the group and that of the known moment.
    """
    ids: list[UUID | None] = [None] * groups
    told = set(taken)
    free = np.array([ok and each not in told for ok, each in zip(known.is_free, known.ids, strict=True)], np.bool_)
    both = np.flatnonzero(moment >= 0)
    both = both[free[moment[both]]] if len(both) else both
    if not len(both):
        return ids
    age = np.empty(len(known.ids), np.int64)
    age[sorted(range(len(known.ids)), key=lambda number: known.ids[number])] = np.arange(len(known.ids))
    pairs, shared = np.unique(group[both].astype(np.int64) * len(known.ids) + moment[both], return_counts=True)
    groups_of, moments_of = pairs // len(known.ids), pairs % len(known.ids)
    order = np.lexsort((groups_of, age[moments_of], -shared))
    gone: set[int] = set()
    for number, old in zip(groups_of[order].tolist(), moments_of[order].tolist(), strict=True):
        if ids[number] is None and old not in gone:
            ids[number] = known.ids[old]
            gone.add(old)
    return ids
