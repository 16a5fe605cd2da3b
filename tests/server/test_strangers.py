"""Every route, as everybody who may not: made from the route table, so that a new route cannot be forgotten."""

from collections.abc import Iterator
from uuid import UUID

import httpx
import pytest
from fastapi.routing import iter_route_contexts

from calotype.bootstrap import Calotype
from calotype.server import OPEN_ROUTES, create_app
from tests.features.app import BASE_URL, client_of, is_problem
from tests.features.conftest import make_photo, sign_in_as
from tests.server.things import BODIES, QUERIES, SECRET, TABLES, make_things

# Not of the API, or said no to in another way; each has a test of its own below.
ELSEWHERE = {(method, f"/api{rest}") for method in ("GET", "HEAD") for rest in ("", "/{rest:path}")}


def routes(calotype: Calotype) -> Iterator[tuple[str, str]]:
    """Yield method and path of every route but the mounted web pages."""
    for route in iter_route_contexts(create_app(calotype).routes):
        for method in sorted(route.methods or ()):
            assert route.path is not None
            yield method, route.path


async def test_every_route_but_the_listed_ones_wants_a_token(calotype: Calotype, owner: UUID) -> None:
    things = await make_things(calotype, owner)
    asked = 0
    async with client_of(create_app(calotype)) as visitor, client_of(create_app(calotype), "wrong") as forger:
        for method, path in routes(calotype):
            if (method, path) in OPEN_ROUTES | ELSEWHERE:
                continue
            asked += 1
            for client in (visitor, forger):
                answer = await client.request(method, things.fill(path), json=BODIES.get(f"{method} {path}"))
                assert is_problem(answer, 401), f"{method} {path}: {answer.status_code}"
    assert asked >= 50


async def test_what_is_open_is_in_the_route_table(calotype: Calotype) -> None:
    assert set(routes(calotype)) >= OPEN_ROUTES


async def test_to_a_stranger_the_things_of_others_do_not_exist(calotype: Calotype, owner: UUID, stranger: UUID) -> None:
    things = await make_things(calotype, owner)
    await calotype.photos.trash.put(owner, await make_photo(calotype.database, owner))
    before = await everything(calotype)
    asked = 0
    async with client_of(create_app(calotype), await sign_in_as(calotype, stranger)) as client:
        for method, path in routes(calotype):
            if "_id:uuid}" not in path:
                continue
            asked += 1
            key = calotype.photos.images.access(stranger)["template"].partition("?")[2]
            url = things.fill(path) + ("?" + key if "/images/" in path else "")
            answer = await client.request(method, url, json=BODIES.get(f"{method} {path}"))
            assert answer.status_code == 404, f"{method} {path}: {answer.status_code}"
            assert method == "HEAD" or is_problem(answer, 404)
    assert asked >= 30
    assert await everything(calotype) == before


async def test_lists_of_a_stranger_are_empty(calotype: Calotype, owner: UUID, stranger: UUID) -> None:
    things = await make_things(calotype, owner)
    secrets = [text for one in things.ids.values() for text in (str(one), one.hex)] + [SECRET]
    paths = [path for method, path in routes(calotype) if method == "GET" and "_id" not in path and path not in
             {"/api/v1/openapi.json", "/metrics", "/healthz", "/api", "/api/{rest:path}"}]  # fmt: skip
    async with client_of(create_app(calotype), await sign_in_as(calotype, stranger)) as client:
        for path in paths:
            answer = await client.get(things.fill(path) + QUERIES.get(path, ""))
            found = [secret for secret in secrets if secret in answer.text.lower()]
            assert not found, f"{path}: {found}"
    async with client_of(create_app(calotype), await sign_in_as(calotype, owner)) as client:
        telling = [
            path
            for path in paths
            if SECRET in (await client.get(things.fill(path) + QUERIES.get(path, ""))).text.lower()
        ]
    assert len(telling) >= 7, telling  # else the test would not see a leak


async def everything(calotype: Calotype) -> list[str]:
    rows: list[str] = []
    async with calotype.database.connection() as connection:
        for table in TABLES:
            rows += [row[0] for row in await (await connection.execute(f"select t::text from {table} t")).fetchall()]
    return rows


@pytest.mark.parametrize("client_address", ["127.0.0.1", "::1", "192.0.2.7"])
async def test_metrics_are_for_who_is_signed_in_wherever_they_sit(
    calotype: Calotype, owner: UUID, client_address: str
) -> None:
    transport = httpx.ASGITransport(create_app(calotype), client=(client_address, 1))
    async with httpx.AsyncClient(transport=transport, base_url=BASE_URL) as client:
        await client.get("/healthz")
        assert is_problem(await client.get("/metrics"), 401)
        token = await sign_in_as(calotype, owner)
        answer = await client.get("/metrics", headers={"Authorization": f"Bearer {token}"})
        assert answer.status_code == 200
        assert 'calotype_http_requests_total{method="GET",route="/healthz",status="200"} 1.0' in answer.text


async def test_a_viewer_changes_nothing(calotype: Calotype) -> None:
    viewer = await calotype.accounts.create_user("vera@example.org", "Vera", "correct horse", "viewer")
    things = await make_things(calotype, viewer.id)
    before = await everything(calotype)
    asked = 0
    async with client_of(create_app(calotype), await sign_in_as(calotype, viewer.id)) as client:
        for method, path in routes(calotype):
            if method in {"GET", "HEAD"} or (method, path) in OPEN_ROUTES or "/sessions/" in path:
                continue
            asked += 1
            answer = await client.request(method, things.fill(path), json=BODIES.get(f"{method} {path}"))
            assert is_problem(answer, 403), f"{method} {path}: {answer.status_code}"
        assert asked >= 25
        assert await everything(calotype) == before
        assert (await client.get(f"/api/v1/photos/{things.ids['photo_id']}")).status_code == 200
        assert (await client.delete("/api/v1/sessions/current")).status_code == 204
