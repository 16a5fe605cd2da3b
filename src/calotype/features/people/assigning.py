"""From groups of faces to people: who is who was before, who is somebody's by their word, who is new. Pure."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

import numpy as np
import numpy.typing as npt

from calotype.features.people.clustering import NOBODY, Crowd, centres_of, group_faces
from calotype.features.people.facets import VOTERS, choose_facets, likeness_to_people
from calotype.features.people.neighbours import Vectors, find_nearest
from calotype.features.people.repository.vectors import Faces
from calotype.features.people.rules import MIN_FOUNDER_PX, MIN_FOUNDER_SCORE, MIN_FOUNDER_SHARPNESS
from calotype.features.people.schemas import AssignedBy
from calotype.features.people.thresholds import scale_of
from calotype.kit.ids import uuid7

Forbidden = Mapping[UUID, Collection[UUID]]
"""Face -> people that somebody said it is not."""
_NEAR = 24


def can_found(faces: Faces) -> npt.NDArray[np.bool_]:
    """Return which faces may begin a group."""
    return (
        (faces.size_px >= MIN_FOUNDER_PX)
        & (faces.score >= MIN_FOUNDER_SCORE)
        & (faces.sharpness >= MIN_FOUNDER_SHARPNESS)
    )


def assign_all(faces: Faces, forbidden: Forbidden) -> list[UUID | None]:
    """Group all faces of one space from the ground up; return whose each is.

    Whom somebody (or a file) named stays with it. Other groups take the id of the person that most of their faces were
    taken for before, so ids outlive re-runs.
    """
    scale = scale_of(faces.space)
    join, pair_join = scale.join_among(len(faces)), scale.join_pairs_among(len(faces))
    is_told = faces.assigned_by >= AssignedBy.PERSON
    told = [person if is_told[place] else None for place, person in enumerate(faces.people)]
    numbered = sorted({person for person in told if person is not None})
    number_of = {person: number for number, person in enumerate(numbered)}
    people = np.array([NOBODY if person is None else number_of[person] for person in told], np.int64)
    labels = group_faces(Crowd(faces.vectors, _numbers(faces.photo_ids), people, can_found(faces)), join, pair_join)
    owner_of = _name_groups(faces, labels, people, numbered, join)
    found = [owner_of.get(int(label)) for label in labels]
    found = [person if person is not None else mine for person, mine in zip(told, found, strict=True)]
    _join_singles(faces, found, join)
    return _obey(faces, found, told, forbidden)


def _numbers(values: Sequence[UUID]) -> npt.NDArray[np.int64]:
    known: dict[UUID, int] = {}
    return np.array([known.setdefault(value, len(known)) for value in values], np.int64)


def _name_groups(
    faces: Faces,
    labels: npt.NDArray[np.int64],
    people: npt.NDArray[np.int64],
    numbered: Sequence[UUID],
    join: float,
) -> dict[int, UUID]:
    """Return the person of each group."""
    named: dict[int, UUID] = {}
    for label, number in zip(labels.tolist(), people.tolist(), strict=True):
        if NOBODY not in (label, number):
            named[label] = numbered[number]
    free = sorted({int(label) for label in labels if label != NOBODY} - named.keys())
    if free and numbered:
        named |= _grown(faces, labels, free, people, numbered, join)
        free = [label for label in free if label not in named]
    return named | _remembered(faces, labels, free, set(numbered))


def _grown(
    faces: Faces,
    labels: npt.NDArray[np.int64],
    free: Sequence[int],
    people: npt.NDArray[np.int64],
    numbered: Sequence[UUID],
    join: float,
) -> dict[int, UUID]:
    """Return the groups that are another age, or another light, of somebody whom a person named."""
    places: list[int] = []
    owners: list[int] = []
    for number in range(len(numbered)):
        theirs = np.flatnonzero(people == number)
        chosen = choose_facets(faces.vectors[theirs], [int(faces.years[place]) for place in theirs])
        places += [int(theirs[one]) for one in chosen]
        owners += [number] * len(chosen)
    centres, _ = centres_of(faces.vectors[labels >= 0], labels[labels >= 0], int(labels.max()) + 1)
    likeness = likeness_to_people(centres[list(free)], faces.vectors[places], np.array(owners), len(numbered))
    photos_of = [
        {faces.photo_ids[one] for one in np.flatnonzero(people == number).tolist()} for number in range(len(numbered))
    ]
    named: dict[int, UUID] = {}
    for place, label in enumerate(free):
        best = int(np.argmax(likeness[place]))
        photos = {faces.photo_ids[one] for one in np.flatnonzero(labels == label).tolist()}
        if likeness[place, best] >= join and len(photos & photos_of[best]) * 10 <= len(photos):
            named[label] = numbered[best]
    return named


def _remembered(faces: Faces, labels: npt.NDArray[np.int64], free: Sequence[int], taken: set[UUID]) -> dict[int, UUID]:
    """Return the groups with the ids of the people that they were before, and new ids for new ones."""
    is_free = set(free)
    before = Counter(
        (label, person)
        for label, person in zip(labels.tolist(), faces.people, strict=True)
        if label in is_free and person is not None and person not in taken
    )
    named: dict[int, UUID] = {}
    gone = set(taken)
    for (label, person), _ in sorted(before.items(), key=lambda item: (-item[1], item[0][1], item[0][0])):
        if label not in named and person not in gone:
            named[label] = person
            gone.add(person)
    return named | {label: uuid7() for label in free if label not in named}


def _join_singles(faces: Faces, found: list[UUID | None], join: float) -> None:
    """Let faces that no group took join the person whose facets they are like, as a new face would."""
    singles = [place for place, person in enumerate(found) if person is None]
    facets = facets_of(faces, found)
    photos = {(faces.photo_ids[place], person) for place, person in enumerate(found) if person is not None}
    for place, person in elect(faces, singles, facets, join):
        if (faces.photo_ids[place], person) not in photos:
            photos.add((faces.photo_ids[place], person))
            found[place] = person


def _obey(
    faces: Faces, found: list[UUID | None], told: Sequence[UUID | None], forbidden: Forbidden
) -> list[UUID | None]:
    return [
        person if told[place] is not None or person not in forbidden.get(face_id, ()) else None
        for place, (face_id, person) in enumerate(zip(faces.ids, found, strict=True))
    ]


@dataclass(frozen=True, eq=False)
class Facets:
    """Faces that stand for people: `owners` [n] is the place in `people` of each one's person."""

    people: Sequence[UUID]
    owners: npt.NDArray[np.int64]
    vectors: Vectors
    face_ids: Sequence[UUID]

    @classmethod
    def nobody(cls) -> "Facets":
        return cls([], np.zeros(0, np.int64), np.zeros((0, 1), np.float32), [])

    def by_person(self) -> dict[UUID, list[UUID]]:
        """Return the faces of each person."""
        chosen: dict[UUID, list[UUID]] = {person: [] for person in self.people}
        for owner, face_id in zip(self.owners.tolist(), self.face_ids, strict=True):
            chosen[self.people[owner]].append(face_id)
        return chosen


