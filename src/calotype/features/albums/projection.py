"""From decisions to tables: the photos of albums, and what was pinned in an album of the best or removed from it."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from calotype.features.albums.events import PhotosPutIntoAlbum, PhotosTakenOutOfAlbum
from calotype.features.albums.listening import read_said
from calotype.features.albums.reasons import PINNED
from calotype.features.albums.repository import albums, curated
from calotype.features.albums.service import TOPIC as ALBUM
from calotype.features.photos import PhotoStored


async def project_albums(connection: Any, owner_id: UUID, topic: str, subjects: Collection[str]) -> Sequence[object]:
    """Bring the tables into line with what stands about these subjects; return the events that follow."""
    if topic == ALBUM:
        return await _project_albums(connection, owner_id, subjects)
    await _project_curated(connection, owner_id, subjects)
    return ()


async def _project_albums(connection: Any, owner_id: UUID, album_ids: Collection[str]) -> Sequence[object]:
    put, taken_out = await albums.follow_decisions(connection, owner_id, album_ids)
    events: list[object] = [PhotosPutIntoAlbum(owner_id, put)] if put else []
    return [*events, PhotosTakenOutOfAlbum(owner_id, taken_out)] if taken_out else events


async def _project_curated(connection: Any, owner_id: UUID, keys: Collection[str]) -> None:
    """Have a person's word in force at once; the library's own choice follows when the album is next made."""
    await curated.wait_for_turn(connection, owner_id)
    said, merged = await read_said(connection, owner_id, keys)
    for key in sorted({merged.get(key, key) for key in keys}):
        pinned, removed = (said[key].pinned, said[key].removed) if key in said else ((), ())
        await curated.follow_decisions(connection, owner_id, key, pinned, removed, reason=PINNED)


async def put_back_into_albums(event: PhotoStored, connection: Any) -> None:
    """Put bytes that come in again into the albums that a person had put them into: a decision outlives its photo.

    Nothing need be told: the pipeline writes the photo's first index row later.
    """
    await albums.put_back(connection, event.owner_id, event.photo_id)
