"""Photos that may be memories: in the library, of a sure time, without hidden people, of no dismissed moment."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from psycopg import AsyncConnection
from psycopg.rows import class_row

from calotype.features.moments.repository.sureness import IS_SURE
from calotype.features.moments.schemas import Snapshot

Connection = AsyncConnection[Any]

_MAY_BE_SHOWN = f"""
    {IS_SURE}
    and not exists (select from moment_photos mp join moments m on m.id = mp.moment_id
                    where mp.photo_id = p.id and m.owner_id = p.owner_id and m.is_dismissed)
    and not exists (select from faces f join people h on h.id = f.person_id
                    where f.photo_id = p.id and f.owner_id = p.owner_id and h.is_hidden)
"""
_SNAPSHOT = """
    p.id, p.taken_local, coalesce(p.quality, -1)::int as quality, p.is_favourite, p.phash,
    (select sp.stack_id from stack_photos sp where sp.photo_id = p.id and sp.owner_id = p.owner_id
     order by sp.stack_id limit 1) as stack_id,
    coalesce((select o.name from own_places o where o.id = p.own_place_id and o.owner_id = p.owner_id),
             (select n.name from place_names n where n.owner_id = p.owner_id and n.place_id = p.place_id),
             (select pl.name from places pl where pl.id = p.place_id)) as place
"""
_BETWEEN = f"""
    select {_SNAPSHOT} from unnest(%(lows)s::timestamp[], %(highs)s::timestamp[]) as span(low, high)
    cross join lateral (
        select p.* from photos p where p.owner_id = %(owner)s and p.taken_local >= span.low
            and p.taken_local < span.high and {_MAY_BE_SHOWN}
        order by p.is_favourite desc, p.quality desc nulls last, p.id limit %(limit)s) p
"""
_COVERS = f"""
    select {_SNAPSHOT} from unnest(%(lows)s::timestamp[], %(highs)s::timestamp[]) as span(low, high)
    cross join lateral (
        select m.cover_photo_id from moments m
        where m.owner_id = %(owner)s and m.kind = 'event' and not m.is_dismissed
            and m.starts_local >= span.low and m.starts_local < span.high
        order by m.photos desc, m.id limit %(limit)s) m
    join photos p on p.id = m.cover_photo_id and p.owner_id = %(owner)s and {_MAY_BE_SHOWN}
"""
_PEOPLE = f"""
    select h.id, h.name, min(p.taken_local)::date as first_day, max(p.taken_local)::date as last_day,
           count(distinct p.id)::int as photos
    from people h join faces f on f.person_id = h.id and f.owner_id = h.owner_id and not f.is_hidden
    join photos p on p.id = f.photo_id and p.owner_id = h.owner_id
    where h.owner_id = %(owner)s and h.id = any(%(people)s) and p.taken_local < %(before)s and {_MAY_BE_SHOWN}
    group by h.id order by h.id
"""
_NAMED = """
    select id from people
    where owner_id = %(owner)s and not is_hidden and name is not null and photos >= %(least)s
    order by md5(id::text || %(day)s), id limit %(limit)s
"""
_OF_PERSON = f"""
    select {_SNAPSHOT} from photos p
    where p.owner_id = %(owner)s and p.taken_local >= %(low)s and p.taken_local < %(high)s and {_MAY_BE_SHOWN}
        and exists (select from faces f where f.photo_id = p.id and f.owner_id = p.owner_id
                    and f.person_id = %(person)s and not f.is_hidden)
    order by p.is_favourite desc, p.quality desc nulls last, p.id limit %(limit)s
"""


@dataclass(frozen=True)
class PersonDays:
    """A person, and the first and last day of the photos of them that may be shown."""

    id: UUID
    name: str
    first_day: date
    last_day: date
    photos: int


async def find_first_year(connection: Connection, owner_id: UUID) -> int | None:
    """Return the year of the owner's oldest photo."""
    cursor = await connection.execute(
        "select extract(year from min(month))::int from month_counts where owner_id = %s and photos > 0", (owner_id,)
    )
    row = await cursor.fetchone()
    return None if row is None else row[0]


async def is_southern(connection: Connection, owner_id: UUID) -> bool:
    """Say whether most of the owner's photos were taken south of the equator, as of the last whole run."""
    cursor = await connection.execute("select is_southern from moment_rhythms where owner_id = %s", (owner_id,))
    row = await cursor.fetchone()
    return row is not None and bool(row[0])


async def list_between(
    connection: Connection, owner_id: UUID, spans: Sequence[tuple[datetime, datetime]], limit: int
) -> list[Snapshot]:
    """Return the best photos of each span (from, up to but not with), up to `limit` of each."""
    return await _list_spans(connection, _BETWEEN, owner_id, spans, limit)


async def list_covers(
    connection: Connection, owner_id: UUID, spans: Sequence[tuple[datetime, datetime]], limit: int
) -> list[Snapshot]:
    """Return the covers of the events with the most photos that began in each span, up to `limit` of each."""
    return await _list_spans(connection, _COVERS, owner_id, spans, limit)


async def _list_spans(
    connection: Connection, query: str, owner_id: UUID, spans: Sequence[tuple[datetime, datetime]], limit: int
) -> list[Snapshot]:
    values = {
        "owner": owner_id,
        "lows": [low for low, _ in spans],
        "highs": [high for _, high in spans],
        "limit": limit,
    }
    async with connection.cursor(row_factory=class_row(Snapshot)) as cursor:
        return await (await cursor.execute(query, values)).fetchall()


async def list_people(
    connection: Connection, owner_id: UUID, today: date, *, least: int, limit: int
) -> list[PersonDays]:
    """Return some people with a name and `least` photos, not hidden, others each day, and their days before today."""
    values = {"owner": owner_id, "day": today.isoformat(), "least": least, "limit": limit}
    ids = [row[0] for row in await (await connection.execute(_NAMED, values)).fetchall()]
    if not ids:
        return []
    async with connection.cursor(row_factory=class_row(PersonDays)) as cursor:
        await cursor.execute(_PEOPLE, {"owner": owner_id, "people": ids, "before": today})
        found = {person.id: person for person in await cursor.fetchall()}
    return [found[each] for each in ids if each in found]


async def list_of_person(
    connection: Connection, owner_id: UUID, person_id: UUID, span: tuple[datetime, datetime], limit: int
) -> list[Snapshot]:
    """Return the best photos that show a person, of a span."""
    values = {"owner": owner_id, "person": person_id, "low": span[0], "high": span[1], "limit": limit}
    async with connection.cursor(row_factory=class_row(Snapshot)) as cursor:
        return await (await cursor.execute(_OF_PERSON, values)).fetchall()
