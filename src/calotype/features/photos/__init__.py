"""Photos: the library itself. Other rooms enter by these names."""

from calotype.features.photos.adding import add_photo
from calotype.features.photos.contents import sweep_contents
from calotype.features.photos.decisions import apply_decisions, make_facts, project_photos
from calotype.features.photos.errors import PhotoNotFound
from calotype.features.photos.events import (
    PhotoChanged,
    PhotoHidden,
    PhotoPurged,
    PhotoRestored,
    PhotoShown,
    PhotoStored,
    PhotoTrashed,
    PhotoUnderstood,
    SidecarAttached,
)
from calotype.features.photos.image_keys import read_or_make_secret
from calotype.features.photos.repository.changing import move_photo, next_change, photo_exists
from calotype.features.photos.repository.contents import claim_content, lock_content, settle_claim
from calotype.features.photos.repository.decisions import find_decided_columns_of
from calotype.features.photos.rules import (
    CAMERA_TIMES,
    FILE_TIMES,
    QUALITY_PARTS,
    SCREENSHOT_NAME,
    OffsetSource,
    PhotoState,
    ProcessingStatus,
    TakenSource,
)
from calotype.features.photos.schemas import AddedPhoto, NewPhoto, PhotoChanges
from calotype.features.photos.service import Photos, list_cards_by_id

__all__ = [
    "CAMERA_TIMES",
    "FILE_TIMES",
    "QUALITY_PARTS",
    "SCREENSHOT_NAME",
    "AddedPhoto",
    "NewPhoto",
    "OffsetSource",
    "PhotoChanged",
    "PhotoChanges",
    "PhotoHidden",
    "PhotoNotFound",
    "PhotoPurged",
    "PhotoRestored",
    "PhotoShown",
    "PhotoState",
    "PhotoStored",
    "PhotoTrashed",
    "PhotoUnderstood",
    "Photos",
    "ProcessingStatus",
    "SidecarAttached",
    "TakenSource",
    "add_photo",
    "apply_decisions",
    "claim_content",
    "find_decided_columns_of",
    "list_cards_by_id",
    "lock_content",
    "make_facts",
    "move_photo",
    "next_change",
    "photo_exists",
    "project_photos",
    "read_or_make_secret",
    "settle_claim",
    "sweep_contents",
]
