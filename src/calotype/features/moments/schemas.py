"""What moments are to those who ask, and what the tables hold of them."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

EVENT, TRIP = "event", "trip"
KINDS = (EVENT, TRIP)


@dataclass(frozen=True)
class MomentRow:
    """A row of `moments`. Times are wall clocks of the first photo and of the last."""

    id: UUID
    kind: str
    title: str
    place: str | None
    starts_local: datetime
    ends_local: datetime
    photos: int
    cover_photo_id: UUID | None
    parent_id: UUID | None
    is_dismissed: bool
    is_made: bool


@dataclass(frozen=True)
class MomentPage:
    """Some moments, the newest first."""

    moments: list[MomentRow]
    next_cursor: str | None


@dataclass(frozen=True)
class PhotoPage:
    """Ids of some photos of a moment, the oldest first."""

    photo_ids: list[UUID]
    next_cursor: str | None


@dataclass(frozen=True)
class Memory:
    """Photos worth another look, with a title and a reason in plain words. `photo_ids` in the order of showing."""

    id: UUID
    kind: str
    title: str
    reason: str
    photo_ids: list[UUID]
    years_ago: int | None = None
    person_id: UUID | None = None


@dataclass(frozen=True)
class Snapshot:
    """A photo that a memory may show. `phash`: 64 bits, None unknown; `stack_id`: the stack that it lies in."""

    id: UUID
    taken_local: datetime
    quality: int
    is_favourite: bool
    phash: int | None
    stack_id: UUID | None
    place: str | None

    @property
    def day(self) -> date:
        """The day on which it was taken."""
        return self.taken_local.date()
