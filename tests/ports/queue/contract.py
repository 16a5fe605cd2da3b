"""What every queue promises. An adapter passes by giving the `queue` fixture and saying what waits."""

import asyncio
from contextlib import suppress
from typing import Any

import psycopg
from psycopg import AsyncConnection

from calotype.ports.queue import NewJob, Priority, Queue


class QueueContract:
    """Inherit, give `queue`, `url` (of the database), and `waiting(url)`: the jobs in the order they will be taken."""

    async def waiting(self, url: str) -> list[NewJob]:
        raise NotImplementedError

    async def defer(self, queue: Queue, url: str, *jobs: NewJob) -> None:
        async with await AsyncConnection.connect(url) as connection:
            await queue.defer(connection, jobs)

    async def test_a_job_waits_with_its_arguments(self, queue: Queue, url: str) -> None:
        job = NewJob("develop", {"photo_id": "é", "deep": {"list": [1, None]}}, Priority.DEVELOP, "lock")
        await self.defer(queue, url, job)
        assert await self.waiting(url) == [job]

    async def test_a_job_exists_only_if_its_transaction_commits(self, queue: Queue, url: str) -> None:
        with suppress(ZeroDivisionError):
            async with await AsyncConnection.connect(url) as connection:
                await queue.defer(connection, [NewJob("develop"), NewJob("develop", queueing_lock="lock")])
                raise ZeroDivisionError
        assert await self.waiting(url) == []
        await self.defer(queue, url, NewJob("develop", queueing_lock="lock"))
        assert len(await self.waiting(url)) == 1

    async def test_a_job_is_not_seen_before_the_commit(self, queue: Queue, url: str) -> None:
        async with await AsyncConnection.connect(url) as connection:
            await queue.defer(connection, [NewJob("develop")])
            assert await self.waiting(url) == []
        assert len(await self.waiting(url)) == 1

    async def test_no_jobs_are_no_error(self, queue: Queue, url: str) -> None:
        await self.defer(queue, url)
        assert await self.waiting(url) == []

    async def test_one_job_waits_per_lock(self, queue: Queue, url: str) -> None:
        first = NewJob("index", {"n": 1}, queueing_lock="a")
        await self.defer(queue, url, first)
        other = NewJob("index", {"n": 3}, queueing_lock="b")
        await self.defer(queue, url, NewJob("index", {"n": 2}, queueing_lock="a"), other)
        assert await self.waiting(url) == [first, other]

    async def test_two_may_ask_for_the_same_at_once(self, queue: Queue, url: str) -> None:
        await self.defer(queue, url, NewJob("index", queueing_lock="a"))
        async with await AsyncConnection.connect(url) as slow:
            await queue.defer(slow, [NewJob("index", queueing_lock="a")])
            async with asyncio.timeout(10):
                await self.defer(queue, url, NewJob("index", queueing_lock="a"))
        assert len(await self.waiting(url)) == 1

    async def test_twins_in_one_call_are_one_job(self, queue: Queue, url: str) -> None:
        twins = [NewJob("index", {"n": n}, queueing_lock="a") for n in range(3)]
        free = [NewJob("free", {"n": n}) for n in range(2)]
        await self.defer(queue, url, *twins, *free)
        assert await self.waiting(url) == [twins[0], *free]

    async def test_an_empty_lock_is_a_lock(self, queue: Queue, url: str) -> None:
        await self.defer(queue, url, NewJob("a", queueing_lock=""), NewJob("b", queueing_lock=""))
        assert [job.task for job in await self.waiting(url)] == ["a"]

    async def test_many_at_the_same_instant_make_one_job_per_lock(self, queue: Queue, url: str) -> None:
        names = ["a", "b", "c"]

        async def defer_all(turn: int) -> None:
            order = names[turn % 3 :] + names[: turn % 3]
            await self.defer(queue, url, *[NewJob("index", {"turn": turn}, queueing_lock=name) for name in order])

        await asyncio.gather(*(defer_all(turn) for turn in range(12)))
        assert sorted(str(job.queueing_lock) for job in await self.waiting(url)) == names

    async def test_who_has_another_lock_does_not_wait(self, queue: Queue, url: str) -> None:
        async with await AsyncConnection.connect(url) as slow:
            await queue.defer(slow, [NewJob("index", queueing_lock="a")])
            async with asyncio.timeout(10):
                await self.defer(queue, url, NewJob("index", queueing_lock="b"), NewJob("index"))
            assert len(await self.waiting(url)) == 2

    async def test_higher_priorities_first_then_the_order_of_deferral(self, queue: Queue, url: str) -> None:
        priorities = [Priority.AGAIN, Priority.DEVELOP, Priority.UNDERSTAND, Priority.DEVELOP, Priority.HOUSEKEEPING]
        jobs = [NewJob("task", {"place": place}, priority) for place, priority in enumerate(priorities)]
        await self.defer(queue, url, *jobs)
        assert [job.arguments["place"] for job in await self.waiting(url)] == [1, 3, 2, 4, 0]


def empty_the_queue(url: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute("truncate procrastinate_jobs cascade")


def as_job(row: tuple[Any, ...]) -> NewJob:
    task, arguments, priority, lock = row
    return NewJob(task, arguments, Priority(priority), lock)
