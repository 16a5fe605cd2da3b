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


async def test_a_photo_that_is_taken_out_is_found_no_more_until_that_is_undone(calotype: Calotype, owner: UUID) -> None:
    photo = str(await make_photo(calotype.database, owner))
    async with client_of(create_app(calotype), await sign_in_as(calotype, owner)) as client:
        album = (await client.post("/api/v1/albums", json={"title": "Zanzibar"})).json()
        path = f"/api/v1/albums/{album['id']}/photos"

        async def found() -> list[str]:
            answer = (await client.get("/api/v1/photos/search", params={"q": "zanzibar"})).json()
            return [item["id"] for item in answer["items"]]

        await client.post(path, json={"photo_ids": [photo]})
        assert await found() == [photo]
        answer = await client.request("DELETE", path, json={"photo_ids": [photo]})
        assert answer.json() == {"taken_out": 1}
        assert await found() == []
        assert (await client.get(f"/api/v1/photos/{photo}")).status_code == 200
        assert (await client.post("/api/v1/journal/undo-last")).json()["summary"].startswith("Undid: Took 1 photo")
        assert await found() == [photo]


async def test_a_word_about_an_album_of_the_best_asks_for_its_making(calotype: Calotype, owner: UUID) -> None:
    for _ in range(25):
        photo = await make_photo(calotype.database, owner)
    async with calotype.database.connection() as connection:
        await connection.execute(
            "update photos set quality = 800, taken_local = taken_local + interval '7 hours' * get_byte(sha256, 0)"
        )
    await calotype.owner_work.run(owner, "curation")
    (year, *_) = await calotype.curation.list_albums(owner)
    async with client_of(create_app(calotype), await sign_in_as(calotype, owner)) as client:
        answer = await client.post(f"/api/v1/curated/{year.id}/photos/{photo}", json={"pick": "pin"})
        assert str(photo) in [item["photo"]["id"] for item in answer.json()["items"] if item["is_pinned"]]
    states = {state["kind"]: state["state"] for state in await calotype.owner_work.list_states(owner)}
    assert states["curation"] == "waiting"
    assert (await calotype.owner_work.run(owner, "curation")).startswith("Looked at 1 of")


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
