"""Rows of moments, their photos, and the owner's rhythm."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import astuple, dataclass, fields
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg import AsyncConnection
from psycopg.rows import class_row, dict_row
from psycopg.types.json import Jsonb

from calotype.features.moments.repository.span import Span
from calotype.features.moments.schemas import MomentRow

Connection = AsyncConnection[Any]

_COLUMNS = ", ".join(field.name for field in fields(MomentRow))
_TYPES = {
    "id": "uuid", "kind": "text", "title": "text", "place": "text", "starts_local": "timestamp",
    "ends_local": "timestamp", "photos": "int", "cover_photo_id": "uuid", "parent_id": "uuid",
    "is_dismissed": "bool", "is_made": "bool",
}  # fmt: skip
_PAGE = f"""
    select {_COLUMNS} from moments
    where owner_id = %(owner)s and (%(kind)s::text is null or kind = %(kind)s) and is_dismissed = %(is_dismissed)s
        and (%(parent)s::uuid is null or parent_id = %(parent)s)
        and (%(starts)s::timestamp is null or (starts_local, id) < (%(starts)s, %(id)s::uuid))
    order by starts_local desc, id desc limit %(limit)s
"""
_FIND = f"select {_COLUMNS} from moments where owner_id = %s and id = %s"
_INSIDE = f"""
    select {_COLUMNS} from moments where owner_id = %s and starts_local >= %s and ends_local <= %s
"""
_PHOTOS = """
    select p.id, p.taken_local from moment_photos mp
    join photos p on p.id = mp.photo_id and p.owner_id = mp.owner_id and p.status = 0
    where mp.owner_id = %(owner)s and mp.moment_id = %(moment)s
        and (%(taken)s::timestamp is null or (p.taken_local, p.id) > (%(taken)s, %(id)s::uuid))
    order by p.taken_local, p.id limit %(limit)s
"""
_CONTENTS = """
    select p.id, encode(p.sha256, 'hex') as subject, p.taken_local from moment_photos mp
    join photos p on p.id = mp.photo_id and p.owner_id = mp.owner_id and p.status = 0
    where mp.owner_id = %s and mp.moment_id = %s order by p.taken_local, p.id
"""
_SUBJECTS = """
    select encode(p.sha256, 'hex'), p.id, p.taken_local from photos p
    where p.owner_id = %s and p.sha256 = any(%s)
"""
_IN_SPAN = """
    select encode(sha256, 'hex') from photos
    where owner_id = %s and status = 0 and taken_local between %s and %s
"""
_OVERLAPPING = """
    select min(starts_local), max(ends_local) from moments
    where owner_id = %(owner)s and starts_local <= %(high)s and ends_local >= %(low)s
"""
_CHANGED = """
    select taken_local, taken_local from photos where owner_id = %(owner)s and change > %(seen)s
    union all
    select m.starts_local, m.ends_local from photos p
    join moment_photos mp on mp.photo_id = p.id join moments m on m.id = mp.moment_id
    where p.owner_id = %(owner)s and p.change > %(seen)s and m.owner_id = %(owner)s
"""
_COUNT_CHANGED = """
    select count(*) from (select from photos where owner_id = %s and change > %s limit %s) changed
"""
_READ = _COLUMNS.replace("cover_photo_id", "(select p.id from photos p where p.id = row.cover_photo_id)")
_PUT = f"""
    insert into moments ({_COLUMNS}, owner_id)
    select {_READ}, %(owner)s
    from unnest({", ".join(f"%({name})s::{kind}[]" for name, kind in _TYPES.items())}) as row({_COLUMNS})
    on conflict (id) do update set
        {", ".join(f"{name} = excluded.{name}" for name in _TYPES if name != "id")}
    where moments.owner_id = excluded.owner_id
"""  # a cover may have been purged since it was read
_LEAVE = """
    delete from moment_photos mp using unnest(%s::uuid[], %s::uuid[]) as gone(moment_id, photo_id)
    where mp.owner_id = %s and mp.moment_id = gone.moment_id and mp.photo_id = gone.photo_id
"""
_ENTER = """
    insert into moment_photos (moment_id, photo_id, owner_id)
    select new.moment_id, new.photo_id, p.owner_id
    from unnest(%s::uuid[], %s::uuid[]) as new(moment_id, photo_id)
    join photos p on p.id = new.photo_id and p.owner_id = %s
    on conflict do nothing
