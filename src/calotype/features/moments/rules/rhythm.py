"""The owner's own rhythm: how long a pause ends an event, how many days without a photo end a trip."""

from dataclasses import dataclass

import numpy as np

from calotype.features.moments.rules.timeline import DAY_S, Floats, Ints, Timeline

_SHORTEST_S, _LONGEST_S = 2 * 60, 30 * DAY_S  # pauses that tell sessions from days; bursts and long silences do not
_ENOUGH = 200
_STEP_S = 900
_LEAST_GAP_S, _MOST_GAP_S = 5400, 8 * 3600
_LEAST_SILENCE, _MOST_SILENCE = 3, 6
_ROUNDS = 60
_KEPT_WITHIN = 1.5


@dataclass(frozen=True)
class Rhythm:
    """`gap_s`: a pause this long ends an event. `silence_days`: so many days without a photo end a trip."""

    gap_s: int = 3 * 3600
    silence_days: int = 4


def learn_rhythm(timeline: Timeline) -> Rhythm:
    """Learn the rhythm from all photos of an owner.

    Pauses between photos are log-normal in two kinds: within an occasion and between occasions (Platt, Czerwinski and
    Field, "PhotoTOC", 2003, use the logarithm of gaps for the same reason). A mixture of two Gaussians over the
    logarithms of the pauses finds both, and the pause that is as likely of one kind as of the other ends an event.
    With fewer than 200 pauses the default stands.
    """
    return Rhythm(_learn_gap(np.diff(timeline.instant_s)), _learn_silence(timeline.days))


def settle(before: Rhythm | None, now: Rhythm) -> Rhythm:
    """Stay with the rhythm of before unless it has changed for good: one photo must not cut everything anew."""
    if before is None:
        return now
    is_same = max(before.gap_s, now.gap_s) <= _KEPT_WITHIN * min(before.gap_s, now.gap_s)
    return before if is_same and abs(before.silence_days - now.silence_days) <= 1 else now


def _learn_gap(gaps_s: Ints) -> int:
    pauses = np.log(gaps_s[(gaps_s >= _SHORTEST_S) & (gaps_s <= _LONGEST_S)].astype(np.float64))
    if len(pauses) < _ENOUGH:
        return Rhythm().gap_s
    counts, edges = np.histogram(pauses, bins=96, range=(np.log(_SHORTEST_S), np.log(_LONGEST_S)))
    middle = (edges[:-1] + edges[1:]) / 2
    means, widths, shares = _fit(middle, counts.astype(np.float64))
    between = np.linspace(means[0], means[1], 200)
    odds = _densities(between, means, widths, shares)
    gap_s = float(np.exp(between[np.argmin(np.abs(np.log(odds[0] + 1e-300) - np.log(odds[1] + 1e-300)))]))
    return int(np.clip(round(gap_s / _STEP_S) * _STEP_S, _LEAST_GAP_S, _MOST_GAP_S))


def _fit(values: Floats, counts: Floats) -> tuple[Floats, Floats, Floats]:
    """Fit two Gaussians by expectation and maximisation; the first is the one of short pauses."""
    means, widths, shares = np.log([1200.0, float(DAY_S)]), np.array([1.0, 1.0]), np.array([0.5, 0.5])
    for _ in range(_ROUNDS):
        odds = _densities(values, means, widths, shares) + 1e-300
        weights = odds / odds.sum(0) * counts
        sums = np.maximum(weights.sum(1), 1e-9)
        means = (weights * values).sum(1) / sums
        widths = np.sqrt(np.maximum((weights * (values - means[:, None]) ** 2).sum(1) / sums, 0.05))
        shares = sums / sums.sum()
    order = np.argsort(means)
    return means[order], widths[order], shares[order]


def _densities(values: Floats, means: Floats, widths: Floats, shares: Floats) -> Floats:
    away = (values - means[:, None]) / widths[:, None]
    densities: Floats = shares[:, None] / widths[:, None] * np.exp(-(away**2) / 2)
    return densities


def _learn_silence(days: Ints) -> int:
    between = np.diff(np.unique(days))
    if len(between) < 5:
        return Rhythm().silence_days
    return int(np.clip(3 * np.median(between), _LEAST_SILENCE, _MOST_SILENCE))
