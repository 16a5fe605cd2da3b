"""How well photos answer a question, evidence by evidence. Pure; arrays over all candidates at once.

Each kind of evidence is a number per photo, in the manner of log odds: what is added up are reasons for and against.
The weights were set on 204 captions of test photos, in two halves, and not on the questions that the project is
measured with; changing one of them by a half moves the result by less than the noise.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import OSA

from calotype.features.search import looks
from calotype.features.search.document import SURE_LABEL
from calotype.features.search.looks import Flags, Numbers
from calotype.features.search.palettes import read_palettes
from calotype.features.search.query import Query
from calotype.features.search.schemas import Candidate
from calotype.features.search.sentence.chips import TakenAbout
from calotype.features.search.sentence.names import allowed_typos
from calotype.features.search.sentence.words import split_words
from calotype.features.search.spelling import label_stems
from calotype.features.search.stems import stem
from calotype.features.search.thesaurus import all_label_words, names_of

LIKENESS = 15.0  # per unit of cosine
NO_LIKENESS = 0.3  # the cosine of unrelated pairs (median); also of a photo without a vector
LABEL = 0.5
COLOUR = 1.0
FACES = 1.0
TONE = 1.0
SAID = 1.0  # per unit of rarity: what a person or the file says
TEXT = 1.1
ELSEWHERE = 0.5  # the description, the place, the album
FILE_NAME = 0.4
ABOUT = 0.7

_PLAUSIBLE_LABEL, _ABSENT_LABEL = 0.1, 0.05
_PARENT = 0.7  # a wider word ("animal" for a cat) says less than the name
_PART = 0.5  # and so does a part of a name of two words ("dog" for a hot dog)
_FLOOR = 0.02
_USUAL = 0.01
_LONGEST_RARITY = 6.0
_TEXT_LENGTH, _LENGTH_SHARE, _SATURATION = 12.0, 0.6, 1.2  # BM25 (Robertson and Zaragoza, 2009), k1 and b
_PHRASE = 2.0


@dataclass(frozen=True)
class Evidence:
    """Numbers per candidate, by kind, and what is needed to tell the reasons."""

    likeness: Numbers
    labels: Numbers
    colours: Numbers
    faces: Numbers
    tones: Numbers
    said: Numbers
    text: Numbers
    elsewhere: Numbers
    file_name: Numbers
    about: Numbers
    coverage: Numbers  # share of the content words that are found as words, 0..1
    missing: Numbers  # share of the content words that name a thing which no label of the photo speaks for, 0..1
    is_apart: Flags  # of a name of two words ("hot dog") only a part is found
    is_certain: Flags  # every content word is found where it is as good as said
    corrected: Numbers  # share of the content words that a label names which a person gave, 0..1
    is_met: Flags  # there are preferences, and all of them are met

    def total(self) -> Numbers:
        """Return the sum of all evidence."""
        return (
            LIKENESS * (self.likeness - NO_LIKENESS) + LABEL * self.labels + COLOUR * self.colours + FACES * self.faces
            + TONE * self.tones + ABOUT * self.about
            + self.coverage  # one word of five says little
            * (SAID * self.said + TEXT * self.text + ELSEWHERE * self.elsewhere + FILE_NAME * self.file_name)
        )  # fmt: skip


@dataclass(frozen=True)
class Words:
    """The content words of a question: as typed (folded) and in other spellings, their stems, and how rare each is."""

    typed: tuple[str, ...]
    stems: tuple[frozenset[str], ...]


def read_words(content: Sequence[str], corrections: dict[str, tuple[str, ...]]) -> Words:
    """Stem the words; a misspelt one stands for what it was corrected to as well."""
    stems = tuple(
        frozenset(part for spelling in (word, *corrections.get(word, ())) for part in _parts(spelling))
        for word in content
    )
    return Words(tuple(content), stems)


def _parts(word: str) -> list[str]:
    """Return the stems of the parts of a word; one with a number ("747-400", "2023-99") is not meant in parts."""
    parts = re.findall(r"[^\W_]+", word)
    return [word] if _is_numbered(parts) else [stem(part) for part in parts]


def _is_numbered(parts: Sequence[str]) -> bool:
    return len(parts) > 1 and any(part.isdigit() for part in parts)


@lru_cache(maxsize=16384)
def stems_of(text: str) -> tuple[str, ...]:
    """Return the stems of the words of a text, in order, numbered ones whole as well ("747-400")."""
    words = split_words(text)
    parts = [stem(part) for word in words for part in re.findall(r"[^\W_]+", word)]
    return (*parts, *(word for word in words if _is_numbered(re.findall(r"[^\W_]+", word))))


@lru_cache(maxsize=4096)
def _names_stems(label: str) -> tuple[frozenset[str], frozenset[str]]:
    names = names_of(label)
    own = frozenset(
        part for name in (label, *names.synonyms, *names.everyday, *names.companions) for part in stems_of(name)
    )
    return own, frozenset(part for name in names.parents for part in stems_of(name)) - own


def label_share(label: str, word: frozenset[str]) -> float:
    """Return how much a label speaks for a word: 1 by its name, less by a wider word, 0 not at all."""
    own, wider = _names_stems(label)
    return 1.0 if word & own else _PARENT if word & wider else 0.0


def weigh(query: Query, words: Words, candidates: Sequence[Candidate], photos: int) -> Evidence:
    """Weigh all evidence for the candidates; `photos` is the size of the library, for the rarity of words."""
    count = len(candidates)
    palettes = read_palettes([one.colours for one in candidates])
    said, found_said = _in_fields(
        [(*one.tags, *one.keywords, one.title or "", *one.said_labels) for one in candidates], words, photos
    )
    elsewhere, found_elsewhere = _in_fields(
        [
            (one.description or "", *one.albums, one.place or "", one.region or "", one.country or "")
            for one in candidates
        ],
        words, photos,
    )  # fmt: skip
    file_name, found_name = _in_fields([(one.file_name.rpartition(".")[0],) for one in candidates], words, photos)
    text, found_text = _in_text(query, words, candidates, photos)
    pairs = _name_pairs(query, words)
    labels, shares = _in_labels(words, pairs, candidates)
    met = {one: looks.meets(one, palettes, candidates) for one in query.preferences}
    spoken = np.zeros_like(found_said)
    for column, preference in enumerate(query.spoken_by):
        if preference is not None:
            spoken[:, column] = met[preference]
    certain = found_said | found_elsewhere | found_text | spoken | (shares >= SURE_LABEL)
    apart = [~(certain[:, at] & certain[:, at + 1]) for at in pairs]
    found = certain | found_name | (shares >= _PLAUSIBLE_LABEL)
    about = [flags for one, flags in met.items() if isinstance(one, TakenAbout)]
    return Evidence(
        np.array([NO_LIKENESS if one.likeness is None else one.likeness for one in candidates]),
        labels, looks.weigh_colours(query.preferences, palettes), looks.weigh_faces(query.preferences, candidates),
        looks.weigh_tones(query.preferences, palettes, candidates), said, text, elsewhere, file_name,
        np.sum(about, axis=0, dtype=np.float64) if about else np.zeros(count),
        found.mean(axis=1) if words.typed else np.zeros(count),
        np.mean((shares < _ABSENT_LABEL) & _nameable(words), axis=1) if words.typed else np.zeros(count),
        np.any(apart, axis=0) if apart else np.zeros(count, bool),
        np.asarray(certain.all(axis=1)) if words.typed else np.zeros(count, bool),
        _in_said_labels(words, candidates),
        np.asarray(np.array([*met.values()]).all(axis=0)) if met else np.zeros(count, bool),
    )  # fmt: skip


def _in_said_labels(words: Words, candidates: Sequence[Candidate]) -> Numbers:
    """Return the share of the words that a label names which a person gave: (n,)."""
    shares = np.zeros(len(candidates))
    for row, one in enumerate(candidates):
        stems = {part for label in one.said_labels for part in stems_of(label)}
        if stems and words.stems:
            shares[row] = sum(bool(word & stems) for word in words.stems) / len(words.stems)
    return shares


def _name_pairs(query: Query, words: Words) -> list[int]:
    """Return the columns at which a name of two words begins: "hot dog" is no dog that is hot."""
    said = " ".join(split_words(query.meaning))
    pairs = (f"{one} {other}" for one, other in pairwise(words.typed))
    return [at for at, pair in enumerate(pairs) if pair in all_label_words() and f" {pair} " in f" {said} "]


def _bears(label: str, one: frozenset[str], other: frozenset[str]) -> bool:
    """Say whether one of the label's names holds the two words together."""
    names = names_of(label)
    stems = (stems_of(name) for name in (label, *names.synonyms, *names.parents))
    return any(a in one and b in other for name in stems for a, b in pairwise(name))


