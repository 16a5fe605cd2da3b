"""Groups of faces, from vectors alone."""

import numpy as np
import pytest
from bench.people import draw_crowd, score
from hypothesis import given, settings
from hypothesis import strategies as st

from calotype.features.people import clustering, neighbours
from calotype.features.people.clustering import NOBODY, Crowd, group_faces
from calotype.features.people.facets import choose_facets, likeness_to_people
from calotype.features.people.neighbours import find_edges, find_nearest
from calotype.features.people.thresholds import OTHER, scale_of
from tests.features.people.crowd import look, unit


def crowd_of(vectors: object, **more: object) -> Crowd:
    count = len(vectors)  # type: ignore[arg-type]
    facts = {"photos": np.arange(count), "people": np.full(count, NOBODY), "can_found": np.ones(count, bool), **more}
    return Crowd(vectors, **facts)  # type: ignore[arg-type]


def test_drawn_crowds_are_sorted_rightly() -> None:
    vectors, people = draw_crowd(3_000, seed=7)
    labels = group_faces(crowd_of(vectors), scale_of("dlib-resnet/1").join_among(3_000))
    precision, recall = score(labels, people)
    assert precision >= 0.98
    assert recall >= 0.85


def test_a_chain_of_likenesses_is_not_one_person() -> None:
    """Faces on an arc, each like the next: neighbours are alike, the ends are not. DBSCAN would make one group."""
    angles = np.linspace(0, np.pi / 2, 60)
    vectors = np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)
    labels = group_faces(crowd_of(vectors), 0.9)
    assert labels[0] != labels[-1]
    for label in set(labels.tolist()) - {NOBODY}:
        members = vectors[labels == label]
        count = len(members)
        assert ((members @ members.T).sum() - count) / (count * (count - 1)) >= 0.85


def test_one_lucky_pair_does_not_join_two_people() -> None:
    anna = [look("Anna", place) for place in range(6)]
    ben = [look("Ben", place) for place in range(6)]
    between = unit(anna[0] + ben[0]).astype(np.float32)
    labels = group_faces(crowd_of(np.stack([*anna, *ben, between])), 0.45)
    assert labels[0] != labels[6]
    assert len(set(labels[:6].tolist())) == len(set(labels[6:12].tolist())) == 1


def test_named_people_stay_apart_however_alike() -> None:
    vectors = np.stack([look("Anna", place) for place in range(6)])
    people = np.array([0, NOBODY, NOBODY, 1, NOBODY, NOBODY])
    labels = group_faces(crowd_of(vectors, people=people), 0.4)
    assert labels[0] != labels[3]
    assert NOBODY not in labels[[0, 3]]


def test_many_join_a_large_group_at_once_and_names_stay_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    vectors, _ = draw_crowd(3_000, seed=3)
    middle, count = vectors[0], 900
    dice = np.random.default_rng(4)
    near = unit_rows(middle + 0.02 * dice.normal(size=(count, 128))).astype(np.float32)
    rounds = 0

    def count_rounds(*of: object) -> object:
        nonlocal rounds
        rounds += 1
        return best(*of)  # type: ignore[arg-type]

    best = clustering._best
    monkeypatch.setattr(clustering, "_best", count_rounds)
    people = np.full(count, NOBODY)
    people[::90] = np.arange(10)
    labels = group_faces(crowd_of(near, people=people), 0.9)
    of_named = labels[people != NOBODY]
    assert len(set(of_named.tolist())) == 10, "ten names are ten groups"
    assert NOBODY not in of_named
    assert rounds < 60, "42 at the time of writing; 99 one at a time"


def test_faces_of_one_photo_do_not_join_a_large_group_together() -> None:
    dice = np.random.default_rng(4)
    near = unit_rows(np.ones(128) + 0.2 * dice.normal(size=(400, 128))).astype(np.float32)
    photos = np.arange(400)
    photos[300:350] = photos[350:400]
    labels = group_faces(crowd_of(near, photos=photos), 0.9)
    for label in set(labels.tolist()) - {NOBODY}:
        theirs = photos[labels == label]
        assert len(theirs) - len(set(theirs.tolist())) <= 0.1 * len(theirs)


