"""Questions to a small library with known facts."""

import asyncio
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

import pytest

from calotype.db.engine import Database
from calotype.db.keyset import BadCursor
from calotype.features.photos import PhotoNotFound, TakenSource
from calotype.features.search import Answer, Box, Given, Search, index_photo, tend_lexicon
from calotype.ports.vision import VisionUnavailable
from tests.features.search.shelf import AxisEmbedder, Shelf

TODAY = date(2023, 7, 15)


def ids(answer: Answer) -> list[UUID]:
    return [hit.photo.id for hit in answer.hits]


async def ask(search: Search, shelf: Shelf, sentence: str, **more: object) -> list[UUID]:
    return ids(await search.search(shelf.owner, sentence, today=TODAY, **more))  # type: ignore[arg-type]


async def test_a_label_is_found_by_its_name_its_wider_word_and_an_everyday_word(search: Search, shelf: Shelf) -> None:
    dog = await shelf.add(labels={"golden retriever": 0.9})
    await shelf.add(labels={"espresso": 0.9})
    for sentence in ("golden retriever", "a dog", "dogs", "puppy", "animals"):
        assert await ask(search, shelf, sentence) == [dog], sentence


async def test_a_hit_says_why(search: Search, shelf: Shelf) -> None:
    await shelf.add(
        labels={"golden retriever": 0.92}, meaning={"dog": 1}, place=("Arezzo", "Tuscany", "Italy"),
        camera=("NIKON CORPORATION", "NIKON D5000"), text="BEWARE OF THE DOG\n12",
    )  # fmt: skip
    answer = await search.search(shelf.owner, "dog in Arezzo in 2023 with my nikon", today=TODAY)
    assert answer.verdict == "ok"
    (hit,) = answer.hits
    assert hit.match == "sure"
    reasons = {reason.kind: reason for reason in hit.reasons}
    assert reasons["label"].text == "golden retriever (92 %)"
    assert reasons["label"].confidence == pytest.approx(0.92)
    assert reasons["text"].text == "“BEWARE OF THE DOG”"
    assert reasons["place"].text == "Arezzo, Tuscany, Italy"
    assert reasons["date"].text.startswith("1 July 2023")
    assert {chip.kind for chip in answer.query.chips} == {"place", "time", "camera"}


async def test_nothing_deserves_to_be_shown(search: Search, shelf: Shelf) -> None:
    await shelf.add(labels={"espresso": 0.9}, meaning={"car": 1})
    answer = await search.search(shelf.owner, "a submarine", today=TODAY)
    assert (answer.verdict, answer.hits, answer.total_sure) == ("no good match", (), 0)
    assert answer.message


async def test_meaning_finds_what_no_word_names(search: Search, shelf: Shelf) -> None:
    near = await shelf.add(meaning={"dog": 1, "beach": 0.2})
    far = await shelf.add(meaning={"car": 1})
    assert await ask(search, shelf, "dog") == [near]
    assert far not in await ask(search, shelf, "dog")


async def test_filters_of_the_sentence_leave_photos_out(search: Search, shelf: Shelf) -> None:
    old = await shelf.add(labels={"tabby": 0.8}, taken_local=datetime(2019, 5, 4, 8, 0))
    new = await shelf.add(labels={"tabby": 0.8}, taken_local=datetime(2023, 5, 4, 21, 0))
    assert set(await ask(search, shelf, "cat")) == {old, new}
    assert await ask(search, shelf, "cat in 2019") == [old]
    assert await ask(search, shelf, "cat not in 2019") == [new]
    assert await ask(search, shelf, "cat in the morning") == [old]
    assert await ask(search, shelf, "cat since 2020") == [new]
    assert await ask(search, shelf, "cat in may", dropped=["time:month-05"]) == await ask(search, shelf, "cat")
    assert await ask(search, shelf, "cat in june") == []


async def test_negations_leave_photos_out(search: Search, shelf: Shelf) -> None:
    snow = await shelf.add(labels={"ski": 0.9}, columns={"tags": ["snow"]})
    people = await shelf.add(labels={"ski": 0.9}, faces=[0.05])
    plain = await shelf.add(labels={"ski": 0.9})
    assert set(await ask(search, shelf, "ski -snow")) == {people, plain}
    assert set(await ask(search, shelf, "ski without people")) == {snow, plain}
    assert set(await ask(search, shelf, "ski")) == {snow, people, plain}


