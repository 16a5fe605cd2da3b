"""What can happen to a photo, told in the transaction in which it happens."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class _OfOnePhoto:
    """Whose photo it is, and which."""

    owner_id: UUID
    photo_id: UUID


@dataclass(frozen=True)
class PhotoStored(_OfOnePhoto):
    """A new photo is in the library; nothing is known of it yet."""


@dataclass(frozen=True)
class SidecarAttached(_OfOnePhoto):
    """A photo got an XMP sidecar: its metadata are due again."""


@dataclass(frozen=True)
class PhotoChanged(_OfOnePhoto):
    """A person decided something; `fields` are names of fields of `PhotoChanges`."""

    fields: frozenset[str]


@dataclass(frozen=True)
class PhotoTrashed(_OfOnePhoto):
    """A photo went to the trash."""


@dataclass(frozen=True)
class PhotoRestored(_OfOnePhoto):
    """A photo came back from the trash."""


@dataclass(frozen=True)
class PhotoPurged(_OfOnePhoto):
    """A photo has passed the trash and is gone."""

    sha256: bytes


@dataclass(frozen=True)
class PhotoHidden(_OfOnePhoto):
    """Its owner does not want to see a photo among the others."""


@dataclass(frozen=True)
class PhotoShown(_OfOnePhoto):
    """A photo that was hidden, or stood behind another, is among the others again."""


@dataclass(frozen=True)
class PhotoUnderstood(_OfOnePhoto):
    """A photo has come through the pipeline: all that will be known of it by itself is there."""
