"""Lists and months: every photo once, in order, of the right month, and only one's own."""

import asyncio
from datetime import datetime, timedelta
from uuid import UUID

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from calotype.db.engine import Database
from calotype.features.photos.errors import BadMonth
from calotype.features.photos.repository import reading
from calotype.features.photos.repository.reading import CardFilter
from calotype.features.photos.service import month_bounds
from calotype.ports.queue import NewJob
from calotype.ports.queue.procrastinate import ProcrastinateQueue
from tests.features.app import SmallLibrary, is_problem
from tests.features.conftest import make_owner, make_photo

NOON = datetime(2023, 7, 1, 12)

MANY = """
    insert into photos
        (id, owner_id, taken_local, change, size_bytes, width, height, media_type, sha256, sha1, file_name)
    select gen_random_uuid(), %(owner)s, %(start)s + n * %(step)s, n, 1, 4000 + n %% 7, 3000, 1,
           decode(lpad(to_hex(n), 64, '0'), 'hex'), 'x', repeat('x', 200)
    from generate_series(1, %(n)s) n
"""

# Few distinct times, so that many photos share one and the id must decide.
times = st.lists(st.sampled_from([NOON + timedelta(seconds=s) for s in range(4)]), min_size=0, max_size=25)


async def fill(database: Database, owner_id: UUID, taken: list[datetime]) -> list[UUID]:
    return [await make_photo(database, owner_id, taken_local=time) for time in taken]


async def walk(library: SmallLibrary, owner_id: UUID, limit: int, **which: object) -> list[dict]:
    cards: list[dict] = []
    cursor = None
    while True:
        page = await library.photos.list_cards(owner_id, CardFilter(**which), cursor=cursor, limit=limit)
        assert len(page["items"]) <= limit
        cards += page["items"]
        cursor = page["next_cursor"]
        if cursor is None:
            return cards
        assert len(page["items"]) == limit


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(taken=times, limit=st.integers(1, 7))
async def test_pages_hold_every_photo_once_in_order(
    library: SmallLibrary, database: Database, taken: list[datetime], limit: int
) -> None:
    owner_id = await make_owner(database, f"{UUID(int=0)}{asyncio.get_running_loop().time()}@example.org")
    ids = await fill(database, owner_id, taken)
    cards = await walk(library, owner_id, limit)
    assert sorted(card["id"] for card in cards) == sorted(ids)
    keys = [(card["taken_local"], card["id"]) for card in cards]
    assert keys == sorted(keys, reverse=True)


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(taken=times, later=times, limit=st.integers(1, 5), removed=st.integers(0, 4))
async def test_pages_lose_none_and_double_none_while_others_come_and_go(
    library: SmallLibrary, database: Database, taken: list[datetime], later: list[datetime], limit: int, removed: int
) -> None:
    owner_id = await make_owner(database, f"{asyncio.get_running_loop().time()}@example.org")
    first = await fill(database, owner_id, taken)
    page = await library.photos.list_cards(owner_id, CardFilter(), limit=limit)
    await fill(database, owner_id, later)
    gone = {card["id"] for card in page["items"][:removed]}
    for photo_id in gone:
        await library.photos.trash.put(owner_id, photo_id)
    seen = [card["id"] for card in page["items"]]
    while page["next_cursor"]:
        page = await library.photos.list_cards(owner_id, CardFilter(), cursor=page["next_cursor"], limit=limit)
        seen += [card["id"] for card in page["items"]]
    assert len(seen) == len(set(seen))
    assert set(first) <= set(seen)


