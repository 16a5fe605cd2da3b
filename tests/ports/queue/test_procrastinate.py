"""Procrastinate's tables keep the promises; procrastinate itself says what it would take."""

import psycopg
import pytest
from procrastinate import PsycopgConnector
from procrastinate.manager import JobManager

from calotype import migrations
from calotype.ports.queue import NewJob
from calotype.ports.queue.procrastinate import QUEUE_NAME, ProcrastinateQueue

from .contract import QueueContract, as_job, empty_the_queue


class TestProcrastinateQueue(QueueContract):
    @pytest.fixture
    def url(self, postgres_url: str) -> str:
        migrations.upgrade(postgres_url)
        empty_the_queue(postgres_url)
        return postgres_url

    @pytest.fixture
    def queue(self) -> ProcrastinateQueue:
        return ProcrastinateQueue()

    async def waiting(self, url: str) -> list[NewJob]:
        """Take all jobs as a worker would, and put them back."""
        connector = PsycopgConnector(conninfo=url, min_size=1, max_size=1)
        await connector.open_async()
        try:
            manager = JobManager(connector)
            worker_id = await manager.register_worker()
            taken = []
            while (job := await manager.fetch_job(queues=[QUEUE_NAME], worker_id=worker_id)) is not None:
                taken.append((job.task_name, job.task_kwargs, job.priority, job.queueing_lock))
        finally:
            await connector.close_async()
        with psycopg.connect(url) as connection:
            connection.execute("update procrastinate_jobs set status = 'todo', worker_id = null")
        return [as_job(row) for row in taken]

    async def test_a_job_that_waits_is_not_begun_before_who_asked_for_it_again_has_committed(
        self, queue: ProcrastinateQueue, url: str
    ) -> None:
        """It would not see what it was asked for, and nobody would ask again."""
        await self.defer(queue, url, NewJob("index", {"n": 1}, queueing_lock="a"))
        async with await psycopg.AsyncConnection.connect(url) as asker:
            await queue.defer(asker, [NewJob("index", {"n": 2}, queueing_lock="a")])
            assert await take_one(url) is None
        assert await take_one(url) == {"n": 1}


async def take_one(url: str) -> object:
    """Take a job as a worker would; return its arguments, None where there is none to be had."""
    async with await psycopg.AsyncConnection.connect(url) as worker:
        fetch = "select args from procrastinate_fetch_job_v2(%s, null)"
        row = await (await worker.execute(fetch, ([QUEUE_NAME],))).fetchone()
    return None if row is None else row[0]
