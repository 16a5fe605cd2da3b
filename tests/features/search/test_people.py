"""People in sentences, and in answers."""

from datetime import date
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calotype.features.search import Search
from calotype.features.search.query import Known, Query, parse
from calotype.features.search.sentence.chips import NobodyElse, ShowsPerson, Without
from calotype.features.search.sentence.people import know_people, named_like
from calotype.kit.ids import uuid7
from tests.features.search.shelf import Shelf

TODAY = date(2021, 7, 15)
ANNA, BEN, ROSE, MAY, OTHER_ANNA = (UUID(int=number) for number in range(1, 6))
PEOPLE = know_people([(ANNA, "Anna Karenina"), (BEN, "Ben"), (ROSE, "Rose"), (MAY, "May"), (OTHER_ANNA, "Änna")])
KNOWN = Known(
    places=frozenset({"ben", "split"}), labels=frozenset({"rose", "dog", "beach"}), people=PEOPLE,
    is_ordinary=lambda word: word in {"anna", "ben", "rose", "may"},
)  # fmt: skip
ANNAS = ShowsPerson((ANNA, OTHER_ANNA))


def read(sentence: str) -> Query:
    return parse(sentence, KNOWN, TODAY)


@pytest.mark.parametrize(
    ("sentence", "effects", "content"),
    [
        ("Anna", [ANNAS], ()),
        ("anna karenina", [ShowsPerson((ANNA,))], ()),
        ("Anna and Ben at the beach", [ANNAS, ShowsPerson((BEN,))], ("beach",)),
        ("photos of Anna with Ben", [ANNAS, ShowsPerson((BEN,))], ()),
        ("Anna, Ben and Rose", [ANNAS, ShowsPerson((BEN,)), ShowsPerson((ROSE,))], ()),
        ("only Anna", [NobodyElse((ANNA, OTHER_ANNA)), ANNAS], ()),
        ("Anna alone on the beach", [ANNAS, NobodyElse((ANNA, OTHER_ANNA))], ("beach",)),
        ("just Anna and Ben", [NobodyElse((ANNA, OTHER_ANNA, BEN)), ANNAS, ShowsPerson((BEN,))], ()),
        ("Anna without Ben", [ANNAS, Without((ShowsPerson((BEN,)),))], ()),
        ("Anna but not Ben", [ANNAS, Without((ShowsPerson((BEN,)),))], ()),
        ("Anna without Ben or Rose", [ANNAS, Without((ShowsPerson((BEN,)),)), Without((ShowsPerson((ROSE,)),))], ()),
        ("Anna -ben", [ANNAS, Without((ShowsPerson((BEN,)),))], ()),
        ("Anna's dog", [ANNAS], ("dog",)),
        ("a dog with rose", [ShowsPerson((ROSE,))], ("dog",)),
        ("a red rose", [], ("rose",)),
        ("the garden of Rose", [ShowsPerson((ROSE,))], ("garden",)),
        ("alone on the beach", [], ("alone", "beach")),
    ],
)
def test_names_are_read(sentence: str, effects: list[object], content: tuple[str, ...]) -> None:
    query = read(sentence)
    people = (ShowsPerson, NobodyElse, Without)
    assert [chip.effect for chip in query.chips if isinstance(chip.effect, people)] == effects
    assert tuple(word for word in query.content if word not in {"karenina"}) == content


@pytest.mark.parametrize("sentence", ["in May", "May 2019", "since may", "beach in ben"])
def test_a_time_or_a_place_is_no_person(sentence: str) -> None:
    assert not any(isinstance(chip.effect, ShowsPerson) for chip in read(sentence).chips)


def test_names_of_two_people_mean_both_and_are_suggested() -> None:
    assert PEOPLE["anna"].ids == (ANNA, OTHER_ANNA)
    assert [person.title for person in named_like(PEOPLE, "an")] == ["Anna", "Anna Karenina"]
    assert named_like(PEOPLE, "zo") == []


