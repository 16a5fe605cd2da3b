"""The way in: the set-up link, signing in and out, and what keeps strangers away."""

import asyncio
from datetime import timedelta

import httpx
import pytest

from calotype.features.accounts import AlreadySetUp, Session, User
from calotype.features.accounts.throttle import FREE_FAILURES
from tests.features.app import SmallLibrary, client_of, is_problem, make_app

ADA = {"email": "ada@example.org", "name": "Ada", "password": "correct horse"}
HERE = {"Sec-Fetch-Site": "same-origin"}


async def set_up(library: SmallLibrary, visitor: httpx.AsyncClient) -> httpx.Response:
    link = await library.accounts.make_setup_link()
    return await visitor.post("/api/v1/setup", json={"token": link.token, **ADA})


async def test_the_link_makes_the_first_owner_once(library: SmallLibrary, visitor: httpx.AsyncClient) -> None:
    assert (await visitor.get("/api/v1/setup")).json() == {"needed": True}
    link = await library.accounts.make_setup_link()
    first = await visitor.post("/api/v1/setup", json={"token": link.token, **ADA})
    assert first.status_code == 201
    assert first.json()["user"] | {"id": ""} == {"id": "", "email": ADA["email"], "name": "Ada", "role": "owner"}
    assert (await visitor.get("/api/v1/setup")).json() == {"needed": False}
    second = await visitor.post("/api/v1/setup", json={"token": link.token, **ADA})
    assert is_problem(second, 410)
    with pytest.raises(AlreadySetUp):
        await library.accounts.make_setup_link()


async def test_two_who_use_the_link_at_once_make_one_owner(library: SmallLibrary) -> None:
    link = await library.accounts.make_setup_link()

    async def accept(email: str) -> Session:
        return await library.accounts.accept_setup(link.token, email=email, name="A", password="12345678")

    results = await asyncio.gather(accept("a@b.c"), accept("d@e.f"), return_exceptions=True)
    assert sum(isinstance(result, Session) for result in results) == 1
    assert len(await library.accounts.list_users()) == 1


async def test_a_link_expires_and_a_new_one_ends_the_old_one(library: SmallLibrary, visitor: httpx.AsyncClient) -> None:
    old = await library.accounts.make_setup_link()
    new = await library.accounts.make_setup_link()
    assert is_problem(await visitor.post("/api/v1/setup", json={"token": old.token, **ADA}), 410)
    library.clock.now += timedelta(hours=25)
    assert is_problem(await visitor.post("/api/v1/setup", json={"token": new.token, **ADA}), 410)


@pytest.mark.parametrize(
    ("field", "value"),
    [("password", "short"), ("email", "no address"), ("email", "@b"), ("name", "  "), ("surname", "Lovelace")],
)
async def test_a_bad_value_is_named_and_spends_no_link(
    library: SmallLibrary, visitor: httpx.AsyncClient, field: str, value: str
) -> None:
    link = await library.accounts.make_setup_link()
    refused = await visitor.post("/api/v1/setup", json={"token": link.token, **ADA, field: value})
    assert is_problem(refused, 422)
    assert field in refused.json()["detail"]
    assert value not in refused.text or field == "surname"
    assert (await visitor.post("/api/v1/setup", json={"token": link.token, **ADA})).status_code == 201


async def test_a_cookie_signs_in_and_out(library: SmallLibrary, visitor: httpx.AsyncClient) -> None:
    answer = await set_up(library, visitor)
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert answer.headers["cache-control"] == "no-store"
    current = await visitor.get("/api/v1/sessions/current")
    assert current.json()["user"]["email"] == ADA["email"]
    assert current.json()["library"] == {"photos": 0, "pending": 0}
    assert is_problem(await visitor.delete("/api/v1/sessions/current"), 403)
    assert is_problem(await visitor.delete("/api/v1/sessions/current", headers={"Sec-Fetch-Site": "cross-site"}), 403)
    assert is_problem(await visitor.delete("/api/v1/sessions/current", headers={"Origin": "http://evil.example"}), 403)
    token = visitor.cookies["calotype_session"]
    assert (await visitor.delete("/api/v1/sessions/current", headers=HERE)).status_code == 204
    async with client_of(make_app(library), token) as again:
        assert is_problem(await again.get("/api/v1/sessions/current"), 401)


