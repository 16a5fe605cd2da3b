"""The queue of questions: what settles most first, each answer a decision."""

from typing import Any
from uuid import UUID, uuid4

import pytest
import pytest_asyncio

from calotype.features.people import thresholds
from calotype.features.people.errors import (
    BadAnswer,
    BadFaceWord,
    BadName,
    PersonNotFound,
    QuestionNotFound,
    ToldApart,
)
from calotype.features.people.schemas import Person, Question, Who
from calotype.features.people.sorting import Sorting
from tests.features.people.crowd import SPACE, Family, look

SCALE = thresholds.FaceScale(sure=0.95, join=0.93, step=0, ask=0.3)


@pytest_asyncio.fixture
async def crowd(empty_family: Family, monkeypatch: pytest.MonkeyPatch) -> Family:
    """Anna and Ben in two groups each, as a strict library would have them, and a face of each that is alone."""
    monkeypatch.setitem(thresholds.SCALES, "mobilefacenet-mirror", SCALE)  # type: ignore[arg-type]
    monkeypatch.setattr("tests.features.people.crowd.look", _bundled)
    for who, sizes in (("Anna", (4, 3)), ("Ben", (2, 2))):
        for bundle, size in enumerate(sizes):
            for place in range(size):
                await empty_family.add(f"{who} {bundle}{place}", (who, bundle * 100 + place))
        await empty_family.add(f"{who} alone", (who, 900))
    await empty_family.sort(is_whole=True)
    return empty_family