async def test_a_colour_is_left_out_however_it_is_said(search: Search, shelf: Shelf) -> None:
    await shelf.add(labels={"tabby": 0.8}, colour=(5, 5, 5), meaning={"cat": 1})
    await shelf.add(labels={"tabby": 0.8}, columns={"tags": ["black"]}, meaning={"cat": 1})
    white = await shelf.add(labels={"tabby": 0.8}, colour=(250, 250, 250), meaning={"cat": 1})
    giraffe = await shelf.add(labels={"hartebeest": 0.8}, colour=(150, 110, 60))
    for sentence in ("cat -black", "cat without black", "cat not black", "cat but not black"):
        assert await ask(search, shelf, sentence) == [white], sentence
    for sentence in ("-black", "without black"):
        assert set(await ask(search, shelf, sentence)) == {white, giraffe}, sentence


async def test_facts_of_the_photo(search: Search, shelf: Shelf) -> None:
    raw = await shelf.add(media_type=21, width=3000, height=4000)
    wide = await shelf.add(width=6000, height=2000, file_name="Screenshot_2020.png", media_type=2)
    loved = await shelf.add(columns={"is_favourite": True, "rating": 4}, width=2000, height=2000)
    assert await ask(search, shelf, "raw photos") == [raw]
    assert await ask(search, shelf, "vertical photos") == [raw]
    assert await ask(search, shelf, "panoramas") == [wide]
    assert await ask(search, shelf, "screenshots") == [wide]
    assert await ask(search, shelf, "square photos") == [loved]
    assert await ask(search, shelf, "favourites") == [loved]
    assert await ask(search, shelf, "at least 4 stars") == [loved]
    assert await ask(search, shelf, "5 stars") == []


async def test_parameters_combine_with_the_sentence(search: Search, shelf: Shelf) -> None:
    here = await shelf.add(
        labels={"tabby": 0.8}, place=("Arezzo", "Tuscany", "Italy"), camera=("Canon", "Canon EOS 7D"),
        columns={"latitude": 43.4, "longitude": 11.9, "rating": 5, "tags": ["holiday"]},
    )  # fmt: skip
    await shelf.add(labels={"tabby": 0.8}, columns={"latitude": -30.0, "longitude": 179.9})
    for given_ in (
        Given(place="arezzo"), Given(place="Italy"), Given(camera="canon"), Given(camera="eos 7d"), Given(min_rating=5),
        Given(tag="holiday"), Given(box=Box(11, 43, 12, 44)), Given(label="tabby", place="Tuscany"),
    ):  # fmt: skip
        assert await ask(search, shelf, "cat", given=given_) == [here], given_
        assert await ask(search, shelf, "", given=given_) == [here], given_
    assert await ask(search, shelf, "cat", given=Given(box=Box(179, -40, -179, -20))) != [here]
    assert await ask(search, shelf, "cat", given=Given(camera="leica")) == []
    assert len(await ask(search, shelf, "cat", given=Given(year=2023))) == 2
    assert await ask(search, shelf, "cat", given=Given(taken_from=datetime(2024, 1, 1))) == []


async def test_typos_are_forgiven_and_told(search: Search, shelf: Shelf) -> None:
    photo = await shelf.add(columns={"title": "Grandmother's zucchini"})
    answer = await search.search(shelf.owner, "zuchini", today=TODAY)
    assert ids(answer) == [photo]
    assert answer.corrections == {"zuchini": "zucchini"}
    label = await shelf.add(labels={"umbrella": 0.9})
    assert await ask(search, shelf, "umbrela") == [label]


async def test_a_long_word_may_differ_by_two_from_a_thing_of_the_library(search: Search, shelf: Shelf) -> None:
    photo = await shelf.add(labels={"african elephant": 0.9})
    answer = await search.search(shelf.owner, "elefant", today=TODAY)
    assert (ids(answer), answer.corrections) == ([photo], {"elefant": "elephant"})
    assert not (await search.search(shelf.owner, "crokodil", today=TODAY)).corrections  # there is none


