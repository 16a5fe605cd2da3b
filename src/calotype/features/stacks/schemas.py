"""What is known of a photo for the question what it belongs to, and what is found."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class Kind(StrEnum):
    """Why photos stand together. Only `VARIANTS` show as one."""

    VARIANTS = "variants"
    SAME = "same"
    SIMILAR = "similar"
    BURST = "burst"


LEAD = "lead"


@dataclass(frozen=True)
class Look:
    """A photo as far as its relations go. `phash` is signed, `contrast` 0..1000; sizes are of the upright picture."""

    id: UUID
    sha256: str
    file_name: str
    taken_local: datetime
    taken_source: int
    media_type: int
    size_bytes: int
    status: int
    phash: int | None = None
    width: int | None = None
    height: int | None = None
    camera_id: int | None = None
    contrast: int | None = None
    has_gps: bool = False
    quality: int | None = None
    is_favourite: bool = False
    rating: int | None = None
    albums: int = 0


@dataclass(frozen=True)
class Pair:
    """Two photos that belong together: `part` stands behind `lead` as its `role`."""

    lead: UUID
    part: UUID
    kind: Kind
    role: str
    reason: str


@dataclass(frozen=True)
class Member:
    """A photo in a stack."""

    photo_id: UUID
    role: str
    reason: str


@dataclass(frozen=True)
class Stack:
    """Photos that belong together; the lead is the first of the members."""

    kind: Kind
    reason: str
    members: Sequence[Member]

    @property
    def lead(self) -> UUID:
        return self.members[0].photo_id

    @property
    def ids(self) -> frozenset[UUID]:
        return frozenset(member.photo_id for member in self.members)


@dataclass(frozen=True)
class StoredStack:
    """A stack as it stands in the database."""

    id: UUID
    stack: Stack
