"""What is offered to the library, and what becomes of it."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from calotype.media.heads import DEFAULT_LIMITS, PixelLimits


@dataclass(frozen=True)
class IntakeLimits:
    """How large a file and its picture may be."""

    max_upload_bytes: int = 500_000_000
    pixels: PixelLimits = DEFAULT_LIMITS


DEFAULT_INTAKE_LIMITS = IntakeLimits()


@dataclass(frozen=True)
class Sidecar:
    """An XMP file that belongs to a photo."""

    file_name: str
    content: bytes


@dataclass(frozen=True)
class SourceFile:
    """A file on a disk as the ledger knows it: if all three are the same, it is the same file, unchanged.

    `path` is absolute text (`rules.ledger_path`), `modified_ns` is nanoseconds since 1970.
    """

    path: str
    size_bytes: int
    modified_ns: int


@dataclass(frozen=True)
class Offer:
    """What is said of a file beside its bytes. `file_time` is aware. The file name is text to show, never a path."""

    file_name: str
    file_time: datetime | None = None
    album: str | None = None
    sidecars: tuple[Sidecar, ...] = ()
    source: SourceFile | None = None


@dataclass(frozen=True)
class Received:
    """A file whose bytes are all here and have been looked at; width and height are of the upright picture."""

    sha256: bytes
    sha1: bytes
    size_bytes: int
    media_type: int
    width: int | None
    height: int | None
    is_animated: bool


@dataclass(frozen=True)
class Stored:
    """A new photo, durable."""

    word: ClassVar[str] = "stored"
    id: UUID
    reason: str = ""


@dataclass(frozen=True)
class Duplicate:
    """The same bytes are in the library already, as the photo `id`."""

    word: ClassVar[str] = "duplicate"
    id: UUID
    in_trash: bool = False

    @property
    def reason(self) -> str:
        return f"the same bytes as {self.id}" + (", which is in the trash" if self.in_trash else "")


@dataclass(frozen=True)
class Attached:
    """A sidecar, kept with the photo `id`."""

    word: ClassVar[str] = "attached"
    id: UUID
    reason: str = ""


@dataclass(frozen=True)
class Skipped:
    """Not a photo, and why."""

    word: ClassVar[str] = "skipped"
    reason: str
    id: None = None


@dataclass(frozen=True)
class Failed:
    """Could not be taken in, and why."""

    word: ClassVar[str] = "failed"
    reason: str
    id: None = None


Outcome = Stored | Duplicate | Attached | Skipped | Failed


@dataclass(frozen=True)
class Swept:
    """What a sweep removed: parts of uploads that broke off, and originals that never became a photo."""

    parts: int
    originals: int
