"""Pairs of near hashes among very many, mirrored and turned ones too, without looking at every pair. Pure.

Multi-index hashing (Norouzi, Punjani, Fleet 2012): the 64 bits are cut into bands; of two hashes that differ in at most
six bits, at least `bands - 6` bands are wholly equal, so they meet in one of the look-ups by that many bands together.
A look-up is a sort; what is next to each other with an equal key is compared. There are few such pairs that are not
near, so the cost grows as sorting does. Buckets that somebody filled on purpose are bounded by `WINDOW`.

Mirroring flips all bits of odd columns or rows together. A band is therefore looked up by how its bits differ from the
first of their kind in it, which no mirror changes: one look-up serves four forms, and a second one, with rows and
columns swapped, the other four.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations, pairwise

import numpy as np
import numpy.typing as npt

from calotype.features.stacks.fingerprints import FORMS, INVERSE, Hashes, count_differences, turn

RADIUS = 6
"""Bits by which other sizes and qualities of one picture differ at most (measured; unrelated photos: 12 and more)."""
WINDOW = 64
"""So many places after a hash are compared in a bucket."""
_FEW = 30_000  # hashes for which two bands of eight together are sharp enough
_PACKED_FROM = 1_000_000  # candidate pairs, of which many were found in several look-ups
_ENOUGH = 16  # near ones of one hash; whoever has so many is in a crowd, which hangs together without all its pairs
_SWAPPED = 4
_FLIPS = tuple(turn(np.zeros(1, np.uint64), mirrors) for mirrors in range(4))
_SCANNED = 2_000  # so many new hashes are compared with all others one by one; more are sorted in

Places = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class NearPairs:
    """Pairs of places in an array of hashes: `left` in form `forms` (0..7) differs from `right` in `distances` bits."""

    left: Places
    right: Places
    forms: npt.NDArray[np.uint8]
    distances: npt.NDArray[np.uint8]

    def __len__(self) -> int:
        return len(self.left)


def find_near(hashes: Hashes, *, radius: int = RADIUS) -> NearPairs:
    """Return all pairs of different places (left < right) whose hashes are near in some form, each once.

    `hashes` [n] must be unique: what is equal is no question of nearness, and may be any number.
    """
    return _thin(_gather([_near_when(hashes, radius, swap) for swap in (0, _SWAPPED)]))


def find_near_new(hashes: Hashes, news: Places, *, radius: int = RADIUS) -> NearPairs:
    """Return the near pairs in which a place of `news` is one of the two. Costs a scan for each new one."""
    if len(news) > _SCANNED:
        found = find_near(hashes, radius=radius)
        is_new = np.zeros(len(hashes), bool)
        is_new[news] = True
        return _choose(found, is_new[found.left] | is_new[found.right])
    return _thin(_gather([_scan(hashes, int(new), radius) for new in news]))


def _scan(hashes: Hashes, new: int, radius: int) -> NearPairs:
    parts = []
    for form in range(FORMS):
        distances = count_differences(hashes, turn(hashes[new : new + 1], form))
        near = np.flatnonzero(distances <= radius)
        near = near[near != new]
        is_first = new < near
        parts.append(
            NearPairs(
                np.where(is_first, new, near),
                np.where(is_first, near, new),
                np.where(is_first, form, INVERSE[form]).astype(np.uint8),
                distances[near],
            )
        )
    return _gather(parts)


def _near_when(hashes: Hashes, radius: int, swap: int) -> NearPairs:
    """Return the near pairs in the four forms without (`swap` 0) or with (4) rows and columns swapped."""
    count = len(hashes)
    both = np.concatenate((hashes, turn(hashes, swap))) if swap else hashes
    codes: list[npt.NDArray[np.int64]] = [np.empty(0, np.int64)]
    has_enough = np.zeros(count, bool)
    for key in _keys(both, radius):
        for left, right in _meetings(key, count, is_one=not swap):
            wanted = np.flatnonzero(~(has_enough[left % count] | has_enough[right]))
            left, right = left[wanted], right[wanted]  # noqa: PLW2901 - those of them that are wanted
            near = np.flatnonzero(_mirror_distance(both[left], both[right])[0] <= radius)
            codes.append(left[near] % count * count + right[near])
        if sum(map(len, codes)) > max(_PACKED_FROM, 4 * len(codes[0])):
            codes = [np.unique(np.concatenate(codes))]
            places = np.concatenate(np.divmod(codes[0], count))
            has_enough = np.bincount(places, minlength=count) >= _ENOUGH
    left, right = np.divmod(np.unique(np.concatenate(codes)), count)
    distances, mirrors = _mirror_distance(turn(hashes[left], swap), hashes[right])
    return NearPairs(left, right, mirrors | np.uint8(swap), distances)


def _mirror_distance(one: Hashes, other: Hashes) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint8]]:
    """Return the least distance over the four mirrorings of `one`, and which it was (0..3)."""
    differences = one ^ other
    counts = np.stack([np.bitwise_count(differences ^ flips) for flips in _FLIPS])
    best = counts.argmin(axis=0).astype(np.uint8)
    return counts.min(axis=0), best


def _keys(hashes: Hashes, radius: int) -> Iterator[npt.NDArray[np.uint32]]:
    """Yield, for each choice of bands, a key of at most 32 bits."""
    together = 2 if len(hashes) <= _FEW else 3
    bands = _mirrorless_bands(hashes, radius + together)
    for chosen in combinations(bands, together):
        key = np.zeros(len(hashes), np.uint32)
        for band, width in chosen:
            key = (key << np.uint32(width)) | band
        yield key


def _kind_of(place: int) -> int:
    """Return by which mirrors the bit at a place (0 is the highest) flips: 1 top to bottom, 2 left to right, 3 both."""
    return place % 2 * 2 + place // 8 % 2


_BY_KIND = sorted(range(64), key=lambda place: (_kind_of(place), place))


def _mirrorless_bands(hashes: Hashes, count: int) -> list[tuple[npt.NDArray[np.uint32], int]]:
    """Return `count` bands with their widths: each bit as its difference from the first of its kind in the band."""
    edges = np.linspace(0, 64, count + 1).round().astype(int)
    bands = []
    for start, stop in pairwise(edges):
        first: dict[int, npt.NDArray[np.uint32]] = {}
        band, width = np.zeros(len(hashes), np.uint32), 0
        for place in _BY_KIND[start:stop]:
            kind = _kind_of(place)
            bit = ((hashes >> np.uint64(63 - place)) & np.uint64(1)).astype(np.uint32)
            if kind and kind not in first:
                first[kind] = bit
                continue
            band = (band << np.uint32(1)) | (bit ^ first[kind] if kind else bit)
            width += 1
        bands.append((band, width))
    return bands


def _meetings(keys: npt.NDArray[np.uint32], count: int, *, is_one: bool) -> Iterator[tuple[Places, Places]]:
    """Yield places that share a key, no more than `WINDOW` apart when they are sorted: (smaller, larger).

    Where two lists stand behind each other (`count` is the length of one), only pairs across them are meant, and of
    these the ones whose place in the second list is the smaller: the others are found from their other end.
    """
    places = np.argsort(keys)
    keys = keys[places]
    starts = np.arange(len(places) - 1)
    for apart in range(1, WINDOW + 1):
        starts = starts[starts + apart < len(places)]
        starts = starts[keys[starts] == keys[starts + apart]]
        if len(starts) == 0:
            return
        left, right = places[starts], places[starts + apart]
        left, right = np.minimum(left, right), np.maximum(left, right)
        if not is_one:
            left, right = right, left
            across = np.flatnonzero((left >= count) & (right < count) & (left - count < right))
            left, right = left[across], right[across]
        yield left, right


def _gather(parts: list[NearPairs]) -> NearPairs:
    """Put pairs together; of a pair that was found in several forms, the nearest stays."""
    if not parts:
        empty = np.empty(0, np.int64)
        return NearPairs(empty, empty, np.empty(0, np.uint8), np.empty(0, np.uint8))
    found = NearPairs(
        *(np.concatenate([getattr(part, name) for part in parts]) for name in ("left", "right", "forms", "distances"))
    )
    order = np.lexsort((found.forms, found.distances, found.right, found.left))
    found = _choose(found, order)
    is_first = np.ones(len(found), bool)
    is_first[1:] = (found.left[1:] != found.left[:-1]) | (found.right[1:] != found.right[:-1])
    return _choose(found, is_first)


def _thin(found: NearPairs) -> NearPairs:
    """Leave of each place in a crowd the nearest pairs alone; `found` is in the order of `_gather`."""
    order = np.lexsort((found.right, found.distances, found.left))
    left = found.left[order]
    rank = np.arange(len(left)) - np.searchsorted(left, left)
    return _choose(found, np.sort(order[rank < _ENOUGH]))


def _choose(found: NearPairs, which: npt.NDArray[np.bool_] | Places) -> NearPairs:
    return NearPairs(found.left[which], found.right[which], found.forms[which], found.distances[which])
