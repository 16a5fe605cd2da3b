"""What a person and a face are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from typing import Any
from uuid import UUID

from calotype.features.people.words import Box, write_subject


class AssignedBy(IntEnum):
    """Who says whose a face is."""

    NOBODY = 0
    LIBRARY = 1
    PERSON = 2
    FILE = 3


@dataclass(frozen=True)
class Person:
    """Somebody in the library of one owner. `faces` and `photos` count what is in the library, not what is in the
    trash; `cover` is a face of theirs."""

    id: UUID
    name: str | None
    is_hidden: bool
    faces: int
    photos: int
    created_at: datetime
    cover_face_id: UUID | None
    cover_photo_id: UUID | None
    cover_box: Sequence[float] | None


@dataclass(frozen=True)
class Face:
    """A face on a photo. `landmarks` are five points in a row (or none where a person or a file drew the box); `space`
    names what its vector may be compared with, None where it has none."""

    id: UUID
    photo_id: UUID
    sha256: bytes
    x: float
    y: float
    width: float
    height: float
    score: float
    sharpness: float
    size_px: int
    landmarks: Sequence[float]
    provider: str
    space: str | None
    person_id: UUID | None
    assigned_by: int
    is_hidden: bool

    @property
    def box(self) -> Box:
        return Box(self.x, self.y, self.width, self.height)

    @property
    def subject(self) -> str:
        """What it is called where something is said of it."""
        return write_subject(bytes(self.sha256), self.box)


@dataclass(frozen=True)
class Page:
    """One page of a list, and where the next one begins."""

    items: Sequence[Any]
    next_cursor: str | None


@dataclass(frozen=True)
class Who:
    """Who somebody is: a person that is there, or a name; neither where that was not said. `is_confirmed`: even if they
    were told apart before."""

    person_id: UUID | None = None
    name: str | None = None
    is_confirmed: bool = False

    @property
    def is_said(self) -> bool:
        return self.person_id is not None or self.name is not None


@dataclass(frozen=True)
class Question:
    """Are these the same, or who is this? `faces` are at least two; `settles` counts the faces whose person the answer
    settles. `likeness` goes from 0 to 1; of one person it is 1."""

    id: UUID
    kind: str
    people: Sequence[Person]
    faces: Sequence[Face]
    settles: int
    likeness: float
