"""What can happen to an album, told in the transaction in which it happens."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class PhotosPutIntoAlbum:
    """Photos of the owner are in an album that they were not in before."""

    owner_id: UUID
    photo_ids: Sequence[UUID]


@dataclass(frozen=True)
class PhotosTakenOutOfAlbum:
    """Photos of the owner are no longer in an album; the photos themselves stay."""

    owner_id: UUID
    photo_ids: Sequence[UUID]
