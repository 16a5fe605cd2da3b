"""Near hashes are found whatever the form, and a hostile set is bounded."""

import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calotype.features.stacks import neighbours
from calotype.features.stacks.fingerprints import FORMS, INVERSE, Hashes, count_differences, to_hashes, turn
from calotype.features.stacks.neighbours import NearPairs, find_near, find_near_new
from calotype.features.stacks.organising import pair_hashes
from calotype.kit.ids import uuid7
from calotype.media.hashes import phash

hash_lists = st.lists(st.integers(0, 2**64 - 1), min_size=2, max_size=30, unique=True)


def picture(seed: int) -> np.ndarray:
    coarse = np.random.default_rng(seed).integers(0, 256, (9, 12, 3)).astype(np.uint8)
    return np.kron(coarse, np.ones((40, 40, 1), np.uint8))


@pytest.mark.parametrize("form", range(FORMS))
def test_the_hash_of_a_turned_picture_is_known_from_the_stored_one(form: int) -> None:
    for seed in range(5):
        upright = picture(seed)
        turned = upright.transpose(1, 0, 2) if form & 4 else upright
        turned = turned[:, ::-1] if form & 1 else turned
        turned = turned[::-1] if form & 2 else turned
        derived = turn(to_hashes([phash(upright)]), form)
        assert count_differences(derived, to_hashes([phash(np.ascontiguousarray(turned))]))[0] <= 12
        other = turn(to_hashes([phash(picture(seed + 100))]), form)
        assert count_differences(derived, other)[0] > 12


@given(hash_lists)
def test_a_form_and_its_inverse_give_the_same_hash(values: list[int]) -> None:
    hashes = np.array(values, np.uint64)
    for form in range(FORMS):
        assert (turn(turn(hashes, form), INVERSE[form]) == hashes).all()


def by_brute_force(hashes: Hashes) -> dict[tuple[int, int], int]:
    found: dict[tuple[int, int], int] = {}
    for form in range(FORMS):
        distances = np.bitwise_count(turn(hashes, form)[:, None] ^ hashes[None, :])
        for left, right in np.argwhere(distances <= neighbours.RADIUS):
            if left < right:
                best = found.get((left, right), 64)
                found[left, right] = min(best, int(distances[left, right]))
    return found


def as_found(pairs: NearPairs) -> dict[tuple[int, int], int]:
    return dict(zip(zip(pairs.left.tolist(), pairs.right.tolist(), strict=True), pairs.distances.tolist(), strict=True))


def with_relatives(seed: int, count: int) -> Hashes:
    chance = np.random.default_rng(seed)
    hashes = chance.integers(0, 2**64, count, dtype=np.uint64)
    near = hashes[: count // 3].copy()
    for _ in range(int(chance.integers(0, 7))):
        near ^= np.uint64(1) << chance.integers(0, 64, len(near)).astype(np.uint64)
    return np.unique(np.concatenate((hashes, turn(near, int(chance.integers(0, FORMS))))))


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 1000), st.sampled_from([2, 3]))
def test_all_near_pairs_are_found_once(seed: int, together: int) -> None:
    hashes = with_relatives(seed, 200)
    few = neighbours._FEW
    neighbours._FEW = 10**6 if together == 2 else 0
    try:
        pairs = find_near(hashes)
    finally:
        neighbours._FEW = few
    assert as_found(pairs) == by_brute_force(hashes)
    for left, right, form, distance in zip(pairs.left, pairs.right, pairs.forms, pairs.distances, strict=True):
        assert count_differences(turn(hashes[left : left + 1], int(form)), hashes[right : right + 1])[0] == distance


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 1000))
def test_pairs_of_new_hashes_are_those_of_all_with_a_new_one_in_them(seed: int) -> None:
    hashes = with_relatives(seed, 150)
    news = np.arange(0, len(hashes), 7)
    whole = {pair: far for pair, far in by_brute_force(hashes).items() if set(pair) & set(news.tolist())}
    assert as_found(find_near_new(hashes, news)) == whole


def test_many_equal_pictures_cost_no_more_than_their_number() -> None:
    telling = int(np.uint64(0x00000000FFFFFFFF).view(np.int64))
    ids = [uuid7() for _ in range(50_000)]
    for value, most in ((-(2**63), 0), (telling, 2 * len(ids))):
        began = time.process_time()
        pairs = pair_hashes(ids, np.full(len(ids), value, ">i8").tobytes(), set(ids))
        assert len(pairs) <= most
        assert time.process_time() - began < 20
