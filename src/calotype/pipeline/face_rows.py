"""Faces of a photo, and the regions that files name: rows that keep their ids when the stages run again.

Whose face it is hangs from the row (`person_id`, `assigned_by`, `is_hidden`: the people's columns), so a face that is
found again at the same place is the same row. What a person drew, and what a file named, no detector takes away.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from psycopg import AsyncConnection
from psycopg.rows import class_row

from calotype.kit.ids import uuid7
from calotype.media.rectangles import overlap, shared_area
from calotype.media.regions import NamedRegion
from calotype.pipeline import repository
from calotype.pipeline.work import TOLD_FACES
from calotype.ports.vision import Box, Face, FaceResult

Connection = AsyncConnection[Any]

SAME_FACE = 0.5  # intersection over union
INSIDE_DRAWN = 0.7  # of a found face, to be the one that was meant by a box drawn around it
LEAST_OF_DRAWN = 0.1  # of that box: a face in the crowd behind is not meant


@dataclass(frozen=True)
class StoredFace:
    """A row of `faces`, as far as it decides what becomes of it."""

    id: UUID
    x: float
    y: float
    width: float
    height: float
    provider: str

    @property
    def box(self) -> Box:
        return Box(self.x, self.y, self.width, self.height)

    @property
    def is_told(self) -> bool:
        return self.provider in TOLD_FACES


class Match(NamedTuple):
    """A row, and the face that was found at its place."""

    stored: StoredFace
    face: Face


def likeness(stored: StoredFace, face: Face) -> float:
    """Return the intersection over the union where a row and a face are one, else 0.

    People draw wider than detectors: a face inside a drawn box is the one that was meant.
    """
    shared, share = shared_area(stored, face.box), overlap(stored, face.box)
    found, kept = face.box.width * face.box.height, stored.width * stored.height
    is_inside = stored.is_told and shared >= INSIDE_DRAWN * found and found >= LEAST_OF_DRAWN * kept
    return share if share >= SAME_FACE or is_inside else 0.0


def match_faces(stored: Sequence[StoredFace], found: Sequence[Face]) -> tuple[list[Match], list[Face]]:
    """Pair rows with faces, the likest first, each once; return the pairs, and the faces that are new."""
    pairs = sorted(
        ((likeness(row, face), at, to) for at, row in enumerate(stored) for to, face in enumerate(found)),
        key=lambda pair: (-pair[0], pair[1], pair[2]),
    )
    matches: list[Match] = []
    rows, faces = set[int](), set[int]()
    for share, at, to in pairs:
        if share > 0 and at not in rows and to not in faces:
            rows.add(at)
            faces.add(to)
            matches.append(Match(stored[at], found[to]))
    return matches, [face for to, face in enumerate(found) if to not in faces]


async def write_faces(connection: Connection, photo_id: UUID, owner_id: UUID, result: FaceResult) -> None:
    """Bring the rows of a photo into line with what was found; those at the same place keep their ids."""
    async with connection.cursor(row_factory=class_row(StoredFace)) as cursor:
        await cursor.execute(
            "select id, x, y, width, height, provider from faces where photo_id = %s and owner_id = %s "
            "order by id for update",
            (photo_id, owner_id),
        )
        stored = await cursor.fetchall()
    matches, new = match_faces(stored, result.faces)
    kept = {match.stored.id for match in matches}
    gone = [row.id for row in stored if row.id not in kept and not row.is_told]
    if gone:
        await connection.execute("delete from faces where owner_id = %s and id = any(%s)", (owner_id, gone))
    for match in matches:
        await _update(connection, owner_id, match, result)
    for face in new:
        await _insert(connection, photo_id, owner_id, face, result)


async def _values(connection: Connection, face: Face, result: FaceResult) -> dict[str, Any]:
    embedding = face.embedding
    space = None if embedding is None else await repository.space_id(connection, face.space, len(embedding))
    return {
        "x": float(face.box.x),
        "y": float(face.box.y),
        "width": float(face.box.width),
        "height": float(face.box.height),
        "score": face.score,
        "sharpness": face.sharpness,
        "size_px": round(face.size_px),
        "landmarks": [float(number) for number in face.landmarks.flat],
        "provider": result.provider,
        "model": result.model,
        "space": space,
        "embedding": None if embedding is None else repository.vector_text(embedding),
    }


async def _update(connection: Connection, owner_id: UUID, match: Match, result: FaceResult) -> None:
    """Write what was found over a row; the box and the origin of one that somebody told stay as they were told."""
    place = "" if match.stored.is_told else "x = %(x)s, y = %(y)s, width = %(width)s, height = %(height)s, "
    origin = "" if match.stored.is_told else "provider = %(provider)s, "
    await connection.execute(
        f"update faces set {place}{origin}score = %(score)s, sharpness = %(sharpness)s, size_px = %(size_px)s, "
        "landmarks = %(landmarks)s, model = %(model)s, "
        "is_sorted = is_sorted and space_id is not distinct from %(space)s, space_id = %(space)s, "
        "embedding = %(embedding)s::halfvec "
        "where id = %(id)s and owner_id = %(owner_id)s",
        {**await _values(connection, match.face, result), "id": match.stored.id, "owner_id": owner_id},
    )


async def _insert(connection: Connection, photo_id: UUID, owner_id: UUID, face: Face, result: FaceResult) -> None:
    await connection.execute(
        "insert into faces (id, photo_id, owner_id, x, y, width, height, score, sharpness, size_px, landmarks, "
        "provider, model, space_id, embedding) values (%(id)s, %(photo_id)s, %(owner_id)s, %(x)s, %(y)s, %(width)s, "
        "%(height)s, %(score)s, %(sharpness)s, %(size_px)s, %(landmarks)s, %(provider)s, %(model)s, %(space)s, "
        "%(embedding)s::halfvec)",
        {**await _values(connection, face, result), "id": uuid7(), "photo_id": photo_id, "owner_id": owner_id},
    )


async def write_regions(connection: Connection, photo_id: UUID, owner_id: UUID, regions: Iterable[NamedRegion]) -> bool:
    """Replace what is on record of the faces that a file names; return whether there is or was any."""
    cursor = await connection.execute("delete from photo_regions where photo_id = %s", (photo_id,))
    rows = [(photo_id, owner_id, r.name, r.x, r.y, r.width, r.height, r.source) for r in regions]
    if rows:
        async with connection.cursor() as inserting:
            await inserting.executemany(
                "insert into photo_regions (photo_id, owner_id, name, x, y, width, height, source) "
                "values (%s, %s, %s, %s, %s, %s, %s, %s)",
                rows,
            )
    return bool(rows) or cursor.rowcount > 0