@settings(deadline=None)
@given(st.permutations(range(12)))
def test_groups_do_not_depend_on_the_order(order: list[int]) -> None:
    vectors = np.stack([look(name, place) for name in ("Anna", "Ben", "Cleo") for place in range(4)])
    labels = group_faces(crowd_of(vectors), 0.4)
    other = group_faces(crowd_of(vectors[order]), 0.4)
    for one in range(12):
        for two in range(12):
            assert (labels[order[one]] == labels[order[two]]) == (other[one] == other[two])


@settings(deadline=None)
@given(st.integers(0, 40), st.integers(0, 9))
def test_a_group_has_two_faces_and_a_founder(count: int, seed: int) -> None:
    dice = np.random.default_rng(seed)
    vectors = unit_rows(dice.normal(size=(count, 3)))
    can_found = dice.random(count) < 0.5
    labels = group_faces(crowd_of(vectors, can_found=can_found), 0.8)
    for label in set(labels.tolist()) - {NOBODY}:
        assert (labels == label).sum() >= 2
        assert can_found[labels == label].sum() >= 2


def unit_rows(vectors: np.ndarray) -> np.ndarray:
    rows: np.ndarray = (vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)).astype(np.float32)
    return rows


def test_the_graph_finds_what_the_table_finds(monkeypatch: pytest.MonkeyPatch) -> None:
    vectors, _ = draw_crowd(2_000, seed=3)
    exact, _ = find_nearest(vectors, vectors, 8)
    monkeypatch.setattr(neighbours, "EXACT_UP_TO", 0)
    close, cosines = find_nearest(vectors, vectors, 8)
    shared = np.mean([len(set(one) & set(other)) / 8 for one, other in zip(exact, close, strict=True)])
    assert shared > 0.95
    rows = np.arange(2_000)
    assert np.allclose(cosines[:, 1], np.einsum("ij,ij->i", vectors[rows], vectors[close[:, 1]]), atol=0.01)


def test_edges_stand_once_and_are_alike_enough() -> None:
    vectors, _ = draw_crowd(500)
    edges = find_edges(vectors, 0.9)
    assert len(set(zip(edges.left.tolist(), edges.right.tolist(), strict=True))) == len(edges) > 0
    assert (edges.left < edges.right).all()
    assert np.allclose(np.einsum("ij,ij->i", vectors[edges.left], vectors[edges.right]), edges.likeness, atol=1e-5)


def test_nothing_and_one_are_no_group() -> None:
    assert len(group_faces(crowd_of(np.zeros((0, 3), np.float32)), 0.5)) == 0
    assert group_faces(crowd_of(np.eye(1, 3, dtype=np.float32)), 0.5).tolist() == [NOBODY]


def test_facets_cover_every_age() -> None:
    vectors = np.stack([look(age, place) for age in ("baby", "child", "adult") for place in range(9)])
    chosen = choose_facets(vectors, [year for year in (2000, 2008, 2018) for _ in range(9)], 6)
    assert {place // 9 for place in chosen} == {0, 1, 2}
    assert len(chosen) == len(set(chosen)) == 6


def test_a_person_is_as_like_as_the_nearest_facets() -> None:
    facets = np.stack([look("baby", place) for place in range(4)] + [look("child", place) for place in range(4)])
    likeness = likeness_to_people(look("baby", 9)[None], facets, np.zeros(8, np.int64), 2)
    assert likeness[0, 0] > 0.5
    assert likeness[0, 1] == -1


def test_larger_libraries_are_stricter() -> None:
    scale = scale_of("dlib-resnet/7")
    assert scale.join == scale.join_among(1) == scale.join_among(200) < scale.join_among(20_000) < 0.95
    assert scale_of("never heard of") is OTHER
