"""Photos that have vectors: clouds around centres, in two spaces as the packaged models make them."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import numpy as np

from calotype.db.engine import Database
from calotype.features.learning import Learning
from calotype.kit.progress import silent
from tests.features.conftest import make_photo

SPACES = (("toy-look/1", 48), ("toy-search/1", 24))


class Shelf:
    """Makes photos of things; the same thing has vectors near each other (mean cosine about `likeness`)."""

    def __init__(self, database: Database, owner: UUID, *, likeness: float = 0.7, seed: int = 2) -> None:
        self.database, self.owner = database, owner
        self._random = np.random.default_rng(seed)
        self._spread = float(np.sqrt(1 / likeness - 1))
        self._centres: dict[tuple[str, str], Any] = {}

    def vector(self, thing: str, space: str, dimensions: int) -> Any:
        """A unit vector near the thing's centre."""
        if (thing, space) not in self._centres:
            centre = self._random.standard_normal(dimensions)
            self._centres[thing, space] = centre / np.linalg.norm(centre)
        noise = self._random.standard_normal(dimensions) / np.sqrt(dimensions) * self._spread
        vector = self._centres[thing, space] + noise
        return vector / np.linalg.norm(vector)

    async def add(self, thing: str, count: int = 1, **facts: Any) -> list[UUID]:
        """Add photos of a thing; `nothing` is everywhere."""
        photos = []
        for _ in range(count):
            photo = await make_photo(self.database, self.owner, **facts)
            await self.embed(photo, thing)
            photos.append(photo)
        return photos

    async def embed(self, photo: UUID, thing: str, spaces: Sequence[tuple[str, int]] = SPACES) -> None:
        """Give a photo its vectors, as the pipeline would."""
        name = thing if thing != "nothing" else str(photo)
        async with self.database.transaction() as connection:
            for space, dimensions in spaces:
                row = await (
                    await connection.execute(
                        "insert into embedding_spaces (name, dimensions) values (%s, %s) "
                        "on conflict (name) do update set dimensions = excluded.dimensions returning id",
                        (space, dimensions),
                    )
                ).fetchone()
                assert row is not None
                text = "[" + ",".join(f"{number:.5f}" for number in self.vector(name, space, dimensions)) + "]"
                await connection.execute(
                    "insert into embeddings (photo_id, owner_id, space_id, vector) values (%s, %s, %s, %s::halfvec) "
                    "on conflict (photo_id, space_id) do update set vector = excluded.vector",
                    (photo, self.owner, row[0], text),
                )
            await connection.execute("update photos set change = next_change(%s) where id = %s", (self.owner, photo))

    async def classify(self, photos: Sequence[UUID], *labels: tuple[str, float]) -> None:
        """Let the packaged classifier say what it sees."""
        async with self.database.transaction() as connection:
            for photo in photos:
                await connection.execute(
                    "insert into photo_labels (photo_id, owner_id, names, scores, provider, model, raw) "
                    "values (%s, %s, %s, %s, 'local', 'net/1', '{}')",
                    (photo, self.owner, [name for name, _ in labels], [score for _, score in labels]),
                )

    async def named(self, label: str) -> set[UUID]:
        """Which photos have a learned label."""
        return set(await self.column("select photo_id from learned_labels where owner_id = %s and label = %s", label))

    async def column(self, query: str, *values: Any) -> list[Any]:
        """The first column of a query about the owner."""
        async with self.database.connection() as connection:
            return [row[0] for row in await (await connection.execute(query, (self.owner, *values))).fetchall()]


async def learn(learning: Learning, owner: UUID, *, is_whole: bool = False) -> str:
    """Do the work of learning."""
    return await learning.organise(owner, is_whole=is_whole, progress=silent)