async def test_a_word_that_is_still_being_typed_is_completed(search: Search, shelf: Shelf) -> None:
    photo = await shelf.add(columns={"title": "Zugspitze"})
    answer = await search.search(shelf.owner, "zugsp", today=TODAY)
    assert (ids(answer), answer.corrections) == ([photo], {"zugsp": "zugspitze"})


async def test_text_in_the_picture(search: Search, shelf: Shelf) -> None:
    sign = await shelf.add(text="Linden Ave")
    page = await shelf.add(text="a long page that speaks of a linden tree and of very many other things " * 3)
    assert (await ask(search, shelf, "Linden Ave"))[0] == sign
    assert await ask(search, shelf, '"linden ave"') == [sign]
    assert set(await ask(search, shelf, '"linden"')) == {sign, page}
    assert (await ask(search, shelf, "Lindan Ave"))[0] == sign


async def test_colours_move_photos_up_and_hide_none(search: Search, shelf: Shelf) -> None:
    blue = await shelf.add(labels={"minibus": 0.9}, colour=(20, 40, 200))
    red = await shelf.add(labels={"minibus": 0.9}, colour=(210, 20, 20))
    assert await ask(search, shelf, "a red bus") == [red, blue]
    assert await ask(search, shelf, "a blue bus") == [blue, red]
    assert (await ask(search, shelf, "red"))[:1] == [red]


async def test_faces_move_photos_up(search: Search, shelf: Shelf) -> None:
    two = await shelf.add(faces=[0.05, 0.04], meaning={"beach": 1})
    none = await shelf.add(meaning={"beach": 1})
    assert (await ask(search, shelf, "two people on the beach"))[0] == two
    assert none in await ask(search, shelf, "two people on the beach")


async def test_what_a_person_says_counts_most(search: Search, shelf: Shelf) -> None:
    tagged = await shelf.add(columns={"tags": ["lighthouse"]})
    seen = await shelf.add(labels={"beacon": 0.12})
    assert await ask(search, shelf, "lighthouse") == [tagged, seen]


async def test_without_vision_the_words_answer_and_say_so(database: Database, shelf: Shelf) -> None:
    photo = await shelf.add(labels={"tabby": 0.8}, meaning={"cat": 1})
    off = Search(database, lambda: None)
    answer = await off.search(shelf.owner, "cat", today=TODAY)
    assert ids(answer) == [photo]
    assert answer.message == "Searched by words only: vision is switched off."

    class Missing(AxisEmbedder):
        async def embed_text(self, text: str):  # type: ignore[no-untyped-def]
            raise VisionUnavailable("run: calotype models pull")

    missing = await Search(database, Missing).search(shelf.owner, "cat", today=TODAY)
    assert ids(missing) == [photo]
    assert missing.message == "Searched by words only: run: calotype models pull"


async def test_nobody_finds_what_is_not_theirs(
    search: Search, shelf: Shelf, database: Database, stranger: UUID
) -> None:
    await shelf.add(labels={"tabby": 0.9}, meaning={"cat": 1}, place=("Arezzo", "Tuscany", "Italy"))
    other = Shelf(database, stranger)
    theirs = await other.add(labels={"tabby": 0.9}, meaning={"cat": 1})
    assert await ask(search, other, "cat") == [theirs]
    assert await ask(search, other, "in 2023") == [theirs]
    # not even that the other one knows the place
    assert not (await search.search(stranger, "in Arezo", today=TODAY)).query.chips
    assert await search.suggest(stranger, "are") == []


async def test_the_trash_is_not_searched(search: Search, shelf: Shelf, database: Database) -> None:
    photo = await shelf.add(labels={"tabby": 0.9}, meaning={"cat": 1})
    async with database.transaction() as connection:
        await connection.execute("update photos set status = 1, trashed_at = now() where id = %s", (photo,))
    assert await ask(search, shelf, "cat") == []
    assert await ask(search, shelf, "in 2023") == []


