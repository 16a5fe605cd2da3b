"""From what was read to what is to be written. Pure, and long for many photos: it runs in a thread."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import numpy as np

from calotype.features.moments.reading import Reading
from calotype.features.moments.rules.assembling import Context, assemble
from calotype.features.moments.rules.comparing import Difference, compare, know, place_of
from calotype.features.moments.rules.finding import find_moments
from calotype.features.moments.rules.homes import Home
from calotype.features.moments.rules.keeping import Known, Reach, Told, keep_moments
from calotype.features.moments.rules.rhythm import Rhythm
from calotype.features.moments.rules.timeline import DAY_S, Timeline
from calotype.features.moments.schemas import EVENT, TRIP, MomentRow

_KM = {EVENT: 10.0, TRIP: 100.0}


@dataclass(frozen=True)
class Learnt:
    """What is known of an owner beside the photos."""

    rhythm: Rhythm = field(default_factory=Rhythm)
    homes: list[Home] = field(default_factory=list)


def work_out(reading: Reading, learnt: Learnt) -> tuple[Difference, list[MomentRow]]:
    timeline, there = reading.timeline, reading.memberships
    found = find_moments(timeline, learnt.rhythm, learnt.homes)
    places = place_of(timeline.ids, there.photo)
    kept = {}
    for kind, groups in ((EVENT, found.event), (TRIP, found.trip)):
        mine = (there.is_trip == (kind == TRIP)) & (places >= 0)
        known = know(places[mine], there.moment[mine], there.is_made[mine], len(timeline))
        known = _follow_hints(timeline, known, reading, kind)
        seconds = learnt.rhythm.gap_s if kind == EVENT else learnt.rhythm.silence_days * DAY_S
        kept[kind] = keep_moments(timeline, groups, _to_told(timeline, reading, kind), known, Reach(seconds, _KM[kind]))
    context = Context(learnt.homes, reading.names, reading.words, reading.made)
    rows, event, trip = assemble(timeline, kept[EVENT], kept[TRIP], context)
    pairs = there.moment, there.photo
    return compare(timeline.ids, (event, trip), rows, reading.before, pairs, there.is_trip), rows


def _number(timeline: Timeline, pairs: Sequence[tuple[UUID, UUID]]) -> tuple[Any, list[UUID], Any]:
    """Return places of photos in the timeline, the distinct moments, and the number of each photo's among them."""
    places = place_of(timeline.ids, np.array([photo.bytes for photo, _ in pairs], "S16"))
    ids = sorted({moment for (_, moment), place in zip(pairs, places.tolist(), strict=True) if place >= 0})
    numbers = {moment: number for number, moment in enumerate(ids)}
    return places[places >= 0], ids, [
        numbers[moment] for (_, moment), place in zip(pairs, places.tolist(), strict=True) if place >= 0
    ]  # fmt: skip


def _to_told(timeline: Timeline, reading: Reading, kind: str) -> Told:
    moment = np.full(len(timeline), -1, np.int64)
    places, ids, numbers = _number(timeline, reading.told.get(kind, ()))
    moment[places] = numbers
    return Told(moment, ids)


def _follow_hints(timeline: Timeline, known: Known, reading: Reading, kind: str) -> Known:
    """Let photos lie again where they lay before a word that was taken back."""
    places, hinted, numbers = _number(timeline, reading.hints.get(kind, ()))
    ids = known.ids + [each for each in hinted if each not in known.ids]
    moment = known.moment.copy()
    moment[places] = [ids.index(hinted[number]) for number in numbers]
    new = [each not in reading.made and each not in reading.elsewhere for each in ids[len(known.ids) :]]
    return Known(moment, ids, known.is_free + new)
