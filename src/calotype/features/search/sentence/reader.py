"""A sentence in, a `Query` out: the matchers in order, each character claimed once."""

import re
from collections.abc import Callable, Iterator
from datetime import date

from calotype.features.search.sentence.chips import Chip, Preference, Query
from calotype.features.search.sentence.colours import find_colours
from calotype.features.search.sentence.facets import find_facets, find_quotes
from calotype.features.search.sentence.known import Known, Reading
from calotype.features.search.sentence.names import find_cameras, find_places, find_tags
from calotype.features.search.sentence.negations import find_dashed, find_negations, negate
from calotype.features.search.sentence.people import find_people
from calotype.features.search.sentence.times import find_times
from calotype.features.search.sentence.words import content_words, split_words, without_lead

LONGEST_SENTENCE = 500  # characters; what is longer is cut

# Who comes first has the first claim: times before the words for things that they hold, and so on.
_MATCHERS: tuple[Callable[[Reading], Iterator[Chip]], ...] = (
    find_quotes, find_people, find_dashed, find_tags, find_times, find_cameras, find_places, find_negations,
    find_facets, find_colours,
)  # fmt: skip


def parse(sentence: str, known: Known, today: date, dropped: frozenset[str] = frozenset()) -> Query:
    """Take a sentence apart into chips and a rest. Pure; never raises.

    `dropped` are ids of chips that the reader of the answer does not want: their words have no effect at all.
    """
    sentence = sentence[:LONGEST_SENTENCE]
    reading = Reading.of(sentence, known, today)
    claimed: list[Chip] = []
    for matcher in _MATCHERS:
        for chip in matcher(reading):
            turned = negate(chip, reading)
            if turned.start < turned.end and not any(_overlap(turned, other) for other in claimed):
                claimed.append(turned)
    claimed.sort(key=lambda chip: chip.start)
    kept = tuple(chip for chip in claimed if chip.id not in dropped)
    gone = tuple(chip for chip in claimed if chip.id in dropped)
    rest = _gaps(sentence, claimed)
    words = _join(sentence, rest)
    speaking = [(chip.start, chip.end) for chip in kept if chip.keeps_words]
    meaning = without_lead(_join(sentence, sorted((*rest, *speaking))))
    content = _content(rest, kept, sentence)
    return Query(sentence, kept, gone, tuple(rest), words, meaning, tuple(content), tuple(content.values()))


def _overlap(one: Chip, other: Chip) -> bool:
    return one.start < other.end and other.start < one.end


def _gaps(sentence: str, claimed: list[Chip]) -> list[tuple[int, int]]:
    gaps, at = [], 0
    for chip in claimed:
        if chip.start > at:
            gaps.append((at, chip.start))
        at = chip.end
    if at < len(sentence):
        gaps.append((at, len(sentence)))
    return gaps


def _join(sentence: str, spans: list[tuple[int, int]]) -> str:
    return re.sub(r"\s+", " ", " ".join(sentence[start:end] for start, end in spans)).strip(" ,;.!?")


def _content(rest: list[tuple[int, int]], kept: tuple[Chip, ...], sentence: str) -> dict[str, Preference | None]:
    """Return the words to look up, and the preference that each speaks for: those of the rest speak for none.

    Colours are looked at, not looked up.
    """
    spoken: dict[str, Preference | None] = dict.fromkeys(content_words(without_lead(_join(sentence, rest))))
    for chip in kept:
        if chip.keeps_words and chip.kind != "colour" and isinstance(chip.effect, Preference):
            for word in content_words(chip.text):
                spoken.setdefault(word, chip.effect)
    # in the order of the sentence
    place = {word: at for at, word in reversed(list(enumerate(split_words(sentence))))}
    return dict(sorted(spoken.items(), key=lambda pair: place.get(pair[0], len(place))))
