"""Photos: the library itself. Other rooms enter by these names."""

from calotype.features.photos.adding import add_photo
from calotype.features.photos.contents import sweep_contents
from calotype.features.photos.decisions import apply_decisions
from calotype.features.photos.errors import PhotoNotFound
from calotype.features.photos.events import (
    PhotoChanged,
    PhotoPurged,
    PhotoRestored,
    PhotoStored,
    PhotoTrashed,
    SidecarAttached,
)
from calotype.features.photos.image_keys import read_or_make_secret
from calotype.features.photos.repository.changing import next_change, photo_exists
from calotype.features.photos.repository.contents import claim_content, lock_content, settle_claim
from calotype.features.photos.rules import OffsetSource, ProcessingStatus, TakenSource
from calotype.features.photos.schemas import AddedPhoto, NewPhoto, PhotoChanges
from calotype.features.photos.service import Photos, list_cards_by_id

__all__ = [
    "AddedPhoto",
    "NewPhoto",
    "OffsetSource",
    "PhotoChanged",
    "PhotoChanges",
    "PhotoNotFound",
    "PhotoPurged",
    "PhotoRestored",
    "PhotoStored",
    "PhotoTrashed",
    "Photos",
    "ProcessingStatus",
    "SidecarAttached",
    "TakenSource",
    "add_photo",
    "apply_decisions",
    "claim_content",
    "list_cards_by_id",
    "lock_content",
    "next_change",
    "photo_exists",
    "read_or_make_secret",
    "settle_claim",
    "sweep_contents",
]
