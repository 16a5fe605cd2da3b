"""The search as a client sees it."""

from datetime import datetime
from uuid import UUID

import httpx
import pytest

from calotype.features.search import Search
from tests.features.app import SmallLibrary, is_problem
from tests.features.search.shelf import Shelf


@pytest.fixture(autouse=True)
def _with_search(library: SmallLibrary, search: Search) -> None:
    library.search = search


async def test_an_answer_shows_how_it_was_read_and_why(client: httpx.AsyncClient, shelf: Shelf) -> None:
    photo = await shelf.add(labels={"tabby": 0.9}, meaning={"cat": 1}, taken_local=datetime(2019, 5, 4))
    answer = (await client.get("/api/v1/photos/search", params={"q": "a cat in 2019"})).json()
    assert answer["query"] == "a cat in 2019"
    assert answer["words"] == "a cat"
    (chip,) = answer["chips"]
    assert (chip["kind"], chip["text"], chip["label"], chip["is_filter"]) == ("time", "in 2019", "2019", True)
    (item,) = answer["items"]
    assert UUID(item["id"]) == photo
    assert item["match"] == "sure"
    assert {"kind": "label", "text": "tabby (90 %)", "confidence": pytest.approx(0.9)} in item["reasons"]
    assert item["file_name"]  # a card, as everywhere
    assert "{id}" in answer["images"]["template"]
    assert (answer["verdict"], answer["total_sure"], answer["next_cursor"]) == ("ok", 1, None)
    dropped = (await client.get("/api/v1/photos/search", params={"q": "a cat in 1999", "drop": "nothing"})).json()
    assert dropped["verdict"] == "no good match"
    again = await client.get("/api/v1/photos/search", params={"q": "a cat in 1999", "drop": dropped["chips"][0]["id"]})
    assert [UUID(one["id"]) for one in again.json()["items"]] == [photo]


async def test_pages_go_on_where_they_ended(client: httpx.AsyncClient, shelf: Shelf) -> None:
    photos = [await shelf.add(labels={"tabby": 0.9}) for _ in range(5)]
    for query in ({"q": "cat"}, {"q": "in 2023"}, {"year": "2023"}):
        seen, cursor = [], None
        for _ in range(5):
            more = {"cursor": cursor} if cursor else {}
            page = (await client.get("/api/v1/photos/search", params={**query, **more, "limit": "2"})).json()
            seen += [UUID(one["id"]) for one in page["items"]]
            cursor = page["next_cursor"]
            if cursor is None:
                break
        assert sorted(seen) == sorted(photos)


@pytest.mark.parametrize(
    "query",
    [
        {"bbox": "1,2,3"}, {"bbox": "a,b,c,d"}, {"bbox": "0,50,10,40"}, {"from": "yesterday"}, {"to": "2023-13-01"},
        {"year": "20x"}, {"min_rating": "9"}, {"limit": "0"}, {"cursor": "x", "q": "cat"}, {"today": "tomorrow"},
        {"today": "0001-01-01", "q": "yesterday"}, {"today": "9999-12-31", "q": "christmas"}, {"colour": "red"},
        {"q": "x" * 501},
    ],
)  # fmt: skip
async def test_what_cannot_be_read_is_refused_with_a_sentence(client: httpx.AsyncClient, query: dict[str, str]) -> None:
    answer = await client.get("/api/v1/photos/search", params=query)
    assert any(is_problem(answer, status) for status in (400, 422)), answer.text


async def test_days_of_the_parameters_are_included(client: httpx.AsyncClient, shelf: Shelf) -> None:
    photo = await shelf.add(taken_local=datetime(2023, 7, 31, 23, 30))
    for query in ({"from": "2023-07-31", "to": "2023-07-31"}, {"to": "2023-07-31T23:31"}, {"bbox": "-180,-90,180,90"}):
        page = (await client.get("/api/v1/photos/search", params=query)).json()
        assert [UUID(one["id"]) for one in page["items"]] == ([] if "bbox" in query else [photo])
    assert not (await client.get("/api/v1/photos/search", params={"to": "2023-07-31T23:30"})).json()["items"]


@pytest.mark.parametrize("today", ["1900-01-01", "9000-12-31"])
@pytest.mark.parametrize("sentence", ["yesterday", "at christmas", "last easter", "this month", "last summer"])
async def test_the_first_and_the_last_today_are_answered(client: httpx.AsyncClient, today: str, sentence: str) -> None:
    answer = await client.get("/api/v1/photos/search", params={"q": sentence, "today": today})
    assert answer.status_code == 200, answer.text
    assert answer.json()["items"] == []


async def test_the_ends_of_the_calendar_are_ends(client: httpx.AsyncClient, shelf: Shelf) -> None:
    photo = await shelf.add()
    for query in ({"from": "2020-01-01", "to": "9999-12-31"}, {"from": "0001-01-01"}, {"to": "9999-12-31"}):
        answer = await client.get("/api/v1/photos/search", params=query)
        assert [UUID(one["id"]) for one in answer.json()["items"]] == [photo], query


async def test_suggestions_and_lookalikes(
    client: httpx.AsyncClient, stranger_client: httpx.AsyncClient, shelf: Shelf
) -> None:
    one = await shelf.add(labels={"tabby": 0.9}, meaning={"cat": 1}, look=[1, 0])
    two = await shelf.add(meaning={"cat": 1}, look=[1, 0.1])
    suggested = (await client.get("/api/v1/search/suggest", params={"q": "tab"})).json()
    assert suggested == {"suggestions": [{"text": "tabby", "kind": "label", "uses": 1}]}
    alike = (await client.get(f"/api/v1/photos/{one}/similar")).json()
    assert [UUID(item["id"]) for item in alike["items"]] == [two]
    assert alike["items"][0]["likeness"] > 0.9
    assert is_problem(await stranger_client.get(f"/api/v1/photos/{one}/similar"), 404)
    assert (await stranger_client.get("/api/v1/search/suggest", params={"q": "tab"})).json() == {"suggestions": []}
    assert not (await stranger_client.get("/api/v1/photos/search", params={"q": "cat"})).json()["items"]
