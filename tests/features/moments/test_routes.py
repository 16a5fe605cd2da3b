"""Moments over HTTP."""

from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
import pytest_asyncio

from calotype.kit.progress import silent
from tests.features.app import SmallLibrary, is_problem
from tests.features.moments.life import Shot, at, everyday, session, store

API = "/api/v1"


@pytest_asyncio.fixture
async def moments(library: SmallLibrary, owner: UUID, client: httpx.AsyncClient) -> list[dict[str, Any]]:
    """A trip to Lisbon out of everyday life in Munich; the trip and its events."""
    shots: list[Shot] = everyday(at(2023, 1, 1).date(), at(2023, 5, 2).date(), "Munich")
    for day in range(3, 8):
        shots += session("Lisbon", at(2023, 5, day, 10), 6)
    await store(library.database, owner, shots)
    await library.moments.organise(owner, is_whole=True, progress=silent)
    (trip,) = (await client.get(f"{API}/moments?kind=trip")).json()["items"]
    return [trip, *(await client.get(f"{API}/moments?parent_id={trip['id']}")).json()["items"]]


async def test_a_moment_in_words(client: httpx.AsyncClient, moments: list[dict[str, Any]]) -> None:
    trip, *events = moments
    assert {name: trip[name] for name in ("kind", "title", "place", "photos", "is_dismissed", "parent_id")} == {
        "kind": "trip", "title": "Lisbon, 3–7 May 2023", "place": "Lisbon", "photos": 30, "is_dismissed": False,
        "parent_id": None,
    }  # fmt: skip
    assert trip["starts_local"].startswith("2023-05-03T10:")
    assert [event["title"] for event in events][::-1] == [
        f"{day} in Lisbon" for day in ("Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
    ]
    one = (await client.get(f"{API}/moments/{trip['id']}")).json()
    assert "template" in one.pop("images")
    assert one == trip


async def test_lists_are_paged_without_gaps(client: httpx.AsyncClient, moments: list[dict[str, Any]]) -> None:
    everything = (await client.get(f"{API}/moments?limit=500")).json()["items"]
    pages, cursor = [], ""
    while cursor is not None:
        page = (await client.get(f"{API}/moments?limit=7{cursor and '&cursor=' + cursor}")).json()
        pages += page["items"]
        cursor = page["next_cursor"]
    assert pages == everything
    assert len(pages) > 20
    first = (await client.get(f"{API}/moments/{moments[0]['id']}/photos?limit=20")).json()
    rest = (await client.get(f"{API}/moments/{moments[0]['id']}/photos?cursor={first['next_cursor']}")).json()
    times = [card["taken_local"] for card in first["items"] + rest["items"]]
    assert len(times) == 30
    assert times == sorted(times)


async def test_rename_dismiss_and_back(client: httpx.AsyncClient, moments: list[dict[str, Any]]) -> None:
    trip = f"{API}/moments/{moments[0]['id']}"
    assert (await client.patch(trip, json={"title": "  Honeymoon\u202e "})).json()["title"] == "Honeymoon"
    assert (await client.patch(trip, json={"title": None})).json()["title"] == "Lisbon, 3–7 May 2023"
    assert (await client.patch(trip, json={"is_dismissed": True})).json()["is_dismissed"] is True
    assert (await client.get(f"{API}/moments?kind=trip")).json()["items"] == []
    assert len((await client.get(f"{API}/moments?kind=trip&dismissed=true")).json()["items"]) == 1
    history = (await client.get(f"{API}/journal")).json()["items"]
    assert [entry["summary"] for entry in history] == [
        "Dismissed “Lisbon, 3–7 May 2023”", "Took back the name “Honeymoon”",
        "Renamed “Lisbon, 3–7 May 2023” to “Honeymoon”",
    ]  # fmt: skip


async def test_split_and_merge(client: httpx.AsyncClient, moments: list[dict[str, Any]]) -> None:
    trip = f"{API}/moments/{moments[0]['id']}"
    parts = (await client.post(f"{trip}/split", json={"at": "2023-05-05T00:00:00"})).json()
    assert (parts["title"], parts["new"]["title"]) == ("Lisbon, 3–4 May 2023", "Lisbon, 5–7 May 2023")
    assert (await client.get(f"{API}/moments/{moments[1]['id']}")).json()["parent_id"] == parts["new"]["id"]
    whole = (await client.post(f"{trip}/merge", json={"others": [parts["new"]["id"]]})).json()
    assert (whole["title"], whole["photos"]) == ("Lisbon, 3–7 May 2023", 30)
    assert is_problem(await client.get(f"{API}/moments/{parts['new']['id']}"), 404)


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PATCH", "", {}),
        ("PATCH", "", {"title": " \u200b "}),
        ("PATCH", "", {"is_dismissed": None}),
        ("PATCH", "", {"name": "x"}),
        ("PATCH", "", {"cover_photo_id": str(uuid4())}),
        ("POST", "/merge", {"others": []}),
        ("POST", "/merge", {"others": ["SELF"]}),
        ("POST", "/merge", {"others": ["EVENT"]}),
        ("POST", "/split", {}),
        ("POST", "/split", {"photo_ids": [str(uuid4())]}),
        ("POST", "/split", {"photo_ids": [str(uuid4())], "at": "2023-05-05T00:00:00"}),
        ("POST", "/split", {"at": "2023-05-05T00:00:00Z"}),
        ("POST", "/split", {"at": "1999-01-01T00:00:00"}),
        ("POST", "/split", {"at": "2999-01-01T00:00:00"}),
    ],
)
async def test_what_makes_no_sense_is_refused_with_a_sentence(
    client: httpx.AsyncClient, moments: list[dict[str, Any]], method: str, path: str, body: dict[str, Any]
) -> None:
    named = {"SELF": moments[0]["id"], "EVENT": moments[1]["id"]}
    body = {**body, "others": [named[each] for each in body["others"]]} if body.get("others") else body
    answer = await client.request(method, f"{API}/moments/{moments[0]['id']}{path}", json=body)
    assert is_problem(answer, 422), answer.text
    assert (await client.get(f"{API}/journal")).json()["items"] == []


