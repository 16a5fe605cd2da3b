"""A person is several faces, not one mean: children grow, and a mean is like nobody. Pure."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from calotype.features.people.neighbours import Vectors

MOST_FACETS = 12
VOTERS = 3
_ALIKE = 0.999


def choose_facets(vectors: Vectors, years: Sequence[int], most: int = MOST_FACETS) -> list[int]:
    """Return the places of the faces that stand for a person, at most `most`: the one in the middle of all, the one in
    the middle of each year (those with the most faces first, for half of the places), then always the one that is least
    like those chosen before (Gonzalez 1985)."""
    chosen = [_middle(vectors, list(range(len(vectors))))]
    by_year: dict[int, list[int]] = {}
    for place, year in enumerate(years):
        by_year.setdefault(int(year), []).append(place)
    fullest = sorted(by_year, key=lambda year: (-len(by_year[year]), year))[: most // 2]
    chosen += [_middle(vectors, by_year[year]) for year in fullest]
    chosen = list(dict.fromkeys(chosen))
    nearest = (vectors @ vectors[chosen].T).max(axis=1)
    while len(chosen) < min(most, len(vectors)):
        farthest = int(np.argmin(nearest))
        if nearest[farthest] > _ALIKE:
            break
        chosen.append(farthest)
        nearest = np.maximum(nearest, vectors @ vectors[farthest])
    return chosen


def _middle(vectors: Vectors, places: list[int]) -> int:
    return places[int(np.argmax(vectors[places] @ vectors[places].mean(axis=0)))]


def likeness_to_people(
    vectors: Vectors, facets: Vectors, owners: npt.NDArray[np.int64], people: int
) -> npt.NDArray[np.float32]:
    """Return how alike each of `vectors` [n] is to each person [n, people]: the mean cosine to the `VOTERS` nearest of
    their facets, -1 where they have none. `owners` gives the person of each facet.

    Three voters, so that one odd picture of somebody does not draw strangers in; the nearest, so that a child's face of
    this year is not held against the baby.
    """
    likeness = np.full((len(vectors), people), -1, np.float32)
    order = np.argsort(owners, kind="stable")
    begins = np.searchsorted(owners[order], np.arange(people + 1))
    cosines = vectors @ facets[order].T
    for person in range(people):
        votes = cosines[:, begins[person] : begins[person + 1]]
        if votes.shape[1] > VOTERS:
            votes = np.partition(votes, votes.shape[1] - VOTERS, axis=1)[:, -VOTERS:]
        if votes.shape[1]:
            likeness[:, person] = votes.mean(axis=1)
    return likeness
