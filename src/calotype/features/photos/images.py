"""The bytes of photos: which object answers for which size, and who may have it."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from calotype.db.engine import Database
from calotype.features.photos.errors import OriginalMissing, PhotoNotFound, PrintImpossible, PrintNotReady
from calotype.features.photos.image_keys import ImageKeys
from calotype.features.photos.repository import reading
from calotype.features.photos.rules import ProcessingStatus
from calotype.features.photos.words import is_browser_safe, media_mime
from calotype.kit.clock import Clock
from calotype.ports.object_store import ObjectNotFound, ObjectStat, ObjectStore, original_key, print_key

PRINT_NAMES = {"150": "150.webp", "300": "300.webp", "600": "600.webp", "1200": "1200.jpg", "full": "full.jpg"}
SIZES = (*PRINT_NAMES, "original")
_MIMES = {"webp": "image/webp", "jpg": "image/jpeg"}


@dataclass(frozen=True)
class ServedImage:
    """An image that may be served: where it lies, and what the headers say of it.

    `cached_s`: for how many seconds its address stays valid. `download_name` is set where it is to be saved, not shown.
    """

    key: str
    mime: str
    size_bytes: int
    etag: str
    cached_s: int
    download_name: str | None = None


class Images:
    """Hands out addresses of images and finds what they stand for."""

    def __init__(self, database: Database, objects: ObjectStore, keys: ImageKeys, clock: Clock) -> None:
        self._database = database
        self._objects = objects
        self._keys = keys
        self._clock = clock

    def access(self, owner_id: UUID) -> dict[str, Any]:
        """Return the ImageAccess of the API: a template of addresses for all the owner's images, and its end."""
        key, expires_at = self._keys.make(owner_id, self._clock())
        return {"template": f"/api/v1/photos/{{id}}/images/{{size}}?k={key}", "expires_at": expires_at}

    async def find(self, key: str, photo_id: UUID, size: str) -> ServedImage:
        """Return the image of this size.

        Raises `BadImageKey`, `PhotoNotFound`, `PrintNotReady` (ask again), `PrintImpossible`, `OriginalMissing`.
        """
        owner_id, left_s = self._keys.read(key, self._clock())
        async with self._database.connection() as connection:
            facts = await reading.find_image_facts(connection, owner_id, photo_id)
        if facts is None:
            raise PhotoNotFound
        if size == "original" or (size == "full" and is_browser_safe(facts.media_type)):
            return await self._original(facts, left_s, is_download=size == "original")
        name = PRINT_NAMES[size]
        stat = await self._objects.stat(print_key(facts.sha256, name))
        if stat is None:
            if facts.processing_status in (ProcessingStatus.PENDING, ProcessingStatus.PROCESSING):
                raise PrintNotReady
            raise PrintImpossible(facts.processing_reason)
        return ServedImage(stat.key, _MIMES[name.rpartition(".")[2]], stat.size_bytes, _etag(facts, stat, name), left_s)

    async def _original(self, facts: reading.ImageFacts, left_s: int, *, is_download: bool) -> ServedImage:
        stat = await self._objects.stat(original_key(facts.sha256))
        if stat is None:
            raise OriginalMissing
        name = facts.file_name if is_download else None
        mime = media_mime(facts.media_type)
        return ServedImage(stat.key, mime, stat.size_bytes, _etag(facts, stat, "original"), left_s, name)

    async def read(self, image: ServedImage) -> bytes:
        """Return all bytes. Raises `PrintNotReady` where it was just taken away to be made again."""
        try:
            return await self._objects.read(image.key)
        except ObjectNotFound:
            raise PrintNotReady from None

    def stream(self, image: ServedImage, start: int, stop: int) -> AsyncIterator[bytes]:
        """Yield the bytes from `start` up to, not including, `stop`."""
        return self._objects.stream(image.key, start, stop)


def _etag(facts: reading.ImageFacts, stat: ObjectStat, name: str) -> str:
    """A print can be made again by a newer version: its length goes into the tag."""
    return f'"{facts.sha256[:12].hex()}-{name}-{stat.size_bytes:x}"'
