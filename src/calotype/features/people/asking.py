"""What is worth a question: people, and faces that are nobody's, who are alike but not surely the same. Pure."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence, Set
from dataclasses import dataclass
from uuid import UUID

import numpy as np
import numpy.typing as npt

from calotype.features.people.assigning import Facets, Forbidden, can_found
from calotype.features.people.neighbours import Vectors, find_edges, find_nearest
from calotype.features.people.repository.questions import MOST, Likeness
from calotype.features.people.repository.vectors import Faces
from calotype.features.people.thresholds import FaceScale
from calotype.features.people.words import question_id

_NEAR = 24
_CHOICES = 8
_MOST_SINGLES = 20_000
_TOP = 3


@dataclass(frozen=True)
class Touched:
    """What is new since the questions were found: people whose faces are others now, and new faces."""

    people: Set[UUID]
    faces: Set[UUID]


def find_likenesses(
    facets: Facets,
    unknown: Faces | None,
    forbidden: Forbidden,
    scale: FaceScale,
    join: float,
    touched: Touched | None = None,
) -> list[Likeness]:
    """Return what may be asked: person beside person, unknown face beside person, unknown beside unknown; with
    `touched`, only what is about one of these."""
    is_due = [touched is None or facets.people[owner] in touched.people for owner in facets.owners.tolist()]
    due = np.flatnonzero(is_due)
    found = _between_people(facets, due, scale.ask, join)
    if unknown is not None:
        good = np.flatnonzero(can_found(unknown))[-_MOST_SINGLES:]
        fresh, beside = good, good
        if touched is not None:
            is_fresh = np.array([unknown.ids[place] in touched.faces for place in good.tolist()], bool)
            fresh = good[is_fresh]
            beside = np.union1d(fresh, good[_near_to(unknown.vectors[good], facets.vectors[due], scale.ask)])
        found += _beside_people(unknown, beside, facets, forbidden, (scale.ask, join))
        found += _between_unknown(unknown, good, fresh, (scale.ask, join))
    stand = Counter(facets.people[owner] for owner in facets.owners.tolist())
    return sorted(found, key=lambda one: (-_worth(one, stand), one.id))[:MOST]


def _worth(one: Likeness, stand: Mapping[UUID, int]) -> float:
    """Return what a question is worth where there are too many: as in `ranking.py`, but a person counts for the faces
    that stand for them, so that a thousand alike strangers do not crowd out two parts of a large family."""
    sides = [stand.get(person, 1) for person in (one.person_id, one.other_person_id) if person is not None]
    return (min(sides) if len(sides) > 1 else 1) * (0.02 + one.likeness**2)


def _share(cosine: float, ask: float, join: float) -> float:
    """Return where a cosine lies between hardly worth a question (0) and sure (1)."""
    return float(np.clip((cosine - ask) / max(join - ask, 1e-6), 0, 1))


def _near_to(vectors: Vectors, facets: Vectors, ask: float) -> npt.NDArray[np.int64]:
    """Return the places of the vectors that are among those nearest to some facet."""
    nearest, cosines = find_nearest(facets, vectors, _NEAR)
    return np.unique(nearest[(cosines >= ask) & (nearest >= 0)])


def _between_people(facets: Facets, due: npt.NDArray[np.int64], ask: float, join: float) -> list[Likeness]:
    """Two people are as alike as their most alike facets, the best three pairs together."""
    if len(facets.people) < 2:
        return []
    edges = find_edges(facets.vectors, ask, neighbours=_NEAR, of=due)
    left, right = facets.owners[edges.left], facets.owners[edges.right]
    pairs: dict[tuple[int, int], list[float]] = {}
    for one, other, cosine in zip(left.tolist(), right.tolist(), edges.likeness.tolist(), strict=True):
        if one != other:
            pairs.setdefault((min(one, other), max(one, other)), []).append(cosine)
    return [
        _likeness(facets.people[one], None, facets.people[other], None, _share(_best(cosines), ask, join),
                  (str(facets.people[one]), str(facets.people[other])))
        for (one, other), cosines in pairs.items()
    ]  # fmt: skip


def _best(cosines: Sequence[float]) -> float:
    return sum(sorted(cosines)[-_TOP:]) / min(_TOP, len(cosines))


def _beside_people(
    unknown: Faces, good: npt.NDArray[np.int64], facets: Facets, forbidden: Forbidden, scale: tuple[float, float]
) -> list[Likeness]:
    if len(facets.people) == 0 or len(good) == 0:
        return []
    nearest, cosines = find_nearest(unknown.vectors[good], facets.vectors, _CHOICES)
    found = []
    for row, place in enumerate(good.tolist()):
        for facet, cosine in zip(nearest[row].tolist(), cosines[row].tolist(), strict=True):
            person = facets.people[int(facets.owners[facet])]
            if cosine < scale[0] or facet < 0:
                break
            if person not in forbidden.get(unknown.ids[place], ()):
                names = (str(person), unknown.subjects[place])
                found.append(_likeness(person, None, None, unknown.ids[place], _share(cosine, *scale), names))
                break
    return found


def _between_unknown(
    unknown: Faces, good: npt.NDArray[np.int64], fresh: npt.NDArray[np.int64], scale: tuple[float, float]
) -> list[Likeness]:
    edges = find_edges(unknown.vectors[good], scale[0], neighbours=2, of=np.searchsorted(good, fresh))
    return [
        _likeness(None, unknown.ids[one], None, unknown.ids[other], _share(cosine, *scale),
                  (unknown.subjects[one], unknown.subjects[other]))
        for one, other, cosine in zip(
            good[edges.left].tolist(), good[edges.right].tolist(), edges.likeness.tolist(), strict=True
        )
        if unknown.photo_ids[one] != unknown.photo_ids[other]
    ]  # fmt: skip


def _likeness(
    person: UUID | None,
    face: UUID | None,
    other_person: UUID | None,
    other_face: UUID | None,
    likeness: float,
    names: tuple[str, str],
) -> Likeness:
    return Likeness(question_id(*names), person, face, other_person, other_face, likeness)


def without_companions(found: Sequence[Likeness], companions: Collection[tuple[UUID, UUID]]) -> list[Likeness]:
    """Leave out people who are on photos together, which the same person is not. A pair has the smaller id first."""
    return [one for one in found if _pair(one.person_id, one.other_person_id) not in companions]


def _pair(one: UUID | None, other: UUID | None) -> tuple[UUID, UUID] | None:
    return None if one is None or other is None else (min(one, other), max(one, other))
