"""Albums: made by their title, filled, listed."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import cast
from uuid import UUID

from calotype.db.engine import Database
from calotype.db.keyset import decode_cursor, encode_cursor
from calotype.features.albums.errors import AlbumNotFound, BadAlbumTitle
from calotype.features.albums.events import PhotosPutIntoAlbum
from calotype.features.albums.repository import albums as repository
from calotype.features.albums.schemas import Album, AlbumPage, AlbumSummary
from calotype.features.journal import Fact, Journal
from calotype.features.photos import next_change
from calotype.kit.events import Publisher
from calotype.media.text import clean_text

TOPIC = "album"  # the subject is the album's id, the field the hex SHA-256 of a photo, the value whether it is in
MAX_TITLE_CHARS = 200


class Albums:
    """The albums of everybody, each seen only by its owner."""

    def __init__(self, database: Database, journal: Journal, publisher: Publisher) -> None:
        self._database = database
        self._journal = journal
        self._publisher = publisher

    async def make_album(self, owner_id: UUID, title: str) -> tuple[Album, bool]:
        """Return the owner's album of this title and whether it is new. Raises `BadAlbumTitle`."""
        title = clean_title(title)
        async with self._database.transaction() as connection:
            return await repository.get_or_make_album(connection, owner_id, title)

    async def list_albums(self, owner_id: UUID) -> list[AlbumSummary]:
        """Return the owner's albums by title."""
        async with self._database.connection() as connection:
            return await repository.list_albums(connection, owner_id)

    async def add_photos(self, owner_id: UUID, album_id: UUID, photo_ids: Sequence[UUID]) -> int:
        """Put photos into an album by hand; return how many were not in it. Photos of others are left out.

        Raises `AlbumNotFound`.
        """
        return await self._say(owner_id, album_id, photo_ids, is_in=True)

    async def take_out_photos(self, owner_id: UUID, album_id: UUID, photo_ids: Sequence[UUID]) -> int:
        """Take photos out of an album by hand; return how many were in it. The photos themselves stay.

        Raises `AlbumNotFound`.
        """
        return await self._say(owner_id, album_id, photo_ids, is_in=False)

    async def _say(self, owner_id: UUID, album_id: UUID, photo_ids: Sequence[UUID], *, is_in: bool) -> int:
        async def work(connection: repository.Connection) -> int:
            await next_change(connection, owner_id)
            album = await repository.find_album(connection, owner_id, album_id)
            if album is None:
                raise AlbumNotFound
            new = await repository.list_to_be_said(connection, owner_id, album_id, photo_ids, is_in=not is_in)
            facts = [
                Fact(TOPIC, str(album_id), subject, is_in, (not is_in) if is_first else None)
                for subject, is_first in new
            ]
            if facts:
                kind = "albums.add" if is_in else "albums.take_out"
                summary = _sentence(album.title, len(facts), is_in=is_in)
                await self._journal.record(connection, owner_id, owner_id, kind, summary, facts)
            return len(facts)

        return await self._database.run_transaction(work)

    async def add_by_title(
        self, connection: repository.Connection, owner_id: UUID, title: str, photo_ids: Sequence[UUID]
    ) -> UUID:
        """Put photos into the album of this title, made where there is none, in the caller's transaction.

        This is what imports do. It leaves no entry in the journal (docs/decisions/0014-curation.md says why), and what
        a person took out of the album by hand stays out.
        """
        title = clean_title(title)
        await next_change(connection, owner_id)  # before all else, as every writer of an owner's photos: no deadlock
        album, _ = await repository.get_or_make_album(connection, owner_id, title)
        added = await repository.import_photos(connection, owner_id, album.id, photo_ids)
        if added:
            await self._publisher.publish(PhotosPutIntoAlbum(owner_id, added), connection)
        return album.id

    async def list_photos(self, owner_id: UUID, album_id: UUID, *, limit: int, cursor: str | None) -> AlbumPage:
        """Return a page of the album's photos, newest first. Raises `AlbumNotFound`, `BadCursor`."""
        after = _read_cursor(cursor) if cursor else None
        async with self._database.connection() as connection:
            if await repository.find_album(connection, owner_id, album_id) is None:
                raise AlbumNotFound
            rows = await repository.list_photos(connection, owner_id, album_id, limit + 1, after)
        page = rows[:limit]
        is_last = len(rows) <= limit
        return AlbumPage([photo_id for photo_id, _ in page], None if is_last else _write_cursor(*page[-1]))


def clean_title(title: str) -> str:
    """Return a title as it is kept. Raises `BadAlbumTitle` where nothing of it can be seen."""
    if not (cleaned := clean_text(title, MAX_TITLE_CHARS)):
        raise BadAlbumTitle
    return cleaned


def _sentence(title: str, photos: int, *, is_in: bool) -> str:
    what = f"{photos} {'photo' if photos == 1 else 'photos'}"
    return f"Put {what} into “{title}”" if is_in else f"Took {what} out of “{title}”"


def _write_cursor(photo_id: UUID, taken_local: datetime) -> str:
    return encode_cursor([taken_local.replace(tzinfo=UTC), photo_id])


def _read_cursor(cursor: str) -> tuple[datetime, UUID]:
    taken, photo_id = cast(tuple[datetime, UUID], decode_cursor(cursor, [datetime, UUID]))
    return taken.replace(tzinfo=None), photo_id