def facets_of(faces: Faces, found: Sequence[UUID | None]) -> Facets:
    """Choose the faces that stand for each person, from those that are good enough where there are any."""
    is_good = can_found(faces)
    members: dict[UUID, list[int]] = {}
    for place, person in enumerate(found):
        if person is not None:
            members.setdefault(person, []).append(place)
    people = sorted(members)
    places: list[int] = []
    owners: list[int] = []
    for number, person in enumerate(people):
        theirs = [place for place in members[person] if is_good[place]] or members[person]
        chosen = choose_facets(faces.vectors[theirs], [int(faces.years[place]) for place in theirs])
        places += [theirs[one] for one in chosen]
        owners += [number] * len(chosen)
    return Facets(people, np.array(owners, np.int64), faces.vectors[places], [faces.ids[one] for one in places])


def elect(faces: Faces, places: Sequence[int], facets: Facets, join: float) -> list[tuple[int, UUID]]:
    """Return those of some faces that are like a person enough, with that person, the most alike first.

    It is the person of the nearest facet, if the three nearest of their facets (all, where they have fewer) are alike
    enough on the average; one that is not among the `_NEAR` nearest of all counts as the last of these.
    """
    if len(facets.people) == 0 or len(places) == 0:
        return []
    nearest, cosines = find_nearest(faces.vectors[list(places)], facets.vectors, _NEAR)
    owners = np.where(nearest >= 0, facets.owners[nearest], NOBODY)
    is_theirs = owners == owners[:, :1]
    is_vote = is_theirs & (np.cumsum(is_theirs, axis=1) <= VOTERS)
    needed = np.minimum(VOTERS, np.bincount(facets.owners, minlength=len(facets.people))[owners[:, 0]])
    missing = np.maximum(0, needed - is_vote.sum(axis=1))
    likeness = ((cosines * is_vote).sum(axis=1) + missing * cosines[:, -1]) / needed
    rows = [int(row) for row in np.argsort(-likeness, kind="stable") if likeness[row] >= join]
    return [(places[row], facets.people[int(owners[row, 0])]) for row in rows]


