"""The reader of sentences: what is read, what is left, and that no sentence can break it."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calotype.features.search.query import LONGEST_SENTENCE, Known, Query, parse
from calotype.features.search.sentence.chips import (
    AtPlace,
    ByCamera,
    HasColour,
    HasFaces,
    HasTone,
    HasWords,
    Marked,
    Rated,
    TakenAbout,
    TakenBetween,
    TakenRecurring,
    Without,
)
from calotype.features.search.sentence.words import content_words, fold, split_words

TODAY = date(2021, 7, 15)  # a Thursday
KNOWN = Known(
    places=frozenset({"arezzo", "italy", "paris", "turkey", "orange", "new york"}),
    cameras=("apple iphone 4", "canon eos 7d", "nikon d5000", "nikon e950"),
    tags=frozenset({"holiday"}),
    labels=frozenset({"turkey", "red fox", "cannon", "orange", "dog"}),
)


def read(sentence: str, *dropped: str, known: Known = KNOWN, today: date = TODAY) -> Query:
    return parse(sentence, known, today, frozenset(dropped))


def only_effect(sentence: str) -> object:
    chips = read(sentence).chips
    assert len(chips) == 1, chips
    return chips[0].effect


def day(year: int, month: int, number: int) -> datetime:
    return datetime(year, month, number)


# -- time ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sentence", "start", "end"),
    [
        ("2019", day(2019, 1, 1), day(2020, 1, 1)),
        ("in 2019", day(2019, 1, 1), day(2020, 1, 1)),
        ("2019-05", day(2019, 5, 1), day(2019, 6, 1)),
        ("may 2021", day(2021, 5, 1), day(2021, 6, 1)),
        ("12 May 2019", day(2019, 5, 12), day(2019, 5, 13)),
        ("May 12th, 2019", day(2019, 5, 12), day(2019, 5, 13)),
        ("2019-05-12", day(2019, 5, 12), day(2019, 5, 13)),
        ("12.5.2019", day(2019, 5, 12), day(2019, 5, 13)),
        ("31 february 2019", day(2019, 2, 1), day(2019, 3, 1)),  # no such day: its month
        ("yesterday", day(2021, 7, 14), day(2021, 7, 15)),
        ("the day before yesterday", day(2021, 7, 13), day(2021, 7, 14)),
        ("last week", day(2021, 7, 5), day(2021, 7, 12)),
        ("last weekend", day(2021, 7, 10), day(2021, 7, 12)),
        ("last month", day(2021, 6, 1), day(2021, 7, 1)),
        ("this year", day(2021, 1, 1), day(2022, 1, 1)),
        ("last friday", day(2021, 7, 9), day(2021, 7, 10)),
        ("last thursday", day(2021, 7, 8), day(2021, 7, 9)),  # today is one, and is not meant
        ("last 3 days", day(2021, 7, 12), day(2021, 7, 16)),
        ("3 years ago", day(2018, 1, 1), day(2019, 1, 1)),
        ("a month ago", day(2021, 6, 1), day(2021, 7, 1)),
        ("last summer", day(2020, 6, 1), day(2020, 9, 1)),  # this one has not ended
        ("this summer", day(2021, 6, 1), day(2021, 9, 1)),
        ("last winter", day(2020, 12, 1), day(2021, 3, 1)),
        ("winter 2019", day(2019, 12, 1), day(2020, 3, 1)),
        ("last december", day(2020, 12, 1), day(2021, 1, 1)),
        ("christmas 2019", day(2019, 12, 24), day(2019, 12, 27)),
        ("last christmas", day(2020, 12, 24), day(2020, 12, 27)),
        ("easter 2018", day(2018, 3, 30), day(2018, 4, 3)),
        ("new year 2020", day(2019, 12, 31), day(2020, 1, 2)),
        ("halloween 2020", day(2020, 10, 30), day(2020, 11, 2)),
        ("the 90s", day(1990, 1, 1), day(2000, 1, 1)),
        ("1980s", day(1980, 1, 1), day(1990, 1, 1)),
        ("from 2018 to 2020", day(2018, 1, 1), day(2021, 1, 1)),
        ("2018-2020", day(2018, 1, 1), day(2021, 1, 1)),
        ("between may and july 2020", day(2020, 5, 1), day(2020, 8, 1)),
        ("from 3 may 2020 to 5 may 2020", day(2020, 5, 3), day(2020, 5, 6)),
        ("before 2015", None, day(2015, 1, 1)),
        ("until june 2018", None, day(2018, 7, 1)),
        ("after march 2019", day(2019, 4, 1), None),
        ("since 2020", day(2020, 1, 1), None),
    ],
)
def test_phrases_that_name_a_time(sentence: str, start: datetime | None, end: datetime | None) -> None:
    assert only_effect(sentence) == TakenBetween(((start, end),))
    assert read(sentence).words == ""


def test_an_all_digit_date_is_read_both_ways() -> None:
    assert only_effect("5/6/2019") == TakenBetween(
        ((day(2019, 6, 5), day(2019, 6, 6)), (day(2019, 5, 6), day(2019, 5, 7)))
    )
    assert only_effect("25/6/2019") == TakenBetween(((day(2019, 6, 25), day(2019, 6, 26)),))


def test_seasons_follow_the_hemisphere() -> None:
    southern = Known(southern=True)
    assert read("in winter", known=southern).chips[0].effect == TakenRecurring(months=(6, 7, 8))
    assert read("summer 2019", known=southern).chips[0].effect == TakenBetween(((day(2019, 12, 1), day(2020, 3, 1)),))
    assert read("last summer", known=southern).chips[0].effect == TakenBetween(((day(2020, 12, 1), day(2021, 3, 1)),))


@pytest.mark.parametrize(
    ("sentence", "effect"),
    [
        ("in the morning", TakenRecurring(hours=(5, 6, 7, 8, 9, 10, 11))),
        ("on sundays", TakenRecurring(weekdays=(6,))),
        ("on weekends", TakenRecurring(weekdays=(5, 6))),
        ("in may", TakenRecurring(months=(5,))),
        ("october", TakenRecurring(months=(10,))),
        ("in the autumn", TakenRecurring(months=(9, 10, 11))),
    ],
)
def test_times_that_come_again(sentence: str, effect: TakenRecurring) -> None:
    assert only_effect(sentence) == effect


@pytest.mark.parametrize("sentence", ["autumn leaves", "a carved halloween pumpkin", "christmas tree", "summer dress"])
def test_a_time_that_may_be_a_thing_only_moves_photos_up(sentence: str) -> None:
    query = read(sentence)
    assert not query.filters
    assert [type(effect) for effect in query.preferences] == [TakenAbout]
    assert set(split_words(sentence)) - {"a"} == set(query.content)


@pytest.mark.parametrize("sentence", ["may", "a march", "people fall", "1200 px", "spring onion soup 3kg"])
def test_words_that_are_no_times(sentence: str) -> None:
    assert not any(isinstance(one, TakenBetween | TakenRecurring) for one in read(sentence).filters)


# -- names -----------------------------------------------------------------------------------------------------


def test_places_of_the_library() -> None:
    query = read("dog in Arezzo")
    assert [(chip.effect, chip.label) for chip in query.chips] == [(AtPlace("arezzo"), "Arezzo")]
    assert query.words == "dog"
    assert only_effect("New York") == AtPlace("new york")


def test_a_misspelt_place_needs_a_cue_and_says_what_was_corrected() -> None:
    chip = read("in Arezo").chips[0]
    assert (chip.effect, chip.corrected_from) == (AtPlace("arezzo"), "Arezo")
    assert not read("Arezo").chips


def test_a_place_that_is_also_a_thing_needs_a_cue() -> None:
    assert not read("turkey dinner").chips
    assert only_effect("in turkey") == AtPlace("turkey")


def test_cameras() -> None:
    assert only_effect("nikon") == ByCamera(("nikon d5000", "nikon e950"))
    assert only_effect("taken with my eos 7d") == ByCamera(("canon eos 7d",))
    assert only_effect("with an iphone") == ByCamera(("apple iphone 4",))
    assert not read("apple").chips  # a fruit
    assert not read("an old cannon").chips  # no misspelt Canon
    corrected = read("taken with a nikkon").chips[0]
    assert (corrected.effect, corrected.corrected_from) == (ByCamera(("nikon d5000", "nikon e950")), "nikkon")


def test_ordinary_words_are_no_places_and_no_cameras() -> None:
    known = Known(
        places=frozenset({"rose", "point", "paris"}),
        cameras=("fujifilm instax mini", "red one", "canon zoom"),
        is_ordinary=lambda word: word in {"rose", "paint", "paris", "zoom", "mini"},
    )
    for sentence in ("a white rose", "in paint", "a mini car", "a cat on a red chair", "with a zoom", "paris hilton"):
        kinds = {chip.kind for chip in read(sentence, known=known).chips}
        assert not kinds & {"place", "camera"}, sentence
    for sentence in ("Paris", "in paris", "dinner in Paris", "dinner Paris"):
        assert AtPlace("paris") in read(sentence, known=known).filters, sentence
    assert only_camera("shot on a red one", known) == ("red one",)
    assert only_camera("taken with a mini", known) == ("fujifilm instax mini",)


def only_camera(sentence: str, known: Known) -> tuple[str, ...]:
    (effect,) = read(sentence, known=known).filters
    assert isinstance(effect, ByCamera)
    return effect.names


def test_tags() -> None:
    assert only_effect("#holiday") == HasWords(("holiday",), "A")
    assert only_effect("tagged holiday") == HasWords(("holiday",), "A")


# -- the photo itself ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sentence", "effect"),
    [
        ("raw photos", Marked("k:raw")),
        ("gifs", Marked("k:gif")),
        ("screenshots", Marked("k:screenshot")),
        ("live photos", Marked("k:live")),
        ("animated", Marked("k:animated")),
        ("portrait format", Marked("s:portrait")),
        ("vertical photos", Marked("s:portrait")),
        ("in landscape format", Marked("s:landscape")),
        ("square photos", Marked("s:square")),
        ("panoramas", Marked("s:panorama")),
        ("my favourites", Marked("fav")),
        ("5 stars", Rated(5, 5)),
        ("at least 4 stars", Rated(4, 5)),
        ("three stars or more", Rated(3, 5)),
        ("at night", HasTone("night")),
        ("in black and white", HasTone("black_and_white")),
        ("two people", HasFaces(2, 2)),
        ("group photo", HasFaces(3, None)),
        ("a portrait", HasFaces(1, 2, large=True)),
        ("selfie", HasFaces(1, 4, large=True)),
        ('"exit only"', HasWords(("exit", "only"), "C")),
    ],
)
def test_what_is_said_of_the_photo(sentence: str, effect: object) -> None:
    assert only_effect(sentence) == effect


@pytest.mark.parametrize("sentence", ["raw fish", "town square", "a landscape", "five star hotel"])
def test_words_that_are_no_facts_of_the_photo(sentence: str) -> None:
    assert not read(sentence).chips


@pytest.mark.parametrize(
    ("sentence", "wanted"),
    [
        ("a red bus", [("red", "object")]),
        ("a pug on a yellow background", [("yellow", "background")]),
        ("house under a blue sky", [("blue", "background")]),
        ("moon in a black sky", [("black", "background")]),
        ("a woman in red", [("red", "object")]),
        ("a cat on a red armchair", [("red", "object")]),
        ("black and white cat", [("black", "object"), ("white", "object")]),
        ("turquoise door", [("blue", "object")]),
        ("red fox", []),  # a name
    ],
)
def test_colours_and_what_they_are_said_of(sentence: str, wanted: list[tuple[str, str]]) -> None:
    found = [one for one in read(sentence).preferences if isinstance(one, HasColour)]
    assert [(one.colour, one.region) for one in found] == wanted


def test_colours_stay_in_what_is_embedded_and_leave_what_is_looked_up() -> None:
    query = read("photos of a red bus")
    assert query.meaning == "a red bus"
    assert query.content == ("bus",)


# -- negation --------------------------------------------------------------------------------------------------


def test_negations() -> None:
    assert only_effect("-snow") == Without((HasWords(("snow",), "AB"),))
    assert only_effect("no cars") == Without((HasWords(("cars",), "AB"),))
    assert only_effect("no cars or trucks") == Without((HasWords(("cars",), "AB"), HasWords(("trucks",), "AB")))
    assert only_effect("not at night") == Without((Marked("t:night"),))
    assert only_effect("not in 2019") == Without((TakenBetween(((day(2019, 1, 1), day(2020, 1, 1)),)),))
    assert only_effect("not black and white") == Without((Marked("t:black_and_white"),))
    without_black = Without((Marked("c:black"), HasWords(("black",), "AB")))
    for sentence in ("-black", "without black", "not black", "no black", "excluding black", "without a black"):
        assert only_effect(sentence) == without_black, sentence
        assert read(f"cat {sentence}").content == ("cat",)
    assert only_effect("without a black background") == Without((Marked("b:black"),))
    people = only_effect("without people")
    assert isinstance(people, Without)
    assert Marked("f:1") in people.effects
    assert only_effect("nobody") == people


@pytest.mark.parametrize("sentence", ["no smoking", "NO LITTER", "t-shirt", "well-known"])
def test_what_only_looks_like_a_negation(sentence: str) -> None:
    assert not read(sentence).chips


# -- dropping and keeping --------------------------------------------------------------------------------------


def test_a_dropped_chip_has_no_effect_at_all() -> None:
    query = read("casino at night in 2019", "tone:night")
    assert [chip.kind for chip in query.chips] == ["time"]
    assert [chip.text for chip in query.dropped] == ["at night"]
    assert query.content == ("casino",)
    assert query.meaning == "casino"


def test_a_dropped_chip_takes_its_kept_words_along() -> None:
    query = read("people on a boat", "faces:1-")
    assert query.content == ("boat",)
    assert "people" not in query.meaning


_PHRASES = (
    "dog", "on the beach", "in 2019", "last summer", "at night", "without people", "-snow",
    "a red bus", "in Arezzo",
    "two people", '"exit"', "nikon", "raw photos", "from 2018 to 2020", "christmas",
    "5 stars", "not", "no", "in", "the",
    "black and white", "on a yellow background", "#holiday", "portrait", "3 days ago", "may", "-",
    "'", '"', "2019-13-45", "yesterday", "last night", "this month", "last month", "last week", "this weekend",
    "last christmas", "new year", "at easter", "last friday", "last 999 years", "999 years ago", "999 months ago",
    "this december", "this winter", "a week ago", "last year", "this year",
)  # fmt: skip
sentences = st.one_of(st.text(max_size=80), st.lists(st.sampled_from(_PHRASES), max_size=8).map(" ".join))
days = st.one_of(st.dates(), st.sampled_from((date.min, date.max, date(1, 12, 31), date(9999, 1, 1))))


@given(sentences, days, st.booleans())
def test_every_character_lies_in_one_chip_or_in_the_rest(sentence: str, today: date, southern: bool) -> None:
    query = parse(sentence, Known(places=KNOWN.places, cameras=KNOWN.cameras, southern=southern), today)
    spans = sorted([*query.rest, *((chip.start, chip.end) for chip in query.chips)])
    assert query.sentence == sentence[:LONGEST_SENTENCE]
    assert [at for start, end in spans for at in range(start, end)] == list(range(len(query.sentence)))
    assert all(chip.text == sentence[chip.start : chip.end] and chip.label and chip.id for chip in query.chips)


@given(sentences, st.data())
def test_dropping_a_chip_removes_its_effect_and_nothing_else(sentence: str, data: st.DataObject) -> None:
    before = read(sentence)
    if not before.chips:
        return
    gone = data.draw(st.sampled_from(sorted({chip.id for chip in before.chips})))
    after = read(sentence, gone)
    assert after.chips == tuple(chip for chip in before.chips if chip.id != gone)
    assert after.rest == before.rest
    assert set(after.content) <= set(before.content)
    kept = {word for chip in after.chips for word in split_words(chip.text)} | set(split_words(after.words))
    assert set(content_words(after.meaning)) <= kept


@given(sentences)
def test_ranges_begin_before_they_end(sentence: str) -> None:
    for effect in read(sentence).filters:
        if isinstance(effect, TakenBetween):
            assert effect.ranges
            for start, end in effect.ranges:
                assert start is None or end is None or start < end
                assert start is not None or end is not None


@given(st.text())
def test_folding_keeps_every_position(text: str) -> None:
    assert len(fold(text)) == len(text)
    assert fold(fold(text)) == fold(text)


def test_folding_drops_accents_and_case() -> None:
    assert fold("Café ÉLAN Ångström") == "cafe elan angstrom"


@given(st.dates(min_value=date(1990, 1, 1), max_value=date(2100, 1, 1)))
def test_the_past_is_not_in_the_future(today: date) -> None:
    for phrase in (
        "yesterday",
        "last week",
        "last month",
        "last summer",
        "last winter",
        "last christmas",
        "last friday",
    ):
        effect = read(phrase, today=today).chips[0].effect
        assert isinstance(effect, TakenBetween)
        end = effect.ranges[0][1]
        assert end is not None
        assert end <= datetime.combine(today, datetime.min.time()) + timedelta(days=0)
