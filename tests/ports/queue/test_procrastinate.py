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
