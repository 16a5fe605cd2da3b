"""Boxes and words, without a database."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from calotype.features.people.words import (
    Box,
    Merges,
    fit,
    judge,
    match_boxes,
    person_of_files,
    question_id,
    read_subject,
    write_subject,
)
from calotype.media.rectangles import overlap

ANNA, BEN, OWNER = UUID(int=1), UUID(int=2), UUID(int=9)
sides = st.floats(0.01, 0.5)
boxes = st.builds(Box, sides, sides, sides, sides)


@dataclass(frozen=True)
class Said:
    number: int
    field: str
    value: Any
    subject: str = "face"


@given(boxes, boxes)
def test_overlap_is_a_share_and_mutual(one: Box, other: Box) -> None:
    assert 0 <= overlap(one, other) <= 1 + 1e-9
    assert abs(overlap(one, other) - overlap(other, one)) < 1e-9
    assert abs(overlap(one, one) - 1) < 1e-9


@given(st.binary(min_size=32, max_size=32), boxes)
def test_a_face_is_read_as_it_was_written(content: bytes, box: Box) -> None:
    read = read_subject(write_subject(content, box))
    assert read is not None
    assert read[0] == content
    assert all(abs(one - other) <= 0.00006 for one, other in zip(read[1], box, strict=True))


@given(st.lists(boxes, max_size=5), st.lists(boxes, max_size=5))
def test_each_box_is_matched_once(one: list[Box], other: list[Box]) -> None:
    matched = match_boxes(one, other, 0.4)
    assert len(set(matched.values())) == len(matched)
    assert all(overlap(one[place], other[far]) >= 0.4 for far, place in matched.items())


def test_what_is_no_face_is_not_read() -> None:
    assert read_subject("nonsense") is read_subject("ab:1,2,3") is read_subject("zz:0,0,1,1") is None


def test_a_face_inside_a_wide_region_is_meant() -> None:
    assert fit(Box(0.4, 0.4, 0.1, 0.1), Box(0.35, 0.3, 0.25, 0.3)) >= 0.25
    assert fit(Box(0.4, 0.4, 0.02, 0.02), Box(0.3, 0.3, 0.3, 0.3)) < 0.25


def test_the_newest_word_wins_and_one_face_over_the_group() -> None:
    nobody = Merges(())
    assert judge([Said(1, "person", str(ANNA)), Said(2, "person", str(BEN))], nobody).person == BEN
    assert judge([Said(1, "this", str(ANNA)), Said(2, "person", str(BEN))], nobody).person == ANNA
    assert judge([Said(1, "this", str(ANNA)), Said(2, "this", None)], nobody).person is None


def test_no_is_newer_or_older() -> None:
    nobody = Merges(())
    denied = judge([Said(1, "person", str(ANNA)), Said(2, f"not:{ANNA}", value=True)], nobody)
    assert (denied.person, denied.forbidden) == (None, {ANNA})
    said = judge([Said(1, f"not:{ANNA}", value=True), Said(2, "this", str(ANNA))], nobody)
    assert (said.person, said.forbidden) == (ANNA, frozenset())


def test_words_follow_merges() -> None:
    merged = Merges([Said(1, "merged_into", str(BEN), str(ANNA))])
    assert judge([Said(1, "this", str(ANNA))], merged).person == BEN
    assert judge([Said(1, f"not:{ANNA}", value=True)], merged).forbidden == {BEN}


def test_people_who_were_told_apart_are_so_after_a_merge() -> None:
    third = UUID(int=3)
    merges = Merges([
        Said(1, f"different:{BEN}", value=True, subject=str(ANNA)), Said(2, "merged_into", str(third), str(BEN)),
    ])  # fmt: skip
    assert merges.are_different(ANNA, third)
    assert merges.told_apart(third, ANNA) == [(ANNA, BEN)]
    assert not merges.are_different(ANNA, UUID(int=4))


def test_a_circle_of_merges_ends() -> None:
    circle = Merges([Said(1, "merged_into", str(BEN), str(ANNA)), Said(2, "merged_into", str(ANNA), str(BEN))])
    assert circle.resolve(ANNA) in {ANNA, BEN}


def test_ids_are_made_of_what_they_name() -> None:
    assert person_of_files(OWNER, " anna  EXAMPLE") == person_of_files(OWNER, "Anna Example")
    assert person_of_files(OWNER, "Anna") != person_of_files(ANNA, "Anna")
    assert question_id("a", "b") == question_id("b", "a") != question_id("a", "c")


def test_of_merges_in_a_circle_the_oldest_is_ignored() -> None:
    cleo = UUID(int=3)
    ring = [(ANNA, BEN, 1), (BEN, cleo, 2), (cleo, ANNA, 3)]
    merges = Merges(Said(number, "merged_into", str(into), str(one)) for one, into, number in ring)
    assert {merges.resolve(each) for each in (ANNA, BEN, cleo)} == {ANNA}
    assert merges.ignored == {ANNA}
