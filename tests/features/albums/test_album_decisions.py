"""What is in an album is a decision: told in the journal, undone one by one, held against the bytes of the photo."""

import random
from uuid import UUID, uuid4

import pytest

from calotype.db.engine import Database
from calotype.features.albums import Albums, PhotosPutIntoAlbum, PhotosTakenOutOfAlbum, put_back_into_albums
from calotype.features.journal import Fact, Journal
from calotype.features.photos import PhotoStored
from tests.features.app import follow_decisions
from tests.features.conftest import make_photo


class Shelf:
    """Albums with their journal, and what was told to others."""

    def __init__(self, database: Database, owner: UUID) -> None:
        self.database, self.owner = database, owner
        self.told: list[object] = []
        publisher = follow_decisions({PhotosPutIntoAlbum: [self._listen], PhotosTakenOutOfAlbum: [self._listen]})
        self.journal = Journal(database, publisher)
        self.albums = Albums(database, self.journal, publisher)

    async def _listen(self, event: object, connection: object) -> None:
        self.told.append(event)

    async def photos_in(self, album_id: UUID) -> set[UUID]:
        page = await self.albums.list_photos(self.owner, album_id, limit=100, cursor=None)
        return set(page.photo_ids)

    async def offer(self, title: str, photo_ids: list[UUID]) -> None:
        """What an import does."""
        async with self.database.transaction() as connection:
            await self.albums.add_by_title(connection, self.owner, title, photo_ids)

    async def last(self) -> UUID:
        return (await self.journal.list_entries(self.owner, cursor=None, limit=1)).entries[0].id

    async def entries(self) -> list[str]:
        return [entry.summary for entry in (await self.journal.list_entries(self.owner, cursor=None, limit=50)).entries]


@pytest.fixture
def shelf(database: Database, owner: UUID) -> Shelf:
    return Shelf(database, owner)


async def test_each_word_is_told_and_can_be_taken_back(shelf: Shelf) -> None:
    album, _ = await shelf.albums.make_album(shelf.owner, "Sea")
    first, second = sorted([await make_photo(shelf.database, shelf.owner) for _ in range(2)])
    assert await shelf.albums.add_photos(shelf.owner, album.id, [first, second]) == 2
    put = await shelf.last()
    assert await shelf.albums.take_out_photos(shelf.owner, album.id, [first, uuid4()]) == 1
    assert await shelf.albums.take_out_photos(shelf.owner, album.id, [first]) == 0
    taken_out = await shelf.last()
    assert await shelf.photos_in(album.id) == {second}
    assert await shelf.entries() == ["Took 1 photo out of “Sea”", "Put 2 photos into “Sea”"]
    await shelf.journal.undo(shelf.owner, shelf.owner, [taken_out])
    assert await shelf.photos_in(album.id) == {first, second}
    (undo,) = await shelf.journal.undo(shelf.owner, shelf.owner, [put])
    assert await shelf.photos_in(album.id) == set()
    await shelf.journal.undo(shelf.owner, shelf.owner, [undo.id])
    assert await shelf.photos_in(album.id) == {first, second}
    put_in, out = PhotosPutIntoAlbum, PhotosTakenOutOfAlbum
    both = [first, second]
    assert shelf.told == [
        put_in(shelf.owner, both), out(shelf.owner, [first]), put_in(shelf.owner, [first]), out(shelf.owner, both),
        put_in(shelf.owner, both),
    ]  # fmt: skip


async def test_what_was_taken_out_by_hand_no_import_puts_back(shelf: Shelf) -> None:
    photo = await make_photo(shelf.database, shelf.owner)
    await shelf.offer("Sea", [photo])
    assert await shelf.entries() == []
    album, _ = await shelf.albums.make_album(shelf.owner, "Sea")
    await shelf.albums.take_out_photos(shelf.owner, album.id, [photo])
    await shelf.offer("Sea", [photo])
    assert await shelf.photos_in(album.id) == set()
    await shelf.journal.undo_last(shelf.owner, shelf.owner)
    assert await shelf.photos_in(album.id) == {photo}


