"""The real server on a real port: it says when it is there, and ends in good order."""

import asyncio
import os
import signal
from uuid import UUID

import httpx

from calotype.bootstrap import Calotype
from calotype.pipeline.record import Outcome, StageRecord, encode_stages
from calotype.server import create_app, run_server
from tests.features.app import client_of, is_problem
from tests.features.conftest import make_photo, sign_in_as


async def test_it_answers_when_it_says_so_and_ends_on_a_signal(calotype: Calotype) -> None:
    loop = asyncio.get_running_loop()
    ports: asyncio.Queue[int] = asyncio.Queue()
    serving = loop.create_task(run_server(calotype, "127.0.0.1", 0, on_ready=ports.put_nowait))
    port = await asyncio.wait_for(ports.get(), 10)
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
        assert (await client.get("/healthz")).json() == {"status": "ok"}
        assert is_problem(await client.get("/api/v1/photos"), 401)
        began = loop.time()
        os.kill(os.getpid(), signal.SIGTERM)
        await asyncio.wait_for(serving, 10)
        assert loop.time() - began < 5
    async with httpx.AsyncClient() as client:
        try:
            await client.get(f"http://127.0.0.1:{port}/healthz")
        except httpx.ConnectError:
            return
        raise AssertionError("it still listens")


async def test_a_request_in_hand_is_answered_before_the_end(calotype: Calotype, owner: UUID) -> None:
    loop = asyncio.get_running_loop()
    ports: asyncio.Queue[int] = asyncio.Queue()
    arrived, go_on = asyncio.Event(), asyncio.Event()
    count_months = calotype.photos.count_months

    async def wait_first(owner_id: UUID) -> tuple[int, bytes]:
        arrived.set()
        await go_on.wait()
        return await count_months(owner_id)

    calotype.photos.count_months = wait_first  # type: ignore[method-assign]
    serving = loop.create_task(run_server(calotype, "127.0.0.1", 0, on_ready=ports.put_nowait))
    port = await asyncio.wait_for(ports.get(), 10)
    headers = {"Authorization": f"Bearer {await sign_in_as(calotype, owner)}"}
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", headers=headers) as client:
        answer = loop.create_task(client.get("/api/v1/timeline"))
        await asyncio.wait_for(arrived.wait(), 10)
        os.kill(os.getpid(), signal.SIGTERM)
        go_on.set()
        assert (await asyncio.wait_for(answer, 10)).json()["total"] == 0
        await asyncio.wait_for(serving, 10)


async def test_the_pipeline_is_asked_by_http(calotype: Calotype, owner: UUID, stranger: UUID) -> None:
    for owner_id in (owner, stranger):
        await make_photo(calotype.database, owner_id)
    async with calotype.database.connection() as connection:
        done = encode_stages({"labels": StageRecord("labels", 1, Outcome.DONE)})
        await connection.execute("update photos set stages = %s", (done,))
    async with client_of(create_app(calotype), await sign_in_as(calotype, owner)) as client:
        state = (await client.get("/api/v1/pipeline")).json()
        assert set(state) == {"photos", "stages", "queue", "vision", "failures", "organising"}
        assert state["photos"]["pending"] == 1
        again = await client.post("/api/v1/pipeline/reprocess", json={"stage": "labels"})
        assert again.json() == {"photos": 1}
        current = (await client.get("/api/v1/sessions/current")).json()
        assert current["library"] == {"photos": 1, "pending": 1}
        assert is_problem(await client.post("/api/v1/pipeline/reprocess", json={"stage": "magic"}), 422)
        assert is_problem(await client.post("/api/v1/pipeline/reprocess", json={}), 422)
        slip = {"stage": "labels", "failed": True}
        assert is_problem(await client.post("/api/v1/pipeline/reprocess", json=slip), 422)