"""
_REMOVE = "delete from moments where owner_id = %s and id = any(%s)"
_RHYTHM = """
    select gap_s, silence_days, homes, is_southern, photos, seen_change, told from moment_rhythms where owner_id = %s
"""
_PUT_RHYTHM = """
    insert into moment_rhythms (owner_id, gap_s, silence_days, homes, is_southern, photos, seen_change)
    values (%(owner)s, %(gap_s)s, %(silence_days)s, %(homes)s, %(is_southern)s, %(photos)s, %(seen)s)
    on conflict (owner_id) do update set gap_s = excluded.gap_s, silence_days = excluded.silence_days,
        homes = excluded.homes, is_southern = excluded.is_southern, photos = excluded.photos,
        seen_change = excluded.seen_change
"""
_COUNT_TOLD = """
    insert into moment_rhythms as r (owner_id, gap_s, silence_days, homes, is_southern, photos, seen_change, told)
    values (%s, 0, 0, '[]', false, 0, 0, 1) on conflict (owner_id) do update set told = r.told + 1
"""
_LOCK = "select pg_advisory_xact_lock(hashtextextended(%s, 5))"
_NAMES = """
    select pl.id, coalesce(n.name, pl.name), coalesce(n.region, pl.region), coalesce(n.country, pl.country)
    from places pl left join place_names n on n.place_id = pl.id and n.owner_id = %s where pl.id = any(%s)
"""
_OWN_NAMES = "select id, name from own_places where owner_id = %s and id = any(%s)"


@dataclass(frozen=True)
class LearntRhythm:
    """What the last whole run learned; `gap_s` 0 where there was none yet. `told` counts decisions."""

    gap_s: int
    silence_days: int
    homes: list[dict[str, Any]]
    is_southern: bool
    photos: int
    seen_change: int
    told: int


async def lock_moments(connection: Connection, owner_id: UUID) -> None:
    """Wait until nobody else writes the owner's moments; held until the transaction ends."""
    await connection.execute(_LOCK, (f"moments {owner_id}",))


async def find_rhythm(connection: Connection, owner_id: UUID) -> LearntRhythm | None:
    """Return what was learned of an owner."""
    async with connection.cursor(row_factory=class_row(LearntRhythm)) as cursor:
        return await (await cursor.execute(_RHYTHM, (owner_id,))).fetchone()


async def put_rhythm(connection: Connection, owner_id: UUID, values: Mapping[str, Any]) -> None:
    """Write what was learned: gap_s, silence_days, homes, is_southern, photos, seen."""
    await connection.execute(_PUT_RHYTHM, {**values, "homes": Jsonb(values["homes"]), "owner": owner_id})


async def note_seen(connection: Connection, owner_id: UUID, change: int) -> None:
    """Write up to which change the photos were looked at."""
    await connection.execute("update moment_rhythms set seen_change = %s where owner_id = %s", (change, owner_id))


async def count_told(connection: Connection, owner_id: UUID) -> None:
    """Note that something was said, so that a run under way begins again."""
    await connection.execute(_COUNT_TOLD, (owner_id,))


async def get_change(connection: Connection, owner_id: UUID) -> int:
    """Return the owner's newest change number."""
    row = await (
        await connection.execute("select value from change_counters where owner_id = %s", (owner_id,))
    ).fetchone()
    return 0 if row is None else int(row[0])


async def count_changed(connection: Connection, owner_id: UUID, seen: int, most: int) -> int:
    """Return how many photos have changed since, counting no further than `most`."""
    row = await (await connection.execute(_COUNT_CHANGED, (owner_id, seen, most))).fetchone()
    assert row is not None
    return int(row[0])


async def list_changed(connection: Connection, owner_id: UUID, seen: int) -> list[Span]:
    """Return when the photos that changed since were taken, and the times of the moments they lie in."""
    cursor = await connection.execute(_CHANGED, {"owner": owner_id, "seen": seen})
    return [Span(*row) for row in await cursor.fetchall()]


async def grow_span(connection: Connection, owner_id: UUID, span: Span) -> Span:
    """Return the span grown until no moment crosses its ends."""
    while True:
        values = {"owner": owner_id, "low": span.low, "high": span.high}
        row = await (await connection.execute(_OVERLAPPING, values)).fetchone()
        assert row is not None
        if row[0] is None or (row[0] >= span.low and row[1] <= span.high):
            return span
        span = Span(min(row[0], span.low), max(row[1], span.high))


