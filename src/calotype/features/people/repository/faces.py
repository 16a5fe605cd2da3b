"""Faces: read, told whose they are, drawn by hand."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from psycopg import AsyncConnection
from psycopg.rows import class_row

from calotype.features.people.schemas import AssignedBy, Face
from calotype.features.people.words import Box
from calotype.kit.ids import uuid7

Connection = AsyncConnection[Any]

_FACE = """
    select f.id, f.photo_id, p.sha256, f.x, f.y, f.width, f.height, f.score, f.sharpness, f.size_px, f.landmarks,
           f.provider, s.name as space, f.person_id, f.assigned_by, f.is_hidden
    from faces f join photos p on p.id = f.photo_id left join embedding_spaces s on s.id = f.space_id
    where f.owner_id = %(owner)s
"""
_OF_PHOTOS = f"{_FACE} and f.photo_id = any(%(photos)s) order by f.photo_id, f.id"
_BY_ID = f"{_FACE} and f.id = any(%(ids)s)"
_OF_PERSON = f"{_FACE} and f.person_id = any(%(people)s) order by f.id"
_PAGE = f"""{_FACE} and f.person_id = %(person)s and p.status = 0
    and (%(after)s::uuid is null or f.id < %(after)s) order by f.id desc limit %(limit)s"""
_TYPICAL = f"""{_FACE} and f.id = any(array(
    select face_id from (
        select t.person_id, t.face_id, row_number() over (
            partition by t.person_id order by (t.face_id = w.cover_face_id) desc nulls last, t.face_id) as place
        from person_facets t join people w on w.id = t.person_id
        where t.owner_id = %(owner)s and t.person_id = any(%(people)s)) facets
    where place <= %(each)s))"""
_ANY_OF_PERSON = f"""{_FACE} and f.id = any(array(
    select id from (select id, row_number() over (partition by person_id order by width * height desc, id) as place
        from faces where owner_id = %(owner)s and person_id = any(%(people)s)) largest where place <= %(each)s))"""
_ASSIGN = """
    update faces f set person_id = n.person, assigned_by = n.assigned_by, is_hidden = n.is_hidden
    from unnest(%(ids)s::uuid[], %(people)s::uuid[], %(by)s::smallint[], %(hidden)s::bool[])
        as n(id, person, assigned_by, is_hidden)
    where f.owner_id = %(owner)s and f.id = n.id
        and (f.person_id, f.assigned_by, f.is_hidden) is distinct from (n.person, n.assigned_by, n.is_hidden)
"""
_DRAW = """
    insert into faces (id, photo_id, owner_id, x, y, width, height, score, sharpness, size_px, landmarks, provider,
                       is_sorted)
    select %(id)s, id, owner_id, %(x)s, %(y)s, %(width)s, %(height)s, 1, 0,
           least(%(width)s * coalesce(width, 0), %(height)s * coalesce(height, 0))::int, '{}', %(provider)s, true
    from photos where owner_id = %(owner)s and id = %(photo)s
"""
_REGIONS = """
    select photo_id, name, x, y, width, height from photo_regions
    where owner_id = %s and photo_id = any(%s) and name <> '' order by photo_id, name, x, y
