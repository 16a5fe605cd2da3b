"""What search knows of a photo."""

from datetime import datetime
from uuid import UUID

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from calotype.features.search import colours
from calotype.features.search.document import Document, PhotoFacts, build_document, camera_name, owner_lexeme
from calotype.features.search.palettes import read_palettes
from calotype.features.search.thesaurus import EVERYDAY, all_label_words, names_of
from calotype.media import colours as media_colours

OWNER = UUID("01912345-6789-7abc-8def-0123456789ab")


def document_of(**facts: object) -> Document:
    values: dict[str, object] = {
        "owner_id": OWNER, "taken_local": datetime(2023, 7, 1, 14, 30), "width": 4000, "height": 3000, "media_type": 1,
        "is_favourite": False, "is_animated": False, "is_live": False, "file_name": "IMG_0001.jpg", "title": None,
        "description": None, "tags": (), "keywords": (), "albums": (), "make": None, "model": None, "place": None,
        "region": None, "country": None, "colours": None, "focal_35mm": None, "label_names": None,
        "label_scores": None, "text": None, "faces": None,
    }  # fmt: skip
    return build_document(PhotoFacts(**{**values, **facts}))  # type: ignore[arg-type]


def test_scopes_say_when_where_and_what() -> None:
    document = document_of(
        place="Göteborg", country="Sweden", make="NIKON CORPORATION", model="NIKON D5000", media_type=21, faces=5,
        is_favourite=True, label_names=[], label_scores=[], width=3000, height=4000,
    )  # fmt: skip
    assert set(document.scopes) == {
        owner_lexeme(OWNER), "y:2023", "m:2023-07", "mo:07", "w:5", "h:14", "p:goteborg", "p:sweden", "ca:nikon d5000",
        "k:raw",
        "k:nef", "s:portrait", "fav", "f:3",
    }  # fmt: skip


def test_weights_follow_who_says_it() -> None:
    document = document_of(
        title="Birthday", tags=["Café"], label_names=["golden retriever", "Labrador retriever"],
        label_scores=[0.8, 0.1], text="BEWARE of the dog", file_name="grandma-cake.jpg", description="in the garden",
    )  # fmt: skip
    a, b, c, d = (set(words.split()) for words in document.weighted)
    assert a == {"birthday", "cafe", "golden", "retriever"}
    assert {"dog", "puppy", "animal", "garden"} <= b
    assert c == {"beware", "of", "the", "dog"}
    assert {"labrador", "grandma", "cake"} <= d
    assert ("label", "golden retriever") in document.terms
    assert ("label", "labrador retriever") not in document.terms
    assert list(document.terms) == sorted(document.terms)


def test_names_of_cameras_say_the_make_once() -> None:
    assert camera_name("NIKON CORPORATION", "NIKON D5000") == "nikon d5000"
    assert camera_name("Canon", "Canon EOS 7D") == "canon eos 7d"
    assert camera_name("Apple", "iPhone 4") == "apple iphone 4"
    assert camera_name(None, None) is None


def test_file_names_of_cameras_are_no_words() -> None:
    assert document_of(file_name="IMG_20200102_030405.jpg").weighted[3] == ""
    assert "k:screenshot" in document_of(file_name="Screenshot_2020-01-02.png").scopes


def test_the_column_of_colours_is_read_as_it_is_written() -> None:
    assert (colours.NAMES, colours.REGIONS, colours.TONES) == (
        media_colours.NAMES, media_colours.REGIONS, media_colours.TONES,
    )  # fmt: skip
    picture = np.full((60, 60, 3), (210, 20, 20), np.uint8)
    picture[20:40, 20:40] = (20, 40, 200)
    stored = media_colours.colours(picture).to_bytes()
    assert len(stored) == colours.SIZE_BYTES
    assert {"c:blue", "c:red", "b:red"} <= set(colours.colour_lexemes(stored))
    assert "b:blue" not in colours.colour_lexemes(stored)
    assert "t:night" in colours.colour_lexemes(bytes(colours.SHARES) + bytes([1 << colours.TONES.index("night")]))


def test_what_is_behind_a_thing_is_not_its_colour() -> None:
    picture = np.full((60, 60, 3), (5, 5, 5), np.uint8)
    picture[10:50, 10:50] = (250, 250, 250)
    palettes = read_palettes([media_colours.colours(picture).to_bytes()])
    assert palettes.share("black", "background")[0] > 0.5
    assert palettes.share("black", "object")[0] < 0.1 < palettes.share("white", "object")[0]


def test_the_thesaurus_holds_together() -> None:
    words = all_label_words()
    assert all(label in words for label in EVERYDAY)
    assert "dog" in names_of("Golden Retriever").parents
    assert "snow" in names_of("ski").companions
    assert names_of("no such thing").parents == ()


text = st.text(max_size=60)


@given(title=text, tags=st.lists(text, max_size=4), read=text, file_name=text, place=text)
def test_any_text_makes_a_document(title: str, tags: list[str], read: str, file_name: str, place: str) -> None:
    document = document_of(title=title, tags=tags, text=read, file_name=file_name, place=place)
    for words in document.weighted:
        assert len(words.split()) == len(set(words.split()))
    assert all(term and kind for kind, term in document.terms)