async def list_inside(connection: Connection, owner_id: UUID, span: Span) -> list[MomentRow]:
    """Return the moments that lie in a span from beginning to end."""
    async with connection.cursor(row_factory=class_row(MomentRow)) as cursor:
        return await (await cursor.execute(_INSIDE, (owner_id, span.low, span.high))).fetchall()


async def list_page(connection: Connection, owner_id: UUID, asked: Mapping[str, Any]) -> list[MomentRow]:
    """Return moments, newest first: kind, parent, is_dismissed, after (start and id) or None, limit."""
    starts, moment_id = asked["after"] or (None, None)
    values = {**asked, "owner": owner_id, "starts": starts, "id": moment_id}
    async with connection.cursor(row_factory=class_row(MomentRow)) as cursor:
        return await (await cursor.execute(_PAGE, values)).fetchall()


async def find_moment(connection: Connection, owner_id: UUID, moment_id: UUID) -> MomentRow | None:
    """Return a moment of the owner."""
    async with connection.cursor(row_factory=class_row(MomentRow)) as cursor:
        return await (await cursor.execute(_FIND, (owner_id, moment_id))).fetchone()


async def list_photos(
    connection: Connection, owner_id: UUID, moment_id: UUID, limit: int, after: tuple[datetime, UUID] | None
) -> list[tuple[UUID, datetime]]:
    """Return ids and times of a moment's photos, the oldest first."""
    taken, photo_id = after or (None, None)
    values = {"owner": owner_id, "moment": moment_id, "taken": taken, "id": photo_id, "limit": limit}
    return await (await connection.execute(_PHOTOS, values)).fetchall()


async def list_contents(connection: Connection, owner_id: UUID, moment_id: UUID) -> list[dict[str, Any]]:
    """Return id, subject (hex SHA-256) and taken_local of all photos of a moment, the oldest first."""
    async with connection.cursor(row_factory=dict_row) as cursor:
        return await (await cursor.execute(_CONTENTS, (owner_id, moment_id))).fetchall()


async def find_subjects(
    connection: Connection, owner_id: UUID, subjects: Collection[str]
) -> dict[str, tuple[UUID, datetime]]:
    """Return id and local time of the owner's photos with these hex SHA-256."""
    contents = [bytes.fromhex(subject) for subject in subjects]
    cursor = await connection.execute(_SUBJECTS, (owner_id, contents))
    return {row[0]: (row[1], row[2]) for row in await cursor.fetchall()}


async def list_subjects(connection: Connection, owner_id: UUID, span: Span) -> list[str]:
    """Return the hex SHA-256 of the photos of a span."""
    cursor = await connection.execute(_IN_SPAN, (owner_id, span.low, span.high))
    return [row[0] for row in await cursor.fetchall()]


async def name_places(
    connection: Connection, owner_id: UUID, place_ids: Sequence[int]
) -> dict[int, tuple[str, str, str]]:
    """Return name, region and country of places, as the owner has corrected them."""
    cursor = await connection.execute(_NAMES, (owner_id, list(place_ids)))
    return {row[0]: (row[1], row[2], row[3]) for row in await cursor.fetchall()}


async def name_own_places(connection: Connection, owner_id: UUID, own_ids: Sequence[UUID]) -> dict[UUID, str]:
    """Return the names of own places."""
    cursor = await connection.execute(_OWN_NAMES, (owner_id, list(own_ids)))
    return {row[0]: row[1] for row in await cursor.fetchall()}


async def put_moments(connection: Connection, owner_id: UUID, rows: Sequence[MomentRow]) -> None:
    """Write rows, new ones and others."""
    if rows:
        columns = dict(zip(_TYPES, map(list, zip(*map(astuple, rows), strict=True)), strict=True))
        await connection.execute(_PUT, {**columns, "owner": owner_id})


async def leave(connection: Connection, owner_id: UUID, moments: Sequence[UUID], photos: Sequence[UUID]) -> None:
    """Take photos out of moments, pair by pair."""
    await connection.execute(_LEAVE, (list(moments), list(photos), owner_id))


async def enter(connection: Connection, owner_id: UUID, moments: Sequence[UUID], photos: Sequence[UUID]) -> None:
    """Put photos into moments, pair by pair; photos that are gone by now are left out."""
    await connection.execute(_ENTER, (list(moments), list(photos), owner_id))


async def remove_moments(connection: Connection, owner_id: UUID, moment_ids: Collection[UUID]) -> None:
    """Remove moments that have no photos."""
    await connection.execute(_REMOVE, (owner_id, list(moment_ids)))
