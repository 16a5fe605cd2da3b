"""Connections and transactions: a pool of psycopg connections whose transactions end at the edge.

SQL is written by hand in `repository.py` files, which get the connection as an argument.
"""

import asyncio
import random
import select
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, Self, TypeVar

from psycopg import AsyncConnection, OperationalError, errors
from psycopg.rows import TupleRow
from psycopg_pool import AsyncConnectionPool, PoolTimeout

Connection = AsyncConnection[TupleRow]
T = TypeVar("T")
C = TypeVar("C", bound=Connection)

OLDEST_SERVER = 160000  # as in `server_version_num`
RETRY_PAUSE_S = 0.02
REVIVALS = 3  # a server may go again between its answer and our connection
# PostgreSQL manual, appendix A: connection exceptions (class 08), and the server going down or coming up.
LOST_STATES = frozenset({"08000", "08001", "08003", "08004", "08006", "57P01", "57P02", "57P03"})


class DatabaseUnavailable(Exception):
    """No connection to the database can be had in time, or the server will not do. `sentence` says what to do."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class Database:
    """A pool of connections to one database. Open it inside the event loop that uses it, and close it there.

    `revive` is called in a thread when a connection fails; it brings the server back, waits until it answers, and gives
    its URL (`EmbeddedPostgres.start` does just that). Connections that broke while they lay in the pool, as after a
    restart of the server, are replaced before anybody sees them.
    """

    def __init__(
        self,
        url: str,
        *,
        min_size: int = 1,
        max_size: int = 8,
        timeout_s: float = 30.0,
        revive: Callable[[], str] | None = None,
        application_name: str = "calotype",
    ) -> None:
        self.url = url
        self._revive = revive
        self._timeout_s = timeout_s
        self._last_failure = ""
        self._options: dict[str, Any] = {"autocommit": True, "application_name": application_name}
        self._pool: AsyncConnectionPool[Connection] = AsyncConnectionPool(
            url,
            connection_class=_reporting_connection(self),
            kwargs=self._options,
            min_size=min_size,
            max_size=max_size,
            open=False,
            timeout=timeout_s,
            num_workers=2,
            name=application_name,
        )

    async def open(self) -> None:
        """Connect once to see that the server will do, then open the pool.

        Raises `DatabaseUnavailable` at once where the server refuses, is not there, or is too old.
        """
        try:
            first = await self._pool.connection_class.connect(self.url, **self._options)
        except OperationalError as refusal:
            raise DatabaseUnavailable(self._why_there_is_none()) from refusal
        version = first.info.server_version
        await first.close()
        if version < OLDEST_SERVER:
            raise DatabaseUnavailable(
                f"The database server is PostgreSQL {version // 10000}, and Calotype needs {OLDEST_SERVER // 10000} "
                "or newer with pgvector: set CALOTYPE_DATABASE_URL to such a server."
            )
        await self._pool.open()

    async def close(self) -> None:
        """Close all connections; those in use when they come back."""
        await self._pool.close()

    async def __aenter__(self) -> Self:
        await self.open()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[Connection]:
        """A connection where each statement is its own transaction: for single reads, one round trip each.

        Raises `DatabaseUnavailable` if none is free in time.
        """
        connection = await self._take()
        try:
            yield connection
        finally:
            await self._pool.putconn(connection)

    @asynccontextmanager
    async def transaction(self, *, read_only: bool = False) -> AsyncIterator[Connection]:
        """One transaction: committed when the block ends, rolled back when it raises.

        Raises `DatabaseUnavailable` if no connection is free in time.
        """
        async with self.connection() as connection:
            if read_only:
                await connection.set_read_only(True)
            try:
                async with connection.transaction():
                    yield connection
            finally:
                if read_only and not connection.closed:
                    await connection.set_read_only(None)

    async def run_transaction(
        self,
        work: Callable[[Connection], Awaitable[T]],
        *,
        read_only: bool = False,
        attempts: int = 3,
    ) -> T:
        """Do `work` in one transaction, and again from the start where that is safe; gives its result.

        It is repeated after a serialisation failure or a deadlock, and when the connection was lost before the commit
        was sent. A connection lost during the commit of changes is raised: nobody knows then what became of them.
        `work` may run several times, so it must change nothing but the database.
        """
        for attempt in range(1, attempts + 1):
            is_committing = False
            try:
                async with self.transaction(read_only=read_only) as connection:
                    result = await work(connection)
                    is_committing = not read_only  # a commit that changes nothing may be lost
                return result
            except (errors.SerializationFailure, errors.DeadlockDetected):
                if attempt == attempts:
                    raise
            except OperationalError as problem:
                if is_committing or attempt == attempts or not is_connection_lost(problem):
                    raise
            await asyncio.sleep(RETRY_PAUSE_S * 2**attempt * random.random())  # noqa: S311 - spreads rivals, no secret
        raise AssertionError("attempts must be at least 1")

    async def _take(self) -> Connection:
        """A working connection from the pool; broken ones are handed back, and the pool makes new ones."""
        while True:
            try:
                connection = await self._pool.getconn()
            except PoolTimeout as timeout:
                raise DatabaseUnavailable(self._why_there_is_none()) from timeout
            try:
                if await _works(connection):
                    return connection
                await connection.close()
            except BaseException:
                await self._pool.putconn(connection)
                raise
            await self._pool.putconn(connection)

    def _why_there_is_none(self) -> str:
        if self._last_failure:
            return f"The database cannot be reached ({self._last_failure}): see that it runs and try again."
        return f"All database connections have been busy for {self._timeout_s:.0f} s: try again in a moment."

    async def _connect_or_revive(self, connect: Callable[[str], Awaitable[C]], url: str) -> C:
        revivals = 0
        while True:
            try:
                connection = await connect(url)
            except OperationalError as failure:
                self._last_failure = " ".join(str(failure).split())
                if self._revive is None or revivals == REVIVALS:
                    raise
            else:
                self._last_failure = ""
                return connection
            revivals += 1
            try:
                self.url = url = await asyncio.to_thread(self._revive)
            except Exception as refusal:
                self._last_failure = str(refusal)
                raise


def _reporting_connection(database: Database) -> type[Connection]:
    """A connection class whose `connect` brings the server back where it can, and tells the database why it cannot."""

    class ReportingConnection(AsyncConnection[TupleRow]):
        @classmethod
        async def connect(cls, conninfo: str = "", **options: Any) -> Self:
            plain = super().connect

            async def connect_to(url: str) -> Self:
                return await plain(url, **options)

            return await database._connect_or_revive(connect_to, conninfo)

    return ReportingConnection


async def _works(connection: Connection) -> bool:
    """Whether a pooled connection is still good. A quiet one costs no round trip.

    A server that ends a connection makes its socket readable, by its last message or by the end of the stream.
    """
    if connection.closed:
        return False
    poll = select.poll()
    poll.register(connection.pgconn.socket, select.POLLIN)
    if not poll.poll(0):
        return True
    try:
        await connection.execute("")
    except OperationalError:
        return False
    return True


def is_connection_lost(problem: OperationalError) -> bool:
    """Whether the connection itself failed, not the statement."""
    return problem.sqlstate is None or problem.sqlstate in LOST_STATES


def is_database_lost(problem: Exception) -> bool:
    """Whether the next transaction would fail as well: the database is gone, not just this piece of work."""
    if isinstance(problem, OperationalError):
        return is_connection_lost(problem)
    return isinstance(problem, DatabaseUnavailable)
