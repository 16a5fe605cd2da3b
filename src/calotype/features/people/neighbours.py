"""Which faces are most alike: exactly for some, approximately for many, and never as a table of all pairs."""

import numpy as np
import numpy.typing as npt

Vectors = npt.NDArray[np.float32]
"""float32 [faces, dimensions], each row of length 1."""

NEIGHBOURS = 24
"""How many of its nearest a face looks at. A group of more hangs together by its parts (see clustering.group_alike)."""
EXACT_UP_TO = 6_000**2
"""So many pairs are compared block by block; from there on a graph (HNSW) is faster."""
_BLOCK = 1_024
_CONNECTIVITY, _EXPANSION = 16, 64
"""HNSW (Malkov & Yashunin 2018): links a node, and how far its search spreads."""


def find_edges(
    vectors: Vectors, at_least: float, *, neighbours: int = NEIGHBOURS, of: npt.NDArray[np.int64] | None = None
) -> "Edges":
    """Return the pairs among each face's nearest whose cosine is `at_least`, each pair once; with `of`, only the
    nearest of the faces at these places."""
    places = np.arange(len(vectors)) if of is None else of
    if len(vectors) < 2 or len(places) == 0:
        return Edges.none()
    nearest, cosines = find_nearest(
        vectors if len(places) == len(vectors) else vectors[places], vectors, neighbours + 1
    )
    rows = np.repeat(places, nearest.shape[1])
    left, right = np.minimum(rows, nearest.ravel()), np.maximum(rows, nearest.ravel())
    is_kept = (left != right) & (cosines.ravel() >= at_least) & (nearest.ravel() >= 0)
    keys, first = np.unique(left[is_kept] * len(vectors) + right[is_kept], return_index=True)
    return Edges(keys // len(vectors), keys % len(vectors), cosines.ravel()[is_kept][first])


def find_nearest(vectors: Vectors, among: Vectors, count: int) -> tuple[npt.NDArray[np.int64], Vectors]:
    """Return for each vector the places [n, count] of the nearest `among`, the nearest first, and their cosines.

    Where there are fewer than `count`, the places left over are -1 with a cosine of -1.
    """
    count = min(count, len(among))
    if count == 0:
        return np.zeros((len(vectors), 0), np.int64), np.zeros((len(vectors), 0), np.float32)
    if len(among) * len(vectors) <= EXACT_UP_TO:
        return _nearest_exactly(vectors, among, count)
    return _nearest_in_graph(vectors, among, count)


def _nearest_exactly(vectors: Vectors, among: Vectors, count: int) -> tuple[npt.NDArray[np.int64], Vectors]:
    places = np.empty((len(vectors), count), np.int64)
    cosines = np.empty((len(vectors), count), np.float32)
    for begin in range(0, len(vectors), _BLOCK):
        block = slice(begin, begin + _BLOCK)
        table = vectors[block] @ among.T
        best = np.argpartition(-table, count - 1, axis=1)[:, :count]
        values = np.take_along_axis(table, best, axis=1)
        order = np.argsort(-values, axis=1, kind="stable")
        places[block] = np.take_along_axis(best, order, axis=1)
        cosines[block] = np.take_along_axis(values, order, axis=1)
    return places, cosines


def _nearest_in_graph(vectors: Vectors, among: Vectors, count: int) -> tuple[npt.NDArray[np.int64], Vectors]:
    from usearch.index import Index  # noqa: PLC0415 - a few thousand faces need none

    index = Index(
        ndim=among.shape[1], metric="ip", dtype="f16", connectivity=_CONNECTIVITY,
        expansion_add=_EXPANSION, expansion_search=max(_EXPANSION, 2 * count),
    )  # fmt: skip
    index.add(np.arange(len(among)), among)
    places = np.full((len(vectors), count), -1, np.int64)
    cosines = np.full((len(vectors), count), -1, np.float32)
    for begin in range(0, len(vectors), _BLOCK * 8):
        block = slice(begin, begin + _BLOCK * 8)
        found = index.search(vectors[block], count)
        keys, values = np.atleast_2d(found.keys).astype(np.int64), 1 - np.atleast_2d(found.distances)
        is_there = (keys >= 0) & (keys < len(among)) & np.isfinite(values)
        places[block], cosines[block] = np.where(is_there, keys, -1), np.where(is_there, values, -1)
    return places, cosines


class Edges:
    """Pairs of alike things: `left` < `right` are places, `likeness` a cosine. Each pair stands once."""

    def __init__(self, left: npt.NDArray[np.int64], right: npt.NDArray[np.int64], likeness: Vectors) -> None:
        self.left, self.right, self.likeness = left, right, likeness

    @classmethod
    def none(cls) -> "Edges":
        return cls(np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0, np.float32))

    def __len__(self) -> int:
        return len(self.left)

    def chosen(self, which: npt.NDArray[np.bool_]) -> "Edges":
        """Return the pairs for which `which` is true."""
        return Edges(self.left[which], self.right[which], self.likeness[which])
