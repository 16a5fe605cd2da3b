"""What all answers have in common: problems, headers, hosts, health, the web pages."""

import base64
import hashlib
from pathlib import Path
from types import SimpleNamespace
from uuid import UUID

import httpx
import pytest
from psycopg import OperationalError

from calotype.bootstrap import Calotype
from calotype.db.engine import Database, DatabaseUnavailable
from calotype.ports.object_store import StoreFull
from calotype.server import create_app
from tests.features.app import client_of, is_problem
from tests.features.conftest import sign_in_as

SCRIPT = "__sveltekit_1 = { base: '' };"
PAGE = f"<!doctype html><title>Calotype</title><script>{SCRIPT}</script><script type=module src=/a.js></script>"


@pytest.fixture
def build(calotype: Calotype) -> Path:
    """A little web build."""
    web = calotype.settings.web
    assert web is not None
    (web / "_app" / "immutable").mkdir(parents=True)
    (web / "index.html").write_text(PAGE)
    (web / "robots.txt").write_text("User-agent: *")
    (web / "_app" / "immutable" / "start.abc123.js").write_text("export {}")
    (web.parent / "secret.txt").write_text("nobody may see this")
    return web


async def test_healthz_asks_the_database(calotype: Calotype) -> None:
    async with client_of(create_app(calotype)) as client:
        answer = await client.get("/healthz")
        assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
    broken = SimpleNamespace(settings=calotype.settings, database=Database("host=/nowhere", timeout_s=0.1))
    async with client_of(create_app(broken)) as client:
        assert (await client.get("/healthz")).status_code == 503


async def test_every_answer_carries_the_security_headers(calotype: Calotype, build: Path) -> None:
    async with client_of(create_app(calotype)) as client:
        for path in ("/healthz", "/", "/api/v1/timeline", "/api/nothing", "/_app/immutable/start.abc123.js", "/%00"):
            headers = (await client.get(path)).headers
            assert headers["x-content-type-options"] == "nosniff"
            assert headers["referrer-policy"] == "no-referrer"
            assert "frame-ancestors 'none'" in headers["content-security-policy"]
            assert "unsafe-eval" not in headers["content-security-policy"]
            assert "server" not in headers


@pytest.mark.parametrize(
    "path", ["/api", "/api/", "/api/v1", "/api/v1/nothing", "/api/v2/photos", "/api/v1/photos/1/x"]
)
async def test_an_unknown_address_of_the_api_is_a_problem(calotype: Calotype, build: Path, path: str) -> None:
    async with client_of(create_app(calotype)) as client:
        assert is_problem(await client.get(path), 404)


async def test_a_method_that_is_not_taken_is_a_problem(calotype: Calotype) -> None:
    async with client_of(create_app(calotype)) as client:
        assert is_problem(await client.put("/api/v1/photos"), 405)
        assert is_problem(await client.delete("/somewhere"), 405)


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (RuntimeError("the secret of the house"), 500),
        (DatabaseUnavailable("All are busy."), 503),
        (OperationalError("connection to server at /secret failed"), 503),
        (StoreFull("The disk is full. Free some space."), 507),
    ],
)
async def test_trouble_inside_is_a_problem_that_tells_nothing_of_the_inside(
    calotype: Calotype, owner: UUID, monkeypatch: pytest.MonkeyPatch, error: Exception, status: int
) -> None:
    async def fail(owner_id: UUID) -> None:
        raise error

    monkeypatch.setattr(calotype.photos, "count_months", fail)
    async with client_of(create_app(calotype), await sign_in_as(calotype, owner)) as client:
        answer = await client.get("/api/v1/timeline")
        assert is_problem(answer, status)
        assert "secret" not in answer.text
        assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("127.0.0.1:8420", 200),
        ("localhost", 200),
        ("[::1]:8420", 200),
        ("LOCALHOST:1", 200),
        ("evil.example", 421),
        ("127.0.0.1.evil.example:8420", 421),
        ("", 421),
    ],
)
async def test_a_rebound_name_is_refused(calotype: Calotype, host: str, status: int) -> None:
    async with client_of(create_app(calotype)) as client:
        answer = await client.get("/healthz", headers={"Host": host})
        assert answer.status_code == status
        if status == 421:
            assert is_problem(answer, 421)


async def test_a_public_name_is_ours_too(calotype: Calotype) -> None:
    settings = calotype.settings.model_copy(update={"public_url": "https://photos.example.org"})
    library = SimpleNamespace(settings=settings, database=calotype.database)
    async with client_of(create_app(library)) as client:
        assert (await client.get("/healthz", headers={"Host": "photos.example.org"})).status_code == 200


async def test_the_pages_come_from_the_build(calotype: Calotype, build: Path) -> None:
    async with client_of(create_app(calotype)) as client:
        for path in ("/", "/photo/0190", "/search?q=dog", "/index.html"):
            page = await client.get(path)
            assert (page.status_code, page.text) == (200, PAGE)
            assert page.headers["content-type"] == "text/html; charset=utf-8"
            assert page.headers["cache-control"] == "no-cache"
        digest = base64.b64encode(hashlib.sha256(SCRIPT.encode()).digest()).decode()
        policy = page.headers["content-security-policy"]
        assert f"script-src 'self' 'sha256-{digest}';" in policy
        assert (await client.get("/", headers={"If-None-Match": page.headers["etag"]})).status_code == 304
        hashed = await client.get("/_app/immutable/start.abc123.js")
        assert hashed.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert "javascript" in hashed.headers["content-type"]
        assert (await client.get("/robots.txt")).headers["cache-control"] == "no-cache"
        for missing in ("/favicon.ico", "/_app/immutable/gone.js", "/_app/version.json"):
            assert is_problem(await client.get(missing), 404)


@pytest.mark.parametrize(
    "path",
    ["/../secret.txt", "/%2e%2e/secret.txt", "/..%2fsecret.txt", "/_app/../../secret.txt", "//etc/passwd", "/\\x"],
)
async def test_no_path_leaves_the_build(calotype: Calotype, build: Path, path: str) -> None:
    async with client_of(create_app(calotype)) as client:
        request = httpx.Request("GET", "http://127.0.0.1:8420", extensions={"target": path.encode()})
        answer = await client.send(request)
        answer_by_path = await client.get(path)
        for one in (answer, answer_by_path):
            assert "nobody may see" not in one.text
            assert "root:" not in one.text


async def test_a_missing_build_is_explained(calotype: Calotype) -> None:
    async with client_of(create_app(calotype)) as client:
        answer = await client.get("/")
        assert answer.status_code == 503
        assert "npm run build" in answer.text


async def test_the_api_is_described(calotype: Calotype, owner: UUID) -> None:
    async with client_of(create_app(calotype), await sign_in_as(calotype, owner)) as client:
        described = (await client.get("/api/v1/openapi.json")).json()
    assert {"/api/v1/photos", "/api/v1/timeline", "/api/v1/sessions"} <= set(described["paths"])
    assert "patch" in described["paths"]["/api/v1/photos/{photo_id}"]


async def test_no_name_gets_into_the_log(calotype: Calotype, owner: UUID, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("DEBUG", "calotype"):
        async with client_of(create_app(calotype), await sign_in_as(calotype, owner)) as client:
            await client.get("/api/v1/photos?from=1984-05-06")
    logged = [str(vars(record)) for record in caplog.records if record.name == "calotype.access"]
    assert len(logged) == 1
    assert "/photos" in logged[0]
    assert "1984" not in logged[0]
