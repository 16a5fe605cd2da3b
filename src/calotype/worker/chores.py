"""What is done from time to time, by whichever worker comes to it first."""

from collections.abc import Awaitable, Callable

import psycopg

from calotype.bootstrap import Calotype
from calotype.pipeline.rescue import rescue_jobs
from calotype.pipeline.tasks import Chore
from calotype.settings import Settings


def list_chores(library: Calotype, settings: Settings) -> list[Chore]:
    """Return the chores with their times (cron, UTC)."""

    async def rescue() -> None:
        async with await psycopg.AsyncConnection.connect(library.conninfo, autocommit=True) as connection:
            await rescue_jobs(connection)

    purge: Callable[[], Awaitable[object]] = lambda: library.photos.purge_expired(settings.trash_days)  # noqa: E731
    return [
        Chore("rescue_jobs", "* * * * *", rescue),
        Chore("purge_trash", "17 3 * * *", purge),
        Chore("sweep_uploads", "23 * * * *", library.intake.sweep),
        Chore("tend_search", "41 2 * * *", library.search.tend),
    ]
