"""An album's title finds its photos at once: nobody has to wait for the pipeline."""

import asyncio
from uuid import UUID

from calotype.bootstrap import Calotype
from calotype.server import create_app
from tests.features.app import client_of
from tests.features.conftest import make_photo, sign_in_as


async def test_a_photo_is_found_by_the_album_it_is_put_into(calotype: Calotype, owner: UUID) -> None:
    put, other = await make_photo(calotype.database, owner), await make_photo(calotype.database, owner)
    async with client_of(create_app(calotype), await sign_in_as(calotype, owner)) as client:
        album = (await client.post("/api/v1/albums", json={"title": "Zanzibar"})).json()
        path = f"/api/v1/albums/{album['id']}/photos"
        assert (await client.post(path, json={"photo_ids": [str(put)]})).json() == {"added": 1}
        answer = (await client.get("/api/v1/photos/search", params={"q": "zanzibar"})).json()
        assert [item["id"] for item in answer["items"]] == [str(put)]
        await calotype.intake.put_into_album(owner, "Zanzibar", [other])
        answer = (await client.get("/api/v1/photos/search", params={"q": "zanzibar"})).json()
        assert {item["id"] for item in answer["items"]} == {str(put), str(other)}


async def test_albums_and_changes_at_once_do_not_wait_for_each_other_for_ever(calotype: Calotype, owner: UUID) -> None:
    ids = [await make_photo(calotype.database, owner) for _ in range(8)]

    async def one(number: int) -> None:
        some = ids[number % 8 :] + ids[: number % 8]
        match number % 3:
            case 0:
                await calotype.intake.put_into_album(owner, f"Album {number % 5}", some)
            case 1:
                album, _ = await calotype.albums.make_album(owner, f"Album {number % 5}")
                await calotype.albums.add_photos(owner, album.id, some)
            case 2:
                await calotype.photos.trash.put(owner, some[0])

    await asyncio.wait_for(asyncio.gather(*(one(number) for number in range(45))), 30)
    async with calotype.database.connection() as connection:
        row = await (await connection.execute("select count(*) from album_photos")).fetchone()
    assert row == (5 * len(ids),)
