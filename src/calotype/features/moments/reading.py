"""All that a run depends on, read for a span of time."""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import numpy as np

from calotype.features.journal import list_standing, list_told
from calotype.features.moments.repository import columns, moments
from calotype.features.moments.repository.span import Span
from calotype.features.moments.rules.assembling import Words
from calotype.features.moments.rules.timeline import Timeline, arrange
from calotype.features.moments.rules.titles import PlaceName
from calotype.features.moments.schemas import EVENT, TRIP, MomentRow

Connection = moments.Connection

MOMENT, MOMENT_PHOTO = "moment", "moment_photo"  # topics
FIELDS = {EVENT: "moment", TRIP: "trip"}  # of `moment_photo`: a photo lies in an event and in a trip
_MOST_ASKED_BY_NAME = 20_000


@dataclass(frozen=True)
class Reading:
    """All that a run depends on."""

    timeline: Timeline
    names: Mapping[int, PlaceName]
    before: Mapping[UUID, MomentRow]
    memberships: columns.Memberships
    told: Mapping[str, Sequence[tuple[UUID, UUID]]]  # kind -> (photo, moment)
    words: Mapping[UUID, Words]
    made: frozenset[UUID]
    hints: Mapping[str, Sequence[tuple[UUID, UUID]]]  # as told: where photos were before a word that was taken back
    elsewhere: frozenset[UUID]  # moments that may not be taken by what is found here


async def read_span(
    connection: Connection, owner_id: UUID, span: Span, hints: Mapping[str, Sequence[tuple[UUID, UUID]]]
) -> Reading:
    photos = await columns.read_photos(connection, owner_id, span)
    timeline = await asyncio.to_thread(arrange, photos.timeline, photos.offset_min)
    before = {row.id: row for row in await moments.list_inside(connection, owner_id, span)}
    words, made = await _read_words(connection, owner_id)
    hinted = {moment_id for pairs in hints.values() for _, moment_id in pairs} - before.keys()
    elsewhere = {each for each in hinted if await moments.find_moment(connection, owner_id, each) is not None}
    return Reading(
        timeline=timeline,
        names=await _read_names(connection, owner_id, timeline, photos.own_ids),
        before=before,
        memberships=await columns.read_memberships(connection, owner_id, span),
        told=await _read_told(connection, owner_id, span, len(timeline)),
        words=words,
        made=made | {row.id for row in before.values() if row.is_made},
        hints=hints,
        elsewhere=frozenset(elsewhere),
    )


async def _read_told(
    connection: Connection, owner_id: UUID, span: Span, photos: int
) -> dict[str, list[tuple[UUID, UUID]]]:
    """Return kind -> (photo, moment) of what stands about photos; about all of them where many are asked for."""
    asked = None
    if photos <= _MOST_ASKED_BY_NAME:
        asked = await moments.list_subjects(connection, owner_id, span)
    standing = await list_standing(connection, owner_id, MOMENT_PHOTO, asked)
    ids = await moments.find_subjects(connection, owner_id, {fact.subject for fact in standing})
    told: dict[str, list[tuple[UUID, UUID]]] = {EVENT: [], TRIP: []}
    for fact in standing:
        for kind, name in FIELDS.items():
            if fact.field == name and fact.value is not None and fact.subject in ids:
                told[kind].append((ids[fact.subject][0], UUID(fact.value)))
    return told


async def _read_words(connection: Connection, owner_id: UUID) -> tuple[dict[UUID, Words], frozenset[UUID]]:
    """Return what stands about moments, and which of them only a person's word has made."""
    standing = await list_standing(connection, owner_id, MOMENT)
    said: dict[UUID, dict[str, Any]] = {}
    for fact in standing:
        said.setdefault(UUID(fact.subject), {})[fact.field] = fact.value
    subjects = {each["cover"] for each in said.values() if each.get("cover")}
    covers = await moments.find_subjects(connection, owner_id, subjects)
    words = {}
    for moment_id, each in said.items():
        cover = covers.get(each.get("cover") or "")
        words[moment_id] = Words(each.get("title"), bool(each.get("is_dismissed")), cover[0] if cover else None)
    return words, frozenset(moment_id for moment_id, each in said.items() if each.get("made"))


async def _read_names(
    connection: Connection, owner_id: UUID, timeline: Timeline, own_ids: Sequence[UUID]
) -> dict[int, PlaceName]:
    place_ids = np.unique(timeline.place[timeline.place > 0]).tolist()
    names = {
        place_id: PlaceName(*words)
        for place_id, words in (await moments.name_places(connection, owner_id, place_ids)).items()
    }
    own = await moments.name_own_places(connection, owner_id, own_ids)
    return names | {-number: PlaceName(own[each]) for number, each in enumerate(own_ids, 1) if each in own}


async def read_hints(
    connection: Connection, owner_id: UUID, subjects: Collection[str]
) -> dict[str, list[tuple[UUID, UUID]]]:
    """Return kind -> (photo, moment): where photos lay before a word about them that was taken back."""
    ids = await moments.find_subjects(connection, owner_id, subjects)
    last: dict[tuple[str, str], Any] = {}
    for told in await list_told(connection, owner_id, MOMENT_PHOTO, subjects):
        last[told.subject, told.field] = told
    hints: dict[str, list[tuple[UUID, UUID]]] = {EVENT: [], TRIP: []}
    for (subject, name), told in last.items():
        if told.is_taken_back and told.replaced is not None and subject in ids:
            kind = next(kind for kind, each in FIELDS.items() if each == name)
            hints[kind].append((ids[subject][0], UUID(told.replaced)))
    return hints
