"""What may be in an album of the best, how good it is, and how many go in. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from calotype.features.photos import FILE_TIMES

FEWEST_PHOTOS = {"year": 12, "month": 12, "moment": 8, "person": 8}  # below it nothing need be chosen
FEWEST_PICKS, MOST_PICKS = 5, 60
ONE_OF = 10  # one pick of so many photos
LEAST_MEGAPIXELS = 0.1  # below it a picture is an icon or a preview
LEAST_SHARPNESS = 450  # of 1000; real photos of the test set that people call blurred lie below
LEAST_QUALITY = 580  # of 1000; one real photo in twenty lies below (docs/decisions/0011-quality.md)
TASTE_SHARE = 0.4  # of the score, where the owner's taste is known
FAVOURITE_BONUS = 1000  # the least favourite stands level with the best of the others
RATING_BONUS = {5: 1000, 4: 700, 3: 200, 2: -300, 1: -700}
WELL_RATED = 4


@dataclass(frozen=True)
class Candidate:
    """A photo that may go into an album. Qualities are 0..1000; `people` are those with a name who are not hidden."""

    id: UUID
    subject: str  # hex SHA-256
    taken_local: datetime
    taken_source: int
    quality: int | None
    taste: int | None
    sharpness: int | None
    rating: int | None
    is_favourite: bool
    phash: int | None
    megapixels: float
    is_flawed: bool  # damaged or animated
    is_document: bool
    stacks: Sequence[UUID]
    people: Sequence[UUID]

    @property
    def is_time_sure(self) -> bool:
        """Whether it is known when it was taken; the time of the file or of the upload says little."""
        return self.taken_source not in FILE_TIMES

    @property
    def is_liked(self) -> bool:
        """Whether the owner has said that it is good."""
        return self.is_favourite or (self.rating or 0) >= WELL_RATED

    @property
    def merit(self) -> float:
        """How good it is by itself, 0..1000: measured quality, and the owner's taste where that is known."""
        quality = float(self.quality or 0)
        return quality if self.taste is None else (1 - TASTE_SHARE) * quality + TASTE_SHARE * self.taste

    @property
    def bonus(self) -> float:
        """What the owner's own word adds; 1000 is the way from the worst to the best of an album."""
        return max(FAVOURITE_BONUS if self.is_favourite else 0, RATING_BONUS.get(self.rating or 0, 0))


def may_be_picked(photo: Candidate) -> bool:
    """Say whether the library may choose a photo: no screenshot or document, nothing blurred, broken or rejected.

    What the owner likes may be blurred.
    """
    if photo.is_document or photo.is_flawed or photo.megapixels < LEAST_MEGAPIXELS or (photo.rating or 0) < 0:
        return False
    if photo.is_liked:
        return True
    if photo.quality is None or photo.quality < LEAST_QUALITY:
        return False
    return photo.sharpness is None or photo.sharpness >= LEAST_SHARPNESS


def count_picks(photos: int) -> int:
    """Return how many of `photos` that may be picked go into an album."""
    return min(photos, max(FEWEST_PICKS, min(MOST_PICKS, photos // ONE_OF)))


def rank(photos: Sequence[Candidate]) -> dict[UUID, float]:
    """Return how good each is among these: 0..1 by its place in the order of merit, and the bonus, in thousandths.

    The place, not the merit itself: measured qualities lie close together, and how close differs from library to
    library.
    """
    ordered = sorted(photos, key=lambda photo: (photo.merit, photo.id))
    last = max(1, len(ordered) - 1)
    return {photo.id: place / last + photo.bonus / 1000 for place, photo in enumerate(ordered)}