async def test_filters(library: SmallLibrary, database: Database, owner: UUID, client: httpx.AsyncClient) -> None:
    days = [datetime(2023, 7, 1), datetime(2023, 7, 2, 23, 59, 59), datetime(2023, 7, 3)]
    ids = [str(photo_id) for photo_id in await fill(database, owner, days)]
    await client.patch(f"/api/v1/photos/{ids[1]}", json={"is_favourite": True})

    async def found(**query: object) -> list[str]:
        answer = await client.get("/api/v1/photos", params=query)
        assert answer.status_code == 200, answer.text
        return [card["id"] for card in answer.json()["items"]]

    assert await found() == ids[::-1]
    assert await found(favourite=True) == [ids[1]]
    assert await found(favourite=False) == [ids[2], ids[0]]
    assert await found(**{"from": "2023-07-02"}) == [ids[2], ids[1]]
    assert await found(to="2023-07-02") == [ids[1], ids[0]]
    assert await found(**{"from": "2023-07-01T00:00:00", "to": "2023-07-01T00:00:00"}) == [ids[0]]
    assert await found(trashed=True) == []


@pytest.mark.parametrize(
    "query",
    ["limit=0", "limit=501", "limit=x", "cursor=AAAA", "cursor=%00", "from=yesterday", "colour=red", "trashed=perhaps"],
)
async def test_a_query_that_makes_no_sense_is_a_problem(client: httpx.AsyncClient, query: str) -> None:
    assert is_problem(await client.get(f"/api/v1/photos?{query}"), 422)


async def test_a_card_says_what_the_contract_says(database: Database, owner: UUID, client: httpx.AsyncClient) -> None:
    await make_photo(database, owner, file_name="a.heic", media_type=7)
    page = (await client.get("/api/v1/photos")).json()
    assert set(page) == {"items", "next_cursor", "images"}
    assert set(page["images"]) == {"template", "expires_at"}
    card = page["items"][0]
    assert {**card, "id": ""} == {
        "id": "",
        "taken_local": "2023-07-01T12:00:00",
        "width": 4000,
        "height": 3000,
        "thumbhash": None,
        "is_favourite": False,
        "media_type": "heic",
        "duration_ms": None,
        "status": "pending",
        "file_name": "a.heic",
        "title": None,
    }


async def test_the_counts_and_the_months_agree(database: Database, owner: UUID, client: httpx.AsyncClient) -> None:
    edges = [
        datetime(2023, 6, 30, 23, 59, 59, 999_999),
        datetime(2023, 7, 1),
        datetime(2023, 7, 31, 23, 59, 59, 999_999),
        datetime(2023, 8, 1),
        datetime(1999, 12, 31, 23, 59),
        datetime(2000, 2, 29),
    ]
    await fill(database, owner, edges)
    timeline = (await client.get("/api/v1/timeline")).json()
    assert timeline["total"] == 6
    assert timeline["months"] == [
        {"month": "2023-08", "photos": 1},
        {"month": "2023-07", "photos": 2},
        {"month": "2023-06", "photos": 1},
        {"month": "2000-02", "photos": 1},
        {"month": "1999-12", "photos": 1},
    ]
    for month in timeline["months"]:
        columns = (await client.get(f"/api/v1/timeline/{month['month']}")).json()
        assert {len(columns[name]) for name in ("id", "taken", "ratio", "favourite")} == {month["photos"]}
    july = (await client.get("/api/v1/timeline/2023-07")).json()
    assert july["taken"] == [1690847999, 1688169600]  # whole seconds, not rounded up into August
    assert july["ratio"] == [1.333, 1.333]


async def test_a_month_without_photos_is_empty_columns(client: httpx.AsyncClient) -> None:
    columns = (await client.get("/api/v1/timeline/1990-01")).json()
    assert [columns[name] for name in ("id", "taken", "ratio", "favourite")] == [[], [], [], []]


@pytest.mark.parametrize("month", ["2023-13", "2023", "july", "2023-07-01", "0000-01", "9999-12", "99999-01", "%20"])
async def test_what_is_no_month_is_a_problem(client: httpx.AsyncClient, month: str) -> None:
    assert is_problem(await client.get(f"/api/v1/timeline/{month}"), 422)


@given(st.datetimes(min_value=datetime(1000, 1, 1), max_value=datetime(9998, 12, 31)))
def test_every_time_lies_in_exactly_its_month(time: datetime) -> None:
    start, stop = month_bounds(f"{time:%Y-%m}")
    assert start <= time < stop
    assert month_bounds(f"{stop:%Y-%m}")[0] == stop


