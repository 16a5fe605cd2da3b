"""What can happen to a photo, told in the transaction in which it happens."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class PhotoStored:
    """A new photo is in the library; nothing is known of it yet."""

    owner_id: UUID
    photo_id: UUID


@dataclass(frozen=True)
class SidecarAttached:
    """A photo got an XMP sidecar: its metadata are due again."""

    owner_id: UUID
    photo_id: UUID


@dataclass(frozen=True)
class PhotoChanged:
    """A person decided something; `fields` are names of fields of `PhotoChanges`."""

    owner_id: UUID
    photo_id: UUID
    fields: frozenset[str]


@dataclass(frozen=True)
class PhotoTrashed:
    """A photo went to the trash."""

    owner_id: UUID
    photo_id: UUID


@dataclass(frozen=True)
class PhotoRestored:
    """A photo came back from the trash."""

    owner_id: UUID
    photo_id: UUID


@dataclass(frozen=True)
class PhotoPurged:
    """A photo has passed the trash and is gone."""

    owner_id: UUID
    photo_id: UUID
    sha256: bytes


@dataclass(frozen=True)
class PhotoHidden:
    """Its owner does not want to see a photo among the others."""

    owner_id: UUID
    photo_id: UUID


@dataclass(frozen=True)
class PhotoShown:
    """A photo that was hidden, or stood behind another, is among the others again."""

    owner_id: UUID
    photo_id: UUID


@dataclass(frozen=True)
class PhotoUnderstood:
    """A photo has come through the pipeline: all that will be known of it by itself is there."""

    owner_id: UUID
    photo_id: UUID
