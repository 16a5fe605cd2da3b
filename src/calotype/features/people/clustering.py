"""Which faces are one person's, from their vectors alone and from what people said. Pure.

Faces are joined from the most alike pair on, as long as the *average* likeness of two groups is sure enough. That is
average linkage (Sokal & Michener 1958) on a graph of nearest neighbours; a density rule, in that every member of two
groups has a say, so that two people who have one lucky pair of pictures do not run into each other, as they do by
DBSCAN with a radius that is a little too wide (0010-people.md has the comparison). The average of cosines of two
groups is the product of the sums of their vectors over the product of their sizes, so it is exact and costs one
product of two rows, however large the groups are. Pairs that are each other's nearest join in the same round
(Sumengen et al. 2021: the result is the same, because joining two groups never makes a third more alike than the more
alike of the two was). A large group takes many small ones in a round, which is not quite the same, and keeps the
rounds few (`_followers`).
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from calotype.features.people.neighbours import Edges, Vectors, find_edges, find_nearest

Numbers = npt.NDArray[np.int64]

NOBODY = -1
SHARED_PHOTOS = 0.1
"""Two groups that stand on more than this share of the smaller one's photos together are two people: nobody is on a
photo twice. (Some are: collages, mirrors. One in ten is forgiven.)"""
_PASSES = 4
_GROWTH = 1 / 16
"""By which part a large group may grow in one round: 8,287 rounds for 100,000 drawn faces became 97."""


@dataclass(frozen=True, eq=False)
class Crowd:
    """Faces of one space. `photos` [n] numbers the photo of each; `people` [n] the person that somebody said it is, or
    `NOBODY`; `can_found` [n] whether it is good enough to be the beginning of a group."""

    vectors: Vectors
    photos: Numbers
    people: Numbers
    can_found: npt.NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.vectors)


def group_faces(crowd: Crowd, join: float, pair_join: float = 0.0) -> Numbers:
    """Return the number of each face's group [n]; a face that is alone has `NOBODY`.

    Groups are joined by an average likeness of `join`, two single faces by one of `pair_join` (at least `join`);
    between them the demand falls with the number of pairs that speak.

    Groups with different people in them stay apart; one person may be several groups, which is how children grow.
    """
    labels = np.full(len(crowd), NOBODY, np.int64)
    founders = np.flatnonzero(crowd.can_found | (crowd.people != NOBODY))
    if len(founders) == 0:
        return labels
    groups = _Groups(crowd.vectors[founders], crowd.photos[founders], crowd.people[founders], pair_join - join)
    groups.join_alike(find_edges(crowd.vectors[founders], join), join)
    for _ in range(_PASSES):
        if not groups.join_by_parts(join):
            break
    labels[founders] = groups.labels
    sizes = np.bincount(groups.labels)
    is_alone = (sizes[groups.labels] < 2) & (crowd.people[founders] == NOBODY)
    labels[founders[is_alone]] = NOBODY
    return _let_join(crowd, labels, founders, join)


def _let_join(crowd: Crowd, labels: Numbers, founders: Numbers, join: float) -> Numbers:
    """Let each face that cannot found a group join that of its nearest face, if it is like all of the group enough."""
    others = np.flatnonzero(~(crowd.can_found | (crowd.people != NOBODY)))
    members = founders[labels[founders] != NOBODY]
    if len(others) == 0 or len(members) == 0:
        return labels
    nearest, _ = find_nearest(crowd.vectors[others], crowd.vectors[members], 1)
    wanted = labels[members[nearest[:, 0]]]
    centres, _ = centres_of(crowd.vectors[members], labels[members], int(labels.max()) + 1)
    likeness = np.einsum("ij,ij->i", crowd.vectors[others], centres[wanted])
    labels[others] = np.where(likeness >= join, wanted, NOBODY)
    return labels


def centres_of(vectors: Vectors, labels: Numbers, count: int) -> tuple[Vectors, Numbers]:
    """Return the mean vector [count, dimensions] of each label (its product with a face is the average of the cosines
    to the group's faces), and how many faces have it [count]."""
    sums = np.zeros((count, vectors.shape[1]), np.float32)
    np.add.at(sums, labels, vectors)
    sizes = np.bincount(labels, minlength=count).astype(np.int64)
    return (sums / np.maximum(sizes, 1)[:, None]).astype(np.float32), sizes


class _Groups:
    """Groups of faces while they are being joined. A group goes by the place of one of its faces."""

    def __init__(self, vectors: Vectors, photos: Numbers, people: Numbers, pair_extra: float) -> None:
        self._pair_extra = max(0.0, pair_extra)
        count = len(vectors)
        self.labels = np.arange(count, dtype=np.int64)
        self._sums = vectors.astype(np.float32, copy=True)
        self._sizes = np.ones(count, np.int64)
        self._people = people.copy()
        self._photos: list[set[int]] = [{int(photo)} for photo in photos]
        self._photo = photos

    def join_alike(self, edges: Edges, join: float) -> bool:
        """Join along these edges until no two groups are alike enough; say whether any were joined."""
        edges = edges.chosen(self._photo[edges.left] != self._photo[edges.right]) if self._is_new() else edges
        has_joined = False
        while True:
            edges = edges.chosen((edges.likeness >= join) & self._may_be_one(edges))
            if len(edges) == 0:
                return has_joined
            doubts = self._pair_extra / (self._sizes[edges.left] * self._sizes[edges.right])
            likeness = (edges.likeness - doubts).astype(np.float32)
            best = _best(edges, likeness, len(self.labels))
            mutual = _mutual(edges, likeness, best, join)
            if len(mutual) == 0:
                return has_joined
            due = np.concatenate([mutual, self._followers(edges, likeness, best, mutual, join)])
            is_refused = self._take(edges, due)
            has_joined = has_joined or not is_refused.all()
            is_left = np.ones(len(edges), bool)
            is_left[due[is_refused]] = False
            joined = due[~is_refused]
            left, right = self._sorted_ends(edges.left[joined], edges.right[joined])
            edges = edges.chosen(is_left)
            edges = self._joined(edges, left, right) if len(joined) else edges

    def _sorted_ends(self, left: Numbers, right: Numbers) -> tuple[Numbers, Numbers]:
        """Return the larger group of each pair first."""
        is_right_larger = self._sizes[right] > self._sizes[left]
        return np.where(is_right_larger, right, left), np.where(is_right_larger, left, right)

    def _followers(self, edges: Edges, likeness: Vectors, best: Vectors, mutual: Numbers, join: float) -> Numbers:
        """Return edges by which small groups may join a large one in the same round, though it likes another better.

        A large group would take one at a time otherwise, and there would be as many rounds as it has faces, each over
        all edges. It may grow by a part of `_GROWTH` in a round, by those most like it; none of them has a name, so
        that no two names meet.
        """
        is_host = np.zeros(len(self.labels), bool)
        is_host[self._sorted_ends(edges.left[mutual], edges.right[mutual])[0]] = True
        is_paired = np.zeros(len(self.labels), bool)
        is_paired[edges.left[mutual]] = is_paired[edges.right[mutual]] = True
        hosts, small = self._sorted_ends(edges.left, edges.right)
        is_small = self._sizes[small] <= self._sizes[hosts] * _GROWTH
        is_best = (likeness == best[small]) & (likeness >= join)
        is_free = ~is_paired[small] & (self._people[small] == NOBODY)
        found = np.flatnonzero(is_small & is_best & is_host[hosts] & is_free)
        found = found[np.unique(small[found], return_index=True)[1]]
        found = found[np.lexsort((-likeness[found], hosts[found]))]
        faces, theirs = np.cumsum(self._sizes[small[found]]), hosts[found]
        begins = np.flatnonzero(np.diff(theirs, prepend=NOBODY))
        before = np.repeat(np.concatenate([[0], faces])[begins], np.diff(np.append(begins, len(found))))
        followers: Numbers = found[faces - before <= self._sizes[theirs] * _GROWTH]
        return followers

    def _take(self, edges: Edges, due: Numbers) -> npt.NDArray[np.bool_]:
        """Put the photos of the groups of each edge together, one after the other; return which stand together on
        photos and stay apart."""
        is_refused = np.zeros(len(due), bool)
        left, right = self._sorted_ends(edges.left[due], edges.right[due])
        for place, (one, other) in enumerate(zip(left.tolist(), right.tolist(), strict=True)):
            is_refused[place] = self._stand_together(one, other)
            if not is_refused[place]:
                small, large = sorted((self._photos[one], self._photos[other]), key=len)
                large |= small
                self._photos[one], self._photos[other] = large, set()
        return is_refused

    def join_by_parts(self, join: float) -> bool:
        """Join groups whose centres are near, which no edge of the first graph need say of large groups."""
        groups = np.flatnonzero(np.bincount(self.labels, minlength=len(self.labels)) > 1)
        if len(groups) < 2:
            return False
        centres = self._sums[groups]
        centres = centres / np.linalg.norm(centres, axis=1, keepdims=True)
        found = find_edges(centres, join)
        edges = Edges(groups[found.left], groups[found.right], found.likeness)
        edges.likeness = self._likeness(edges.left, edges.right)
        return self.join_alike(edges, join)

    def _is_new(self) -> bool:
        return int(self._sizes.max()) == 1

    def _may_be_one(self, edges: Edges) -> npt.NDArray[np.bool_]:
        left, right = self._people[edges.left], self._people[edges.right]
        may_be: npt.NDArray[np.bool_] = (left == right) | (left == NOBODY) | (right == NOBODY)
        return may_be

    def _stand_together(self, left: int, right: int) -> bool:
        one, other = self._photos[left], self._photos[right]
        if len(one) > len(other):
            one, other = other, one
        return len(one & other) > SHARED_PHOTOS * len(one)

    def _joined(self, edges: Edges, left: Numbers, right: Numbers) -> Edges:
        """Join each `right` group into its `left` one, which is no other's `right`; return the edges that are left."""
        np.add.at(self._sums, left, self._sums[right])
        np.add.at(self._sizes, left, self._sizes[right])
        np.maximum.at(self._people, left, self._people[right])
        now = np.arange(len(self.labels))
        now[right] = left
        self.labels = now[self.labels]
        is_changed = np.zeros(len(now), bool)
        is_changed[left] = True
        return self._renamed(edges, now, is_changed)

    def _renamed(self, edges: Edges, now: Numbers, is_changed: npt.NDArray[np.bool_]) -> Edges:
        left, right = now[edges.left], now[edges.right]
        left, right = np.minimum(left, right), np.maximum(left, right)
        is_left = left != right
        keys, first = np.unique(left[is_left] * len(now) + right[is_left], return_index=True)
        likeness = edges.likeness[is_left][first]
        left, right = keys // len(now), keys % len(now)
        is_due = is_changed[left] | is_changed[right]
        likeness[is_due] = self._likeness(left[is_due], right[is_due])
        return Edges(left, right, likeness)

    def _likeness(self, left: Numbers, right: Numbers) -> Vectors:
        """Return the average cosine between the faces of the one group and those of the other."""
        likeness = np.empty(len(left), np.float32)
        for begin in range(0, len(left), 65_536):
            one, other = left[begin : begin + 65_536], right[begin : begin + 65_536]
            product = np.einsum("ij,ij->i", self._sums[one], self._sums[other])
            likeness[begin : begin + 65_536] = product / (self._sizes[one] * self._sizes[other])
        return likeness


def _best(edges: Edges, likeness: Vectors, count: int) -> Vectors:
    """Return the best likeness of each group [count]."""
    best = np.full(count, -np.inf, np.float32)
    np.maximum.at(best, edges.left, likeness)
    np.maximum.at(best, edges.right, likeness)
    return best


def _mutual(edges: Edges, likeness: Vectors, best: Vectors, join: float) -> Numbers:
    """Return the edges of enough `likeness` that are the best one of both their ends; no two have an end in common."""
    is_best = (likeness == best[edges.left]) & (likeness == best[edges.right])
    found = np.flatnonzero(is_best & (likeness >= join))
    first = np.full(len(best), len(edges), np.int64)
    np.minimum.at(first, edges.left[found], found)
    np.minimum.at(first, edges.right[found], found)
    mutual: Numbers = found[(first[edges.left[found]] == found) & (first[edges.right[found]] == found)]
    return mutual
