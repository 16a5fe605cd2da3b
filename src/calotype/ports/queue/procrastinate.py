"""Jobs in procrastinate's tables, by its own SQL function.

Deferring needs no procrastinate in memory: only the worker imports the library.
"""

from collections.abc import Sequence
from typing import Any

from psycopg.types.json import Jsonb

from calotype.ports.queue import QUEUE_NAME, NewJob

# A job that waits already will do, but only if it does not begin before what asks for it is committed: it would not see
# it. A worker takes no job whose row somebody holds (`for update skip locked`).
_HOLD_TWINS = """
    select queueing_lock from procrastinate_jobs where status = 'todo' and queueing_lock = any(%s) order by id for share
"""
# Two that look at the same time would both find nothing waiting, and one would fail on the unique index. They wait for
# each other only where the lock is the same, and always in the order of the names, so that none deadlock.
_WAIT_FOR_RIVALS = "select pg_advisory_xact_lock(hashtextextended(name, 1)) from unnest(%s::text[]) as name"

_DEFER = """
    select procrastinate_defer_jobs_v1(array_agg(
        row(%(queue)s, task, priority, lock, wanted_lock, arguments, null)::procrastinate_job_to_defer_v1
        order by place))
    from unnest(%(tasks)s::text[], %(priorities)s::int[], %(locks)s::text[], %(waiting_locks)s::text[],
                %(arguments)s::jsonb[]) with ordinality as job(task, priority, lock, wanted_lock, arguments, place)
    where wanted_lock is null or not exists (
        select from procrastinate_jobs waiting where waiting.queueing_lock = wanted_lock and waiting.status = 'todo')
    having count(*) > 0
"""


class ProcrastinateQueue:
    """The queue in the library's own database."""

    async def defer(self, connection: Any, jobs: Sequence[NewJob]) -> None:
        jobs = _without_twins(jobs)
        if locks := sorted(job.queueing_lock for job in jobs if job.queueing_lock is not None):
            waiting = await (await connection.execute(_HOLD_TWINS, [locks])).fetchall()
            held = {row[0] for row in waiting}
            jobs = [job for job in jobs if job.queueing_lock is None or job.queueing_lock not in held]
            if missing := [lock for lock in locks if lock not in held]:
                await connection.execute(_WAIT_FOR_RIVALS, [missing])
        if jobs:
            await connection.execute(
                _DEFER,
                {
                    "queue": QUEUE_NAME,
                    "tasks": [job.task for job in jobs],
                    "priorities": [int(job.priority) for job in jobs],
                    "locks": [job.lock for job in jobs],
                    "waiting_locks": [job.queueing_lock for job in jobs],
                    "arguments": [Jsonb(job.arguments) for job in jobs],
                },
            )


def _without_twins(jobs: Sequence[NewJob]) -> list[NewJob]:
    """Of the jobs with one `queueing_lock`, keep the first."""
    kept: dict[object, NewJob] = {}
    for job in jobs:
        kept.setdefault(job.queueing_lock if job.queueing_lock is not None else object(), job)
    return list(kept.values())