@pytest.mark.parametrize("query", ["kind=party", "cursor=nonsense", "limit=0", "parent_id=x"])
async def test_lists_refuse_what_they_do_not_know(client: httpx.AsyncClient, query: str) -> None:
    assert (await client.get(f"{API}/moments?{query}")).status_code in {400, 422}


@pytest.mark.parametrize("today", ["tomorrow", "2023-02-30", "0001-01-01", "9999-12-31"])
async def test_memories_of_no_day(client: httpx.AsyncClient, today: str) -> None:
    assert is_problem(await client.get(f"{API}/memories?today={today}"), 422)


async def test_memories(client: httpx.AsyncClient, moments: list[dict[str, Any]]) -> None:
    answer = (await client.get(f"{API}/memories?today=2024-05-04")).json()
    memory = answer["items"][0]
    assert (memory["kind"], memory["title"], memory["years_ago"]) == ("on_this_day", "On this day 1 year ago", 1)
    assert [photo["id"] for photo in memory["photos"]] == memory["photo_ids"]
    assert "template" in answer["images"]
    assert (await client.get(f"{API}/memories")).status_code == 200


async def test_of_strangers_there_is_nothing(stranger_client: httpx.AsyncClient, moments: list[dict[str, Any]]) -> None:
    trip = f"{API}/moments/{moments[0]['id']}"
    for answer in (
        await stranger_client.get(trip),
        await stranger_client.get(f"{trip}/photos"),
        await stranger_client.patch(trip, json={"title": "mine"}),
        await stranger_client.post(f"{trip}/merge", json={"others": [moments[1]["id"]]}),
        await stranger_client.post(f"{trip}/split", json={"at": "2023-05-05T00:00:00"}),
    ):
        assert is_problem(answer, 404)
    assert (await stranger_client.get(f"{API}/moments")).json()["items"] == []
    assert (await stranger_client.get(f"{API}/memories?today=2024-05-04")).json()["items"] == []
