"""Stacks over HTTP."""

import httpx

from calotype.kit.ids import uuid7
from tests.features.app import client_of, is_problem, make_app
from tests.features.conftest import sign_in_as
from tests.features.stacks.conftest import Shelf


async def test_the_whole_way(shelf: Shelf, stranger_client: httpx.AsyncClient) -> None:
    one = await shelf.add("a.jpg", seed=1)
    other = await shelf.add("b.jpg", seed=1, width=1000, height=750)
    await shelf.organise()
    async with client_of(make_app(shelf.library), await sign_in_as(shelf.library, shelf.owner)) as client:
        page = (await client.get("/api/v1/stacks", params={"kind": "same"})).json()
        [stack] = page["items"]
        assert page["next_cursor"] is None
        assert "template" in page["images"]
        assert stack["lead_photo_id"] == stack["keep"]["photo_id"] == str(one)
        assert stack["keep"]["why"][0] == "The most pixels: 4000 x 3000."
        assert [each["card"]["id"] for each in stack["photos"]] == [str(one), str(other)]
        assert stack["photos"][1]["reason"] == "The same picture, smaller: 1000 x 750 of 4000 x 3000."
        address = f"/api/v1/stacks/{stack['id']}"
        assert (await client.get(address)).json()["id"] == stack["id"]
        assert is_problem(await client.post(f"{address}/keep", json={"keep": [str(uuid7())]}), 422)
        assert is_problem(await client.get(f"/api/v1/stacks/{uuid7()}"), 404)
        for method, path, body in (
            ("GET", address, None), ("POST", f"{address}/undo", None), ("POST", f"{address}/keep-all", None),
            ("POST", f"{address}/keep", {"keep": [str(one)]}), ("GET", f"/api/v1/photos/{one}/variants", None),
        ):  # fmt: skip
            assert is_problem(await stranger_client.request(method, path, json=body), 404)
        together = {"photo_ids": [str(one), str(other)]}
        assert is_problem(await stranger_client.post("/api/v1/stacks", json=together), 422)
        assert (await client.post(f"{address}/undo")).status_code == 204
        assert (await client.get("/api/v1/stacks")).json()["items"] == []
        made = await client.post("/api/v1/stacks", json={**together, "lead_photo_id": str(other)})
        assert made.status_code == 201
        assert made.json()["kind"] == "variants"
        variants = (await client.get(f"/api/v1/photos/{other}/variants")).json()
        assert variants["stack_id"] == made.json()["id"]
        assert [item["photo_id"] for item in variants["items"]] == [str(other), str(one)]
        assert [card["id"] for card in (await client.get("/api/v1/photos")).json()["items"]] == [str(other)]


async def test_pages(shelf: Shelf) -> None:
    for seed in range(5):
        for name in "ab":
            await shelf.add(f"{name}{seed}.jpg", seed=seed)
    await shelf.organise()
    seen: list[str] = []
    cursor = None
    async with client_of(make_app(shelf.library), await sign_in_as(shelf.library, shelf.owner)) as client:
        while True:
            page = (
                await client.get("/api/v1/stacks", params={"limit": 2, **({"cursor": cursor} if cursor else {})})
            ).json()
            seen += [stack["id"] for stack in page["items"]]
            if (cursor := page["next_cursor"]) is None:
                break
    assert len(seen) == len(set(seen)) == 5
