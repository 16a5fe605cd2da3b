"""From the moments of photos to rows: when, where, how many, which cover, what title."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from uuid import UUID

import numpy as np

from calotype.features.moments.rules.homes import Home, tell_away
from calotype.features.moments.rules.keeping import Kept
from calotype.features.moments.rules.timeline import Flags, Ints, Timeline, borrow_places
from calotype.features.moments.rules.titles import PlaceName, Setting, name_places, title_event, title_trip
from calotype.features.moments.schemas import EVENT, TRIP, MomentRow
from calotype.kit.ids import uuid7

_NEAR_IN_TIME_S = 6 * 3600
_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - wall clocks


@dataclass(frozen=True)
class Words:
    """What a person said about a moment."""

    title: str | None = None
    is_dismissed: bool = False
    cover_photo_id: UUID | None = None


@dataclass(frozen=True)
class Context:
    """What the rows depend on beside the photos. `made`: ids of moments that only a person's word has made."""

    homes: list[Home]
    names: Mapping[int, PlaceName]
    words: Mapping[UUID, Words] = field(default_factory=dict)
    made: frozenset[UUID] = frozenset()


@dataclass(frozen=True)
class _Group:
    """The photos of one moment, as numbers in the timeline, in order."""

    photos: Ints
    first_s: int
    last_s: int
    cover: int


def assemble(timeline: Timeline, event: Kept, trip: Kept, context: Context) -> tuple[list[MomentRow], Kept, Kept]:
    """Return the rows of trips and events, and both with an id for every moment."""
    event, trip = _name(event), _name(trip)
    away = tell_away(timeline, context.homes)
    timeline = replace(timeline, place=borrow_places(timeline, _NEAR_IN_TIME_S))
    places = {kind: _count_places(timeline, kept, away, kind) for kind, kept in ((TRIP, trip), (EVENT, event))}
    rows: list[MomentRow] = []
    titles = _Titles()
    for kind, kept in ((TRIP, trip), (EVENT, event)):
        for number, group in _list_groups(timeline, kept.moment):
            moment_id = kept.ids[number]
            assert moment_id is not None
            words = context.words.get(moment_id, Words())
            place = name_places(places[kind].get(number, {}), context.names)
            parent_id = _find_parent(group, trip) if kind == EVENT else None
            is_away = parent_id is not None or bool(np.any(away[group.photos]))
            has_own = bool(np.any(timeline.place[group.photos] < 0))
            rows.append(MomentRow(
                id=moment_id, kind=kind, title=words.title or "", place=place,
                starts_local=_EPOCH + timedelta(seconds=group.first_s),
                ends_local=_EPOCH + timedelta(seconds=group.last_s),
                photos=len(group.photos), cover_photo_id=_choose_cover(timeline, group, words), parent_id=parent_id,
                is_dismissed=words.is_dismissed, is_made=moment_id in context.made,
            ))  # fmt: skip
            titles.note(rows[-1], Setting(place if is_away or has_own else None, is_away, has_own))
    return [titles.give(row) for row in rows], event, trip


class _Titles:
    """Titles in plain words for rows without one; two events of a day are told apart by the part of the day."""

    def __init__(self) -> None:
        self._settings: dict[UUID, Setting] = {}
        self._times: Counter[tuple[str, date]] = Counter()

    def note(self, row: MomentRow, setting: Setting) -> None:
        """Note a row, and where it was."""
        self._settings[row.id] = setting
        if row.kind == EVENT:
            self._times[self._title(row), row.starts_local.date()] += 1

    def give(self, row: MomentRow) -> MomentRow:
        """Return the row with a title."""
        if row.title:
            return row
        if row.kind == TRIP:
            return replace(row, title=title_trip(row.place, row.starts_local, row.ends_local))
        title = self._title(row)
        if self._times[title, row.starts_local.date()] > 1:
            title = self._title(row, has_part=True)
        return replace(row, title=title)

    def _title(self, row: MomentRow, *, has_part: bool = False) -> str:
        return title_event(self._settings[row.id], row.starts_local, row.ends_local, has_part=has_part)


def _choose_cover(timeline: Timeline, group: _Group, words: Words) -> UUID:
    """Return the photo that a person chose, while it is in the moment, else the one of the best quality."""
    if words.cover_photo_id is not None:
        chosen = words.cover_photo_id.bytes
        if any(_pad(each) == chosen for each in timeline.ids[group.photos].tolist()):
            return words.cover_photo_id
    return UUID(bytes=_pad(timeline.ids[group.cover]))


def _pad(photo_id: bytes) -> bytes:
    """Give an id the zeros back that numpy does not keep at the end."""
    return bytes(photo_id).ljust(16, b"\0")


def _name(kept: Kept) -> Kept:
    """Give each moment an id; those of no photos are in nobody's way."""
    return Kept(kept.moment, [each or uuid7() for each in kept.ids])


def _list_groups(timeline: Timeline, moment: Ints) -> Sequence[tuple[int, _Group]]:
    """Return number and photos of each moment that has photos, in order of the numbers."""
    inside = np.flatnonzero(moment >= 0)
    if not len(inside):
        return []
    inside = inside[np.argsort(moment[inside], kind="stable")]
    starts = np.flatnonzero(np.concatenate([[True], np.diff(moment[inside]) != 0]))
    firsts = np.minimum.reduceat(timeline.local_s[inside], starts).tolist()
    lasts = np.maximum.reduceat(timeline.local_s[inside], starts).tolist()
    best = np.lexsort((inside, -timeline.quality[inside], moment[inside]))
    covers = inside[best[starts]].tolist()  # the groups lie in the same order and are as long
    numbers = moment[inside[starts]].tolist()
    groups = np.split(inside, starts[1:])
    return [(number, _Group(*parts)) for number, parts in zip(numbers, zip(groups, firsts, lasts, covers, strict=True),
                                                              strict=True)]  # fmt: skip


def _count_places(timeline: Timeline, kept: Kept, away: Flags, kind: str) -> dict[int, dict[int, dict[int, int]]]:
    """Return moment -> day -> place -> photos.

    What was seen at home says nothing of a trip.
    """
    told = (kept.moment >= 0) & (timeline.place != 0)
    if kind == TRIP and np.any(told & away):
        told &= away
    keys = np.stack([kept.moment[told], timeline.days[told], timeline.place[told].astype(np.int64)])
    counted: dict[int, dict[int, dict[int, int]]] = defaultdict(lambda: defaultdict(dict))
    for (number, day, place), photos in _count(keys):
        counted[number][day][place] = photos
    return counted


def _count(keys: Ints) -> Sequence[tuple[tuple[int, int, int], int]]:
    """Return the distinct columns of (3, n) with how often each is there."""
    if not keys.shape[1]:
        return []
    keys = keys[:, np.lexsort(keys[::-1])]
    starts = np.flatnonzero(np.concatenate([[True], np.any(np.diff(keys) != 0, axis=0)]))
    counts = np.diff(np.append(starts, keys.shape[1])).tolist()
    columns = [row.tolist() for row in keys[:, starts]]
    return list(zip(zip(*columns, strict=True), counts, strict=True))


def _find_parent(event: _Group, trip: Kept) -> UUID | None:
    """Return the trip in which at least half of an event's photos lie."""
    trips = trip.moment[event.photos]
    inside = trips[trips >= 0]
    if 2 * len(inside) < len(trips) or not len(inside):
        return None
    numbers, counts = np.unique(inside, return_counts=True)
    return trip.ids[int(numbers[np.argmax(counts)])]
