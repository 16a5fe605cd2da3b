"""Albums: one per title, filled without doubles, paged without gaps, seen only by their owner."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import httpx
import pytest
from fastapi import FastAPI

from calotype.api.handlers import install_problem_handlers
from calotype.api.signed_in import signed_in_user
from calotype.db.engine import Database
from calotype.db.keyset import BadCursor
from calotype.features.albums import AlbumNotFound, Albums, PhotosPutIntoAlbum
from calotype.features.albums.errors import BadAlbumTitle
from calotype.features.albums.routes import router
from calotype.features.journal import Journal
from calotype.features.photos import list_cards_by_id
from calotype.kit.events import Publisher
from calotype.kit.ids import uuid7
from tests.features.app import follow_decisions
from tests.features.conftest import make_photo

NOON = datetime(2023, 7, 1, 12)


def open_albums(database: Database, publisher: Publisher) -> Albums:
    return Albums(database, Journal(database, publisher), publisher)


@pytest.fixture
def albums(database: Database) -> Albums:
    return open_albums(database, follow_decisions())


async def all_pages(albums: Albums, owner: UUID, album_id: UUID, limit: int) -> list[UUID]:
    found: list[UUID] = []
    cursor = None
    while True:
        page = await albums.list_photos(owner, album_id, limit=limit, cursor=cursor)
        assert len(page.photo_ids) <= limit
        found += page.photo_ids
        if (cursor := page.next_cursor) is None:
            return found


async def test_one_album_per_title(albums: Albums, owner: UUID, stranger: UUID) -> None:
    first, is_new = await albums.make_album(owner, " Summer\u202e\n2024 ")
    assert (first.title, is_new) == ("Summer 2024", True)
    assert await albums.make_album(owner, "Summer 2024") == (first, False)
    theirs, is_new = await albums.make_album(stranger, "Summer 2024")
    assert is_new
    assert theirs.id != first.id
    together = await asyncio.gather(*(albums.make_album(owner, "Sea") for _ in range(6)))
    assert len({album.id for album, _ in together}) == 1
    assert [is_new for _, is_new in together].count(True) == 1


@pytest.mark.parametrize("title", ["", "  ", "\u200b", "\n"])
async def test_a_title_can_be_seen(albums: Albums, owner: UUID, title: str) -> None:
    with pytest.raises(BadAlbumTitle):
        await albums.make_album(owner, title)


async def test_photos_are_in_it_once_and_come_newest_first(albums: Albums, database: Database, owner: UUID) -> None:
    album, _ = await albums.make_album(owner, "Sea")
    # Three of each instant: the id decides among them.
    photos = [await make_photo(database, owner, taken_local=NOON + timedelta(hours=n // 3)) for n in range(10)]
    assert await albums.add_photos(owner, album.id, photos) == 10
    assert await albums.add_photos(owner, album.id, photos[:5] * 2) == 0
    for limit in (1, 2, 3, 7, 10, 11):
        found = await all_pages(albums, owner, album.id, limit)
        assert found == sorted(photos, key=lambda photo: (photos.index(photo) // 3, photo), reverse=True)


async def test_the_trash_is_not_in_it(albums: Albums, database: Database, owner: UUID) -> None:
    album, _ = await albums.make_album(owner, "Sea")
    older, newer = [await make_photo(database, owner, taken_local=NOON + timedelta(days=n)) for n in range(2)]
    await albums.add_photos(owner, album.id, [older, newer])
    (summary,) = await albums.list_albums(owner)
    assert (summary.title, summary.photos, summary.cover_id) == ("Sea", 2, newer)
    async with database.connection() as connection:
        await connection.execute("update photos set status = 1, trashed_at = now() where id = %s", (newer,))
    (summary,) = await albums.list_albums(owner)
    assert (summary.photos, summary.cover_id) == (1, older)
    assert await all_pages(albums, owner, album.id, 10) == [older]


async def test_nobody_reaches_into_the_albums_of_others(
    albums: Albums, database: Database, owner: UUID, stranger: UUID
) -> None:
    album, _ = await albums.make_album(owner, "Sea")
    mine, theirs = await make_photo(database, owner), await make_photo(database, stranger)
    for album_id in (album.id, uuid7()):
        with pytest.raises(AlbumNotFound):
            await albums.add_photos(stranger, album_id, [theirs])
        with pytest.raises(AlbumNotFound):
            await albums.list_photos(stranger, album_id, limit=10, cursor=None)
    assert await albums.add_photos(owner, album.id, [mine, theirs, uuid7()]) == 1
    assert await all_pages(albums, owner, album.id, 10) == [mine]
    assert await albums.list_albums(stranger) == []


async def test_a_cursor_from_elsewhere_is_refused(albums: Albums, owner: UUID) -> None:
    album, _ = await albums.make_album(owner, "Sea")
    with pytest.raises(BadCursor):
        await albums.list_photos(owner, album.id, limit=10, cursor="nonsense")


class TestRoutes:
    @pytest.fixture
    async def client(self, albums: Albums, database: Database, owner: UUID) -> AsyncIterator[httpx.AsyncClient]:
        async def cards(owner_id: UUID, photo_ids: list[UUID]) -> list[dict[str, Any]]:
            async with database.connection() as connection:
                return await list_cards_by_id(connection, owner_id, photo_ids)

        app = FastAPI()
        install_problem_handlers(app)
        app.include_router(router)
        photos = SimpleNamespace(list_cards_by_id=cards, images=SimpleNamespace(access=lambda _: {"template": "…"}))
        app.state.calotype = SimpleNamespace(albums=albums, photos=photos)
        app.dependency_overrides[signed_in_user] = lambda: SimpleNamespace(id=owner)
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://library") as client:
            yield client

    async def test_make_fill_list(self, client: httpx.AsyncClient, database: Database, owner: UUID) -> None:
        made = await client.post("/albums", json={"title": "Sea"})
        assert made.status_code == 201
        album_id = made.json()["id"]
        assert (await client.post("/albums", json={"title": "Sea"})).status_code == 200
        photos = [str(await make_photo(database, owner)) for _ in range(3)]
        url = f"/albums/{album_id}/photos"
        assert (await client.post(url, json={"photo_ids": photos})).json() == {"added": 3}
        page = (await client.get(url, params={"limit": 2})).json()
        rest = (await client.get(url, params={"limit": 2, "cursor": page["next_cursor"]})).json()
        assert [card["id"] for card in page["items"] + rest["items"]] == sorted(photos, reverse=True)
        assert rest["next_cursor"] is None
        (album,) = (await client.get("/albums")).json()["items"]
        assert (album["title"], album["photos"]) == ("Sea", 3)

    async def test_problems(self, client: httpx.AsyncClient) -> None:
        assert (await client.post("/albums", json={"title": "\u200b"})).status_code == 422
        assert (await client.post("/albums", json={"title": "x", "more": 1})).status_code == 422
        assert (await client.get(f"/albums/{uuid7()}/photos")).status_code == 404
        assert (await client.post(f"/albums/{uuid7()}/photos", json={"photo_ids": []})).status_code == 422


async def test_only_what_is_new_in_an_album_is_told(database: Database, owner: UUID, stranger: UUID) -> None:
    told: list[PhotosPutIntoAlbum] = []

    async def listen(event: PhotosPutIntoAlbum, connection: object) -> None:
        told.append(event)

    albums = open_albums(database, follow_decisions({PhotosPutIntoAlbum: [listen]}))
    album, _ = await albums.make_album(owner, "Sea")
    mine = sorted([await make_photo(database, owner) for _ in range(3)])
    theirs = await make_photo(database, stranger)
    assert await albums.add_photos(owner, album.id, [mine[0], theirs]) == 1
    assert await albums.add_photos(owner, album.id, [mine[0], theirs]) == 0
    async with database.transaction() as connection:
        await albums.add_by_title(connection, owner, "Sea", mine)
    assert told == [PhotosPutIntoAlbum(owner, mine[:1]), PhotosPutIntoAlbum(owner, mine[1:])]
