"""Jobs in procrastinate's tables, by its own SQL function.

Deferring needs no procrastinate in memory: only the worker imports the library.
"""

from collections.abc import Sequence
from typing import Any

from psycopg.types.json import Jsonb

from calotype.ports.queue import NewJob

QUEUE_NAME = "calotype"

_DEFER = """
    select procrastinate_defer_jobs_v1(array_agg(
        row(%(queue)s, task, priority, null, lock, arguments, null)::procrastinate_job_to_defer_v1))
    from unnest(%(tasks)s::text[], %(priorities)s::int[], %(locks)s::text[], %(arguments)s::jsonb[])
         with ordinality as job(task, priority, lock, arguments, place)
    where lock is null or not exists (
        select from procrastinate_jobs waiting where waiting.queueing_lock = lock and waiting.status = 'todo')
    having count(*) > 0
"""


class ProcrastinateQueue:
    """The queue in the library's own database."""

    async def defer(self, connection: Any, jobs: Sequence[NewJob]) -> None:
        if any(job.queueing_lock for job in jobs):
            # Two that look at the same time would both find nothing waiting, and one would fail on the unique index.
            await connection.execute("select pg_advisory_xact_lock(hashtext('calotype queueing lock'))")
        await connection.execute(
            _DEFER,
            {
                "queue": QUEUE_NAME,
                "tasks": [job.task for job in jobs],
                "priorities": [int(job.priority) for job in jobs],
                "locks": [job.queueing_lock for job in jobs],
                "arguments": [Jsonb(job.arguments) for job in jobs],
            },
        )
