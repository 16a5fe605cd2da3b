"""A shelf of photos with known facts: rows as the pipeline writes them, indexed by the real `index_photo`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import numpy as np
from numpy.typing import NDArray
from psycopg.types.json import Jsonb

from calotype.db.engine import Database
from calotype.features.search import index_photo
from calotype.kit.ids import uuid7
from calotype.media.colours import colours
from tests.features.conftest import make_photo

SEARCH_SPACE = "test-words/1"
LOOK_SPACE = "test-look/1"
# One axis per word: a photo placed on "dog" and the sentence "a dog" agree.
AXES = ("dog", "cat", "beach", "mountain", "car", "flower", "boat", "night", "sign", "bird")


def vector_of(weights: Mapping[str, float]) -> NDArray[np.float32]:
    """Return a vector of length 1 in the search space."""
    vector = np.zeros(len(AXES) + 1, np.float32)
    for word, weight in weights.items():
        vector[AXES.index(word)] = weight
    vector[-1] = 0.05
    return np.asarray(vector / np.linalg.norm(vector), np.float32)


class AxisEmbedder:
    """Sentences by the words of `AXES`; a sentence without one lies far from every photo."""

    space = SEARCH_SPACE

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def embed_text(self, text: str) -> NDArray[np.float32]:
        self.asked.append(text)
        found = {axis: 1.0 for axis in AXES if axis in text.lower()}
        if found:
            return vector_of(found)
        vector = np.zeros(len(AXES) + 1, np.float32)
        vector[-1] = -1
        return vector


@dataclass
class Shelf:
    """Adds photos of one owner."""

    database: Database
    owner: UUID

    async def add(
        self,
        *,
        labels: Mapping[str, float] | None = None,
        text: str | None = None,
        faces: Sequence[float] = (),
        colour: tuple[int, int, int] | None = None,
        columns: Mapping[str, Any] | None = None,
        camera: tuple[str, str] | None = None,
        place: tuple[str, str, str] | None = None,
        meaning: Mapping[str, float] | None = None,
        look: Sequence[float] | None = None,
        **new: Any,
    ) -> UUID:
        """Add a photo with these facts and index it."""
        photo = await make_photo(self.database, self.owner, **new)
        async with self.database.transaction() as connection:
            changes = dict(columns or {})
            if camera:
                changes["camera_id"] = await _row(connection, "cameras", ("make", "model"), camera)
            if place:
                values = (*place, place[2][:2].lower())
                changes["place_id"] = await _row(
                    connection, "places", ("name", "region", "country", "country_code"), values
                )
            if colour:
                changes["colours"] = colours(np.full((32, 32, 3), colour, np.uint8)).to_bytes()
            for name, value in changes.items():
                await connection.execute(f"update photos set {name} = %s where id = %s", (value, photo))
            if labels is not None:
                await connection.execute(
                    "insert into photo_labels values (%s, %s, %s, %s, 'fake', %s)",
                    (photo, self.owner, list(labels), list(labels.values()), Jsonb({})),
                )
            if text is not None:
                await connection.execute(
                    "insert into photo_texts values (%s, %s, %s, %s, 'fake')", (photo, self.owner, text, Jsonb([]))
                )
            for area in faces:
                side = area**0.5
                await connection.execute(
                    "insert into faces (id, photo_id, owner_id, x, y, width, height, score, sharpness, size_px,"
                    " landmarks, provider) values (%s, %s, %s, 0, 0, %s, %s, 0.9, 0.5, 60, '{}', 'fake')",
                    (uuid7(), photo, self.owner, side, side),
                )
            if meaning:
                await _place(connection, photo, self.owner, SEARCH_SPACE, vector_of(meaning))
            if look:
                unit = np.array(look, np.float32)
                await _place(connection, photo, self.owner, LOOK_SPACE, unit / np.linalg.norm(unit))
            await index_photo(connection, self.owner, photo)
        return photo


async def _row(connection: Any, table: str, names: Sequence[str], values: Sequence[str]) -> int:
    marks = ", ".join(["%s"] * len(names))
    await connection.execute(
        f"insert into {table} ({', '.join(names)}) values ({marks}) on conflict do nothing", values
    )
    matches = " and ".join(f"{name} = %s" for name in names)
    row = await (await connection.execute(f"select id from {table} where {matches}", values)).fetchone()
    return int(row[0])


async def _place(connection: Any, photo: UUID, owner: UUID, space: str, vector: NDArray[np.float32]) -> None:
    space_id = await _row(connection, "embedding_spaces", ("name", "dimensions"), (space, str(len(vector))))
    text = "[" + ",".join(map(str, vector.tolist())) + "]"
    await connection.execute("insert into embeddings values (%s, %s, %s, %s::halfvec)", (photo, owner, space_id, text))
    await connection.execute(
        "insert into embedding_bits values (%s, %s, %s, binary_quantize(%s::halfvec))", (owner, space_id, photo, text)
    )
