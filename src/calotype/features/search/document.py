"""What search knows of a photo: weighted words, scope lexemes, and terms for the lexicon. Pure.

Weights: A what a person or the file says, and labels that are sure; B their wider words, the description, the place;
C text in the picture; D doubtful labels, file names. Scope lexemes hold a colon, which no word does:

    o:<owner>  y:2023  m:2023-07  mo:07  w:5  h:14      whose, and when (w: weekday, 0 Monday)
    p:<name>  ca:<make model>                          place, region or country; camera (folded)
    k:raw  k:jpeg  k:screenshot  k:live  k:animated     kind of file
    s:portrait  s:landscape  s:square  s:panorama       format
    c:red  b:blue  t:night                             colour of the thing, of what is behind it, tone
    f:0 f:1 f:2 f:3 (or more)                           faces
    fav                                                favourite
"""

import base64
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from uuid import UUID

from calotype.features.photos import SCREENSHOT_NAME
from calotype.features.search.colours import colour_lexemes
from calotype.features.search.corrections import Corrections, correct_labels
from calotype.features.search.sentence.words import FILLERS, fold, split_words, word_set
from calotype.features.search.thesaurus import names_of
from calotype.media.sniff import MediaType

SURE_LABEL = 0.3  # from here on a label counts like a tag
MOST_TEXT_WORDS = 120  # of the text in a picture; a page of a book says no more with more
MOST_TERMS = 60
LONGEST_WORD = 40
MOST_FACES = 3  # counted; more are a group
LONG_LENS_MM = 90  # in 35 mm terms
_NAME_PARTS = re.compile(r"[^\W\d_]{3,}")
_CAMERA_WORDS = word_set(
    "img dsc dscn dscf pxl mvimg imgp sam vid pict photo image picture jpg jpeg png heic gif tif tiff webp dng copy "
    "edited screenshot whatsapp signal telegram burst cover portrait night original export unnamed fullsizerender"
)
_SCREENSHOT = re.compile(SCREENSHOT_NAME, re.IGNORECASE)


@dataclass(frozen=True)
class PhotoFacts:
    """The facts that go into the index; `None` where nothing is known."""

    owner_id: UUID
    taken_local: datetime
    width: int | None
    height: int | None
    media_type: int
    is_favourite: bool
    is_animated: bool
    is_live: bool
    file_name: str
    title: str | None
    description: str | None
    tags: Sequence[str]
    keywords: Sequence[str]
    albums: Sequence[str]
    make: str | None
    model: str | None
    place: str | None
    region: str | None
    country: str | None
    colours: bytes | None
    focal_35mm: float | None
    label_names: Sequence[str] | None
    label_scores: Sequence[float] | None
    text: str | None
    faces: int | None
    own_place: str | None = None
    said_labels: Sequence[str] = ()
    rejected_labels: Sequence[str] = ()
    learned_labels: Sequence[str] = ()
    learned_scores: Sequence[float] = ()


@dataclass(frozen=True)
class Document:
    """`weighted` are words by weight A, B, C, D; `terms` are (kind, term) for the lexicon, sorted."""

    weighted: tuple[str, str, str, str]
    scopes: tuple[str, ...]
    terms: tuple[tuple[str, str], ...]


def owner_lexeme(owner_id: UUID) -> str:
    """Return the scope lexeme of an owner: 48 bits of the id, which narrows the index; the column decides."""
    return "o:" + base64.b32encode(owner_id.bytes[-6:]).decode().rstrip("=").lower()


def camera_name(make: str | None, model: str | None) -> str | None:
    """Return the folded "make model" of a camera, the make once, without the company's suffixes."""
    first = split_words(make or "")
    first = first[:1] if len(first) > 1 else first
    rest = [word for word in split_words(model or "") if word not in first]
    return " ".join((*first, *rest)) or None


def place_name(name: str) -> str:
    """Return a place's name as the scope lexeme and the lexicon hold it."""
    return " ".join(split_words(name))


def build_document(facts: PhotoFacts) -> Document:
    """Turn the facts of a photo into what is indexed."""
    sure, doubtful = _labels(facts)
    of_sure = [names_of(label) for label in sure]
    wider = [name for names in of_sure for name in (*names.synonyms, *names.everyday, *names.parents)]
    faint = [name for names in of_sure for name in names.companions]
    faint += [name for label in doubtful for name in (*names_of(label).everyday, *names_of(label).parents[:1])]
    said = (facts.title or "", *facts.tags, *facts.keywords, *facts.albums)
    places = [name for name in (facts.own_place, facts.place, facts.region, facts.country) if name]
    text, file_words = _text_words(facts), _file_words(facts)
    weighted = (
        _words(chain(said, sure)),
        _words(chain(wider, (facts.description or "",), places)),
        _words(text),
        _words(chain(doubtful, faint, file_words)),
    )
    return Document(weighted, tuple(_scopes(facts)), tuple(sorted(set(_terms(facts, sure, text, file_words)))))


