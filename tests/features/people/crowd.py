"""Faces without pictures: vectors drawn so that their cosines are those of a face model, and a library of them."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import numpy as np

from calotype.db.engine import Database
from calotype.features.journal import DecisionsChanged, Journal
from calotype.features.people import People, apply_face_decisions, project_people
from calotype.features.people.words import Box
from calotype.kit.events import Publisher
from calotype.kit.ids import uuid7
from calotype.kit.progress import silent
from calotype.pipeline.face_rows import write_faces
from calotype.ports.vision import Box as RawBox
from calotype.ports.vision import Face, FaceResult
from tests.features.conftest import make_photo

SPACE, NEXT_SPACE = "mobilefacenet-mirror/1", "mobilefacenet-mirror/2"
BOX = Box(0.3, 0.2, 0.2, 0.3)
DIMENSIONS = 32


def unit(vector: Any) -> Any:
    return vector / np.linalg.norm(vector)


def look(person: str, variant: int = 0, space: str = SPACE, noise: float = 0.6) -> Any:
    """Return a vector of somebody: two of one person have a cosine of about 0.7, of two people about 0."""
    whose = np.random.default_rng(abs(hash_of(f"{space} {person}")))
    this = np.random.default_rng(abs(hash_of(f"{space} {person} {variant}")))
    return unit(unit(whose.normal(size=DIMENSIONS)) + noise * unit(this.normal(size=DIMENSIONS))).astype(np.float32)


def hash_of(text: str) -> int:
    """Return a number that is the same in every process."""
    return int.from_bytes(text.encode()[:64].ljust(64, b"."), "big") % (2**61 - 1)


@dataclass
class Family:
    """A library of faces, and what the runs and re-runs of the pipeline do to them."""

    database: Database
    owner: UUID
    photos: dict[str, UUID] = field(default_factory=dict)
    looks: dict[str, list[tuple[str, int, Box]]] = field(default_factory=dict)
    contents: dict[str, bytes] = field(default_factory=dict)

    def __post_init__(self) -> None:
        async def follow(event: DecisionsChanged, connection: Any) -> None:
            await project_people(connection, event.owner_id, event.topic, event.subjects)

        publisher = Publisher({DecisionsChanged: [follow]})
        self.journal = Journal(self.database, publisher)
        self.people = People(self.database, self.journal, publisher)

    async def add(self, name: str, *faces: tuple[str, int], year: int = 2023, **facts: object) -> UUID:
        """Add a photo with faces (who, which picture of theirs), the first at `BOX`, the others beside it."""
        self.contents[name] = hash_of(name).to_bytes(8, "big") * 4
        photo_id = await make_photo(
            self.database, self.owner, sha256=self.contents[name], taken_local=datetime(year, 7, 1), **facts
        )
        self.photos[name] = photo_id
        self.looks[name] = [
            (who, variant, Box(0.05 + 0.3 * place, 0.2, 0.2, 0.3)) for place, (who, variant) in enumerate(faces)
        ]
        await self.read_again(name, SPACE)
        return photo_id

    async def read_again(self, name: str, space: str = SPACE, shift: float = 0.0, size_px: int = 120) -> None:
        """Write the faces of a photo as the stage does: all rows anew, boxes `shift`ed, then what was said of them."""
        async with self.database.transaction() as connection:
            photo_id = self.photos[name]
            await connection.execute("delete from faces where photo_id = %s", (photo_id,))
            cursor = await connection.execute(
                "insert into embedding_spaces (name, dimensions) values (%s, %s) "
                "on conflict (name) do update set dimensions = excluded.dimensions returning id",
                (space, DIMENSIONS),
            )
            row = await cursor.fetchone()
            assert row is not None
            for who, variant, box in self.looks[name]:
                vector = "[" + ",".join(f"{number:.5f}" for number in look(who, variant, space)) + "]"
                await connection.execute(
                    "insert into faces (id, photo_id, owner_id, x, y, width, height, score, sharpness, size_px, "
                    "landmarks, provider, space_id, embedding) "
                    "values (%s, %s, %s, %s, %s, %s, %s, 0.9, 0.7, %s, '{}', 'test', %s, %s::halfvec)",
                    (
                        uuid7(),
                        photo_id,
                        self.owner,
                        box.x + shift,
                        box.y,
                        box.width,
                        box.height,
                        size_px,
                        row[0],
                        vector,
                    ),
                )
            await apply_face_decisions(connection, self.owner, photo_id, self.contents[name])

    async def find_again(self, name: str, space: str = SPACE, shift: float = 0.0) -> None:
        """Run the faces stage again on a photo whose rows are there: they keep their ids where they are found again."""
        found = [
            Face(
                RawBox(box.x + shift, box.y, box.width, box.height),
                0.9, np.full((5, 2), 0.5, np.float32), look(who, variant, space), space, 0.7, 120,
            )
            for who, variant, box in self.looks[name]
        ]  # fmt: skip
        async with self.database.transaction() as connection:
            photo_id = self.photos[name]
            await write_faces(connection, photo_id, self.owner, FaceResult(tuple(found), "test", space))
            await apply_face_decisions(connection, self.owner, photo_id, self.contents[name])

    async def change_model(self) -> None:
        """Read every photo anew with another model, which draws its boxes a little otherwise, and sort from scratch."""
        for name in self.photos:
            await self.read_again(name, NEXT_SPACE, shift=0.02)
        await self.sort(is_whole=True)

    async def sort(self, *, is_whole: bool = False) -> str:
        """Sort the faces, as the worker does."""
        return await self.people.organise(self.owner, is_whole=is_whole, progress=silent)

    async def rows(self) -> dict[str, list[dict[str, Any]]]:
        """Return the faces of each photo by the photo's name, from left to right."""
        names = {photo_id: name for name, photo_id in self.photos.items()}
        async with self.database.connection() as connection:
            cursor = await connection.execute(
                "select f.photo_id, f.id, f.person_id, f.assigned_by, f.is_hidden, f.provider, w.name from faces f "
                "left join people w on w.id = f.person_id where f.owner_id = %s order by f.x, f.id",
                (self.owner,),
            )
            found: dict[str, list[dict[str, Any]]] = {name: [] for name in names.values()}
            columns = ("id", "person_id", "assigned_by", "is_hidden", "provider", "name")
            for photo_id, *values in await cursor.fetchall():
                found[names[photo_id]].append(dict(zip(columns, values, strict=True)))
        return found

    async def face(self, name: str, place: int = 0) -> UUID:
        """Return the id of a face."""
        return (await self.rows())[name][place]["id"]

    async def who(self, name: str, place: int = 0) -> UUID | None:
        """Return the person of a face."""
        return (await self.rows())[name][place]["person_id"]

    async def names(self, *photos: str) -> list[str | None]:
        """Return what the first faces of some photos are called."""
        rows = await self.rows()
        return [rows[photo][0]["name"] for photo in photos]

    async def groups(self) -> set[frozenset[str]]:
        """Return which photos' first faces stand in one group; faces that are nobody's stand in none."""
        together: dict[UUID, set[str]] = {}
        for name, faces in (await self.rows()).items():
            if faces and faces[0]["person_id"] is not None:
                together.setdefault(faces[0]["person_id"], set()).add(name)
        return {frozenset(names) for names in together.values()}

    async def undo_last(self) -> None:
        """Take the newest decision back."""
        await self.journal.undo_last(self.owner, self.owner)
