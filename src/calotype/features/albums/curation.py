"""Albums of the best: made by the library, each pick with its reason; what a person pins or removes stays so."""

from importlib import import_module
from uuid import UUID

from calotype.db.engine import Connection, Database
from calotype.features.albums.curated_schemas import CuratedAlbum, CuratedPhoto
from calotype.features.albums.curated_words import CURATED, NOTHING, PIN, REMOVE
from calotype.features.albums.errors import CuratedAlbumNotFound
from calotype.features.albums.listening import read_said
from calotype.features.albums.repository import curated
from calotype.features.journal import Fact, Journal
from calotype.features.photos import PhotoNotFound, next_change
from calotype.kit.events import Publisher
from calotype.kit.progress import Progress

_KINDS = {PIN: "curated.pin", REMOVE: "curated.remove", None: "curated.let_go"}
_SENTENCES = {PIN: "Pinned {} in “{}”", REMOVE: "Removed {} from “{}”", None: "Left {} in “{}” to the library"}


class Curation:
    """The service behind `/curated`."""

    def __init__(self, database: Database, journal: Journal, publisher: Publisher) -> None:
        self._database = database
        self._journal = journal
        self._publisher = publisher

    async def list_albums(self, owner_id: UUID, *, kind: str | None = None) -> list[CuratedAlbum]:
        """Return the albums, those of years first, newest first; `kind` is year, month, moment or person."""
        async with self._database.connection() as connection:
            return await curated.list_albums(connection, owner_id, kind=kind)

    async def get_album(self, owner_id: UUID, album_id: UUID) -> tuple[CuratedAlbum, list[CuratedPhoto]]:
        """Return an album and its photos in the order of time. Raises `CuratedAlbumNotFound`."""
        async with self._database.transaction(read_only=True) as connection:
            found = await curated.list_albums(connection, owner_id, album_id=album_id)
            if not found:
                raise CuratedAlbumNotFound
            return found[0], await curated.list_photos(connection, owner_id, album_id)

    async def decide(self, owner_id: UUID, album_id: UUID, photo_id: UUID, pick: str | None) -> None:
        """Pin a photo in an album, remove it from there, or (None) leave it to the library again.

        Raises `CuratedAlbumNotFound`, `PhotoNotFound`.
        """

        async def work(connection: Connection) -> None:
            await next_change(connection, owner_id)  # first: what is read here must not change before it is written
            album = await curated.find_album(connection, owner_id, album_id)
            if album is None:
                raise CuratedAlbumNotFound
            photo = await curated.find_content(connection, owner_id, photo_id)
            if photo is None:
                raise PhotoNotFound
            (_, key, title), (subject, file_name) = album, photo
            said = (await read_said(connection, owner_id, [key]))[0].get(key, NOTHING)
            if said.word(subject) == pick:
                return
            summary = _SENTENCES[pick].format(file_name, title)
            fact = Fact(CURATED, key, subject, pick)
            await self._journal.record(connection, owner_id, owner_id, _KINDS[pick], summary, [fact])

        await self._database.run_transaction(work)

    async def organise(self, owner_id: UUID, *, is_whole: bool, progress: Progress) -> str:
        """Make the albums of one owner that are due, or all; return one sentence about it."""
        # Imported here: numpy is no business of a server that only shows what was made.
        maker = import_module("calotype.features.albums.making").Maker(self._database, owner_id)
        sentence: str = await maker.run(progress, is_whole=is_whole)
        return sentence
