"""People: rows, counts, covers, pages."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg import AsyncConnection
from psycopg.rows import class_row

from calotype.features.people.schemas import Person

Connection = AsyncConnection[Any]

_PERSON = """
    select w.id, w.name, w.is_hidden, w.faces, w.photos, w.created_at, f.id as cover_face_id,
           f.photo_id as cover_photo_id,
           case when f.id is not null then array[f.x, f.y, f.width, f.height] end as cover_box
    from people w left join faces f on f.id = w.cover_face_id and f.owner_id = w.owner_id
    where w.owner_id = %(owner)s
"""
_BY_ID = f"{_PERSON} and w.id = any(%(ids)s)"
_PAGE = f"""{_PERSON} and w.is_hidden = %(hidden)s
    and (w.faces > 1 or w.name is not null or w.faces = 1 and exists (
        select from faces told where told.person_id = w.id and told.assigned_by >= 2 and not told.is_hidden))
    and (%(named)s::bool is null or (w.name is not null) = %(named)s)
    and (%(after_faces)s::int is null or (w.faces, w.id) < (%(after_faces)s, %(after_id)s::uuid))
    order by w.faces desc, w.id desc limit %(limit)s"""
_ENSURE = """
    insert into people (id, owner_id) select id, %s from unnest(%s::uuid[]) as id
    on conflict (id) do nothing
"""
_WRITE = """
    insert into people (id, owner_id, name, is_hidden) values (%(id)s, %(owner)s, %(name)s, %(hidden)s)
    on conflict (id) do update set name = coalesce(excluded.name, people.file_name), is_hidden = excluded.is_hidden
    where people.owner_id = excluded.owner_id
"""
_NAME_FROM_FILE = """
    insert into people as w (id, owner_id, name, file_name) values (%(id)s, %(owner)s, %(name)s, %(name)s)
    on conflict (id) do update set file_name = excluded.file_name, name = coalesce(w.name, excluded.name)
    where w.owner_id = excluded.owner_id
"""
# A count goes by what is in the library; the cover stays where it is a face of theirs, else it is the best one.
_COUNTED = """
    with counted as (
        select w.id, count(p.id)::int as faces, count(distinct p.id)::int as photos,
               coalesce(bool_or(f.id = w.cover_face_id), false) as has_cover,
               (array_agg(f.id order by (f.provider not in ('hand', 'file')) desc,
                   sqrt(least(1, f.size_px / 200.0)) * f.score * sqrt(least(1, f.sharpness / 0.6)) desc, f.id)
                   filter (where p.id is not null))[1] as best
        from people w left join faces f on f.person_id = w.id and f.owner_id = w.owner_id and not f.is_hidden
            left join photos p on p.id = f.photo_id and p.status = 0
        where w.owner_id = %(owner)s and (%(ids)s::uuid[] is null or w.id = any(%(ids)s))
        group by w.id)
"""
_IS_STALE = """
    (w.faces, w.photos, w.cover_face_id) is distinct from
        (c.faces, c.photos, case when c.has_cover then w.cover_face_id else c.best end)
"""
_REFRESH = f"""{_COUNTED}
    update people w set faces = c.faces, photos = c.photos,
        cover_face_id = case when c.has_cover then w.cover_face_id else c.best end
    from counted c where w.id = c.id and {_IS_STALE}
"""
_STALE = f"""{_COUNTED}
    select w.id from people w join counted c on c.id = w.id where {_IS_STALE} or (w.name is null and c.faces = 0)
"""
_FORGET = """
    delete from people w where w.owner_id = %(owner)s and w.name is null and w.id = any(%(ids)s)
        and not exists (select from faces f where f.person_id = w.id)
        and not exists (select from decisions d where d.owner_id = w.owner_id and d.topic = 'face'
            and d.field in ('this', 'person') and not d.is_taken_back and d.value = to_jsonb(w.id::text))
"""
_PHOTOS = """
    select p.id, p.taken_local from photos p
    where p.owner_id = %(owner)s and p.status = 0
        and exists (select from faces f where f.person_id = %(person)s and f.photo_id = p.id and f.owner_id = %(owner)s)
        and (%(after_taken)s::timestamp is null or (p.taken_local, p.id) < (%(after_taken)s, %(after_id)s::uuid))
    order by p.taken_local desc, p.id desc limit %(limit)s
"""
_SPAN = """
    select min(p.taken_local), max(p.taken_local) from faces f join photos p on p.id = f.photo_id and p.status = 0
    where f.owner_id = %s and f.person_id = %s
"""
_UNKNOWN = """
    select count(*)::int from faces f join photos p on p.id = f.photo_id and p.status = 0
    where f.owner_id = %s and f.person_id is null and not f.is_hidden