def _nameable(words: Words) -> Flags:
    """Return which words a label could speak for: a thing that is in no label is probably not in the picture."""
    return np.array([bool(word & label_stems()) for word in words.stems], bool)


def _rarity(found: Flags, photos: int) -> Numbers:
    """Return how much each word says, the fewer photos have it the more: (words,)."""
    having = found.sum(axis=0)
    return np.asarray(np.minimum(np.log(1 + max(photos, len(found)) / (having + 1.0)), _LONGEST_RARITY))


def _in_fields(fields: Sequence[tuple[str, ...]], words: Words, photos: int) -> tuple[Numbers, Flags]:
    found = np.zeros((len(fields), len(words.typed)), bool)
    for row, texts in enumerate(fields):
        stems = {one for text in texts if text for one in stems_of(text)}
        if stems:
            found[row] = [bool(word & stems) for word in words.stems]
    return np.asarray(found @ _rarity(found, photos)), found


def _in_text(query: Query, words: Words, candidates: Sequence[Candidate], photos: int) -> tuple[Numbers, Flags]:
    """Words read in the picture; one that is all of the text says more than one of many (BM25). Slips are forgiven."""
    matches = np.zeros((len(candidates), len(words.typed)))
    phrase = " ".join(split_words(query.words))
    whole = np.zeros(len(candidates))
    for row, one in enumerate(candidates):
        if not one.text:
            continue
        read = split_words(one.text)
        stems = set(stems_of(one.text))
        scale = 1 / (1 + _SATURATION * (1 - _LENGTH_SHARE + _LENGTH_SHARE * len(read) / _TEXT_LENGTH))
        for column, word in enumerate(words.stems):
            if word & stems:
                matches[row, column] = (1 + _SATURATION) * scale
            elif _is_misread(words.typed[column], read):
                matches[row, column] = 0.7 * (1 + _SATURATION) * scale
        if len(phrase) > 3 and phrase in " ".join(read):
            whole[row] = _PHRASE
    found = matches > 0
    return matches @ _rarity(found, photos) + whole, found


