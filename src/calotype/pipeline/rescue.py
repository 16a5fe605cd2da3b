"""Bring back the jobs of workers that died.

A worker holds an advisory lock under its number for as long as its connection lives; the kernel closes the connection
of a killed process and PostgreSQL drops the lock at once. So "dead" is known for certain, without waiting for a
heartbeat to grow old, and on whichever host the worker ran.
"""

from typing import Any

from psycopg import AsyncConnection

Connection = AsyncConnection[Any]

LIFE_LOCK = 0x43414C  # the first key of the advisory locks; the second is the worker's number

_IS_ALIVE = f"""
    exists (select from pg_locks l where l.locktype = 'advisory' and l.classid = {LIFE_LOCK} and l.objsubid = 2
            and l.objid = worker_id and l.database = (select oid from pg_database where datname = current_database()))
"""


async def hold_life_lock(connection: Connection, worker_id: int) -> None:
    """Show that the worker lives, for as long as this connection does. Needs a connection in autocommit."""
    await connection.execute("select pg_advisory_lock(%s, %s)", (LIFE_LOCK, worker_id))


async def record_death(connection: Connection, host: str, pid: int, *, is_crash: bool) -> None:
    """Note on the photos that a dead worker had in hand how it ended; called by whoever was its parent.

    A crash is charged to the photo that a decoder was at; the others were only near.
    """
    await connection.execute(
        "update photos_in_work set crashes = crashes + (%(is_crash)s and is_computing)::int, "
        "kills = kills + (not %(is_crash)s)::int, worker_id = null "
        "where host = %(host)s and pid = %(pid)s and worker_id is not null",
        {"is_crash": is_crash, "host": host, "pid": pid},
    )


async def rescue_jobs(connection: Connection) -> int:
    """Make the jobs of dead workers due again; return how many. May run in many processes at once.

    One whose twin waits already (the same `queueing_lock`) is let go: the twin does its work, and two may not wait.
    """
    await connection.execute(
        f"update photos_in_work set kills = kills + 1, worker_id = null where worker_id is not null and not {_IS_ALIVE}"
    )
    await connection.execute(
        f"""
        with dead as (select id, queueing_lock from procrastinate_jobs
                      where status = 'doing' and queueing_lock is not null and (worker_id is null or not {_IS_ALIVE})
                      for update skip locked)
        select procrastinate_finish_job_v1(dead.id, 'failed', true) from dead
        where exists (select from procrastinate_jobs twin where twin.queueing_lock = dead.queueing_lock
                      and (twin.status = 'todo' or twin.id > dead.id and twin.status = 'doing'))
        """
    )
    cursor = await connection.execute(
        f"""
        with dead as (select id from procrastinate_jobs
                      where status = 'doing' and (worker_id is null or not {_IS_ALIVE}) for update skip locked)
        select count(*) from dead, procrastinate_retry_job_v2(dead.id, now(), null, null, null)
        """
    )
    row = await cursor.fetchone()
    return 0 if row is None else int(row[0])
