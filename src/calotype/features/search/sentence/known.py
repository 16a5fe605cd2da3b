"""What a library knows, handed to the reader of sentences, and the reading itself."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from calotype.features.search.sentence.chips import Chip, Effect
from calotype.features.search.sentence.words import fold


def _no_word(_word: str) -> bool:
    return False


@dataclass(frozen=True)
class KnownPerson:
    """Who a name may mean: more than one person may have it. `title` is the name as it is written."""

    ids: tuple[UUID, ...]
    title: str


@dataclass(frozen=True)
class Known:
    """The names of one owner's library, all folded.

    `labels` are words that pictures are labelled with: a name that is one of them needs a cue to be read as a place.
    """

    places: frozenset[str] = frozenset()
    cameras: tuple[str, ...] = ()  # "canon eos 7d"
    tags: frozenset[str] = frozenset()
    labels: frozenset[str] = frozenset()
    is_ordinary: Callable[[str], bool] = _no_word  # says of a folded word whether it is one of the language
    southern: bool = False  # most photos were taken south of the equator
    people: Mapping[str, KnownPerson] = field(default_factory=dict)  # folded name, or first name -> who
    place_titles: Mapping[str, str] = field(default_factory=dict)  # folded -> as it is written


@dataclass(frozen=True)
class Reading:
    """A sentence while it is read: as typed, folded (same length), what is known, and the day on which it was typed."""

    sentence: str
    known: Known
    today: date
    folded: str = ""

    @classmethod
    def of(cls, sentence: str, known: Known, today: date) -> "Reading":
        """Fold the sentence once."""
        return cls(sentence, known, today, fold(sentence))

    def chip(  # noqa: PLR0913 - the parts of a chip
        self, identity: str, kind: str, span: tuple[int, int], label: str, effect: Effect, *,
        keeps_words: bool = False, corrected_from: str | None = None,
    ) -> Chip:  # fmt: skip
        """Make a chip of the span, trimmed of outer space."""
        start, end = span
        while start < end and self.sentence[start].isspace():
            start += 1
        while end > start and self.sentence[end - 1].isspace():
            end -= 1
        text = self.sentence[start:end]
        return Chip(identity, kind, start, end, text, label, effect, corrected_from, keeps_words)
