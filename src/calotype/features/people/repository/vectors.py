"""The vectors of faces, many at a time, as arrays."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import numpy as np
import numpy.typing as npt
from psycopg import AsyncConnection

Connection = AsyncConnection[Any]

LISTS = ("ids", "photo_ids", "people", "subjects")
COLUMNS = ("assigned_by", "size_px", "score", "sharpness", "years", "is_sorted", "vectors")
_BATCH = 5_000
_HEADER_BYTES = 4  # dimensions, unused: two big-endian int16, then a half each (pgvector, halfvec_send)
_SELECT = """
    select f.id, f.photo_id, s.name, f.person_id, f.assigned_by, f.size_px, f.score, f.sharpness,
           extract(year from p.taken_local)::int, f.is_sorted, p.sha256, f.x, f.y, f.width, f.height,
           halfvec_send(f.embedding)
    from faces f join photos p on p.id = f.photo_id join embedding_spaces s on s.id = f.space_id
    where f.owner_id = %(owner)s and f.embedding is not null and not f.is_hidden
"""
_ALL = f"{_SELECT} order by f.id"
_UNSORTED = f"{_SELECT} and not f.is_sorted order by f.id"
_UNKNOWN = f"{_SELECT} and f.is_sorted and f.person_id is null order by f.id"
_FACETS = f"{_SELECT} and f.id in (select face_id from person_facets where owner_id = %(owner)s) order by f.id"
_OF_PHOTOS = f"{_SELECT} and f.photo_id = any(%(photos)s) order by f.id"
_OF_PEOPLE = f"{_SELECT} and f.person_id = any(%(people)s) order by f.id"
_FORBIDDEN = """
    select subject, substr(field, 5) from (
        select distinct on (subject, field) subject, field, value from decisions
        where owner_id = %(owner)s and topic = 'face' and field like 'not:%%' and not is_taken_back
            and (%(contents)s::text[] is null or left(subject, 64) = any(%(contents)s))
        order by subject, field, number desc) newest
    where value = 'true'::jsonb
"""


@dataclass(frozen=True, eq=False)
class Faces:
    """Faces of one space in columns: all of the same length, sorted by id. `vectors` float32 [n, dimensions]."""

    space: str
    ids: Sequence[UUID]
    photo_ids: Sequence[UUID]
    people: Sequence[UUID | None]
    assigned_by: npt.NDArray[np.int16]
    size_px: npt.NDArray[np.int32]
    score: npt.NDArray[np.float32]
    sharpness: npt.NDArray[np.float32]
    years: npt.NDArray[np.int32]
    is_sorted: npt.NDArray[np.bool_]
    subjects: Sequence[str]
    vectors: npt.NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.ids)

    def chosen(self, places: Sequence[int]) -> "Faces":
        """Return those at some places."""
        which = np.array(places, np.int64)
        columns: dict[str, Any] = {name: getattr(self, name)[which] for name in COLUMNS}
        columns |= {name: [getattr(self, name)[place] for place in places] for name in LISTS}
        return Faces(space=self.space, **columns)

    def beside(self, other: "Faces") -> "Faces":
        """Return these and then those, which are of the same space."""
        columns: dict[str, Any] = {name: [*getattr(self, name), *getattr(other, name)] for name in LISTS}
        columns |= {name: np.concatenate([getattr(self, name), getattr(other, name)]) for name in COLUMNS}
        return Faces(space=self.space, **columns)


async def read_all(connection: Connection, owner_id: UUID) -> dict[str, Faces]:
    """Return all faces of an owner that can be compared, by space."""
    return await _read(connection, _ALL, {"owner": owner_id})


async def read_unsorted(connection: Connection, owner_id: UUID) -> dict[str, Faces]:
    """Return those that are new."""
    return await _read(connection, _UNSORTED, {"owner": owner_id})


async def read_unknown(connection: Connection, owner_id: UUID) -> dict[str, Faces]:
    """Return those that were looked at before and are nobody's."""
    return await _read(connection, _UNKNOWN, {"owner": owner_id})


async def read_facets(connection: Connection, owner_id: UUID) -> dict[str, Faces]:
    """Return those that stand for people."""
    return await _read(connection, _FACETS, {"owner": owner_id})


async def read_of_people(connection: Connection, owner_id: UUID, people: Sequence[UUID]) -> dict[str, Faces]:
    """Return all of some people."""
    return await _read(connection, _OF_PEOPLE, {"owner": owner_id, "people": list(people)})


