"""What goes into the library and what comes out."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True)
class NewPhoto:
    """A photo whose original is durable in the store and whose row is to be written.

    `taken_local` is a first guess (the file's time, else now) until the metadata are read. `file_time` is aware.
    Width and height are in display space (after orientation), where the head of the file tells them.
    """

    owner_id: UUID
    sha256: bytes
    sha1: bytes
    size_bytes: int
    media_type: int
    file_name: str
    taken_local: datetime
    taken_source: int
    file_time: datetime | None = None
    width: int | None = None
    height: int | None = None
    is_animated: bool = False


@dataclass(frozen=True)
class AddedPhoto:
    """The photo that stands for these bytes: the new one, or the one that was there."""

    id: UUID
    is_new: bool
    in_trash: bool
