"""What a sentence is taken apart into. A chip is a part of the sentence together with the effect that it has.

A *filter* leaves photos out; a *preference* only moves them up. Words that could mean either are preferences: a misread
word must never hide the photo that somebody looks for.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True)
class TakenBetween:
    """Filter: taken (wall clock) in one of the half-open ranges; `None` is an open end."""

    ranges: tuple[tuple[datetime | None, datetime | None], ...]


@dataclass(frozen=True)
class TakenRecurring:
    """Filter: taken in these months (1..12), on these weekdays (0 = Monday), at these hours (0..23). Empty: any."""

    months: tuple[int, ...] = ()
    weekdays: tuple[int, ...] = ()
    hours: tuple[int, ...] = ()


@dataclass(frozen=True)
class AtPlace:
    """Filter: the place, region or country has this folded name."""

    name: str


@dataclass(frozen=True)
class ByCamera:
    """Filter: taken with one of these cameras (folded "make model")."""

    names: tuple[str, ...]


@dataclass(frozen=True)
class Marked:
    """Filter: carries the scope lexeme of the index, such as `k:raw`, `s:portrait`, `fav`, `faces:0`."""

    lexeme: str


@dataclass(frozen=True)
class Rated:
    """Filter: stars given by a person, between `lowest` and `highest`."""

    lowest: int
    highest: int = 5


@dataclass(frozen=True)
class HasWords:
    """Filter: each of the words stands in the index. `weights` names the fields: A titles, tags, sure labels; B their
    parents, places; C text in the picture; D the rest."""

    words: tuple[str, ...]
    weights: str = ""


@dataclass(frozen=True)
class ShowsPerson:
    """Filter: one of these people (who share a name) is on the photo."""

    ids: tuple[UUID, ...]


@dataclass(frozen=True)
class NobodyElse:
    """Filter: no face is on the photo but those of these people."""

    ids: tuple[UUID, ...]


@dataclass(frozen=True)
class Without:
    """Filter: none of these effects."""

    effects: tuple["Filter", ...]


@dataclass(frozen=True)
class HasColour:
    """Preference: the colour covers the thing in the middle, or what is behind it."""

    colour: str
    region: str  # object, background


@dataclass(frozen=True)
class HasTone:
    """Preference: night, dark, bright, black_and_white, close_up, sepia."""

    tone: str


@dataclass(frozen=True)
class HasFaces:
    """Preference: so many faces are seen; `large`: one of them fills a good part of the picture."""

    lowest: int
    highest: int | None = None
    large: bool = False


@dataclass(frozen=True)
class TakenAbout:
    """Preference: taken in such a time of the year or day. The words stay in the search."""

    when: TakenRecurring | TakenBetween


Filter = (
    TakenBetween | TakenRecurring | AtPlace | ByCamera | Marked | Rated | HasWords | ShowsPerson | NobodyElse | Without
)
Preference = HasColour | HasTone | HasFaces | TakenAbout
Effect = Filter | Preference


@dataclass(frozen=True)
class Chip:
    """One thing that was understood. `start:end` is its place in the sentence; `id` is stable for equal meanings."""

    id: str
    kind: str
    start: int
    end: int
    text: str
    label: str
    effect: Effect
    corrected_from: str | None = None
    keeps_words: bool = False  # its words also take part in the search by words and meaning

    @property
    def is_filter(self) -> bool:
        """Whether the chip leaves photos out."""
        return isinstance(self.effect, Filter)


@dataclass(frozen=True)
class Query:
    """A sentence that has been read.

    Every character of `sentence` lies in exactly one chip of `chips` or `dropped`, or in one of the `rest` spans.
    """

    sentence: str
    chips: tuple[Chip, ...]
    dropped: tuple[Chip, ...]
    rest: tuple[tuple[int, int], ...]
    words: str  # the rest as it was typed, with single spaces
    meaning: str  # what is embedded: the rest and the chips that keep their words, without fillers at the front
    content: tuple[str, ...] = ()  # the folded words of `meaning` that carry content
    spoken_by: tuple[Preference | None, ...] = ()  # for each of `content` the preference that it also speaks for

    @property
    def filters(self) -> tuple[Filter, ...]:
        """The effects that leave photos out."""
        return tuple(chip.effect for chip in self.chips if isinstance(chip.effect, Filter))

    @property
    def preferences(self) -> tuple[Preference, ...]:
        """The effects that move photos up."""
        return tuple(chip.effect for chip in self.chips if isinstance(chip.effect, Preference))

    @property
    def speaks_of_things(self) -> bool:
        """Whether there are words beside those that only say when, how many, or in which colour."""
        return any(preference is None for preference in self.spoken_by)

    @property
    def wants_ranking(self) -> bool:
        """Whether there is anything to rank by; else the answer is ordered by date."""
        return bool(self.content or self.preferences)
