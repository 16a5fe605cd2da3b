"""Training a head of one label: held-out scores by cross-validation, a threshold, calibrated probabilities.

Photos that are nearly the same never stand on both sides of a split. Photos of the rest of the library that score like
the examples may be examples that nobody tagged. As many as seem to be are no longer held against the label, round after
round while there are more of them; the first round goes by likeness alone (after Liu et al. 2002, "Partially supervised
classification of text documents").
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score
from sklearn.model_selection import StratifiedGroupKFold, StratifiedKFold

from calotype.features.learning.heads import Head, Matrix
from calotype.features.learning.judging import Figures, Pool, choose_threshold, estimate_hidden, judge

FOLDS = 5
ROUNDS = 3  # at most, in which doubtful photos are set aside
LEAST_GROUPS = 3  # distinct pictures, below which splits cannot keep twins together
TWINS = 0.9  # cosine; copies have more, two pictures of one kind of thing up to 0.7
FEW = 20  # examples, below which prototypes are tried beside logistic regression
LEARNED_REST = 1000  # photos of the rest that are learned from; the others only judge
STRENGTH = 1.0  # inverse of the regularisation; on six subjects 0.3 to 3 were within 0.003 of average precision
SEED = 0


@dataclass(frozen=True)
class TrainingSet:
    """Features of photos said to show it (`yes`), said not to (`no`), and of the rest of the library, in no order.

    `scale` is how many photos of the library each one of the rest stands for.
    """

    yes: Matrix
    no: Matrix
    rest: Matrix
    scale: float = 1.0


@dataclass(frozen=True)
class Learned:
    """A head, its held-out probabilities, and how good these are; `has_twins`: all examples are nearly one picture."""

    head: Head
    held_out: Pool
    hidden: float
    figures: Figures
    has_twins: bool


Fit = Callable[[Matrix, Matrix, Matrix], Head]


def learn(given: TrainingSet) -> Learned:
    """Train a head from at least two examples; the better of the methods that the number of examples allows."""
    methods = [fit_logistic] if len(given.yes) >= FEW else [fit_prototypes, fit_logistic]
    return max((_learn(given, fit) for fit in methods), key=lambda learned: rank_quality(learned.held_out))


def rank_quality(pool: Pool) -> float:
    """Return the average precision over all else held out: it needs no threshold, and no guess at the rest."""
    others = np.concatenate([pool.no, pool.rest])
    scores = np.concatenate([pool.yes, others])
    return float(average_precision_score(np.r_[np.ones(len(pool.yes)), np.zeros(len(others))], scores))


def fit_logistic(yes: Matrix, no: Matrix, rest: Matrix) -> Head:
    """Logistic regression in which both sides weigh the same, and a said no as much as a yes."""
    features = np.vstack([yes, no, rest])
    answers = np.r_[np.ones(len(yes)), np.zeros(len(no) + len(rest))]
    half = len(features) / 2
    weights = np.full(len(features), half / len(yes))
    weights[len(yes) + len(no) :] = half / max(1, len(rest))
    model = LogisticRegression(C=STRENGTH, tol=1e-3, max_iter=200).fit(features, answers, weights)
    return Head("logistic", model.coef_.astype(np.float32), (float(model.intercept_[0]), 1.0, 0.0))


def fit_prototypes(yes: Matrix, no: Matrix, rest: Matrix) -> Head:
    """The examples themselves, beside the mean of all else."""
    mean = np.vstack([no, rest]).mean(axis=0) if len(no) + len(rest) else np.zeros(yes.shape[1], np.float32)
    return Head("prototypes", np.vstack([yes, mean]).astype(np.float32), (0.0, 1.0, 0.0))


def group_twins(features: Matrix) -> NDArray[np.int32]:
    """Return a number per photo [n]; photos that are nearly the same have the same."""
    return np.asarray(connected_components(csr_matrix(features @ features.T >= TWINS), directed=False)[1], np.int32)


def without_twins(rest: Matrix, examples: Matrix) -> NDArray[np.bool_]:
    """Return which photos of the rest [n] are not nearly the same as an example."""
    if not len(rest) or not len(examples):
        return np.ones(len(rest), np.bool_)
    return np.asarray((rest @ examples.T).max(axis=1) < TWINS, np.bool_)


def _learn(given: TrainingSet, fit: Fit) -> Learned:
    splits, has_twins = _split(given)
    everything = np.arange(len(given.rest[:LEARNED_REST]))
    held_out, doubts = _hold_out(given, fit_prototypes, splits, everything), -1
    for _ in range(ROUNDS):
        found = min(len(everything), round(estimate_hidden(held_out)))
        if found <= doubts:
            break
        doubts = found
        kept = np.sort(np.argsort(held_out.rest[: len(everything)])[: len(everything) - doubts])
        held_out = _hold_out(given, fit, splits, kept)
    hidden = estimate_hidden(held_out)
    raw = choose_threshold(held_out, hidden)
    final = fit(given.yes, given.no, given.rest[kept])
    slope, shift = _calibrate(held_out, hidden)
    head = Head(final.method, final.weights, (final.offsets[0], slope, shift))
    threshold = float(head.calibrate(np.array([raw.threshold], np.float32))[0])
    head = Head(final.method, final.weights, head.offsets, threshold)
    yes, no, rest = (head.calibrate(scores) for scores in (held_out.yes, held_out.no, held_out.rest))
    pool = Pool(yes, no, rest, held_out.scale)
    return Learned(head, pool, hidden, judge(pool, threshold, hidden), has_twins)


def _split(given: TrainingSet) -> tuple[list[tuple[Any, Any]], bool]:
    """Return the splits of yes, no and the learned part of the rest, in this order; and whether all yes are twins."""
    said = np.vstack([given.yes, given.no])
    rest = len(given.rest[:LEARNED_REST])
    # Few noes are spread over the folds with the rest.
    noes = 0 if len(given.no) >= FOLDS or not rest else 2
    kinds = np.r_[np.ones(len(given.yes)), np.full(len(given.no), noes), np.full(rest, 2)].astype(int)
    twins = group_twins(said)
    pictures = len(set(twins[: len(given.yes)].tolist()))
    folds = min(FOLDS, pictures if pictures >= LEAST_GROUPS else len(given.yes))
    groups = np.r_[twins, len(said) + np.arange(rest)]
    if pictures >= LEAST_GROUPS:
        splitter = StratifiedGroupKFold(folds, shuffle=True, random_state=SEED)
        return list(splitter.split(kinds, kinds, groups)), False
    return list(StratifiedKFold(folds, shuffle=True, random_state=SEED).split(kinds, kinds)), True


def _hold_out(given: TrainingSet, fit: Fit, splits: list[tuple[Any, Any]], learned_rest: NDArray[np.int_]) -> Pool:
    """Return the scores of photos from heads that have not seen them; the mean where there are several."""
    yes, no, rest = len(given.yes), len(given.no), given.rest[:LEARNED_REST]
    everything = np.vstack([given.yes, given.no, rest])
    is_used = np.ones(len(everything), np.bool_)
    is_used[yes + no :] = np.isin(np.arange(len(rest)), learned_rest)
    scores, judged = np.zeros(len(everything), np.float32), np.zeros(len(given.rest) - len(rest), np.float32)
    for train, test in splits:
        used = train[is_used[train]]
        head = fit(
            everything[used[used < yes]],
            everything[used[(used >= yes) & (used < yes + no)]],
            everything[used[used >= yes + no]],
        )
        scores[test] = head.score(everything[test])
        if len(judged):
            judged += head.score(given.rest[LEARNED_REST:]) / np.float32(len(splits))
    return Pool(scores[:yes], scores[yes : yes + no], np.r_[scores[yes + no :], judged], given.scale)


def _calibrate(pool: Pool, hidden: float) -> tuple[float, float]:
    """Return slope and shift of the sigmoid that turns held-out scores into probabilities (Platt 1999).

    As many of the surest of the rest as are thought to be right count neither way.
    """
    keeps = max(0, len(pool.rest) - round(hidden))
    rest = np.sort(pool.rest)[:keeps]
    scores = np.concatenate([pool.yes, pool.no, rest]).astype(np.float64)
    middle, spread = scores.mean(), scores.std() or 1.0
    right, wrong = len(pool.yes), len(pool.no) + len(rest)
    targets = np.r_[np.full(right, (right + 1) / (right + 2)), np.full(wrong, 1 / (wrong + 2))]
    counts = np.r_[np.ones(right + len(pool.no)), np.full(len(rest), pool.scale)]
    twice = np.r_[scores, scores].reshape(-1, 1)
    answers = np.r_[np.ones(len(scores)), np.zeros(len(scores))]
    model = LogisticRegression(C=1e4, max_iter=200).fit(
        (twice - middle) / spread, answers, np.r_[counts * targets, counts * (1 - targets)]
    )
    slope = max(float(model.coef_[0, 0]), 1e-3) / spread
    return slope, float(model.intercept_[0]) - slope * middle
