"""The history over HTTP, with photos' decisions in it."""

import asyncio
from uuid import UUID, uuid4

import httpx
import pytest

from calotype.db.engine import Database
from tests.features.app import is_problem
from tests.features.conftest import make_photo

PHOTO = {
    "title": "Quay", "tags": ["sea"], "rating": 4, "is_favourite": True, "taken_local": "1999-12-31T23:59:00",
    "utc_offset_min": 60, "latitude": 43.5, "longitude": 16.4, "place": {"name": "Split", "country": "Croatia"},
    "description": "x",
}  # fmt: skip


async def history(client: httpx.AsyncClient) -> list[dict[str, object]]:
    items: list[dict[str, object]] = (await client.get("/api/v1/journal")).json()["items"]
    return items


async def test_everything_said_of_a_photo_can_be_taken_back(
    database: Database, owner: UUID, client: httpx.AsyncClient
) -> None:
    photo_id = await make_photo(database, owner)
    address = f"/api/v1/photos/{photo_id}"
    before = (await client.get(address)).json()
    for field, value in PHOTO.items():
        both = {"latitude": 43.5, "longitude": 16.4} if field in {"latitude", "longitude"} else {field: value}
        assert (await client.patch(address, json=both)).status_code == 200
    changed = (await client.get(address)).json()
    assert all(changed[field] != before[field] for field in PHOTO)
    for _ in PHOTO:
        assert (await client.post("/api/v1/journal/undo-last")).status_code == 200
    after = (await client.get(address)).json()
    assert {**after, "change": 0, "images": 0} == {**before, "change": 0, "images": 0}
    assert is_problem(await client.post("/api/v1/journal/undo-last"), 409)
    lines = await history(client)
    assert len(lines) == 2 * len(PHOTO)
    assert lines[-1]["summary"] == "Changed title of IMG_0001.jpg"
    assert [line["can_undo"] for line in lines[-len(PHOTO) :]] == [False] * len(PHOTO)


async def test_hidden_photos_are_out_of_sight_until_they_are_shown(
    database: Database, owner: UUID, client: httpx.AsyncClient
) -> None:
    photo_id = str(await make_photo(database, owner))
    hidden = await client.patch(f"/api/v1/photos/{photo_id}", json={"is_hidden": True})
    assert hidden.json()["is_hidden"] is True
    assert (await client.get("/api/v1/photos")).json()["items"] == []
    assert (await client.get("/api/v1/timeline")).json()["total"] == 0
    assert [card["id"] for card in (await client.get("/api/v1/photos?hidden=true")).json()["items"]] == [photo_id]
    await client.delete(f"/api/v1/photos/{photo_id}")
    assert (await client.get("/api/v1/photos?hidden=true")).json()["items"] == []
    await client.post(f"/api/v1/photos/{photo_id}/restore")
    assert [card["id"] for card in (await client.get("/api/v1/photos?hidden=true")).json()["items"]] == [photo_id]
    (hide,) = [line for line in await history(client) if line["kind"] == "photos.change"]
    assert hide["summary"] == "Hid IMG_0001.jpg"
    await client.post(f"/api/v1/journal/{hide['id']}/undo")
    assert [card["id"] for card in (await client.get("/api/v1/photos")).json()["items"]] == [photo_id]


async def test_the_trash_is_undone_and_an_undo_after_the_purge_says_why_not(
    database: Database, owner: UUID, client: httpx.AsyncClient, library: object
) -> None:
    photo_id = await make_photo(database, owner)
    await client.delete(f"/api/v1/photos/{photo_id}")
    (trash,) = await history(client)
    assert trash["summary"] == "Put IMG_0001.jpg into the trash"
    undone = await client.post(f"/api/v1/journal/{trash['id']}/undo")
    assert undone.json()["undoes"] == trash["id"]
    assert (await client.get(f"/api/v1/photos/{photo_id}")).json()["trashed_at"] is None
    await client.post("/api/v1/journal/undo", json={"ids": [undone.json()["id"]]})
    async with database.transaction() as connection:
        await connection.execute("update photos set trashed_at = now() - interval '40 days'")
    assert await library.photos.purge_expired(30) == 1  # type: ignore[attr-defined]
    assert is_problem(await client.post(f"/api/v1/journal/{trash['id']}/undo"), 409)


