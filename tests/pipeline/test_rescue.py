"""Workers that die: known at once, counted by how they died, their jobs due again."""

from typing import Any

import psycopg
import pytest

from calotype.pipeline.owner_work import request_work
from calotype.pipeline.repository import Worker, mark_computing, take_photo
from calotype.pipeline.rescue import hold_life_lock, record_death, rescue_jobs
from tests.pipeline.conftest import Library, make_jpeg

DEAD, ALIVE = 41, 42


async def _fetch(library: Library, worker_id: int) -> None:
    await library.all("insert into procrastinate_workers (id) overriding system value values (%s)", worker_id)
    await library.all("select * from procrastinate_fetch_job_v2(array['calotype'], %s)", worker_id)


async def _doing(library: Library) -> list[int]:
    return [row["worker_id"] for row in await library.all("select * from procrastinate_jobs where status = 'doing'")]


async def test_only_the_jobs_of_the_dead_come_back(library: Library, life: psycopg.AsyncConnection[Any]) -> None:
    for colour in ((200, 0, 0), (0, 200, 0)):
        await library.store(make_jpeg(colour))
    await hold_life_lock(life, ALIVE)
    await _fetch(library, ALIVE)
    await _fetch(library, DEAD)
    async with library.database.connection() as connection:
        assert await rescue_jobs(connection) == 1
        assert await _doing(library) == [ALIVE]
        assert await rescue_jobs(connection) == 0


async def test_a_worker_is_dead_as_soon_as_its_connection_is(library: Library, library_url: str) -> None:
    await library.store(make_jpeg())
    async with await psycopg.AsyncConnection.connect(library_url, autocommit=True) as life:
        await hold_life_lock(life, ALIVE)
        await _fetch(library, ALIVE)
        async with library.database.connection() as connection:
            assert await rescue_jobs(connection) == 0
    async with library.database.connection() as connection:
        while await rescue_jobs(connection) == 0:  # the server notices a closed socket within a moment
            await connection.execute("select pg_sleep(0.01)")
    assert await _doing(library) == []


@pytest.mark.parametrize(("is_crash", "counts"), [(True, (1, 0)), (False, (0, 1))])
async def test_how_it_died_is_noted_once(library: Library, *, is_crash: bool, counts: tuple[int, int]) -> None:
    photo = await library.store(make_jpeg())
    await library.all(
        "insert into photos_in_work (photo_id, owner_id, worker_id, host, pid, is_computing) "
        "values (%s, %s, %s, 'host', 4711, true)",
        photo, library.owner, DEAD,
    )  # fmt: skip
    async with library.database.connection() as connection:
        await record_death(connection, "host", 4711, is_crash=is_crash)
        await record_death(connection, "host", 4711, is_crash=is_crash)
        await rescue_jobs(connection)
    (row,) = await library.all("select crashes, kills from photos_in_work")
    assert (row["crashes"], row["kills"]) == counts


async def test_a_death_that_nobody_saw_counts_as_a_kill(library: Library) -> None:
    photo = await library.store(make_jpeg())
    await library.all(
        "insert into photos_in_work (photo_id, owner_id, worker_id, host, pid) values (%s, %s, %s, 'gone', 1)",
        photo, library.owner, DEAD,
    )  # fmt: skip
    async with library.database.connection() as connection:
        await rescue_jobs(connection)
    (row,) = await library.all("select crashes, kills from photos_in_work")
    assert (row["crashes"], row["kills"]) == (0, 1)


async def test_a_crash_is_charged_to_the_photo_that_computed(library: Library) -> None:
    innocent, guilty = [await library.store(make_jpeg(colour)) for colour in ((1, 2, 3), (200, 100, 0))]
    worker = Worker(DEAD, "host", 4711)
    async with library.database.connection() as connection:
        for photo in (innocent, guilty):
            await take_photo(connection, photo, worker)
            await mark_computing(connection, photo, worker)  # the innocent one is through, and only waits to be written
        await record_death(connection, "host", 4711, is_crash=True)
    rows = await library.all("select photo_id, crashes, kills from photos_in_work")
    assert {row["photo_id"]: (row["crashes"], row["kills"]) for row in rows} == {innocent: (0, 0), guilty: (1, 0)}


async def test_a_dead_job_whose_twin_waits_is_let_go(library: Library) -> None:
    """Two with one queueing lock may not wait at once: making both due would fail, and no job would come back."""
    await library.store(make_jpeg())
    await _fetch(library, DEAD)
    for _ in range(2):  # one is in a dead worker's hands when the other is asked for
        async with library.database.transaction() as connection:
            await request_work(library.queue, connection, library.owner, "people")
        await library.all("select * from procrastinate_fetch_job_v2(array['calotype'], %s)", DEAD)
    assert sorted(await _doing(library)) == [DEAD, DEAD]
    async with library.database.connection() as connection:
        assert await rescue_jobs(connection) == 1
    jobs = await library.all("select task_name, status::text from procrastinate_jobs order by id")
    assert [(job["task_name"], job["status"]) for job in jobs] == [("develop", "todo"), ("organise", "todo")]


async def test_of_one_owners_work_one_job_is_done_at_a_time(library: Library) -> None:
    for is_whole in (False, True):
        async with library.database.transaction() as connection:
            await request_work(library.queue, connection, library.owner, "people", is_whole=is_whole)
            await request_work(library.queue, connection, library.owner, "stacks", is_whole=is_whole)
    await library.all("insert into procrastinate_workers (id) overriding system value values (%s)", ALIVE)
    for _ in range(4):
        await library.all("select * from procrastinate_fetch_job_v2(array['calotype'], %s)", ALIVE)
    jobs = await library.all("select args from procrastinate_jobs where status = 'doing' order by id")
    assert [(job["args"]["kind"], job["args"]["is_whole"]) for job in jobs] == [("people", False), ("stacks", False)]
