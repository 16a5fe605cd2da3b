"""The measure, as arithmetic."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from calotype.features.learning.judging import (
    AS_GOOD,
    MOST_HIDDEN,
    Pool,
    choose_threshold,
    estimate_hidden,
    is_good_enough,
    judge,
    separate,
)

shares = st.floats(0, 1, width=32)


@st.composite
def pools(draw: st.DrawFn) -> Pool:
    def scores(least: int, most: int) -> np.ndarray:
        return np.array(draw(st.lists(shares, min_size=least, max_size=most)), np.float32)

    return Pool(scores(1, 20), scores(0, 10), scores(0, 60), draw(st.floats(1, 50)))


def pool(yes: list[float], no: list[float], rest: list[float], scale: float = 1) -> Pool:
    return Pool(np.float32(yes), np.float32(no), np.float32(rest), scale)


@given(pools(), shares)
def test_shares_are_shares(given: Pool, threshold: float) -> None:
    figures = judge(given, threshold, estimate_hidden(given))
    assert 0 <= figures.recall <= 1
    assert 0 <= figures.f <= 1.0001
    if figures.precision is not None:
        assert figures.at_least is not None
        assert 0 <= figures.at_least <= figures.precision <= 1.0001


@given(pools())
def test_no_threshold_is_much_better_than_the_chosen_one(given: Pool) -> None:
    hidden = estimate_hidden(given)
    best = choose_threshold(given, hidden)
    for score in given.yes:
        assert AS_GOOD * judge(given, float(score), hidden).f <= best.f + 1e-6


@given(pools())
def test_little_of_the_rest_is_believed_to_be_right(given: Pool) -> None:
    hidden = estimate_hidden(given)
    assert 0 <= hidden <= MOST_HIDDEN * len(given.rest)
    found = (given.rest >= given.yes.min()).sum()
    assert hidden <= found * len(given.yes) / max(1, int(0.9 * len(given.yes))) + 1e-6


@given(pools(), shares)
def test_a_said_no_above_the_threshold_costs_precision(given: Pool, threshold: float) -> None:
    hidden = estimate_hidden(given)
    more = Pool(given.yes, np.append(given.no, np.float32(1)), given.rest, given.scale)
    before, after = judge(given, threshold, hidden), judge(more, threshold, hidden)
    assert (after.precision or 0) <= (before.precision or 0) + 1e-6
    assert after.recall == before.recall


def test_by_hand() -> None:
    figures = judge(pool([0.9, 0.8, 0.4, 0.7], [0.75, 0.1], [0.95, 0.2, 0.1, 0.1]), 0.7, 0.0)
    assert (figures.recall, figures.precision) == (0.75, 0.6)
    assert figures.f == pytest.approx(1.25 * 0.6 * 0.75 / (0.25 * 0.6 + 0.75))


def test_one_of_the_sample_stands_for_many_of_the_library() -> None:
    figures = judge(pool([0.9] * 10, [], [0.95] + [0.1] * 99, scale=90), 0.5, 0.0)
    assert figures.precision == pytest.approx(10 / 100)


def test_a_head_of_chance_is_not_good_enough() -> None:
    random = np.random.default_rng(3)
    poor = 0
    for _ in range(50):
        chance = Pool(*(random.random(count).astype(np.float32) for count in (10, 0, 1000)))
        poor += not is_good_enough(choose_threshold(chance, estimate_hidden(chance)), chance)
    assert poor == 50


def test_the_threshold_lies_between_what_is_wanted_and_what_is_not() -> None:
    best = choose_threshold(pool([0.9, 0.8], [0.4], [0.1] * 50), 0.0)
    assert best.threshold == pytest.approx(0.6)


@given(pools())
def test_the_area_under_the_curve_counts_pairs(given: Pool) -> None:
    others = [*given.no, *given.rest]
    pairs = [(yes > other) + 0.5 * (yes == other) for yes in given.yes for other in others]
    assert separate(given) == pytest.approx(float(np.mean(pairs)) if pairs else 0.5)
