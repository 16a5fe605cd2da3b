"""Choose the best that are not alike: maximal marginal relevance (Carbonell and Goldstein, SIGIR 1998).

One photo after the other: the one that is best of those left, less its likeness to the one picked already that it is
most like. Likeness is of look, time and people. Nearly equal photos exclude each other altogether.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from calotype.features.albums.rules import Candidate, rank

BALANCE = 0.6  # of goodness against being different: Carbonell's lambda
LOOK, TIME, PEOPLE = 0.55, 0.2, 0.25  # shares of likeness
USUAL_LOOK = 0.2  # cosine of unrelated photos (median measured over 174,000 pairs: 0.22)
SAME_LOOK = 0.9  # cosine; from here on nearly all pairs of the test set are one picture or one scene
SAME_PICTURE_BITS = 10  # of the 64 of a pHash
SAME_MOMENT_S = 10  # seconds
POOL = 8  # so many times the picks are looked at closely
_FIRST = datetime(1970, 1, 1)  # noqa: DTZ001 - a wall clock
PER_SPAN = 3  # of each span of time, whatever its photos are beside the others

Vectors = Mapping[UUID, NDArray[np.float32]]
Matrix = NDArray[np.float32]


@dataclass(frozen=True)
class Pick:
    """A chosen photo. `likeness` (0..1) is to the pick most like it when it was chosen; `score` is 0..1000."""

    photo: Candidate
    score: int
    likeness: float
    is_pinned: bool


def shortlist(photos: Sequence[Candidate], picks: int) -> list[Candidate]:
    """Return those worth a closer look: the best of all, and the best of each span of time. In order of time."""
    goodness = rank(photos)
    ordered = sorted(photos, key=lambda photo: (-goodness[photo.id], photo.id))
    chosen = {photo.id for photo in ordered[: POOL * picks]}
    times = [photo.taken_local for photo in photos]
    first, span_s = min(times), max(1.0, (max(times) - min(times)).total_seconds())
    taken = [0] * picks
    for photo in ordered:
        span = min(picks - 1, int((photo.taken_local - first).total_seconds() / span_s * picks))
        if taken[span] < PER_SPAN:
            taken[span] += 1
            chosen.add(photo.id)
    return sorted((photo for photo in photos if photo.id in chosen), key=lambda photo: (photo.taken_local, photo.id))


def choose(
    photos: Sequence[Candidate],
    vectors: Vectors,
    count: int,
    goodness: Mapping[UUID, float],
    pinned: Collection[UUID] = (),
    of_person: UUID | None = None,
) -> list[Pick]:
    """Return up to `count` photos in the order of time; the pinned ones are among them, however many.

    `vectors` are unit vectors of look, for those that have one; `goodness` is about 0..2 (`rules.rank`). In the album
    of a person it says nothing that two photos show that person. The same input gives the same picks.
    """
    photos = sorted(photos, key=lambda photo: photo.id)
    if not photos:
        return []
    looks = _cosines(photos, vectors)
    likeness = LOOK * np.clip((looks - USUAL_LOOK) / (SAME_LOOK - USUAL_LOOK), 0, 1)
    likeness += TIME * _near_in_time(photos, count) + PEOPLE * _same_people(photos, of_person)
    excludes = _nearly_equal(photos, looks)
    good = np.array([goodness.get(photo.id, 0.0) for photo in photos], np.float32)
    order = [n for n, photo in enumerate(photos) if photo.id in set(pinned)]
    chosen = _choose(good, likeness, excludes, order, count)
    picks = [
        Pick(photos[n], round(500 * min(2.0, max(0.0, float(good[n])))), round(near, 4), photos[n].id in set(pinned))
        for n, near in chosen
    ]
    return sorted(picks, key=lambda pick: (pick.photo.taken_local, pick.photo.id))


def _choose(good: Matrix, likeness: Matrix, excludes: Any, forced: list[int], count: int) -> list[tuple[int, float]]:
    nearest = np.zeros(len(good), np.float32)  # likeness to the pick most like it
    is_out = np.zeros(len(good), bool)
    chosen: list[tuple[int, float]] = []
    while True:
        if forced:
            best = forced.pop(0)
        elif len(chosen) >= count or is_out.all():
            return chosen
        else:
            best = int(np.where(is_out, -np.inf, BALANCE * good - (1 - BALANCE) * nearest).argmax())
        chosen.append((best, float(nearest[best])))
        is_out |= excludes[best]
        is_out[best] = True
        nearest = np.maximum(nearest, likeness[best])


def _cosines(photos: Sequence[Candidate], vectors: Vectors) -> Matrix:
    """Return the cosine of each with each; 0 where one has no vector."""
    known = [n for n, photo in enumerate(photos) if photo.id in vectors]
    cosines = np.zeros((len(photos), len(photos)), np.float32)
    if known:
        matrix = np.stack([vectors[photos[n].id] for n in known])
        cosines[np.ix_(known, known)] = matrix @ matrix.T
    return cosines


def _seconds(photos: Sequence[Candidate]) -> NDArray[np.float64]:
    """Return the wall clock of each in seconds; no time zone of this machine has a say in it."""
    return np.array([(photo.taken_local - _FIRST).total_seconds() for photo in photos])


def _near_in_time(photos: Sequence[Candidate], count: int) -> Matrix:
    """Return 1 for the same instant, falling to 1/e over half the gap that even spacing would leave."""
    seconds = _seconds(photos)
    scale = max(60.0, float(np.ptp(seconds)) / (2 * max(1, count)))
    near = np.exp(-np.abs(seconds[:, None] - seconds[None, :]) / scale).astype(np.float32)
    sure = np.array([photo.is_time_sure for photo in photos])
    return np.asarray(near * (sure[:, None] & sure[None, :]), np.float32)


def _same_people(photos: Sequence[Candidate], besides: UUID | None) -> Matrix:
    """Return the Jaccard index of the people in each two; 0 where one shows nobody known."""
    everybody = sorted({person for photo in photos for person in photo.people if person != besides})
    if not everybody:
        return np.zeros((len(photos), len(photos)), np.float32)
    column = {person: n for n, person in enumerate(everybody)}
    shows = np.zeros((len(photos), len(everybody)), np.float32)
    for n, photo in enumerate(photos):
        for person in photo.people:
            if person != besides:
                shows[n, column[person]] = 1
    both = shows @ shows.T
    sizes = shows.sum(axis=1)
    return np.asarray(both / np.maximum(1, sizes[:, None] + sizes[None, :] - both), np.float32)


def _nearly_equal(photos: Sequence[Candidate], looks: Matrix) -> NDArray[np.bool_]:
    """Say of each two whether only one may be in: the same look, picture, stack, or moment."""
    equal = looks >= SAME_LOOK
    hashes = np.array([(photo.phash or 0) & 0xFFFF_FFFF_FFFF_FFFF for photo in photos], np.uint64)
    is_hashed = np.array([photo.phash is not None for photo in photos])
    bits = np.bitwise_count(hashes[:, None] ^ hashes[None, :])
    equal |= (bits <= SAME_PICTURE_BITS) & is_hashed[:, None] & is_hashed[None, :]
    seconds = _seconds(photos)
    sure = np.array([photo.is_time_sure for photo in photos])
    equal |= (np.abs(seconds[:, None] - seconds[None, :]) <= SAME_MOMENT_S) & sure[:, None] & sure[None, :]
    members: dict[UUID, list[int]] = {}
    for n, photo in enumerate(photos):
        for stack in photo.stacks:
            members.setdefault(stack, []).append(n)
    for together in members.values():
        equal[np.ix_(together, together)] = True
    np.fill_diagonal(equal, val=True)
    return equal
