"""What is asked and what is answered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from calotype.features.search.query import Query

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

    kind: str  # label, text, place, date, colour, title, tag, file name, likeness, camera, face, tone
    text: str
    confidence: float | None = None


@dataclass(frozen=True)
class Candidate:
    """A photo that may be a hit, with everything that ranking reads and a card shows."""

    id: UUID
    taken_local: datetime
    width: int | None
    height: int | None
    thumbhash: bytes | None
    is_favourite: bool
    media_type: int
    duration_ms: int | None
    processing_status: int
    file_name: str
    title: str | None
    description: str | None
    tags: Sequence[str]
    keywords: Sequence[str]
    albums: Sequence[str]
    colours: bytes | None
    camera: str | None
    place: str | None
    region: str | None
    country: str | None
    label_names: Sequence[str] | None
    label_scores: Sequence[float] | None
    text: str | None
    face_areas: Sequence[float]  # share of the picture, the largest first
    likeness: float | None  # cosine to the sentence


@dataclass(frozen=True)
class Hit:
    """A photo of the answer."""

    photo: Candidate
    score: float
    match: Match
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class Answer:
    """The answer to a question. `total_sure` is counted up to `COUNTED_UP_TO`."""

    query: Query
    hits: tuple[Hit, ...]
    total_sure: int
    verdict: Literal["ok", "no good match"]
    message: str | None
    next_cursor: str | None
    corrections: Mapping[str, str] = field(default_factory=dict)  # a word as typed -> as it was searched


@dataclass(frozen=True)
class Suggestion:
    """A way to go on typing."""

    text: str
    kind: str
    uses: int


Row = dict[str, Any]