def test_the_last_month_of_all_has_no_end() -> None:
    with pytest.raises(BadMonth):
        month_bounds("9999-12")


async def test_lists_are_asked_for_again_only_when_something_changed(
    database: Database, owner: UUID, client: httpx.AsyncClient
) -> None:
    photo_id = await make_photo(database, owner)
    for path in ("/api/v1/timeline", "/api/v1/timeline/2023-07"):
        first = await client.get(path)
        again = await client.get(path, headers={"If-None-Match": first.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
    await client.patch(f"/api/v1/photos/{photo_id}", json={"is_favourite": True})
    changed = await client.get("/api/v1/timeline/2023-07", headers={"If-None-Match": first.headers["etag"]})
    assert changed.status_code == 200
    assert changed.json()["favourite"] == [1]


async def test_a_month_of_5500_photos_is_under_300_kb(
    database: Database, owner: UUID, client: httpx.AsyncClient
) -> None:
    async with database.transaction() as connection:
        await connection.execute(
            MANY,
            {"owner": owner, "start": datetime(2023, 7, 1), "step": timedelta(minutes=7), "n": 5500},
        )
    answer = await client.get("/api/v1/timeline/2023-07")
    assert len(answer.json()["id"]) == 5500
    assert len(answer.content) <= 300_000


async def test_the_hot_lists_use_the_covering_index(database: Database, owner: UUID) -> None:
    """A plan that reads the table for a month, or sorts a page, would be a hundred times slower at a million photos."""
    async with database.transaction() as connection:
        await connection.execute(
            MANY,
            {"owner": owner, "start": datetime(2001, 1, 1), "step": timedelta(hours=1), "n": 20_000},
        )
    plans = []
    async with database.connection() as connection:
        await connection.execute("vacuum analyze photos")
        month = "select id, taken_local, width, height, is_favourite from photos where owner_id = %s and status = 0"
        month += " and taken_local >= '2002-03-01' and taken_local < '2002-04-01' order by taken_local desc, id desc"
        page = f"select {reading.CARD_COLUMNS} from photos p where p.owner_id = %s and p.status = 0"
        page += " and (p.taken_local, p.id) < ('2002-03-01', gen_random_uuid())"
        page += " order by p.taken_local desc, p.id desc limit 100"
        for query in (month, page):
            rows = await (await connection.execute(f"explain (costs off) {query}", (owner,))).fetchall()
            plans.append("\n".join(row[0] for row in rows))
    assert "Index Only Scan using photos_timeline" in plans[0]
    assert "Index Scan using photos_timeline" in plans[1]
    assert all("Sort" not in plan for plan in plans)


async def test_the_queue_of_others_does_not_hide_ones_own(
    library: SmallLibrary, database: Database, owner: UUID, stranger: UUID
) -> None:
    async with database.transaction() as connection:
        await connection.execute(
            "insert into photos (id, owner_id, taken_local, change, size_bytes, media_type, sha256, sha1, file_name)"
            " select gen_random_uuid(), %s, now(), n, 1, 1, sha256(n::text::bytea), 'x', 'n.jpg'"
            " from generate_series(1, 10050) n",
            (stranger,),
        )
        await connection.execute(
            "insert into procrastinate_jobs (queue_name, task_name, args)"
            " select 'develop', 'develop', jsonb_build_object('photo_id', id) from photos"
        )
    waiting, done, failed, trashed = [await make_photo(database, owner) for _ in range(4)]
    async with database.transaction() as connection:
        await ProcrastinateQueue().defer(
            connection, [NewJob("develop", {"photo_id": str(each)}) for each in (waiting, trashed)]
        )
        for photo_id, processing_status in ((waiting, 1), (done, 2), (failed, 3)):
            await connection.execute(
                "update photos set processing_status = %s where id = %s", (processing_status, photo_id)
            )
    await library.photos.trash.put(owner, trashed)
    assert await library.photos.count_photos(owner) == {"photos": 3, "pending": 1}
    assert (await library.photos.count_photos(stranger))["pending"] == 10_000