async def read_of_photos(connection: Connection, owner_id: UUID, photo_ids: Sequence[UUID]) -> dict[str, Faces]:
    """Return all of some photos."""
    return await _read(connection, _OF_PHOTOS, {"owner": owner_id, "photos": list(photo_ids)})


async def _read(connection: Connection, query: str, values: Mapping[str, Any]) -> dict[str, Faces]:
    rows: dict[str, list[tuple[Any, ...]]] = {}
    vectors: dict[str, list[npt.NDArray[np.float32]]] = {}
    async with connection.transaction(), connection.cursor("faces_in_columns", binary=True) as cursor:
        await cursor.execute(query, values)
        while batch := await cursor.fetchmany(_BATCH):
            for row in batch:
                rows.setdefault(row[2], []).append(row[:-1])
                half = np.frombuffer(row[-1], ">f2", offset=_HEADER_BYTES)
                vectors.setdefault(row[2], []).append(half.astype(np.float32))
    return {space: _columns(space, rows[space], vectors[space]) for space in rows}


def _columns(space: str, rows: Sequence[tuple[Any, ...]], vectors: Sequence[npt.NDArray[np.float32]]) -> Faces:
    table = np.stack(vectors)
    table /= np.maximum(np.linalg.norm(table, axis=1, keepdims=True), 1e-6)
    return Faces(
        space=space,
        ids=[row[0] for row in rows],
        photo_ids=[row[1] for row in rows],
        people=[row[3] for row in rows],
        assigned_by=np.array([row[4] for row in rows], np.int16),
        size_px=np.array([row[5] for row in rows], np.int32),
        score=np.array([row[6] for row in rows], np.float32),
        sharpness=np.array([row[7] for row in rows], np.float32),
        years=np.array([row[8] for row in rows], np.int32),
        is_sorted=np.array([row[9] for row in rows], bool),
        subjects=[f"{bytes(row[10]).hex()}:" + ",".join(f"{side:.4f}" for side in row[11:15]) for row in rows],
        vectors=table,
    )


async def write_people(
    connection: Connection, owner_id: UUID, space: str, faces: Mapping[UUID, UUID | None], seen: Sequence[UUID]
) -> None:
    """Write whom the library takes faces for (`None`: for nobody), unless somebody has said it meanwhile; `seen` are
    looked at now. Faces whose vector is of another space than `space` by now are left to the next run."""
    if faces:
        await connection.execute(
            "update faces f set person_id = n.person, assigned_by = case when n.person is null then 0 else 1 end "
            "from unnest(%s::uuid[], %s::uuid[]) as n(id, person) "
            "where f.id = n.id and f.owner_id = %s and f.assigned_by in (0, 1) and not f.is_hidden "
            "and f.person_id is distinct from n.person "
            "and f.space_id = (select s.id from embedding_spaces s where s.name = %s)",
            (list(faces), list(faces.values()), owner_id, space),
        )
    if seen:
        await connection.execute(
            "update faces set is_sorted = true where owner_id = %s and id = any(%s) and not is_sorted "
            "and space_id = (select s.id from embedding_spaces s where s.name = %s)",
            (owner_id, list(seen), space),
        )


async def mark_incomparable(connection: Connection, owner_id: UUID) -> None:
    """Note that faces without a vector were looked at: nothing can be found out about them."""
    await connection.execute(
        "update faces set is_sorted = true where owner_id = %s and not is_sorted and embedding is null", (owner_id,)
    )


async def write_facets(connection: Connection, owner_id: UUID, facets: Mapping[UUID, Sequence[UUID]]) -> None:
    """Write which faces stand for people."""
    if not facets:
        return
    pairs = [(person, face) for person, chosen in facets.items() for face in chosen]
    await connection.execute(
        "delete from person_facets where owner_id = %s and person_id = any(%s)", (owner_id, list(facets))
    )
    await connection.execute(
        "insert into person_facets (person_id, face_id, owner_id) select w.id, f.id, w.owner_id "
        "from unnest(%s::uuid[], %s::uuid[]) as n(person, face) "
        "join people w on w.id = n.person and w.owner_id = %s join faces f on f.id = n.face and f.person_id = w.id "
        "on conflict do nothing",
        ([person for person, _ in pairs], [face for _, face in pairs], owner_id),
    )


async def list_forbidden_words(
    connection: Connection, owner_id: UUID, contents: Collection[str] | None = None
) -> Sequence[tuple[str, str]]:
    """Return (face, person) for every word that a face is not somebody; with `contents` (hex), on these photos."""
    cursor = await connection.execute(_FORBIDDEN, {"owner": owner_id, "contents": contents and list(contents)})
    return await cursor.fetchall()