async def test_indexing_again_follows_the_facts(search: Search, shelf: Shelf, database: Database) -> None:
    photo = await shelf.add(columns={"title": "Sunrise"})
    async with database.transaction() as connection:
        await connection.execute("update photos set title = 'Eclipse' where id = %s", (photo,))
        await index_photo(connection, shelf.owner, photo)
        await index_photo(connection, shelf.owner, photo)
    assert await ask(search, shelf, "eclipse") == [photo]
    assert await ask(search, shelf, "sunrise") == []


# -- pages -----------------------------------------------------------------------------------------------------


async def _pages(search: Search, shelf: Shelf, sentence: str, limit: int) -> list[list[UUID]]:
    pages, cursor = [], None
    while True:
        answer = await search.search(shelf.owner, sentence, limit=limit, cursor=cursor, today=TODAY)
        pages.append(ids(answer))
        cursor = answer.next_cursor
        if cursor is None:
            return pages


async def test_pages_by_date_hold_each_photo_once_newest_first(search: Search, shelf: Shelf) -> None:
    start = datetime(2023, 1, 1)
    # several at the same instant: the id decides
    photos = [await shelf.add(taken_local=start + timedelta(hours=number // 3)) for number in range(14)]
    for limit in (1, 4, 14, 50):
        pages = await _pages(search, shelf, "in 2023", limit)
        flat = [one for page in pages for one in page]
        assert flat == sorted(photos, key=lambda one: (photos.index(one) // 3, one.int), reverse=True)
        assert all(len(page) == limit for page in pages[:-1])
    answer = await search.search(shelf.owner, "in 2023", limit=5, today=TODAY)
    assert (answer.total_sure, answer.verdict) == (14, "ok")
    while answer.next_cursor is not None:
        answer = await search.search(shelf.owner, "in 2023", limit=5, cursor=answer.next_cursor, today=TODAY)
        assert answer.total_sure == 14


async def test_pages_by_rank_hold_each_photo_once_in_one_order(search: Search, shelf: Shelf) -> None:
    for number in range(15):
        await shelf.add(labels={"tabby": 0.2 + 0.05 * (number // 2)}, meaning={"cat": 1, "dog": 0.1 * (number % 3)})
    whole = await _pages(search, shelf, "a cat", 100)
    assert len(whole[0]) == 15
    for limit in (1, 4, 7):
        assert [one for page in await _pages(search, shelf, "a cat", limit) for one in page] == whole[0]


async def test_a_cursor_of_another_list_is_refused(search: Search, shelf: Shelf) -> None:
    for _ in range(3):
        await shelf.add(labels={"tabby": 0.9})
    by_date = (await search.search(shelf.owner, "in 2023", limit=1, today=TODAY)).next_cursor
    with pytest.raises(BadCursor):
        await search.search(shelf.owner, "a cat", limit=1, cursor=by_date, today=TODAY)
    with pytest.raises(BadCursor):
        await search.search(shelf.owner, "in 2023", limit=1, cursor="nonsense", today=TODAY)


# -- suggestions and likeness ----------------------------------------------------------------------------------


async def test_suggestions(search: Search, shelf: Shelf) -> None:
    await shelf.add(
        labels={"golden retriever": 0.9},
        place=("Göteborg", "Västra Götaland", "Sweden"),
        columns={"tags": ["Gold medal"]},
    )
    found = await search.suggest(shelf.owner, "go")
    assert [(one.text, one.kind) for one in found] == [
        ("golden retriever", "label"), ("gold medal", "tag"), ("goteborg", "place"),
    ]  # fmt: skip
    assert [one.text for one in await search.suggest(shelf.owner, "photos of göt")] == ["goteborg"]
    assert [one.text for one in await search.suggest(shelf.owner, "gotebrog")] == ["goteborg"]
    assert await search.suggest(shelf.owner, "") == []
    assert await search.suggest(shelf.owner, "100%_") == []


async def test_the_lexicon_is_counted_and_forgets(search: Search, shelf: Shelf, database: Database) -> None:
    gone = await shelf.add(labels={"tabby": 0.9}, columns={"tags": ["tabasco"]})
    trashed = await shelf.add(labels={"tabby": 0.9}, columns={"tags": ["tablet"]})
    for _ in range(2):
        await shelf.add(labels={"tabby": 0.9}, columns={"tags": ["Table", "table"]})
    async with database.transaction() as connection:
        await connection.execute("delete from photos where id = %s", (gone,))
        await connection.execute("update photos set status = 1, trashed_at = now() where id = %s", (trashed,))
    async with database.connection() as connection:
        await tend_lexicon(connection)
    found = await search.suggest(shelf.owner, "tab")
    assert [(one.text, one.uses) for one in found] == [("tabby", 2), ("table", 2)]
    async with database.transaction() as connection:
        await connection.execute("update photos set status = 0, trashed_at = null where id = %s", (trashed,))
    async with database.connection() as connection:
        await tend_lexicon(connection)
    assert ("tablet", 1) in [(one.text, one.uses) for one in await search.suggest(shelf.owner, "tab")]
    again = await shelf.add(columns={"tags": ["tabasco"]})
    assert await ask(search, shelf, "tabasco") == [again]
    assert "tabasco" in [one.text for one in await search.suggest(shelf.owner, "taba")]


async def test_photos_that_look_alike(search: Search, shelf: Shelf, stranger: UUID, database: Database) -> None:
    one = await shelf.add(
        meaning={"dog": 1},
        look=[1, 0.1, 0],
        labels={"tabby": 0.9},
        columns={"phash": 0b1010},
        taken_local=datetime(2023, 1, 1),
    )
    twin = await shelf.add(
        meaning={"dog": 1},
        look=[1, 0.12, 0],
        labels={"tabby": 0.8},
        columns={"phash": -0b1010},
        taken_local=datetime(2023, 1, 1),
    )
    cousin = await shelf.add(meaning={"dog": 1, "cat": 0.5}, look=[1, 1, 0], taken_local=datetime(2022, 1, 1))
    await shelf.add(meaning={"car": 1}, look=[0, 0, 1])
    await Shelf(database, stranger).add(meaning={"dog": 1}, look=[1, 0.1, 0])
    found = await search.similar(shelf.owner, one)
    assert [similar.photo_id for similar in found] == [twin, cousin]
    assert found[0].likeness > found[1].likeness
    assert {"tabby", "the same day"} <= {reason.text for reason in found[0].reasons}
    assert "nearly the same picture" not in {reason.text for reason in found[0].reasons}
    with pytest.raises(PhotoNotFound):
        await search.similar(stranger, one)


async def test_a_photo_that_nobody_has_looked_at_is_like_none(search: Search, shelf: Shelf) -> None:
    assert await search.similar(shelf.owner, await shelf.add()) == []


# -- whatever is typed -----------------------------------------------------------------------------------------

_WORDS: Sequence[str] = (
    "dog", "cat's", "in 2023", "-snow", "no", "a red", "at night", '"', "'", "\\", "&", "|", "!", ":", "*", "(", ")",
    "%", "_",
    "two people", "'x'", "c:red", "o:x", "before 2020", "in the morning", "portrait", "\x00", "ß", "日本", "🙂", "a:B*",
)  # fmt: skip


async def test_odd_sentences_are_answered(search: Search, shelf: Shelf) -> None:
    await shelf.add(labels={"tabby": 0.9}, meaning={"cat": 1}, text="c:red 'x' & | !")
    odd = [" ".join(_WORDS[start : start + 4]) for start in range(len(_WORDS))] + list(_WORDS)
    for sentence in odd:
        answer = await search.search(shelf.owner, sentence, today=TODAY)
        assert answer.query.sentence == sentence
        await search.suggest(shelf.owner, sentence)


async def test_who_says_nothing_finds_nothing(search: Search, shelf: Shelf) -> None:
    await shelf.add(labels={"tabby": 0.9}, meaning={"cat": 1})
    for sentence in ("", "  ", "-", '""', '"', "🙂", "\x00", "?!", "the"):
        answer = await search.search(shelf.owner, sentence, today=TODAY)
        assert (answer.hits, answer.total_sure, answer.verdict) == ((), 0, "no good match"), sentence
        assert answer.message is not None
        assert answer.message.startswith("Say what to look for"), sentence


async def test_a_word_of_the_language_is_no_misspelling(database: Database, shelf: Shelf) -> None:
    class Reader(AxisEmbedder):
        def knows_word(self, word: str) -> bool:
            return word == "beard"

    await shelf.add(labels={"brown bear": 0.9})
    answer = await Search(database, Reader).search(shelf.owner, "beard", today=TODAY)
    assert (answer.corrections, answer.hits) == ({}, ())
    assert (await Search(database, AxisEmbedder).search(shelf.owner, "beard", today=TODAY)).corrections


async def test_the_hemisphere_is_that_of_most_photos(search: Search, shelf: Shelf) -> None:
    for latitude in (-33.9, -34.0, 51.5):
        await shelf.add(columns={"latitude": latitude, "longitude": 10.0})
    answer = await search.search(shelf.owner, "in winter", today=TODAY)
    assert answer.query.chips[0].label == "winter (June, July, August)"


async def test_a_number_that_is_no_date_is_not_met_by_its_parts(search: Search, shelf: Shelf) -> None:
    await shelf.add(columns={"tags": ["Fall 2023"]})
    plane = await shelf.add(columns={"title": "Boeing 747-400"})
    assert await ask(search, shelf, "2023-99") == []
    assert await ask(search, shelf, "747-400") == [plane]


async def test_the_time_of_a_file_is_no_sure_time(search: Search, shelf: Shelf) -> None:
    undated = await shelf.add(labels={"tabby": 0.9}, taken_source=TakenSource.FILE_TIME)
    dated = await shelf.add(labels={"tabby": 0.5})
    for sentence in ("in 2023", "a cat in 2023"):
        answer = await search.search(shelf.owner, sentence, today=TODAY)
        assert {hit.photo.id: hit.match for hit in answer.hits} == {undated: "maybe", dated: "sure"}, sentence
        assert answer.total_sure == 1
        (reasons,) = [hit.reasons for hit in answer.hits if hit.photo.id == undated]
        assert "1 July 2023, 12:00 (file time)" in [reason.text for reason in reasons]
    assert (await search.search(shelf.owner, "a cat", today=TODAY)).total_sure == 2


async def test_a_name_of_two_words_is_more_than_its_parts(search: Search, shelf: Shelf) -> None:
    dog = await shelf.add(labels={"golden retriever": 0.95}, meaning={"dog": 1})
    snack = await shelf.add(labels={"hotdog": 0.9}, meaning={"dog": 1})
    answer = await search.search(shelf.owner, "a hot dog", today=TODAY)
    assert [(hit.photo.id, hit.match) for hit in answer.hits][:1] == [(snack, "sure")]
    assert (dog, "sure") not in [(hit.photo.id, hit.match) for hit in answer.hits]
    assert {hit.match for hit in (await search.search(shelf.owner, "a dog", today=TODAY)).hits} == {"sure"}


async def test_a_reason_is_told_once(search: Search, shelf: Shelf) -> None:
    await shelf.add(columns={"title": "Wilts & Dorset Bus", "description": " Wilts & Dorset bus."})
    (hit,) = (await search.search(shelf.owner, "dorset", today=TODAY)).hits
    assert [reason.text for reason in hit.reasons if reason.kind == "title"] == ["Wilts & Dorset Bus"]


async def test_what_the_library_knows_is_read_again(
    search: Search, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not (await search.search(shelf.owner, "in Arezzo", today=TODAY)).query.chips
    photo = await shelf.add(place=("Arezzo", "Tuscany", "Italy"))
    monkeypatch.setattr("calotype.features.search.asking._KNOWN_FOR_S", -1.0)
    await search.search(shelf.owner, "in Arezzo", today=TODAY)  # this one is answered from what was known
    await asyncio.gather(*search._asker._refreshing.values())
    assert await ask(search, shelf, "in Arezzo") == [photo]
    await asyncio.gather(*search._asker._refreshing.values())
    monkeypatch.setattr("calotype.features.search.asking._KNOWN_AT_MOST_S", -1.0)
    await shelf.add(place=("Lucca", "Tuscany", "Italy"))
    assert (await search.search(shelf.owner, "in Lucca", today=TODAY)).query.chips
