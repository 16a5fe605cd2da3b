"""What the keeper takes over."""

from datetime import datetime
from typing import Any
from uuid import uuid4

from calotype.features.photos import TakenSource
from calotype.features.stacks.keeping import join_albums, join_into, join_people
from calotype.features.stacks.repository.joining import KnownFace


def row(**facts: Any) -> dict[str, Any]:
    return {
        "id": uuid4(), "sha256": uuid4().bytes * 2, "title": None, "description": None, "tags": None, "rating": None,
        "is_favourite": False, "taken_local": datetime(2026, 1, 1), "taken_source": TakenSource.FILE_TIME,
        "utc_offset_min": None, "offset_source": 0, "latitude": None, "longitude": None, "place_id": None, **facts,
    }  # fmt: skip


def test_nothing_is_told_where_nothing_is_missing() -> None:
    assert join_into(row(tags=["a"], rating=5, is_favourite=True), [row(tags=["A"], rating=3, is_favourite=True)]) == []


def test_a_known_time_replaces_a_guessed_one_and_never_the_other_way() -> None:
    shot = row(taken_local=datetime(2020, 5, 1, 10), taken_source=TakenSource.EXIF, utc_offset_min=120)
    said = {fact.field: fact.value for fact in join_into(row(), [shot])}
    assert said == {"taken_local": "2020-05-01T10:00:00", "utc_offset_min": 120}
    assert join_into(shot, [row()]) == []


def test_people_are_taken_over_for_the_same_face_alone() -> None:
    keeper, other, person = row(), row(), uuid4()
    mine = KnownFace(keeper["id"], 0.1, 0.1, 0.2, 0.2, None)
    theirs = KnownFace(other["id"], 0.11, 0.1, 0.2, 0.2, person)
    [fact] = join_people(keeper, [mine, theirs])
    assert (fact.topic, fact.field, fact.value) == ("face", "person", str(person))
    assert fact.subject == keeper["sha256"].hex() + ":0.1000,0.1000,0.2000,0.2000"
    assert join_people(keeper, [mine, KnownFace(other["id"], 0.7, 0.1, 0.2, 0.2, person)]) == []
    assert join_people(keeper, [KnownFace(keeper["id"], 0.1, 0.1, 0.2, 0.2, uuid4()), theirs]) == []


def test_the_keeper_joins_the_albums_in_which_it_is_not() -> None:
    keeper, other, one, two = row(), row(), uuid4(), uuid4()
    facts = join_albums(keeper, [(keeper["id"], one), (other["id"], one), (other["id"], two)])
    assert [(fact.subject, fact.field, fact.value) for fact in facts] == [(str(two), keeper["sha256"].hex(), True)]