async def test_an_origin_of_our_own_is_enough(library: SmallLibrary, visitor: httpx.AsyncClient) -> None:
    await set_up(library, visitor)
    own = {"Origin": "http://127.0.0.1:8420"}
    assert (await visitor.delete("/api/v1/sessions/current", headers=own)).status_code == 204


async def test_signing_in_gives_a_token(library: SmallLibrary, visitor: httpx.AsyncClient) -> None:
    await set_up(library, visitor)
    answer = await visitor.post("/api/v1/sessions", json={"email": "ADA@example.org", "password": ADA["password"]})
    assert answer.status_code == 201
    async with client_of(make_app(library), answer.json()["token"]) as client:
        assert (await client.get("/api/v1/sessions/current")).status_code == 200


async def test_a_wrong_password_and_an_unknown_user_get_the_same_answer(
    library: SmallLibrary, visitor: httpx.AsyncClient
) -> None:
    await set_up(library, visitor)
    wrong = await visitor.post("/api/v1/sessions", json={"email": ADA["email"], "password": "x"})
    unknown = await visitor.post("/api/v1/sessions", json={"email": "eve@example.org", "password": "x"})
    assert is_problem(wrong, 401)
    assert wrong.json() == unknown.json()


async def test_guessing_is_slowed_down(library: SmallLibrary, visitor: httpx.AsyncClient) -> None:
    await set_up(library, visitor)
    attempt = {"email": ADA["email"], "password": "guess"}
    statuses = [(await visitor.post("/api/v1/sessions", json=attempt)).status_code for _ in range(FREE_FAILURES + 1)]
    assert statuses == [401] * FREE_FAILURES + [429]
    refused = await visitor.post("/api/v1/sessions", json={**attempt, "password": ADA["password"]})
    assert is_problem(refused, 429)
    assert 1 <= int(refused.headers["retry-after"]) <= 2


async def test_a_session_ends_after_thirty_days(library: SmallLibrary, visitor: httpx.AsyncClient) -> None:
    token = (await set_up(library, visitor)).json()["token"]
    library.clock.now += timedelta(days=29)
    assert await library.accounts.find_user_by_token(token) is not None
    library.clock.now += timedelta(days=2)
    assert await library.accounts.find_user_by_token(token) is None


async def test_no_secret_is_stored(library: SmallLibrary, visitor: httpx.AsyncClient) -> None:
    link = await library.accounts.make_setup_link()
    answer = await visitor.post("/api/v1/setup", json={"token": link.token, **ADA})
    async with library.database.connection() as connection:
        for table in ("setup_links", "access_tokens", "users"):
            rows = await (await connection.execute(f"select t::text from {table} t")).fetchall()
            text = str(rows)
            assert rows
            for secret in (link.token, answer.json()["token"], ADA["password"]):
                assert secret not in text
                assert secret.encode().hex() not in text


async def test_last_use_is_written_once_a_minute(library: SmallLibrary, visitor: httpx.AsyncClient) -> None:
    token = (await set_up(library, visitor)).json()["token"]
    seen = []
    for seconds in (0, 30, 45):
        library.clock.now += timedelta(seconds=seconds)
        library.accounts._known.clear()
        await library.accounts.find_user_by_token(token)
        async with library.database.connection() as connection:
            row = await (await connection.execute("select last_used_at from access_tokens")).fetchone()
        seen.append(row[0])
    assert seen[0] == seen[1] < seen[2]


async def test_a_new_password_ends_all_sessions(library: SmallLibrary, visitor: httpx.AsyncClient) -> None:
    token = (await set_up(library, visitor)).json()["token"]
    await library.accounts.set_password(ADA["email"], "another one")
    assert await library.accounts.find_user_by_token(token) is None
    assert isinstance((await library.accounts.sign_in(ADA["email"], "another one")).user, User)


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "Basic YTpi", "Bearer ü", "Bearer " + "x" * 5000])
async def test_what_is_no_token_is_401(visitor: httpx.AsyncClient, header: str) -> None:
    answer = await visitor.get("/api/v1/sessions/current", headers={"Authorization": header.encode()})
    assert is_problem(answer, 401)
    assert answer.headers["www-authenticate"].startswith("Bearer")
