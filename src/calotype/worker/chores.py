"""What is done from time to time, by whichever worker comes to it first."""

import psycopg

from calotype.bootstrap import Calotype
from calotype.features.search import ensure_vector_index, tend_lexicon
from calotype.pipeline.owner_work import request_work
from calotype.pipeline.rescue import rescue_jobs
from calotype.pipeline.tasks import Chore
from calotype.settings import Settings


def list_chores(library: Calotype, settings: Settings) -> list[Chore]:
    """Return the chores with their times (cron, UTC)."""

    async def rescue() -> None:
        async with await psycopg.AsyncConnection.connect(library.conninfo, autocommit=True) as connection:
            await rescue_jobs(connection)

    async def purge() -> None:
        await library.photos.purge_expired(settings.trash_days)

    async def sweep() -> None:
        await library.intake.sweep()

    async def tend_search() -> None:
        embedder = library.vision().text_embedding
        async with await psycopg.AsyncConnection.connect(library.conninfo, autocommit=True) as connection:
            await tend_lexicon(connection)
            if embedder is not None:
                await ensure_vector_index(connection, embedder.space)

    async def organise_anew() -> None:
        for user in await library.accounts.list_users():
            async with library.database.transaction() as connection:
                await request_work(library.queue, connection, user.id, *library.owner_work.kinds, is_whole=True)

    return [
        Chore("rescue_jobs", "* * * * *", rescue),
        Chore("purge_trash", "17 3 * * *", purge),
        Chore("sweep_uploads", "23 * * * *", sweep),
        Chore("tend_search", "41 2 * * *", tend_search),
        Chore("organise_anew", "53 1 * * *", organise_anew),
    ]