"""


async def list_faces_of_photos(connection: Connection, owner_id: UUID, photo_ids: Collection[UUID]) -> list[Face]:
    """Return all faces of some photos, those that are no faces too."""
    return await _faces(connection, _OF_PHOTOS, {"owner": owner_id, "photos": list(photo_ids)})


async def list_faces(connection: Connection, owner_id: UUID, face_ids: Collection[UUID]) -> list[Face]:
    """Return faces by their ids, in no order."""
    return await _faces(connection, _BY_ID, {"owner": owner_id, "ids": list(face_ids)})


async def list_faces_of_people(connection: Connection, owner_id: UUID, person_ids: Collection[UUID]) -> list[Face]:
    """Return all faces of some people, on photos in the trash too."""
    return await _faces(connection, _OF_PERSON, {"owner": owner_id, "people": list(person_ids)})


async def list_face_page(
    connection: Connection, owner_id: UUID, person_id: UUID, limit: int, after: UUID | None
) -> list[Face]:
    """Return faces of a person on photos in the library, newest first, from after the given one."""
    values = {"owner": owner_id, "person": person_id, "after": after, "limit": limit}
    return await _faces(connection, _PAGE, values)


async def list_typical_faces(
    connection: Connection, owner_id: UUID, person_ids: Collection[UUID], each: int
) -> list[Face]:
    """Return up to `each` faces for each of some people: those that stand for them, then their largest."""
    values = {"owner": owner_id, "people": list(person_ids), "each": each}
    found = await _faces(connection, _TYPICAL, values)
    missing = dict.fromkeys(person_ids, each)
    for face in found:
        missing[face.person_id] -= 1  # type: ignore[index]
    short = [person_id for person_id, lacking in missing.items() if lacking > 0]
    known = {face.id for face in found}
    for face in await _faces(connection, _ANY_OF_PERSON, {**values, "people": short}) if short else ():
        if face.id not in known and missing[face.person_id] > 0:  # type: ignore[index]
            missing[face.person_id] -= 1  # type: ignore[index]
            found.append(face)
    return found


async def _faces(connection: Connection, query: str, values: Mapping[str, Any]) -> list[Face]:
    async with connection.cursor(row_factory=class_row(Face)) as cursor:
        return await (await cursor.execute(query, values)).fetchall()


async def assign_faces(
    connection: Connection, owner_id: UUID, faces: Mapping[UUID, tuple[UUID | None, AssignedBy, bool]]
) -> None:
    """Write for each face whose it is, who says so, and whether it is none."""
    if faces:
        await connection.execute(
            _ASSIGN,
            {
                "owner": owner_id,
                "ids": list(faces),
                "people": [person for person, _, _ in faces.values()],
                "by": [int(by) for _, by, _ in faces.values()],
                "hidden": [is_hidden for _, _, is_hidden in faces.values()],
            },
        )


async def draw_face(connection: Connection, owner_id: UUID, photo_id: UUID, box: Box, provider: str) -> UUID:
    """Add a face that no detector found; `provider` says who drew it: `hand` or `file`."""
    face_id = uuid7()
    await connection.execute(
        _DRAW, {"id": face_id, "owner": owner_id, "photo": photo_id, "provider": provider, **box._asdict()}
    )
    return face_id


async def remove_faces(connection: Connection, owner_id: UUID, face_ids: Sequence[UUID]) -> None:
    """Remove faces that somebody drew and took back."""
    if face_ids:
        await connection.execute("delete from faces where owner_id = %s and id = any(%s)", (owner_id, list(face_ids)))


async def list_regions(
    connection: Connection, owner_id: UUID, photo_ids: Collection[UUID]
) -> dict[UUID, list[tuple[str, Box]]]:
    """Return the names that files give to parts of some photos, by photo."""
    regions: dict[UUID, list[tuple[str, Box]]] = {}
    cursor = await connection.execute(_REGIONS, (owner_id, list(photo_ids)))
    for photo_id, name, *sides in await cursor.fetchall():
        regions.setdefault(photo_id, []).append((name, Box(*sides)))
    return regions


async def list_photos_with_regions(connection: Connection, owner_id: UUID) -> list[tuple[UUID, bytes]]:
    """Return photos in which files name somebody, and their SHA-256."""
    cursor = await connection.execute(
        "select distinct p.id, p.sha256 from photo_regions r join photos p on p.id = r.photo_id "
        "where r.owner_id = %s and p.owner_id = r.owner_id",
        (owner_id,),
    )
    return [(photo_id, bytes(sha256)) for photo_id, sha256 in await cursor.fetchall()]


async def list_names_from_files(connection: Connection, owner_id: UUID, person_id: UUID) -> list[str]:
    """Return what files call this person's faces, each name once."""
    faces = await list_faces_of_people(connection, owner_id, [person_id])
    regions = await list_regions(connection, owner_id, {face.photo_id for face in faces})
    from_files = {face.photo_id for face in faces if face.assigned_by == AssignedBy.FILE or face.provider == "file"}
    return sorted({name for photo_id in from_files for name, _ in regions.get(photo_id, [])})


async def find_photos(connection: Connection, owner_id: UUID, contents: Collection[bytes]) -> dict[bytes, UUID]:
    """Return photos of the owner by their content."""
    cursor = await connection.execute(
        "select sha256, id from photos where owner_id = %s and sha256 = any(%s)", (owner_id, list(contents))
    )
    return {bytes(sha256): photo_id for sha256, photo_id in await cursor.fetchall()}


async def find_content(connection: Connection, owner_id: UUID, photo_id: UUID) -> bytes | None:
    """Return the SHA-256 of a photo of the owner."""
    cursor = await connection.execute("select sha256 from photos where owner_id = %s and id = %s", (owner_id, photo_id))
    row = await cursor.fetchone()
    return None if row is None else bytes(row[0])


async def move_faces(connection: Connection, owner_id: UUID, person_id: UUID, into: UUID) -> None:
    """Give all faces of one person to another."""
    await connection.execute(
        "update faces set person_id = %s where owner_id = %s and person_id = %s", (into, owner_id, person_id)
    )
