"""What an album of the best is."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True)
class CuratedAlbum:
    """An album that the library made; `key` outlives every re-run: `year:2024`, `moment:<id>`, …

    `photos` are those of its photos that are in the library, chosen among `of_photos`.
    """

    id: UUID
    key: str
    title: str
    made_at: datetime
    of_photos: int
    photos: int
    cover_photo_id: UUID


@dataclass(frozen=True)
class CuratedPhoto:
    """A photo in an album; `reason` says why the library chose it, `is_pick` whether it did."""

    photo_id: UUID
    score: int
    is_pinned: bool
    is_pick: bool
    reason: str
    subject: str


@dataclass(frozen=True)
class NewPick:
    """A row of an album to be written; `score` is 0..1000."""

    photo_id: UUID
    score: int
    is_pick: bool
    is_pinned: bool
    is_removed: bool
    reason: str


@dataclass(frozen=True)
class Due:
    """An album to be looked at: `mark` tells what it is to be made of, `photos` how many there are.

    `kind` is `year`, `month`, `moment` or `person`; `title` is without "Best of".
    """

    key: str
    title: str
    photos: int
    mark: int

    @property
    def kind(self) -> str:
        return self.key.partition(":")[0]

    @property
    def of(self) -> str:
        """The year, the month, or the id."""
        return self.key.partition(":")[2]
