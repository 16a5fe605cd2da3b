"""How good a head is, measured on photos that it has not learned from.

Few photos of a library are judged by anybody, so a photo without a word may still show the thing. Three kinds of
held-out examples are told apart: photos said to show it, photos said not to, and a sample of the rest of the library.
What is found in that rest is either right or wrong. As many of it are believed to be right as the surest finds allow:
if a share `r` of the held-out right ones lies above a score, and `n` photos of the rest do, then at most `n / r` of the
rest can be right, at every score (Blanchard, Lee, Scott 2010, "Semi-supervised novelty detection"). Of the smallest of
these bounds a half is taken, and never more than `MOST_HIDDEN` of the sample: on six subjects of real photos with ten
examples each the precision estimated so was 0.76 in the mean and the true one 0.75 (with the whole bound 0.96, 0.68).
Everything else that is found there counts as wrong. The number is estimated once, from the new head, and holds for all
that are compared with it.

The measure is F0.5 at the operating threshold: precision counts twice as much as recall (van Rijsbergen 1979), for a
wrong label annoys more than a missing one.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float32]

BELIEVED = 0.5
MOST_HIDDEN = 0.2  # share of the unlabelled sample that is believed to be right; a head of chance would claim all of it
LEAST_SHARE = 0.3  # of the right ones must lie above a score, for it to bound what is hidden: fewer say nothing
BETA2 = 0.5**2
LEAST_PRECISION, LEAST_RECALL = 0.5, 0.25  # below these nothing goes into force


@dataclass(frozen=True)
class Pool:
    """Held-out scores: of photos said to show it, said not to, and of a sample of the rest.

    Each photo of the sample stands for `scale` photos of the library.
    """

    yes: Scores
    no: Scores
    rest: Scores
    scale: float = 1.0


@dataclass(frozen=True)
class Figures:
    """Precision and recall at a threshold; `at_least` is the precision if nothing untagged were right."""

    precision: float | None
    recall: float
    at_least: float | None
    f: float
    threshold: float


def estimate_hidden(pool: Pool) -> float:
    """Return how many photos of the sample are thought to show the thing though nobody said so."""
    if not len(pool.rest):
        return 0.0
    surest = np.sort(pool.yes)[::-1]
    first = max(1, int(np.ceil(LEAST_SHARE * len(surest))))
    bounds = [
        float((pool.rest >= surest[count - 1]).sum()) * len(surest) / count for count in range(first, len(surest) + 1)
    ]
    return min(BELIEVED * min(bounds), MOST_HIDDEN * len(pool.rest))


def judge(pool: Pool, threshold: float, hidden: float) -> Figures:
    """Return the figures of everything at or above `threshold`."""
    right, wrong = float((pool.yes >= threshold).sum()), float((pool.no >= threshold).sum())
    found = float((pool.rest >= threshold).sum())
    recall = right / len(pool.yes)
    also_right = min(found, hidden * recall)
    named = right + wrong + found * pool.scale
    if not named:
        return Figures(None, 0.0, None, 0.0, threshold)
    precision = (right + also_right * pool.scale) / named
    f = (1 + BETA2) * precision * recall / (BETA2 * precision + recall) if recall else 0.0
    return Figures(precision, recall, right / named, f, threshold)


def choose_threshold(pool: Pool, hidden: float) -> Figures:
    """Return the figures at the threshold where F0.5 is highest; of equals the strictest.

    It lies half-way between the last score that is still wanted and the next one below it.
    """
    best = max(
        (judge(pool, float(score), hidden) for score in np.unique(pool.yes)), key=lambda each: (each.f, each.threshold)
    )
    scores = np.concatenate([pool.yes, pool.no, pool.rest])
    below = scores[scores < best.threshold]
    if not len(below):
        return best
    return judge(pool, (best.threshold + float(below.max())) / 2, hidden)


def is_good_enough(figures: Figures) -> bool:
    """Say whether a head may go into force at all."""
    return (figures.precision or 0.0) >= LEAST_PRECISION and figures.recall >= LEAST_RECALL
