"""How good a head is, measured on photos that it has not learned from.

Few photos of a library are judged by anybody, so a photo without a word may still show the thing. Three kinds of
held-out examples are told apart: photos said to show it, photos said not to, and a sample of the rest of the library.
What is found in that rest is either right or wrong. As many of it are believed to be right as the surest finds allow:
if a share `r` of the held-out right ones lies above a score, and `n` photos of the rest do, then at most `n / r` of the
rest can be right, at every score (Blanchard, Lee, Scott 2010, "Semi-supervised novelty detection"). Where that bound is
the same at all scores, the thing stands apart from the rest, and the bound is believed. Where it grows as the score
falls, mistakes are among the finds, and half of the smallest bound is. Never more than `MOST_HIDDEN` of the sample.
Everything else that is found there counts as wrong. The number is estimated once, from the new head, and holds for all
that are compared with it. It flatters: on six subjects of real photos, ten examples each, the precision estimated so
was 0.91 in the mean, the true one 0.63 by a manifest that does not know all (recall 0.73 and 0.65).

The measure is F0.5 at the operating threshold: precision counts twice as much as recall (van Rijsbergen 1979), for a
wrong label annoys more than a missing one.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float32]

BELIEVED = 0.5
LARGEST_SHARE = 0.9
UNSTEADY, STEADY = 0.6, 0.8  # mean of the bounds over the largest: nothing, and all, speaks for a thing apart
MOST_HIDDEN = 0.2  # share of the unlabelled sample that is believed to be right; a head of chance would claim all of it
LEAST_SHARE = 0.5  # of the right ones must lie above a score, for it to bound what is hidden: fewer say nothing
BETA2 = 0.5**2
AS_GOOD = 0.95
LEAST_PRECISION, LEAST_RECALL, LEAST_AUC = 0.5, 0.25, 0.8  # below these nothing goes into force


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
    counts = np.arange(first, max(first, int(LARGEST_SHARE * len(surest))) + 1)
    bounds = np.array([(pool.rest >= surest[count - 1]).sum() for count in counts]) * len(surest) / counts
    steadiness = float(bounds.mean() / bounds.max()) if bounds.max() else 0.0
    trust = min(1.0, max(0.0, (steadiness - UNSTEADY) / (STEADY - UNSTEADY)))
    hidden = trust * float(bounds[-1]) + (1 - trust) * BELIEVED * float(bounds.min())
    return min(hidden, MOST_HIDDEN * len(pool.rest))


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
    """Return the figures at the lowest threshold at which F0.5 is within `AS_GOOD` of the highest.

    With few examples the very highest is often luck. It lies half-way between the last score that is still wanted and
    the next one below it.
    """
    choices = [judge(pool, float(score), hidden) for score in np.unique(pool.yes)]
    highest = max(choice.f for choice in choices)
    best = min((choice for choice in choices if choice.f >= AS_GOOD * highest), key=lambda each: each.threshold)
    scores = np.concatenate([pool.yes, pool.no, pool.rest])
    below = scores[scores < best.threshold]
    if not len(below):
        return best
    return judge(pool, (best.threshold + float(below.max())) / 2, hidden)


def separate(pool: Pool) -> float:
    """Return how often a photo said to show it scores higher than another one: the area under the curve, 0..1."""
    others = np.sort(np.concatenate([pool.no, pool.rest]))
    if not len(others):
        return 0.5
    below = np.searchsorted(others, pool.yes, "left") + np.searchsorted(others, pool.yes, "right")
    return float(below.mean() / 2 / len(others))


def is_good_enough(figures: Figures, pool: Pool) -> bool:
    """Say whether a head may go into force at all.

    The estimated precision cannot tell chance from a label of which much is untagged; the area under the curve can.
    """
    is_useful = (figures.precision or 0.0) >= LEAST_PRECISION and figures.recall >= LEAST_RECALL
    return is_useful and separate(pool) >= LEAST_AUC
