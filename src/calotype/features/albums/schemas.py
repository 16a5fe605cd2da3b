"""What an album is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True)
class Album:
    """An album of one owner; no two of an owner have the same title."""

    id: UUID
    title: str
    created_at: datetime


@dataclass(frozen=True)
class AlbumSummary:
    """An album, how many of its photos are in the library (not in the trash), and the newest of them."""

    id: UUID
    title: str
    created_at: datetime
    photos: int
    cover_id: UUID | None


@dataclass(frozen=True)
class AlbumPage:
    """Ids of photos, newest first by the time they were taken, and where the next page begins."""

    photo_ids: Sequence[UUID]
    next_cursor: str | None
