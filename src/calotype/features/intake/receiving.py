"""Bytes on their way in: hashed and looked at while they pass, never held in memory as a whole."""

import asyncio
import hashlib
from uuid import UUID

from calotype.features.intake.errors import FileEmpty, FileTooLarge, PictureBroken, PictureTooLarge, UnsupportedKind
from calotype.features.intake.schemas import IntakeLimits, Received
from calotype.media.heads import ImageHead, TooManyPixels, Undecodable, check_limits, probe
from calotype.media.sniff import HEAD_BYTES, MediaType, NotAPhoto, sniff
from calotype.ports.object_store import Incoming

CHUNK_BYTES = 1 << 20
INLINE_BYTES = 1 << 16  # hashing so little takes less than asking a thread


class Arrival:
    """A file on its way into the store: told by its head as soon as that is here, refused as soon as it is too big."""

    def __init__(self, incoming: Incoming, owner_id: UUID, file_name: str, limits: IntakeLimits) -> None:
        self.owner_id = owner_id
        self.incoming = incoming
        self.size_bytes = 0
        self._file_name = file_name
        self._limits = limits
        self._media_type: MediaType | None = None
        self._waiting: list[bytes] = []
        self._waiting_bytes = 0
        self._head = b""
        self._sha256 = hashlib.sha256()
        self._sha1 = hashlib.sha1(usedforsecurity=False)

    async def write(self, chunk: bytes) -> None:
        """Take the next bytes. Raises `FileTooLarge`, `UnsupportedKind`, `StoreFull`."""
        self.size_bytes += len(chunk)
        if self.size_bytes > self._limits.max_upload_bytes:
            raise FileTooLarge(self._limits.max_upload_bytes)
        if self._media_type is None:
            self._head += chunk[: HEAD_BYTES - len(self._head)]
            if len(self._head) == HEAD_BYTES:
                self._media_type = self._tell_kind()
        self._waiting.append(chunk)
        self._waiting_bytes += len(chunk)
        if self._waiting_bytes >= CHUNK_BYTES:
            await self._pass_on()

    async def finish(self) -> Received:
        """Look at the whole. Raises `FileEmpty`, `UnsupportedKind`, `PictureBroken`, `PictureTooLarge`, `StoreFull`."""
        if not self.size_bytes:
            raise FileEmpty
        media_type = self._media_type or self._tell_kind()
        await self._pass_on()
        head = await self._probe(media_type)
        return Received(
            sha256=self._sha256.digest(),
            sha1=self._sha1.digest(),
            size_bytes=self.size_bytes,
            media_type=media_type,
            width=None if head is None else head.width,
            height=None if head is None else head.height,
            is_animated=head is not None and head.is_animated,
        )

    def _tell_kind(self) -> MediaType:
        try:
            return sniff(self._head, self._file_name)
        except NotAPhoto as refusal:
            raise UnsupportedKind(str(refusal)) from refusal

    async def _pass_on(self) -> None:
        chunk = b"".join(self._waiting)
        self._waiting, self._waiting_bytes = [], 0
        if len(chunk) <= INLINE_BYTES:
            self._hash(chunk)
            await self.incoming.write(chunk)
        else:
            await asyncio.gather(asyncio.to_thread(self._hash, chunk), self.incoming.write(chunk))

    def _hash(self, chunk: bytes) -> None:
        self._sha256.update(chunk)
        self._sha1.update(chunk)

    async def _probe(self, media_type: MediaType) -> ImageHead | None:
        """Read the header of the picture and hold it against the limits.

        None for raw files: only LibRaw can read theirs, and what a hostile file may do to it must not happen to the
        process that answers people. The worker applies the limits then.
        """
        if media_type.is_raw:
            return None
        async with self.incoming.as_file() as path:
            try:
                head = await asyncio.to_thread(probe, path, media_type)
                check_limits(head, self._limits.pixels, self.size_bytes)
            except Undecodable as problem:
                raise PictureBroken(str(problem)) from problem
            except TooManyPixels as problem:
                raise PictureTooLarge(str(problem)) from problem
        return head