def _bundled(person: str, variant: int, space: str = SPACE) -> object:
    """Faces of one bundle (a hundred of variants) are nearly the same; bundles of one person are alike."""
    base = look(person, variant // 100, space)
    return look_near(base, person, variant, space)


def look_near(base: object, person: str, variant: int, space: str) -> object:
    near = base + 0.1 * look(person, 7_000 + variant, space)  # type: ignore[operator]
    length = float((near @ near) ** 0.5)
    return near / length


async def ask(family: Family) -> list[Question]:
    return await family.people.review.list_questions(family.owner, 50)


async def ask_pairs(family: Family) -> list[Question]:
    """Return the questions about two sides."""
    return [question for question in await ask(family) if question.kind != "who_is_this"]


async def ask_names(family: Family) -> list[Question]:
    """Return the questions who somebody is."""
    return [question for question in await ask(family) if question.kind == "who_is_this"]


async def say(family: Family, question_id: UUID, answer: str, **who: Any) -> None:
    await family.people.review.answer(family.owner, family.owner, question_id, answer, Who(**who))


async def whose(family: Family, question: Question) -> set[str]:
    names = {photo_id: name.split()[0] for name, photo_id in family.photos.items()}
    return {names[face.photo_id] for face in question.faces}


async def pairs_found(family: Family) -> tuple[int, int]:
    """Return how many pairs of photos in one group are right, and how many are wrong."""
    right = wrong = 0
    for group in await family.groups():
        people = [name.split()[0] for name in group]
        for place, one in enumerate(people):
            for other in people[place + 1 :]:
                right, wrong = right + (one == other), wrong + (one != other)
    return right, wrong


async def test_the_question_that_settles_most_comes_first(crowd: Family) -> None:
    found = await ask(crowd)
    assert await whose(crowd, found[0]) == {"Anna"}
    assert (found[0].kind, found[0].settles) == ("same_person", 3)
    assert all(len(question.faces) >= 2 for question in found)
    assert {question.kind for question in found} == {"same_person", "is_this", "who_is_this"}
    assert sum(question.settles for question in found[:2]) >= sum(question.settles for question in found[-2:])


async def test_each_right_answer_finds_more_and_nothing_wrong(crowd: Family) -> None:
    before, wrong = await pairs_found(crowd)
    assert wrong == 0
    answered = 0
    while found := await ask_pairs(crowd):
        is_same = len(await whose(crowd, found[0])) == 1
        await say(crowd, found[0].id, "same" if is_same else "different")
        right, wrong = await pairs_found(crowd)
        assert wrong == 0
        assert right > before if is_same else right == before
        before = right
        answered += 1
        assert answered < 40
        await crowd.sort()
    assert before == 8 * 7 // 2 + 5 * 4 // 2
    await crowd.sort(is_whole=True)
    assert await pairs_found(crowd) == (before, 0)


async def test_a_face_told_to_be_of_an_unnamed_group_stays_with_it(crowd: Family) -> None:
    asked = [each for each in await ask(crowd) if each.kind == "is_this"]
    question = next(iter([each for each in asked if len(await whose(crowd, each)) == 1]))
    await say(crowd, question.id, "same")
    before = await crowd.groups()
    await crowd.sort(is_whole=True)
    assert await crowd.groups() == before
    await crowd.undo_last()
    assert await crowd.groups() != before


async def test_what_was_told_apart_is_not_asked_again(crowd: Family) -> None:
    question = (await ask(crowd))[0]
    await say(crowd, question.id, "different")
    for is_whole in (False, True):
        await crowd.sort(is_whole=is_whole)
        assert question.id not in {each.id for each in await ask(crowd)}
        assert len(await crowd.groups()) == 4
    with pytest.raises(QuestionNotFound):
        await say(crowd, question.id, "same")
    await crowd.undo_last()
    assert question.id in {each.id for each in await ask(crowd)}


async def test_what_was_put_off_is_not_asked_again(crowd: Family) -> None:
    question = (await ask(crowd))[0]
    await say(crowd, question.id, "skip")
    await crowd.sort(is_whole=True)
    assert question.id not in {each.id for each in await ask(crowd)}
    await crowd.undo_last()
    assert question.id in {each.id for each in await ask(crowd)}


async def test_questions_keep_their_ids_over_a_rerun(crowd: Family) -> None:
    before = {question.id: question.settles for question in await ask(crowd)}
    await crowd.sort(is_whole=True)
    assert {question.id: question.settles for question in await ask(crowd)} == before


async def test_a_merge_through_a_question_is_undone(crowd: Family) -> None:
    before = await crowd.groups()
    await say(crowd, (await ask_pairs(crowd))[0].id, "same")
    assert await crowd.groups() != before
    await crowd.undo_last()
    assert await crowd.groups() == before
    await crowd.sort(is_whole=True)
    assert await crowd.groups() == before


async def test_after_an_answer_the_rest_speaks_of_the_merged_one(crowd: Family) -> None:
    await say(crowd, (await ask_pairs(crowd))[0].id, "same")
    found = await ask(crowd)
    people = {person.id for question in found for person in question.people}
    everybody = await crowd.people.list_people(crowd.owner, hidden=False, named=None, limit=9, cursor=None)
    assert people <= {person.id for person in everybody.items}
    sides = [
        frozenset([*(person.id for person in question.people), *(face.id for face in question.faces)])
        for question in found
    ]
    assert len(sides) == len(set(sides))


async def test_a_single_face_may_be_none(crowd: Family) -> None:
    question = next(each for each in await ask(crowd) if each.kind == "is_this")
    await say(crowd, question.id, "not_a_face")
    assert sum(row["is_hidden"] for rows in (await crowd.rows()).values() for row in rows) == 1
    people = next(each for each in await ask(crowd) if each.kind == "same_person" and len(each.people) == 2)
    with pytest.raises(BadAnswer):
        await say(crowd, people.id, "not_a_face")


async def test_not_this_one_is_remembered(crowd: Family) -> None:
    question = next(each for each in await ask(crowd) if each.kind == "is_this")
    await say(crowd, question.id, "different")
    for is_whole in (False, True):
        await crowd.sort(is_whole=is_whole)
        assert question.id not in {each.id for each in await ask(crowd)}


async def test_two_people_with_names_are_not_asked_about(crowd: Family) -> None:
    question = (await ask(crowd))[0]
    for person, name in zip(question.people, ("Anna", "Hannah"), strict=True):
        await crowd.people.decisions.change_person(crowd.owner, crowd.owner, person.id, {"name": name})
    assert question.id not in {each.id for each in await ask(crowd)}


async def test_questions_of_others_do_not_exist(crowd: Family, stranger: UUID) -> None:
    question = (await ask(crowd))[0]
    assert await crowd.people.review.list_questions(stranger, 50) == []
    for question_id in (question.id, uuid4()):
        with pytest.raises(QuestionNotFound):
            await crowd.people.review.answer(stranger, stranger, question_id, "same")


async def person_of(family: Family, name: str) -> Person:
    everybody = await family.people.list_people(family.owner, hidden=False, named=True, limit=9, cursor=None)
    return next(person for person in everybody.items if person.name == name)


async def test_the_biggest_without_a_name_are_asked_about(crowd: Family) -> None:
    found = await ask_names(crowd)
    assert [question.settles for question in found] == [4, 3, 2, 2]
    assert all(len(question.faces) == 2 and question.id == question.people[0].id for question in found)
    await crowd.sort(is_whole=True)
    assert {question.id for question in await ask_names(crowd)} == {question.id for question in found}


async def test_a_name_is_given_in_the_queue_and_taken_back(crowd: Family) -> None:
    question = (await ask_names(crowd))[0]
    await say(crowd, question.id, "same", name=" Anna ")
    assert (await person_of(crowd, "Anna")).id == question.id
    assert question.id not in {each.id for each in await ask(crowd)}
    await crowd.sort(is_whole=True)
    assert (await person_of(crowd, "Anna")).faces == 4
    await crowd.undo_last()
    assert question.id in {each.id for each in await ask(crowd)}


@pytest.mark.parametrize("by", ["name", "person_id"])
async def test_a_name_that_is_known_joins_them(crowd: Family, by: str) -> None:
    anna, more = (await ask_names(crowd))[:2]
    before = await crowd.groups()
    await say(crowd, anna.id, "same", name="Anna")
    await say(crowd, more.id, "same", **({"name": "ANNA"} if by == "name" else {"person_id": anna.id}))
    assert (await person_of(crowd, "Anna")).faces == 7
    await crowd.sort(is_whole=True)
    assert (await person_of(crowd, "Anna")).faces == 7
    await crowd.undo_last()
    assert await crowd.groups() == before


async def test_a_known_name_of_somebody_told_apart_is_asked_back(crowd: Family) -> None:
    pair = (await ask_pairs(crowd))[0]
    await say(crowd, pair.people[0].id, "same", name="Anna")
    await say(crowd, pair.id, "different")
    with pytest.raises(ToldApart):
        await say(crowd, pair.people[1].id, "same", name="Anna")
    await say(crowd, pair.people[1].id, "same", name="Anna", is_confirmed=True)
    assert (await person_of(crowd, "Anna")).faces == 7


async def test_a_pair_is_joined_and_named_with_one_answer(crowd: Family) -> None:
    before = await crowd.groups()
    pair = (await ask_pairs(crowd))[0]
    await say(crowd, pair.id, "same", name="Anna")
    assert (await person_of(crowd, "Anna")).faces == 7
    alone = next(each for each in await ask_pairs(crowd) if each.kind == "is_this" and each.people[0].name == "Anna")
    with pytest.raises(BadAnswer):
        await say(crowd, alone.id, "same", name="Ben")
    with pytest.raises(BadAnswer):
        await say(crowd, alone.id, "different", name="Anna")
    await say(crowd, alone.id, "same", name="anna")
    assert (await person_of(crowd, "Anna")).faces == 8
    await crowd.undo_last()
    await crowd.undo_last()
    assert await crowd.groups() == before


async def test_an_unknown_face_gets_a_name_with_its_group(crowd: Family) -> None:
    asked = next(each for each in await ask_pairs(crowd) if each.kind == "is_this")
    await say(crowd, asked.id, "same", name="Dora")
    assert (await person_of(crowd, "Dora")).faces == asked.people[0].faces + 1
    await crowd.sort(is_whole=True)
    assert (await person_of(crowd, "Dora")).faces == asked.people[0].faces + 1


@pytest.mark.parametrize("answer", ["skip", "same", "different"])
async def test_who_somebody_is_is_asked_once(crowd: Family, answer: str) -> None:
    question = (await ask_names(crowd))[0]
    await say(crowd, question.id, answer)
    for is_whole in (None, False, True):
        if is_whole is not None:
            await crowd.sort(is_whole=is_whole)
        assert question.id not in {each.id for each in await ask(crowd)}
    with pytest.raises(QuestionNotFound):
        await say(crowd, question.id, "same", name="Anna")
    await crowd.undo_last()
    assert question.id in {each.id for each in await ask(crowd)}


async def test_two_faces_of_one_person_are_told_apart_for_good(crowd: Family) -> None:
    question = (await ask_names(crowd))[0]
    one, other = question.faces
    await say(crowd, question.id, "different")
    for is_whole in (None, True):
        if is_whole:
            await crowd.sort(is_whole=True)
        now = {row["id"]: row["person_id"] for rows in (await crowd.rows()).values() for row in rows}
        assert now[one.id] == question.id
        assert now[other.id] not in (question.id, None)
        everybody = await crowd.people.list_people(crowd.owner, hidden=False, named=False, limit=9, cursor=None)
        assert now[other.id] in {person.id for person in everybody.items}, "one face that a word made is somebody"


async def test_faces_that_are_none_leave_a_person(crowd: Family) -> None:
    question = (await ask_names(crowd))[0]
    await say(crowd, question.id, "not_a_face")
    again = next(each for each in await ask_names(crowd) if each.id == question.id)
    assert again.settles == question.settles - 2
    assert not {face.id for face in again.faces} & {face.id for face in question.faces}
    await say(crowd, again.id, "not_a_face")
    await crowd.sort(is_whole=True)
    assert question.id not in {each.id for each in await ask(crowd)}


async def test_a_name_in_the_queue_needs_to_be_one(crowd: Family) -> None:
    question = (await ask_names(crowd))[0]
    with pytest.raises(BadName):
        await say(crowd, question.id, "same", name=" \u200b ")
    with pytest.raises(BadFaceWord):
        await say(crowd, question.id, "same", name="Anna", person_id=question.id)
    with pytest.raises(PersonNotFound):
        await say(crowd, question.id, "same", person_id=uuid4())


async def test_naming_somebody_leaves_the_other_questions(crowd: Family) -> None:
    before = [(question.id, question.settles) for question in await ask_pairs(crowd)]
    for number, question in enumerate(await ask_names(crowd)):
        await crowd.people.decisions.change_person(
            crowd.owner, crowd.owner, question.people[0].id, {"name": f"Number {number}"}
        )
        if number == 0:
            assert [(each.id, each.settles) for each in await ask_pairs(crowd)] == before
    both_named = {each for each, _ in before} - {each.id for each in await ask_pairs(crowd)}
    assert len(both_named) == 2


async def test_a_name_given_while_a_run_goes_on_leaves_the_questions(
    crowd: Family, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The run has read which faces stand for people before, and knows nothing of one who is named meanwhile."""
    before = {question.id for question in await ask_pairs(crowd)}
    first, second = (await ask_pairs(crowd))[0].people
    await crowd.people.decisions.change_person(crowd.owner, crowd.owner, first.id, {"name": "Anna"})

    async def name_before_asking(self: Any, owner_id: UUID, *more: Any) -> None:
        await crowd.people.decisions.change_person(owner_id, owner_id, second.id, {"is_hidden": False})
        await ask_more(self, owner_id, *more)

    ask_more = Sorting._ask_more
    monkeypatch.setattr(Sorting, "_ask_more", name_before_asking)
    await crowd.sort()
    assert {question.id for question in await ask_pairs(crowd)} >= before
    monkeypatch.setattr(Sorting, "_ask_more", ask_more)
    await crowd.sort()
    assert {question.id for question in await ask_pairs(crowd)} >= before
    await crowd.sort(is_whole=True)
    assert {question.id for question in await ask_pairs(crowd)} == before


async def test_a_merge_taken_back_is_asked_about_at_once(crowd: Family) -> None:
    before = await ask(crowd)
    await say(crowd, before[0].id, "same")
    await crowd.undo_last()
    again = await ask(crowd)
    assert (again[0].id, again[0].settles) == (before[0].id, before[0].settles)
    assert again[0].likeness == pytest.approx(before[0].likeness, abs=1e-3)


async def test_two_faces_are_shown_of_somebody_who_always_looks_the_same(
    empty_family: Family, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.features.people.crowd.look", lambda who, variant, space=SPACE: look(who, 0, space))
    for place in range(3):
        await empty_family.add(f"Anna {place}", ("Anna", place))
    await empty_family.sort(is_whole=True)
    (question,) = await ask(empty_family)
    assert (question.kind, question.settles, len({face.id for face in question.faces})) == ("who_is_this", 3, 2)


async def test_a_new_face_is_asked_about_as_a_whole_run_would(crowd: Family) -> None:
    before = {question.id for question in await ask(crowd)}
    await crowd.add("Anna new", ("Anna", 850))
    await crowd.sort()
    asked = {(question.id, question.kind) for question in await ask(crowd)}
    assert before < {question_id for question_id, _ in asked}
    await crowd.sort(is_whole=True)
    assert {(question.id, question.kind) for question in await ask(crowd)} == asked
