"""Words that the library does not know, and what was probably meant."""

from collections.abc import Iterable, Sequence
from functools import cache

from rapidfuzz import process
from rapidfuzz.distance import OSA

from calotype.features.search.sentence.names import allowed_typos
from calotype.features.search.stems import stem
from calotype.features.search.thesaurus import all_label_words

_MOST_SPELLINGS = 2
_LONG, _SLIPS_OF_THINGS = 6, 2


@cache
def label_stems() -> frozenset[str]:
    """Return the stems of all words that labels could speak for."""
    return frozenset(stem(word) for word in all_label_words() if " " not in word)


def doubtful_words(content: Sequence[str]) -> list[str]:
    """Return the words that are long enough to be misspelt and that are no names of things."""
    return [word for word in content if word.isalpha() and allowed_typos(word) and stem(word) not in label_stems()]


def correct(doubtful: Sequence[str], terms: Iterable[str], things: Iterable[str] = ()) -> dict[str, tuple[str, ...]]:
    """Return, for each word that is neither in `terms` nor a name of a thing, its nearest spellings (by OSA distance).

    `terms` are terms of the lexicon; a term of several words is several words. A word without a near one is left out.
    `things` are words that the labels of this library speak for: of them a longer word may differ by two.
    """
    seen = sorted({word for word in things if word.isalpha()})
    single = {part for term in terms for part in term.split() if part.isalpha()}
    known_stems = {stem(word) for word in single}
    corrections = {}
    for word in doubtful:
        if stem(word) in known_stems:
            continue
        choices = [other for other in (*single, *_label_words()) if other[0] == word[0] and len(other) > 3]
        found = process.extract(
            word, choices, scorer=OSA.distance, score_cutoff=allowed_typos(word), limit=_MOST_SPELLINGS
        )
        if found:
            closest = min(distance for _, distance, _ in found)
            corrections[word] = tuple(dict.fromkeys(other for other, distance, _ in found if distance == closest))
        elif completions := sorted(
            (other for other in choices if other.startswith(word)), key=lambda one: (len(one), one)
        ):
            corrections[word] = tuple(dict.fromkeys(completions))[:_MOST_SPELLINGS]  # a word that is still being typed
        elif meant := _find_thing(word, seen):
            corrections[word] = (meant,)
    return corrections


def _find_thing(word: str, things: Sequence[str]) -> str | None:
    if len(word) < _LONG:
        return None
    alike = [thing for thing in things if thing[0] == word[0] and len(thing) >= _LONG - 1]
    found = process.extractOne(word, alike, scorer=OSA.distance, score_cutoff=_SLIPS_OF_THINGS)
    return None if found is None else str(found[0])


@cache
def _label_words() -> tuple[str, ...]:
    return tuple(sorted(word for word in all_label_words() if word.isalpha()))
