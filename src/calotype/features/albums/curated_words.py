"""What a person says about an album of the best: this photo in, that one out. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from calotype.features.journal import Standing

CURATED = "curated"  # the topic; the subject is the album's key, the field the hex SHA-256, the value one of these:
PIN, REMOVE = "pin", "remove"  # or null: the word before is taken back


@dataclass(frozen=True)
class Said:
    """What stands about one album: hex SHA-256 of photos."""

    pinned: frozenset[str]
    removed: frozenset[str]


def read_words(standing: Iterable[Standing]) -> Mapping[str, Said]:
    """Return what was said, by the key of the album."""
    words: dict[str, dict[str, str]] = defaultdict(dict)
    for fact in standing:
        if fact.value in (PIN, REMOVE):
            words[fact.subject][fact.field] = fact.value
    return {
        key: Said(*(frozenset(field for field, value in said.items() if value == word) for word in (PIN, REMOVE)))
        for key, said in words.items()
    }