async def test_bytes_that_come_in_again_are_in_their_albums(shelf: Shelf, stranger: UUID) -> None:
    album, _ = await shelf.albums.make_album(shelf.owner, "Sea")
    sha256 = bytes(range(32))
    photo = await make_photo(shelf.database, shelf.owner, sha256=sha256)
    await shelf.albums.add_photos(shelf.owner, album.id, [photo])
    async with shelf.database.transaction() as connection:
        await connection.execute("delete from photos where id = %s", (photo,))
    again = await make_photo(shelf.database, shelf.owner, sha256=sha256)
    theirs = await make_photo(shelf.database, stranger, sha256=sha256)
    async with shelf.database.transaction() as connection:
        await put_back_into_albums(PhotoStored(stranger, theirs), connection)
        await put_back_into_albums(PhotoStored(shelf.owner, again), connection)
        cursor = await connection.execute("select album_id, photo_id, owner_id from album_photos")
        assert await cursor.fetchall() == [(album.id, again, shelf.owner)]


async def test_words_of_another_room_count_and_leave_no_trace_when_undone(shelf: Shelf, stranger: UUID) -> None:
    album, _ = await shelf.albums.make_album(shelf.owner, "Sea")
    theirs, _ = await shelf.albums.make_album(stranger, "Sea")
    contents = [uuid4().bytes * 2 for _ in range(2)]
    photo, _ = [await make_photo(shelf.database, shelf.owner, sha256=content) for content in contents]
    facts = [
        Fact("album", str(album.id), contents[0].hex(), True),
        Fact("album", str(theirs.id), contents[0].hex(), True),  # not an album of the owner
        Fact("album", str(album.id), bytes(32).hex(), True),  # not a photo of the owner
        Fact("album", str(uuid4()), contents[1].hex(), True),  # no album
    ]
    async with shelf.database.transaction() as connection:
        await shelf.journal.record(connection, shelf.owner, shelf.owner, "stacks.keep", "Kept one of two", facts)
        rows = await (await connection.execute("select album_id, photo_id from album_photos")).fetchall()
        assert rows == [(album.id, photo)]
    await shelf.journal.undo_last(shelf.owner, shelf.owner)
    assert await shelf.photos_in(album.id) == set()


@pytest.mark.parametrize("seed", range(12))
async def test_whatever_happens_the_album_is_what_a_simple_list_would_be(shelf: Shelf, seed: int) -> None:
    """Hands, imports and changed minds in any order: the newest word that stands counts, else what imports said."""
    rng = random.Random(seed)
    album, _ = await shelf.albums.make_album(shelf.owner, "Sea")
    photos = [await make_photo(shelf.database, shelf.owner) for _ in range(3)]
    imported: set[UUID] = set()
    said: list[tuple[UUID, dict[UUID, bool]]] = []  # entry, what it said
    undone: dict[UUID, UUID] = {}  # entry -> the undo that did it

    def wanted(photo: UUID) -> bool:
        words = [facts[photo] for entry, facts in said if photo in facts and entry not in undone]
        return words[-1] if words else photo in imported

    for _ in range(40):
        some = rng.sample(photos, rng.randint(1, 3))
        before = await shelf.photos_in(album.id)
        match rng.randrange(5):
            case 0 | 1 as hand:
                act = shelf.albums.add_photos if hand else shelf.albums.take_out_photos
                changed = [photo for photo in some if (photo in before) != bool(hand)]
                assert await act(shelf.owner, album.id, some) == len(changed)
                if changed:
                    said.append((await shelf.last(), dict.fromkeys(changed, bool(hand))))
            case 2:
                await shelf.offer("Sea", some)
                imported |= set(some)
            case _ if said:
                entry = rng.choice(said)[0]
                (undo,) = await shelf.journal.undo(shelf.owner, shelf.owner, [undone.get(entry, entry)])
                if undone.pop(entry, None) is None:
                    undone[entry] = undo.id
        assert await shelf.photos_in(album.id) == {photo for photo in photos if wanted(photo)}
