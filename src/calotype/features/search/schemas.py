"""What is asked and what is answered."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Protocol, runtime_checkable
from uuid import UUID

from calotype.features.photos import FILE_TIMES

if TYPE_CHECKING:  # what the service holds at rest stays small: these come with the first question
    from calotype.features.search.query import Query

COUNTED_UP_TO = 500
COUNTED_IN_DOCUMENTS = 200  # where the index of words must be read, too
Match = Literal["sure", "maybe"]


@dataclass(frozen=True)
class Box:
    """A part of the map in degrees; `west` may be greater than `east` (across the date line)."""

    west: float
    south: float
    east: float
    north: float


@dataclass(frozen=True)
class Given:
    """What a client sets beside the sentence. Each one narrows the answer."""

    year: int | None = None
    taken_from: datetime | None = None  # wall clock, included
    taken_to: datetime | None = None  # wall clock, excluded
    place: str | None = None
    camera: str | None = None
    label: str | None = None
    tag: str | None = None
    box: Box | None = None
    min_rating: int | None = None


@dataclass(frozen=True)
class Reason:
    """Why a photo is a hit, in plain words; `confidence` 0..1 where the reason has one."""

    kind: str  # label, text, place, date, colour, title, tag, file name, likeness, camera, face, tone, person
    text: str
    confidence: float | None = None


class Candidate(NamedTuple):
    """A photo that may be a hit, with everything that ranking reads. A tuple, since hundreds are made per question."""

    id: UUID
    taken_local: datetime
    file_name: str
    title: str | None
    description: str | None
    tags: Sequence[str]
    keywords: Sequence[str]
    albums: Sequence[str]
    colours: bytes | None
    focal_35mm: float | None
    camera: str | None
    place: str | None
    region: str | None
    country: str | None
    label_names: Sequence[str] | None
    label_scores: Sequence[float] | None
    text: str | None
    face_areas: Sequence[float]  # share of the picture, the largest first
    taken_source: int  # see photos.TakenSource
    likeness: float | None  # cosine to the sentence
    said_labels: Sequence[str] = ()  # what a person said it shows; among `label_names`, too
    rejected_labels: Sequence[str] = ()  # what a person said it does not show
    learned_labels: Sequence[str] = ()  # which of `label_names` the library learned from its owner

    @property
    def has_file_time(self) -> bool:
        """Whether the time is only that of the file or of its upload."""
        return self.taken_source in FILE_TIMES


@dataclass(frozen=True)
class Hit:
    """A photo of the answer."""

    photo: Candidate
    score: float
    match: Match
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True)
class Answer:
    """The answer to a question. `total_sure` is counted up to `COUNTED_UP_TO` (or `COUNTED_IN_DOCUMENTS`)."""

    query: "Query"
    hits: tuple[Hit, ...]
    total_sure: int
    verdict: Literal["ok", "no good match"]
    message: str | None
    next_cursor: str | None
    corrections: Mapping[str, str] = field(default_factory=dict)  # a word as typed -> as it was searched


@dataclass(frozen=True)
class Suggestion:
    """A way to go on typing. `uses`: photos that have it, as `tend_lexicon` has counted; 1 for what came since."""

    text: str
    kind: str
    uses: int


@dataclass(frozen=True)
class Question:
    """A question of one owner. `today` is the day that "yesterday" is counted from."""

    owner_id: UUID
    sentence: str
    today: date
    given: Given = field(default_factory=Given)
    dropped: frozenset[str] = frozenset()
    limit: int = 100
    cursor: str | None = None
    ranks_all: bool = False  # for measuring: no cut-off, the whole ranking


class SentenceEmbedder(Protocol):
    """What the search asks of vision: a sentence as a vector of a named space."""

    @property
    def space(self) -> str: ...

    async def embed_text(self, text: str) -> Any:
        """Return float32 of length 1."""


@runtime_checkable
class KnowsWords(Protocol):
    """An embedder that can tell words of its language from misspelt ones."""

    def knows_word(self, word: str) -> bool:
        """Say whether a lower-case word is an ordinary one."""


FindEmbedder = Callable[[], SentenceEmbedder | None]


@dataclass(frozen=True)
class Similar:
    """A photo that looks like another one; `likeness` is the cosine of the two."""

    photo_id: UUID
    likeness: float
    reasons: tuple[Reason, ...]
