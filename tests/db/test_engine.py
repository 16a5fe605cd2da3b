"""Transactions end at the edge, and a connection that breaks is no reason to fail."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from psycopg import errors

from calotype.db.embedded import EmbeddedPostgres
from calotype.db.engine import Connection, Database, DatabaseUnavailable

SETTINGS = {"fsync": "off", "shared_buffers": "32MB"}


@pytest.fixture
def table(postgres_url: str) -> Iterator[str]:
    """A fresh table with one integer column."""
    name = f"numbers_{uuid4().hex}"
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute(f"create table {name} (n int)")
        yield name
        connection.execute(f"drop table {name} cascade")


@pytest.fixture
async def database(postgres_url: str) -> AsyncIterator[Database]:
    """An open pool on the test database."""
    async with Database(postgres_url, max_size=4, timeout_s=10) as opened:
        yield opened


async def first_value(connection: Connection, query: str) -> object:
    row = await (await connection.execute(query)).fetchone()
    return row[0] if row else None


async def numbers_in(database: Database, table: str) -> list[int]:
    async with database.connection() as connection:
        return [row[0] async for row in await connection.execute(f"select n from {table} order by n")]


async def test_transaction_commits_at_the_end_of_the_block(database: Database, table: str) -> None:
    async with database.transaction() as connection:
        await connection.execute(f"insert into {table} values (1)")
        assert await numbers_in(database, table) == []  # others see nothing yet
        await connection.execute(f"insert into {table} values (2)")
    assert await numbers_in(database, table) == [1, 2]


@pytest.mark.parametrize("problem", [RuntimeError, asyncio.CancelledError])
async def test_transaction_rolls_back_what_fails(database: Database, table: str, problem: type) -> None:
    async def insert_and_fail() -> None:
        async with database.transaction() as connection:
            await connection.execute(f"insert into {table} values (1)")
            raise problem

    with pytest.raises(problem):
        await insert_and_fail()
    assert await numbers_in(database, table) == []


async def test_plain_connection_commits_each_statement(database: Database, table: str) -> None:
    async def insert_and_fail() -> None:
        async with database.connection() as connection:
            await connection.execute(f"insert into {table} values (1)")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await insert_and_fail()
    assert await numbers_in(database, table) == [1]


async def test_reading_transaction_cannot_write_and_the_next_one_can(postgres_url: str, table: str) -> None:
    async with Database(postgres_url, max_size=1) as database:
        with pytest.raises(errors.ReadOnlySqlTransaction):
            async with database.transaction(read_only=True) as connection:
                await connection.execute(f"insert into {table} values (1)")
        async with database.transaction() as connection:
            await connection.execute(f"insert into {table} values (2)")
        assert await numbers_in(database, table) == [2]


async def test_rivals_that_cannot_both_be_right_are_repeated(database: Database, table: str) -> None:
    """Both read the sum and write it; one of two serialisable transactions must fail, and goes again."""
    both_have_read = asyncio.Barrier(2)
    runs = 0

    async def add_the_sum(connection: Connection) -> None:
        nonlocal runs
        runs += 1
        is_first_run = runs <= 2
        await connection.execute("set transaction isolation level serializable")
        total = await first_value(connection, f"select coalesce(sum(n), 0) + 1 from {table}")
        if is_first_run:
            await both_have_read.wait()
        await connection.execute(f"insert into {table} values (%s)", [total])

    await asyncio.gather(*(database.run_transaction(add_the_sum) for _ in range(2)))
    assert runs == 3
    assert await numbers_in(database, table) == [1, 2]


async def test_deadlock_is_repeated(database: Database, table: str) -> None:
    async with database.connection() as connection:
        await connection.execute(f"insert into {table} values (1), (2)")
    both_hold_one = asyncio.Barrier(2)
    runs = 0

    async def lock_both(connection: Connection, first: int, second: int) -> None:
        nonlocal runs
        runs += 1
        is_first_run = runs <= 2
        await connection.execute("set local deadlock_timeout = '20ms'")
        await connection.execute(f"select from {table} where n = %s for update", [first])
        if is_first_run:
            await both_hold_one.wait()
        await connection.execute(f"select from {table} where n = %s for update", [second])

    await asyncio.gather(
        database.run_transaction(lambda connection: lock_both(connection, 1, 2)),
        database.run_transaction(lambda connection: lock_both(connection, 2, 1)),
    )
    assert runs == 3


async def test_connection_lost_before_the_commit_is_repeated(database: Database, table: str) -> None:
    runs = 0

    async def insert_and_lose(connection: Connection) -> int:
        nonlocal runs
        runs += 1
        await connection.execute(f"insert into {table} values (%s)", [runs])
        if runs == 1:
            await connection.execute("select pg_terminate_backend(pg_backend_pid())")
        return runs

    assert await database.run_transaction(insert_and_lose) == 2
    assert await numbers_in(database, table) == [2]


async def test_connection_lost_during_the_commit_is_not_repeated(database: Database, table: str) -> None:
    """A deferred trigger ends the connection while the commit runs: nobody can know the outcome, so it is raised."""
    async with database.connection() as connection:
        await connection.execute(
            f"create function end_{table}() returns trigger language plpgsql as "
            "$$ begin perform pg_terminate_backend(pg_backend_pid()); perform pg_sleep(10); return null; end $$"
        )
        await connection.execute(
            f"create constraint trigger ends after insert on {table} deferrable initially deferred "
            f"for each row execute function end_{table}()"
        )
    runs = 0

    async def insert(connection: Connection) -> None:
        nonlocal runs
        runs += 1
        await connection.execute(f"insert into {table} values (1)")

    with pytest.raises(psycopg.OperationalError):
        await database.run_transaction(insert)
    assert runs == 1


async def test_other_errors_are_not_repeated(database: Database, table: str) -> None:
    runs = 0

    async def divide(connection: Connection) -> None:
        nonlocal runs
        runs += 1
        await connection.execute("select 1 / 0")

    with pytest.raises(errors.DivisionByZero):
        await database.run_transaction(divide)
    assert runs == 1


async def test_failure_that_stays_is_raised_after_the_last_attempt(database: Database) -> None:
    runs = 0

    async def fail(connection: Connection) -> None:
        nonlocal runs
        runs += 1
        await connection.execute("do $$ begin raise exception using errcode = '40001'; end $$")

    with pytest.raises(errors.SerializationFailure):
        await database.run_transaction(fail, attempts=4)
    assert runs == 4


async def test_connections_that_broke_in_the_pool_are_never_given_out(postgres_url: str) -> None:
    async with Database(postgres_url, max_size=4, timeout_s=10, application_name="to be cut") as database:

        async def backend() -> object:
            async with database.connection() as connection:
                await connection.execute("select pg_sleep(0.02)")
                return await first_value(connection, "select pg_backend_pid()")

        before = set(await asyncio.gather(*(backend() for _ in range(4))))
        with psycopg.connect(postgres_url, autocommit=True) as other:
            for _ in other.execute(
                "select pg_terminate_backend(pid, 5000) from pg_stat_activity where application_name = 'to be cut'"
            ):
                pass
        after = set(await asyncio.gather(*(backend() for _ in range(12))))
        assert not before & after


async def test_busy_pool_says_so(postgres_url: str) -> None:
    async with Database(postgres_url, max_size=1, timeout_s=0.05) as database, database.connection():
        with pytest.raises(DatabaseUnavailable, match="busy") as refusal:
            async with database.connection():
                pass
        assert refusal.value.sentence.endswith(".")


async def test_absent_server_is_refused_at_once(tmp_path: Path) -> None:
    with pytest.raises(DatabaseUnavailable, match=r"cannot be reached .*No such file"):
        await Database(f"postgresql://nobody@/nothing?host={tmp_path}").open()


async def test_server_is_revived_when_nobody_answers(tmp_path: Path) -> None:
    held = EmbeddedPostgres(tmp_path / "postgres", settings=SETTINGS)
    url = held.start()
    try:
        async with Database(url, revive=held.start, timeout_s=20) as database:
            async with database.connection() as connection:
                await connection.execute("create table kept as select 1 as n")

            async def read(connection: Connection) -> object:
                return await first_value(connection, "select n from kept")

            for victim in ("postgres_pid", "keeper_pid"):
                os.kill(getattr(held.status(), victim), signal.SIGKILL)
                assert await database.run_transaction(read, read_only=True, attempts=5) == 1
    finally:
        held.release(wait=True)
