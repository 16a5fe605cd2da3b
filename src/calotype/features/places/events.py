"""What happens about places, told in the transaction in which it happens."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class PhotosPlaced:
    """These photos of the owner lie at another place now, or their place has another name."""

    owner_id: UUID
    photo_ids: Sequence[UUID]


@dataclass(frozen=True)
class PlacesDue:
    """So many photos changed their place that it is work for the background."""

    owner_id: UUID
