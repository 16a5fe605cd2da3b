"""What a person said of labels, of hits and of places, in the answers."""

from datetime import date
from typing import Any
from uuid import UUID

from calotype.features.search import Answer, Search, index_photo
from calotype.features.search.corrections import Corrections, correct_labels
from calotype.kit.ids import uuid7
from tests.features.search.shelf import Shelf

TODAY = date(2023, 7, 15)


def test_said_labels_come_first_and_rejected_ones_go() -> None:
    names, scores = ["tabby", "tiger cat", "sofa"], [0.8, 0.5, 0.2]
    assert correct_labels(names, scores, Corrections()) == (names, scores)
    assert correct_labels(names, scores, Corrections(said=["dog"], rejected=["cat"])) == (["dog", "sofa"], [1.0, 0.2])
    learned = Corrections(said=["rex"], rejected=["tabby"], learned=["rex", "my plant"], learned_scores=[0.7, 0.9])
    assert correct_labels(names, scores, learned) == (["rex", "my plant", "tiger cat", "sofa"], [1.0, 0.9, 0.5, 0.2])
    assert correct_labels(None, None, Corrections(rejected=["cat"])) == ([], [])


async def run(shelf: Shelf, query: str, *values: Any, photo: UUID | None = None) -> None:
    async with shelf.database.transaction() as connection:
        await connection.execute(query, values)
        if photo is not None:
            await index_photo(connection, shelf.owner, photo)


async def judge(shelf: Shelf, photo: UUID, label: str, *, is_right: bool) -> None:
    query = "insert into label_verdicts (photo_id, owner_id, label, is_right) values (%s, %s, %s, %s)"
    await run(shelf, query, photo, shelf.owner, label, is_right, photo=photo)


async def ask(search: Search, shelf: Shelf, sentence: str) -> Answer:
    return await search.search(shelf.owner, sentence, today=TODAY)


def ids(answer: Answer) -> list[UUID]:
    return [hit.photo.id for hit in answer.hits]


async def test_a_said_label_ranks_first_and_says_who_said_it(search: Search, shelf: Shelf) -> None:
    sure = [await shelf.add(labels={"golden retriever": 0.99}, meaning={"dog": 1}) for _ in range(3)]
    corrected = await shelf.add(labels={"tabby": 0.9}, meaning={"cat": 1})
    assert corrected not in ids(await ask(search, shelf, "dog"))
    await judge(shelf, corrected, "dog", is_right=True)
    answer = await ask(search, shelf, "dog")
    assert ids(answer)[0] == corrected
    assert set(ids(answer)) == {corrected, *sure}
    assert answer.hits[0].match == "sure"
    assert "dog (you said so)" in {reason.text for reason in answer.hits[0].reasons}


async def test_a_rejected_label_explains_nothing_more(search: Search, shelf: Shelf) -> None:
    cat = await shelf.add(labels={"tabby": 0.9}, meaning={"cat": 1})
    dog = await shelf.add(labels={"tabby": 0.9, "sofa": 0.4}, meaning={"cat": 1})
    assert set(ids(await ask(search, shelf, "cat"))) == {cat, dog}
    await judge(shelf, dog, "cat", is_right=False)
    for sentence in ("cat", "a tabby", "cats"):
        assert ids(await ask(search, shelf, sentence)) == [cat], sentence
    await run(shelf, "update photos set title = 'The cat of our dog' where id = %s", dog, photo=dog)
    (hit,) = [hit for hit in (await ask(search, shelf, "cat")).hits if hit.photo.id == dog]
    assert {reason.kind for reason in hit.reasons} == {"title"}


async def test_what_the_library_learned_is_found_and_says_so(search: Search, shelf: Shelf) -> None:
    photo = await shelf.add(labels={"tabby": 0.9})
    head = uuid7()
    await run(
        shelf,
        "insert into learned_heads (id, owner_id, label, version, method, space, weights, dtype, shape, offsets, "
        "threshold, figures, examples, made_from, has_won) values (%s, %s, 'whiskers', 1, 'prototypes', 's', '', "
        "'<f4', '{0}', '{}', 0.5, '{}', '[]', 'x', true)",
        head, shelf.owner,
    )  # fmt: skip
    query = (
        "insert into learned_labels (photo_id, owner_id, label, score, head_id) values (%s, %s, 'whiskers', 0.91, %s)"
    )
    await run(shelf, query, photo, shelf.owner, head, photo=photo)
    (hit,) = (await ask(search, shelf, "whiskers")).hits
    assert (hit.photo.id, hit.match) == (photo, "sure")
    assert [reason.text for reason in hit.reasons if reason.kind == "label"] == ["whiskers (learned from you, 91 %)"]


async def test_a_wrong_hit_is_no_answer_to_the_same_question_again(
    search: Search, shelf: Shelf, stranger: UUID
) -> None:
    right = await shelf.add(labels={"tabby": 0.9}, meaning={"cat": 1})
    wrong = await shelf.add(labels={"tabby": 0.9}, meaning={"cat": 1})
    query = "insert into hit_verdicts (photo_id, owner_id, question, is_wrong) values (%s, %s, %s, true)"
    await run(shelf, query, wrong, shelf.owner, "a cat in 2023")
    assert ids(await ask(search, shelf, "A  cat in 2023")) == [right]
    assert set(ids(await ask(search, shelf, "a cat"))) == {right, wrong}
    await run(shelf, query, wrong, shelf.owner, "2023")
    answer = await ask(search, shelf, "2023")
    assert (ids(answer), answer.total_sure) == ([right], 1)


async def test_a_place_of_ones_own_and_a_corrected_name_are_found(search: Search, shelf: Shelf) -> None:
    photo = await shelf.add(place=("Solothurn", "Solothurn", "Switzerland"))
    await run(
        shelf,
        "insert into place_names (owner_id, place_id, name, region, country, country_code) "
        "select %s, place_id, 'Feldbrunnen', 'Solothurn', 'Switzerland', 'CH' from photos where id = %s",
        shelf.owner, photo, photo=photo,
    )  # fmt: skip
    (hit,) = (await ask(search, shelf, "Feldbrunnen")).hits
    assert hit.reasons[0].text == "Feldbrunnen, Solothurn, Switzerland"
    own = uuid7()
    await run(
        shelf,
        "insert into own_places (id, owner_id, name, latitude, longitude, radius_m, south, north, west, east, area_m2) "
        "values (%s, %s, %s, 47.2, 7.5, 100, 47.1, 47.3, 7.4, 7.6, 31415)",
        own, shelf.owner, "Grandma's house",
    )  # fmt: skip
    await run(shelf, "update photos set own_place_id = %s where id = %s", own, photo, photo=photo)
    fresh = Search(shelf.database, lambda: None)
    for sentence in ("Grandma's house", "photos at grandma's house"):
        (hit,) = (await ask(fresh, shelf, sentence)).hits
        assert hit.reasons[0].text == "Grandma's house, Feldbrunnen, Solothurn, Switzerland"
