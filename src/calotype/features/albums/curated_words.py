"""What a person says about an album of the best: this photo in, that one out. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from calotype.features.journal import Standing

CURATED = "curated"  # the topic; the subject is the album's key, the field the hex SHA-256, the value one of these:
PIN, REMOVE = "pin", "remove"  # or null: the word before is taken back
PERSON, MERGED = "person", "merged_into"  # what people say of people: the subject is one's id, the value the other's


@dataclass(frozen=True)
class Said:
    """What stands about one album: hex SHA-256 of photos."""

    pinned: frozenset[str]
    removed: frozenset[str]

    def word(self, content: str) -> str | None:
        """Return what stands about one photo."""
        return PIN if content in self.pinned else REMOVE if content in self.removed else None


NOTHING = Said(frozenset(), frozenset())


def read_words(standing: Iterable[Standing], merged: Mapping[str, str] | None = None) -> Mapping[str, Said]:
    """Return what was said, by the key of the album; the words come in the order of telling.

    What was said about the album of somebody who was `merged` since (key -> key) is said about the other's album.
    """
    words: dict[str, dict[str, str | None]] = defaultdict(dict)
    for fact in standing:
        words[(merged or {}).get(fact.subject, fact.subject)][fact.field] = fact.value
    said = {
        key: Said(*(frozenset(field for field, value in each.items() if value == word) for word in (PIN, REMOVE)))
        for key, each in words.items()
    }
    return {key: each for key, each in said.items() if each.pinned or each.removed}


def follow_merges(about_people: Iterable[Standing]) -> dict[str, str]:
    """Return the key of the album of who was merged -> that of whom they are today.

    Of merges in a circle, which undoing an undo can bring about, the one that was said last counts.
    """
    into: dict[str, str] = {}

    def resolve(person: str) -> str:
        while person in into:
            person = into[person]
        return person

    for fact in sorted(about_people, key=lambda fact: -fact.number):
        if fact.field == MERGED and fact.value and fact.subject not in into and resolve(fact.value) != fact.subject:
            into[fact.subject] = fact.value
    return {f"person:{person}": f"person:{resolve(person)}" for person in into}
