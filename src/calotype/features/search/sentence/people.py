"""The people of a library: "Anna and Ben at the beach", "only Anna", "Anna without Ben".

A name is a person's whole name or, where it is written alone, the first word of it. A name that is also a thing, a
colour or a time ("Rose", "May") counts where it is written as a name, after a word like "with", or alone.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from uuid import UUID

from calotype.features.search.sentence.chips import Chip, NobodyElse, ShowsPerson, Without
from calotype.features.search.sentence.colours import NAMES as COLOUR_NAMES
from calotype.features.search.sentence.known import KnownPerson, Reading
from calotype.features.search.sentence.words import FILLERS, WORD, fold, split_words, word_set

_LONGEST_NAME = 4  # words
_WITH = re.compile(r"(?:(?:together\s+)?with|and|&|of|by|from|showing|only|just|plus|,)\s*(?:,\s*)?(?:and\s+)?$")
_NOT = re.compile(r"(?:(?<![\w-])(?:(?:but|and)\s+)?(?:without|not|no|except|excluding)\s+|(?:(?<=\s)|^)-)$")
_OR = re.compile(r"^\s*(?:,|or|nor|and)\s+(?:or\s+|nor\s+|and\s+)?$")
_IN = re.compile(r"(?:in|at|near|around|since|before|after|during|last|next|this|every)\s+$")
_DIGIT = re.compile(r"^\s+\d")
_ONLY = re.compile(
    r"(?<![\w-])(?:(?:only|just|nobody\s+but|no\s+one\s+but)(?=\s)|"
    r"(?:all\s+)?alone|(?:and\s+)?(?:nobody|no\s+one)\s+else|(?:on|by)\s+(?:her|his|their)\s+own|by\s+(?:her|him)self)"
)
_TIMES = word_set(
    "january february march april may june july august september october november december jan feb mar apr jun jul aug "
    "sep sept oct nov dec monday tuesday wednesday thursday friday saturday sunday spring summer autumn fall winter "
    "christmas easter noel"
)


@dataclass(frozen=True)
class _Name:
    start: int
    end: int
    ids: tuple[UUID, ...]
    title: str


def know_people(named: Sequence[tuple[UUID, str]]) -> dict[str, KnownPerson]:
    """Return who a folded name may mean, from (id, name): whole names, and first names of those who have another."""
    ids: dict[str, list[UUID]] = {}
    titles: dict[str, str] = {}
    for person_id, name in named:
        whole = " ".join(split_words(name))
        for key, title in ((whole, name), (whole.partition(" ")[0], name.split()[0] if name.split() else name)):
            if key and person_id not in ids.setdefault(key, []):
                ids[key].append(person_id)
                titles.setdefault(key, title)
    return {key: KnownPerson(tuple(found), titles[key]) for key, found in ids.items()}


def named_like(people: Mapping[str, KnownPerson], *prefixes: str) -> list[KnownPerson]:
    """Return the people whose name begins with one of the folded prefixes, by name, each once."""
    found = {person.ids: person for key, person in sorted(people.items()) if key.startswith(prefixes)}
    return sorted(found.values(), key=lambda person: (fold(person.title), person.ids))


def find_people(reading: Reading) -> Iterator[Chip]:
    """Yield a chip for each person that is named, and one for "only"."""
    wanted: list[UUID] = []
    last_negated: _Name | None = None
    for name in _names(reading):
        lead = _NOT.search(reading.folded[: name.start])
        continues = last_negated is not None and _OR.match(reading.folded[last_negated.end : name.start])
        if lead or continues:
            start = lead.start() if lead else last_negated.end  # type: ignore[union-attr]
            last_negated = name
            yield _chip(reading, "not:person", (start, name.end), f"without {name.title}", name, negated=True)
            continue
        last_negated = None
        wanted += name.ids
        joined = _WITH.search(reading.folded[: name.start])
        start = joined.start() if joined and "only" not in joined[0] and "just" not in joined[0] else name.start
        yield _chip(reading, "person", (start, name.end), name.title, name, negated=False)
    only = _ONLY.search(reading.folded) if wanted else None
    if only is not None:
        effect = NobodyElse(tuple(dict.fromkeys(wanted)))
        yield reading.chip("people:only", "person", only.span(), "nobody else", effect)


def _chip(reading: Reading, kind: str, span: tuple[int, int], label: str, name: _Name, *, negated: bool) -> Chip:
    shows = ShowsPerson(name.ids)
    identity = f"{kind}:{'+'.join(sorted(str(one) for one in name.ids))}"
    if negated:
        return reading.chip(identity, "negation", span, label, Without((shows,)))
    return reading.chip(identity, "person", span, label, shows)


def _names(reading: Reading) -> Iterator[_Name]:
    """Yield the names that stand in the sentence, in order, the longest reading of each."""
    people = reading.known.people
    if not people:
        return
    words = [match.span() for match in WORD.finditer(reading.folded)]
    at = 0
    while at < len(words):
        found = next((name for name in _readings(reading, words[at:]) if name is not None), None)
        if found is not None:
            yield found
            at += sum(1 for start, _ in words[at:] if start < found.end)
        else:
            at += 1


def _readings(reading: Reading, words: list[tuple[int, int]]) -> Iterator[_Name | None]:
    """Yield what the words at the front may be the name of, the longest run first."""
    for length in range(min(_LONGEST_NAME, len(words)), 0, -1):
        part = words[:length]
        if any(reading.folded[a[1] : b[0]].strip() for a, b in pairwise(part)):
            continue
        start, end = part[0][0], part[-1][1]
        text = " ".join(reading.folded[a:b] for a, b in part)
        name = text.removesuffix("'s").removesuffix("’s")
        known = reading.known.people.get(text) or reading.known.people.get(name)
        if known is not None and not _is_something_else(reading, name, start, end):
            yield _Name(start, end, known.ids, known.title)


def _is_something_else(reading: Reading, name: str, start: int, end: int) -> bool:
    """Say whether a name is rather a place, a thing, a colour or a time here."""
    before, after = reading.folded[:start], reading.folded[end:]
    if name in reading.known.places and _IN.search(before):
        return True
    if name in _TIMES and (_IN.search(before) or _DIGIT.match(after)):
        return True
    if not ({name} & (reading.known.labels | FILLERS | COLOUR_NAMES.keys() | _TIMES)):
        return False
    is_alone = reading.folded.strip() == name
    return not (is_alone or _WITH.search(before) or (start > 0 and reading.sentence[start].isupper()))
