"""Nearest neighbours of look vectors, for very many at once.

The vectors are turned and cut to 128 numbers (random projection, Johnson & Lindenstrauss 1984), which keeps a cosine
of 0.8 to about 0.03, and put into an HNSW graph (Malkov & Yashunin 2018): the cost grows with the photos, not with
their pairs, and a million take 0.26 GB and the graph. What it finds are candidates; cosines are taken from the whole
vectors, and rules.py decides.
"""

from collections.abc import Iterator, Sequence
from uuid import UUID

import numpy as np
import numpy.typing as npt
from usearch.index import Index

_KEPT = 128
_NEIGHBOURS = 17  # the photo itself among them
_LOOSE_COSINE = 0.6  # of the cut vectors, for 0.72 of the whole ones
_BATCH = 1000


class VectorNeighbours:
    """Collects vectors, then tells which are near."""

    def __init__(self, dimensions: int) -> None:
        chance = np.random.default_rng(20180119)  # the same turn each time
        self._cut = chance.standard_normal((dimensions, _KEPT)).astype(np.float32) / np.sqrt(np.float32(_KEPT))
        self._index = Index(ndim=_KEPT, metric="cos", dtype="f16", connectivity=16, expansion_add=64)
        self._ids: list[UUID] = []
        self._vectors: list[npt.NDArray[np.float16]] = []

    def add(self, rows: Sequence[tuple[UUID, bytes]]) -> None:
        """Take in photos and vectors as `halfvec_send` gives them."""
        if not rows:
            return
        halves = np.frombuffer(b"".join(bytes(row[1])[4:] for row in rows), ">f2").reshape(len(rows), -1)
        cut = (halves.astype(np.float32) @ self._cut).astype(np.float16)
        start = len(self._ids)
        self._index.add(np.arange(start, start + len(rows)), cut, threads=1)
        self._ids += [row[0] for row in rows]
        self._vectors.append(cut)

    def find(self, wanted: set[UUID]) -> Iterator[list[tuple[UUID, UUID]]]:
        """Yield batches of pairs of near photos, the first of each one of `wanted`."""
        vectors = np.concatenate(self._vectors) if self._vectors else np.empty((0, _KEPT), np.float16)
        places = [place for place, one in enumerate(self._ids) if one in wanted]
        for start in range(0, len(places), _BATCH):
            some = places[start : start + _BATCH]
            found = self._index.search(vectors[some], min(_NEIGHBOURS, len(self._ids)), threads=1)
            keys, distances = np.atleast_2d(found.keys), np.atleast_2d(found.distances)
            yield [
                (self._ids[place], self._ids[int(key)])
                for place, row, far in zip(some, keys, distances, strict=True)
                for key, distance in zip(row, far, strict=True)
                if int(key) != place and distance <= 1 - _LOOSE_COSINE
            ]
