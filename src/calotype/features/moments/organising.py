"""From photos to moments: reads a span of time, finds, keeps what was told, and writes the difference."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from calotype.db.engine import Database
from calotype.features.moments.reading import Reading, read_span
from calotype.features.moments.repository import moments
from calotype.features.moments.repository.span import ALWAYS, Span
from calotype.features.moments.rules.homes import Home, find_homes
from calotype.features.moments.rules.rhythm import Rhythm, learn_rhythm, settle
from calotype.features.moments.rules.timeline import Timeline
from calotype.features.moments.schemas import TRIP, MomentRow
from calotype.features.moments.working_out import Learnt, work_out
from calotype.features.moments.writing import ToldMeanwhile, write, write_in_parts
from calotype.features.photos import next_change
from calotype.kit.progress import Progress

Connection = moments.Connection

MARGIN = timedelta(days=15)  # around new photos: longer than any silence that a trip bears
_SHARE_TO_LEARN, _FEW = 0.1, 500  # so much is new: look at everything and learn the rhythm again
_ATTEMPTS = 4


async def organise(database: Database, owner_id: UUID, *, is_whole: bool, progress: Progress) -> str:
    """Find the moments of an owner, all of them or those around what has changed; return a sentence about it.

    Where somebody says something while a run over everything writes, it begins again; at the last, nobody can say
    anything more until it is done.
    """
    for _ in range(_ATTEMPTS - 1):
        try:
            return await _organise(database, owner_id, is_whole=is_whole, progress=progress)
        except ToldMeanwhile:
            continue
    await progress(0, 0, "Finding events and trips")
    return await database.run_transaction(lambda connection: _organise_alone(connection, owner_id))


async def _organise(database: Database, owner_id: UUID, *, is_whole: bool, progress: Progress) -> str:
    async with database.connection() as connection:
        learnt = await moments.find_rhythm(connection, owner_id)
        change = await moments.get_change(connection, owner_id)
        if not is_whole and learnt is not None and learnt.gap_s:
            most = max(_FEW, int(learnt.photos * _SHARE_TO_LEARN)) if learnt.photos >= _FEW else learnt.photos // 10
            changed = await moments.count_changed(connection, owner_id, learnt.seen_change, most + 1)
            if not changed:
                return "Nothing has changed."
            if changed <= most:
                return await _organise_changed(database, owner_id, learnt, change, progress)
    return await _organise_all(database, owner_id, learnt, change, progress)


async def _organise_changed(
    database: Database, owner_id: UUID, learnt: moments.LearntRhythm, change: int, progress: Progress
) -> str:
    async with database.connection() as connection:
        spans = join_spans(await moments.list_changed(connection, owner_id, learnt.seen_change), MARGIN)
    for number, span in enumerate(spans):
        await progress(number, len(spans), "Looking at the time around new photos")
        await database.run_transaction(partial(_organise_one, owner_id=owner_id, span=span))
    async with database.transaction() as connection:
        await moments.note_seen(connection, owner_id, change)
    return f"Looked at {len(spans)} {'span' if len(spans) == 1 else 'spans'} of time."


async def _organise_one(connection: Connection, *, owner_id: UUID, span: Span) -> None:
    await next_change(connection, owner_id)
    await organise_span(connection, owner_id, span)


async def _organise_all(
    database: Database, owner_id: UUID, before: moments.LearntRhythm | None, change: int, progress: Progress
) -> str:
    await progress(0, 0, "Reading the photos")
    async with database.connection() as connection:
        reading = await read_span(connection, owner_id, ALWAYS, {})
    await progress(0, 0, "Finding events and trips")
    learnt = await asyncio.to_thread(_learn, reading.timeline, before)
    difference, rows = await asyncio.to_thread(work_out, reading, learnt)
    await write_in_parts(database, owner_id, difference, None if before is None else before.told, progress)
    async with database.transaction() as connection:
        await moments.put_rhythm(connection, owner_id, _to_values(reading.timeline, learnt, change))
    return _sum_up(rows, reading.timeline)


async def _organise_alone(connection: Connection, owner_id: UUID) -> str:
    """Look at everything in one transaction, in which nobody can say anything: who does waits."""
    change = await next_change(connection, owner_id)
    await moments.lock_moments(connection, owner_id)
    before = await moments.find_rhythm(connection, owner_id)
    reading = await read_span(connection, owner_id, ALWAYS, {})
    learnt = await asyncio.to_thread(_learn, reading.timeline, before)
    difference, rows = await asyncio.to_thread(work_out, reading, learnt)
    await write(connection, owner_id, difference)
    await moments.put_rhythm(connection, owner_id, _to_values(reading.timeline, learnt, change))
    return _sum_up(rows, reading.timeline)


def _sum_up(rows: Sequence[MomentRow], timeline: Timeline) -> str:
    trips = sum(row.kind == TRIP for row in rows)
    return f"{len(rows) - trips} events and {trips} trips in {len(timeline)} photos."


def _to_values(timeline: Timeline, learnt: Learnt, change: int) -> dict[str, Any]:
    """Return what the next run is to know of this one, which has seen the photos up to `change`."""
    latitude = timeline.latitude
    return {
        "gap_s": learnt.rhythm.gap_s, "silence_days": learnt.rhythm.silence_days,
        "homes": [asdict(home) for home in learnt.homes], "photos": len(timeline), "seen": change,
        "is_southern": bool((latitude < 0).sum() > (latitude >= 0).sum()),
    }  # fmt: skip


def _learn(timeline: Timeline, before: moments.LearntRhythm | None) -> Learnt:
    old = Rhythm(before.gap_s, before.silence_days) if before is not None and before.gap_s else None
    return Learnt(settle(old, learn_rhythm(timeline)), find_homes(timeline))


async def organise_span(
    connection: Connection, owner_id: UUID, span: Span, hints: Mapping[str, Sequence[tuple[UUID, UUID]]] | None = None
) -> None:
    """Find the moments of a span again, in the caller's transaction.

    The span grows until no moment crosses its ends, also none of which a person has said that photos of the span lie
    in it.
    """
    await moments.lock_moments(connection, owner_id)
    learnt = to_learnt(await moments.find_rhythm(connection, owner_id))
    while True:
        span = await moments.grow_span(connection, owner_id, span)
        reading = await read_span(connection, owner_id, span, hints or {})
        wider = _widen(span, await _list_told_outside(connection, owner_id, reading))
        if wider == span:
            break
        span = wider
    difference, _ = await asyncio.to_thread(work_out, reading, learnt)
    await write(connection, owner_id, difference)


def to_learnt(stored: moments.LearntRhythm | None) -> Learnt:
    """Return what was stored; the default where there is nothing yet."""
    if stored is None or not stored.gap_s:
        return Learnt()
    return Learnt(Rhythm(stored.gap_s, stored.silence_days), [Home(**home) for home in stored.homes])


async def _list_told_outside(connection: Connection, owner_id: UUID, reading: Reading) -> list[MomentRow]:
    wanted = {moment_id for pairs in reading.told.values() for _, moment_id in pairs} - reading.before.keys()
    found = [await moments.find_moment(connection, owner_id, moment_id) for moment_id in sorted(wanted)]
    return [row for row in found if row is not None]


def _widen(span: Span, rows: Sequence[MomentRow]) -> Span:
    low = min([span.low, *(row.starts_local for row in rows)])
    return Span(low, max([span.high, *(row.ends_local for row in rows)]))


def join_spans(spans: Sequence[Span], margin: timedelta) -> list[Span]:
    """Return the spans, each wider by a margin, those that meet joined, in order."""
    joined: list[Span] = []
    for span in sorted(spans, key=lambda span: span.low):
        low, high = _shift(span.low, -margin), _shift(span.high, margin)
        if joined and low <= joined[-1].high:
            joined[-1] = Span(joined[-1].low, max(joined[-1].high, high))
        else:
            joined.append(Span(low, high))
    return joined


def _shift(time: datetime, by: timedelta) -> datetime:
    try:
        return time + by
    except OverflowError:
        return time
