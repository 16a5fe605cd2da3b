"""Features of photos, read from the database."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import numpy as np

from calotype.db.engine import Connection
from calotype.features.learning.heads import Matrix, join_spaces, read_halfvecs
from calotype.features.learning.repository.examples import Space, read_vectors

CHUNK = 2000


@dataclass(frozen=True)
class Features:
    """Photos and their features [n, dimensions], in the same order."""

    ids: list[UUID]
    matrix: Matrix


async def read_features(
    connection: Connection, owner_id: UUID, spaces: Sequence[Space], photo_ids: Sequence[UUID]
) -> Features:
    """Return the features of those of the photos that have a vector in every space."""
    chunks = [
        await _read_chunk(connection, owner_id, spaces, photo_ids[start : start + CHUNK])
        for start in range(0, len(photo_ids), CHUNK)
    ]
    dimensions = sum(space.dimensions for space in spaces)
    matrices = [chunk.matrix for chunk in chunks] or [np.zeros((0, dimensions), np.float32)]
    return Features([photo for chunk in chunks for photo in chunk.ids], np.vstack(matrices))


async def _read_chunk(
    connection: Connection, owner_id: UUID, spaces: Sequence[Space], photo_ids: Sequence[UUID]
) -> Features:
    found = []
    for space in spaces:
        ids, stored = await read_vectors(connection, owner_id, space, photo_ids)
        found.append((ids, read_halfvecs(stored, space.dimensions)))
    common = set(found[0][0]).intersection(*(ids for ids, _ in found[1:]))
    parts = [matrix[[place for place, photo in enumerate(ids) if photo in common]] for ids, matrix in found]
    return Features([photo for photo in found[0][0] if photo in common], join_spaces(parts))