def list_terms(facts: PhotoFacts) -> frozenset[tuple[str, str]]:
    """Return the terms of `build_document` alone, which cost little."""
    return frozenset(_terms(facts, _labels(facts)[0], _text_words(facts), _file_words(facts)))


def _text_words(facts: PhotoFacts) -> list[str]:
    return split_words(facts.text or "")[:MOST_TEXT_WORDS]


def _file_words(facts: PhotoFacts) -> list[str]:
    return [word for word in _NAME_PARTS.findall(fold(facts.file_name)) if word not in _CAMERA_WORDS]


def _labels(facts: PhotoFacts) -> tuple[list[str], list[str]]:
    corrections = Corrections(facts.said_labels, facts.rejected_labels, facts.learned_labels, facts.learned_scores)
    pairs = list(zip(*correct_labels(facts.label_names, facts.label_scores, corrections), strict=True))
    sure = [fold(name) for name, score in pairs if score >= SURE_LABEL]
    return sure, [fold(name) for name, score in pairs if score < SURE_LABEL]


def _words(parts: Iterable[str]) -> str:
    """Return the words of the parts, each once: a second position of a word only costs room."""
    words = dict.fromkeys(word for part in parts for word in split_words(part) if len(word) <= LONGEST_WORD)
    return " ".join(words)


def _scopes(facts: PhotoFacts) -> Iterator[str]:
    taken = facts.taken_local
    yield owner_lexeme(facts.owner_id)
    yield from (f"y:{taken.year}", f"m:{taken.year}-{taken.month:02d}", f"mo:{taken.month:02d}")
    yield from (f"w:{taken.weekday()}", f"h:{taken.hour:02d}")
    yield from (f"p:{name}" for name in _place_names(facts))
    if camera := camera_name(facts.make, facts.model):
        yield f"ca:{camera}"
    yield from _kinds(facts)
    if facts.is_favourite:
        yield "fav"
    if facts.faces is not None:
        yield f"f:{min(facts.faces, MOST_FACES)}"
    if facts.colours:
        yield from colour_lexemes(facts.colours)
    # A long lens alone does not make a close-up, but no other sign is in the file.
    if facts.focal_35mm and facts.focal_35mm >= LONG_LENS_MM:
        yield "t:close_up"


def _place_names(facts: PhotoFacts) -> list[str]:
    names = (place_name(name or "") for name in (facts.own_place, facts.place, facts.region, facts.country))
    return [name for name in dict.fromkeys(names) if name]


def _kinds(facts: PhotoFacts) -> Iterator[str]:
    kind = MediaType(facts.media_type)
    if kind.is_raw:
        yield "k:raw"
    yield f"k:{kind.name.lower()}"
    if _SCREENSHOT.search(facts.file_name):
        yield "k:screenshot"
    if facts.is_animated:
        yield "k:animated"
    if facts.is_live:
        yield "k:live"
    if facts.width and facts.height:
        ratio = facts.width / facts.height
        if 0.97 <= ratio <= 1.03:
            yield "s:square"
        else:
            yield "s:landscape" if ratio > 1 else "s:portrait"
        if ratio >= 2 or ratio <= 0.5:
            yield "s:panorama"


def _terms(facts: PhotoFacts, sure: list[str], text: list[str], file_words: list[str]) -> Iterator[tuple[str, str]]:
    yield from (("label", label) for label in sure)
    for kind, names in (("tag", (*facts.tags, *facts.keywords)), ("album", facts.albums)):
        yield from ((kind, name) for name in (" ".join(split_words(name)) for name in names) if name)
    yield from (("place", name) for name in _place_names(facts))
    if camera := camera_name(facts.make, facts.model):
        yield "camera", camera
    said = split_words(" ".join((facts.title or "", facts.description or "")))
    for kind, words in (("title", said), ("text", text), ("file", file_words)):
        speaking = [word for word in dict.fromkeys(words) if 3 <= len(word) <= LONGEST_WORD and word not in FILLERS]
        yield from ((kind, word) for word in speaking[:MOST_TERMS] if not word.isdigit())