def assign_new(
    new: Faces, unknown: Faces | None, facets: Facets, forbidden: Forbidden, total: int, *, retry_unknown: bool
) -> dict[UUID, UUID]:
    """Return whose new faces are: somebody's whom they are like, or somebody's who is new, with unknown faces that are
    like them; those left out wait as unknown. `total` counts the faces in the library."""
    scale = scale_of(new.space)
    join, pair_join = scale.join_among(total), scale.join_pairs_among(total)
    merged = new if unknown is None else new.beside(unknown)
    places = range(len(merged) if retry_unknown else len(new))
    found: dict[int, UUID] = {}
    photos: set[tuple[UUID, UUID]] = {
        (photo_id, person) for photo_id, person in zip(new.photo_ids, new.people, strict=True) if person is not None
    }
    open_places = [place for place in places if merged.assigned_by[place] < AssignedBy.PERSON]
    for place, person in elect(merged, open_places, facets, join):
        is_said_not = person in forbidden.get(merged.ids[place], ())
        if not is_said_not and (merged.photo_ids[place], person) not in photos:
            photos.add((merged.photo_ids[place], person))
            found[place] = person
    found |= _begin_groups(merged, len(new), found, (join, pair_join))
    return {merged.ids[place]: person for place, person in found.items()}


def _begin_groups(merged: Faces, new: int, found: Mapping[int, UUID], joins: tuple[float, float]) -> dict[int, UUID]:
    """Return the faces that begin a group together; each group has a new face in it."""
    is_open = np.array([place not in found and merged.people[place] is None for place in range(len(merged))], bool)
    fresh = np.flatnonzero(is_open[:new])
    old = new + np.flatnonzero(is_open[new:])
    if len(fresh) == 0:
        return {}
    near = old
    if len(old):
        nearest, cosines = find_nearest(merged.vectors[old], merged.vectors[fresh], 1)
        near = old[(cosines[:, 0] >= joins[0]) & (nearest[:, 0] >= 0)]
    chosen = np.concatenate([fresh, near])
    photos = _numbers([merged.photo_ids[place] for place in chosen])
    nobody = np.full(len(chosen), NOBODY, np.int64)
    labels = group_faces(Crowd(merged.vectors[chosen], photos, nobody, can_found(merged)[chosen]), *joins)
    ids: dict[int, UUID] = {}
    return {
        int(place): ids.setdefault(int(label), uuid7())
        for place, label in zip(chosen, labels, strict=True)
        if label != NOBODY
    }
