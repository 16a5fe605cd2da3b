"""Photos: the library itself. Other rooms enter by these names."""

from calotype.features.photos.adding import add_photo
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
from calotype.features.photos.rules import OffsetSource, PhotoStatus, ProcessingStatus, TakenSource
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
    "PhotoStatus",
    "PhotoStored",
    "PhotoTrashed",
    "Photos",
    "ProcessingStatus",
    "SidecarAttached",
    "TakenSource",
    "add_photo",
    "apply_decisions",
    "list_cards_by_id",
    "read_or_make_secret",
]