def _is_misread(word: str, read: Sequence[str]) -> bool:
    slips = allowed_typos(word)
    return bool(slips) and process.extractOne(word, read, scorer=OSA.distance, score_cutoff=slips) is not None


def _in_labels(words: Words, pairs: Sequence[int], candidates: Sequence[Candidate]) -> tuple[Numbers, Numbers]:
    """Words that name a label or a wider word of it: log odds of the summed confidence against the usual one.

    A label that speaks for a part of a name of two words only says less.
    """
    shares = np.zeros((len(candidates), len(words.typed)))
    speaking: dict[str, list[tuple[int, float]]] = {}  # label -> the words it speaks for
    for row, one in enumerate(candidates):
        for name, score in zip(one.label_names or (), one.label_scores or (), strict=True):
            if name not in speaking:
                parts = ((column, label_share(name, word)) for column, word in enumerate(words.stems))
                apart = {at + step for at in pairs if not _bears(name, *words.stems[at : at + 2]) for step in (0, 1)}
                speaking[name] = [(at, share * (_PART if at in apart else 1)) for at, share in parts if share]
            for column, share in speaking[name]:
                shares[row, column] += score * share
    in_vocabulary = shares.any(axis=0)
    odds = np.log((np.minimum(shares, 1) + _FLOOR) / (_USUAL + _FLOOR))
    return np.asarray((odds * in_vocabulary).sum(axis=1)), shares