"""


async def find_people(connection: Connection, owner_id: UUID, person_ids: Collection[UUID]) -> dict[UUID, Person]:
    """Return those of some people that are there."""
    async with connection.cursor(row_factory=class_row(Person)) as cursor:
        await cursor.execute(_BY_ID, {"owner": owner_id, "ids": list(person_ids)})
        return {person.id: person for person in await cursor.fetchall()}


async def list_people(
    connection: Connection,
    owner_id: UUID,
    limit: int,
    after: tuple[int, UUID] | None,
    *,
    hidden: bool,
    named: bool | None,
) -> list[Person]:
    """Return people, those with the most faces first, from after the given place."""
    faces, person_id = after or (None, None)
    values = {
        "owner": owner_id, "limit": limit, "hidden": hidden, "named": named,
        "after_faces": faces, "after_id": person_id,
    }  # fmt: skip
    async with connection.cursor(row_factory=class_row(Person)) as cursor:
        return await (await cursor.execute(_PAGE, values)).fetchall()


async def find_by_name(connection: Connection, owner_id: UUID, name: str) -> UUID | None:
    """Return the person of this name, whatever the case of its letters; of several the one with the most faces."""
    cursor = await connection.execute(
        "select id from people where owner_id = %s and lower(name) = lower(%s) order by faces desc, id limit 1",
        (owner_id, name),
    )
    row = await cursor.fetchone()
    return None if row is None else row[0]


async def ensure_people(connection: Connection, owner_id: UUID, person_ids: Collection[UUID]) -> None:
    """Make the rows of people that are not there (yet, or any more)."""
    if person_ids:
        await connection.execute(_ENSURE, (owner_id, sorted(person_ids)))


async def write_person(
    connection: Connection, owner_id: UUID, person_id: UUID, name: str | None, *, is_hidden: bool
) -> None:
    """Write what was said of a person; with no name it has that of the files, if they have one."""
    values = {"id": person_id, "owner": owner_id, "name": name, "hidden": is_hidden}
    await connection.execute(_WRITE, values)


async def name_from_file(connection: Connection, owner_id: UUID, person_id: UUID, name: str) -> None:
    """Write what files call a person, made where there is none; what a person said stays."""
    await connection.execute(_NAME_FROM_FILE, {"id": person_id, "owner": owner_id, "name": name})


async def remove_person(connection: Connection, owner_id: UUID, person_id: UUID) -> None:
    """Remove a person who was merged into another."""
    await connection.execute("delete from people where owner_id = %s and id = %s", (owner_id, person_id))


async def set_covers(connection: Connection, owner_id: UUID, covers: Mapping[UUID, UUID]) -> None:
    """Write which face was chosen to be shown for each of some people."""
    if covers:
        await connection.execute(
            "update people w set cover_face_id = n.face from unnest(%s::uuid[], %s::uuid[]) as n(id, face) "
            "where w.owner_id = %s and w.id = n.id",
            (list(covers), list(covers.values()), owner_id),
        )


async def forget_cover(connection: Connection, owner_id: UUID, person_id: UUID) -> None:
    """Show a person by no face: the next count chooses one."""
    await connection.execute(
        "update people set cover_face_id = null where owner_id = %s and id = %s", (owner_id, person_id)
    )


async def refresh_people(connection: Connection, owner_id: UUID, person_ids: Collection[UUID] | None = None) -> None:
    """Count faces and photos of some people, or of all, and give those a cover that have none."""
    ids = None if person_ids is None else list(person_ids)
    await connection.execute(_REFRESH, {"owner": owner_id, "ids": ids})


async def list_stale_people(connection: Connection, owner_id: UUID) -> list[UUID]:
    """Return the people whose counts or cover are no longer right, and those without name and face."""
    cursor = await connection.execute(_STALE, {"owner": owner_id, "ids": None})
    return [row[0] for row in await cursor.fetchall()]


async def forget_empty_people(connection: Connection, owner_id: UUID, person_ids: Collection[UUID]) -> None:
    """Remove those of some people who have neither name nor face, and of whom no word about a face stands."""
    await connection.execute(_FORGET, {"owner": owner_id, "ids": list(person_ids)})


async def list_photos(
    connection: Connection, owner_id: UUID, person_id: UUID, limit: int, after: tuple[datetime, UUID] | None
) -> list[tuple[UUID, datetime]]:
    """Return ids and local times of a person's photos, newest first, from after the given one."""
    taken, photo_id = after or (None, None)
    values = {
        "owner": owner_id, "person": person_id, "limit": limit, "after_taken": taken, "after_id": photo_id,
    }  # fmt: skip
    return await (await connection.execute(_PHOTOS, values)).fetchall()


async def find_span(connection: Connection, owner_id: UUID, person_id: UUID) -> tuple[datetime | None, datetime | None]:
    """Return when the first and the last photo of a person was taken, local time."""
    row = await (await connection.execute(_SPAN, (owner_id, person_id))).fetchone()
    return (None, None) if row is None else (row[0], row[1])


async def count_unknown_faces(connection: Connection, owner_id: UUID) -> int:
    """Return how many faces in the library are nobody's yet."""
    row = await (await connection.execute(_UNKNOWN, (owner_id,))).fetchone()
    return 0 if row is None else row[0]