@given(
    st.lists(st.sampled_from(["anna", "ben", "and", "or", "without", "only", "-", "beach", "not", ",", "rose", "no"]))
)
def test_no_sentence_of_names_breaks_the_reader(words: list[str]) -> None:
    sentence = " ".join(words)
    query = read(sentence)
    spans = sorted([(chip.start, chip.end) for chip in query.chips] + list(query.rest))
    assert "".join(sentence[start:end] for start, end in spans) == sentence


async def put_on(shelf: Shelf, photo: UUID, *people: UUID | None) -> None:
    """Put faces of people (None: of somebody unknown) on a photo."""
    async with shelf.database.transaction() as connection:
        for person in people:
            await connection.execute(
                "insert into faces (id, photo_id, owner_id, x, y, width, height, score, sharpness, size_px, landmarks,"
                " provider, person_id) values (%s, %s, %s, 0, 0, 0.1, 0.1, 0.9, 0.5, 60, '{}', 'fake', %s)",
                (uuid7(), photo, shelf.owner, person),
            )


async def name(shelf: Shelf, title: str, owner: UUID | None = None) -> UUID:
    person = uuid7()
    async with shelf.database.transaction() as connection:
        await connection.execute(
            "insert into people (id, owner_id, name) values (%s, %s, %s)", (person, owner or shelf.owner, title)
        )
    return person


async def test_people_are_found_with_without_and_alone(search: Search, shelf: Shelf) -> None:
    anna, ben = await name(shelf, "Anna"), await name(shelf, "Ben")
    both = await shelf.add(labels={"seashore": 0.9}, meaning={"beach": 1})
    alone = await shelf.add(labels={"espresso": 0.9}, meaning={"sign": 1})
    with_stranger = await shelf.add(labels={"seashore": 0.9}, meaning={"beach": 1})
    nobody = await shelf.add(labels={"seashore": 0.9}, meaning={"beach": 1})
    await put_on(shelf, both, anna, ben)
    await put_on(shelf, alone, anna)
    await put_on(shelf, with_stranger, anna, None)

    async def ask(sentence: str) -> set[UUID]:
        answer = await search.search(shelf.owner, sentence, today=TODAY)
        assert all(hit.match == "sure" for hit in answer.hits), sentence
        return {hit.photo.id for hit in answer.hits}

    assert await ask("Anna") == {both, alone, with_stranger}
    assert await ask("Anna at the beach") == {both, with_stranger}
    assert await ask("Anna and Ben at the beach") == {both}
    assert await ask("only Anna") == {alone}
    assert await ask("only Anna and Ben") == {both}
    assert await ask("Anna without Ben") == {alone, with_stranger}
    assert await ask("beach without Anna") == {nobody}
    answer = await search.search(shelf.owner, "Anna at the beach", today=TODAY)
    assert {reason.text for reason in answer.hits[0].reasons if reason.kind == "person"} == {"Anna"}
    suggestions = await search.suggest(shelf.owner, "photos of an")
    assert [(one.text, one.kind) for one in suggestions] == [("Anna", "person")]


async def test_a_name_is_known_at_once_and_only_to_its_owner(search: Search, shelf: Shelf, stranger: UUID) -> None:
    photo = await shelf.add(labels={"seashore": 0.9}, meaning={"beach": 1})
    assert not (await search.search(shelf.owner, "Zoe", today=TODAY)).hits
    await name(shelf, "Zoe", stranger)
    assert not (await search.search(shelf.owner, "Zoe", today=TODAY)).query.chips
    await put_on(shelf, photo, await name(shelf, "Zoe"))
    assert [hit.photo.id for hit in (await search.search(shelf.owner, "Zoe", today=TODAY)).hits] == [photo]
    assert await search.suggest(stranger, "zo") != []
    assert not (await search.search(stranger, "Zoe", today=TODAY)).hits