@pytest.mark.parametrize("body", [{}, {"ids": []}, {"ids": ["x"]}, {"ids": [str(uuid4())], "more": 1}])
async def test_what_cannot_be_undone_together_is_a_problem(client: httpx.AsyncClient, body: object) -> None:
    assert is_problem(await client.post("/api/v1/journal/undo", json=body), 422)


async def test_others_see_and_undo_nothing_of_it(
    database: Database, owner: UUID, client: httpx.AsyncClient, stranger_client: httpx.AsyncClient
) -> None:
    photo_id = await make_photo(database, owner)
    await client.patch(f"/api/v1/photos/{photo_id}", json={"title": "Mine"})
    (line,) = await history(client)
    assert await history(stranger_client) == []
    assert is_problem(await stranger_client.post(f"/api/v1/journal/{line['id']}/undo"), 404)
    assert is_problem(await stranger_client.post("/api/v1/journal/undo", json={"ids": [line["id"]]}), 404)
    assert is_problem(await client.get("/api/v1/journal?cursor=nonsense"), 422)
    assert (await client.get(f"/api/v1/photos/{photo_id}")).json()["title"] == "Mine"


async def test_an_undo_gives_back_what_stood_there_last_by_itself(
    database: Database, owner: UUID, client: httpx.AsyncClient
) -> None:
    photo_id = await make_photo(database, owner)
    address = f"/api/v1/photos/{photo_id}"
    for by_itself in ("A", "B"):  # what a sidecar says, which came after the first word was taken back
        async with database.transaction() as connection:
            await connection.execute("update photos set title = %s where id = %s", (by_itself, photo_id))
        for said in ("x", "y"):
            await client.patch(address, json={"title": said})
        await client.post("/api/v1/journal/undo-last")
        assert (await client.get(address)).json()["title"] == "x"
        await client.post("/api/v1/journal/undo-last")
        assert (await client.get(address)).json()["title"] == by_itself


async def test_what_was_purged_does_not_stand_in_the_way_of_undoing_the_rest(
    database: Database, owner: UUID, client: httpx.AsyncClient, library: object
) -> None:
    kept, gone = await make_photo(database, owner), await make_photo(database, owner)
    await client.patch(f"/api/v1/photos/{kept}", json={"title": "Quay"})
    await client.delete(f"/api/v1/photos/{gone}")
    async with database.transaction() as connection:
        await connection.execute("update photos set trashed_at = now() - interval '40 days' where status = 1")
    assert await library.photos.purge_expired(30) == 1  # type: ignore[attr-defined]
    assert [line["can_undo"] for line in await history(client)] == [False, True]
    assert (await client.post("/api/v1/journal/undo-last")).status_code == 200
    assert (await client.get(f"/api/v1/photos/{kept}")).json()["title"] is None


async def test_a_variant_that_went_with_its_lead_stays_where_it_is_when_something_else_is_said_of_it(
    database: Database, owner: UUID, client: httpx.AsyncClient
) -> None:
    for status in (1, 2, 3):
        photo_id = await make_photo(database, owner)
        async with database.transaction() as connection:
            await connection.execute(
                "update photos set status = %s, trashed_at = case when %s = 1 then now() end where id = %s",
                (status, status, photo_id),
            )
        await client.patch(f"/api/v1/photos/{photo_id}", json={"title": "Quay"})
        await client.post("/api/v1/journal/undo-last")
        async with database.connection() as connection:
            row = await (await connection.execute("select status from photos where id = %s", (photo_id,))).fetchone()
        assert row == (status,)


async def test_two_words_at_once_about_one_photo_are_both_told(
    database: Database, owner: UUID, client: httpx.AsyncClient
) -> None:
    photo_id = await make_photo(database, owner)
    address = f"/api/v1/photos/{photo_id}"
    await asyncio.gather(*(client.patch(address, json={"title": str(number)}) for number in range(6)))
    lines = await history(client)
    assert len(lines) == 6
    for _ in range(6):
        assert (await client.post("/api/v1/journal/undo-last")).status_code == 200
    assert (await client.get(address)).json()["title"] is None
