"""Pull the plug: workers die at any instant, and no photo is lost, doubled or stuck."""

import asyncio
import os
import random
import signal
from uuid import UUID

import pytest

from calotype.pipeline.record import Outcome, decode_stages
from tests.worker.conftest import DEADLINE_S, WorkedLibrary

pytestmark = pytest.mark.slow
PHOTOS, KILLS = 200, 10


async def test_ten_kills_lose_and_double_nothing(worked: WorkedLibrary) -> None:
    chance = random.Random(20260301)
    stored = await worked.take_in_many(PHOTOS)
    worked.group.start()
    for kill in range(KILLS):
        await worked.wait_for(1 + kill * 12 + chance.randrange(8))  # somewhere in the middle of the work
        await worked.rows("select pg_sleep(%s)", chance.random() * 0.08)
        while worked.kill_one(chance) is None:
            await worked.rows("select pg_sleep(0.05)")
    await worked.wait_for(PHOTOS)

    photos = await worked.rows("select id, processing_status, stages from photos")
    assert sorted(row[0] for row in photos) == sorted(stored)
    assert {status for _, status, _ in photos} == {2}
    for _, _, stages in photos:
        assert {record.outcome for record in decode_stages(stages)} <= {Outcome.DONE, Outcome.NONE}
    assert await worked.rows("select count(*) from photos_in_work") == [(0,)]
    for table, each in (("search_documents", 1), ("photo_labels", 1), ("embeddings", 2), ("embedding_bits", 2)):
        counts = await worked.rows(f"select count(*), count(distinct photo_id) from {table}")
        assert counts == [(PHOTOS * each, PHOTOS)], table
    assert await worked.rows("select sum(photos) from month_counts") == [(PHOTOS,)]


async def test_a_photo_that_ends_two_workers_is_given_up(worked: WorkedLibrary) -> None:
    """The signal stands for a decoder's fault: the process is gone while the photo is in its hands."""
    photo, *others = await worked.take_in_many(5)
    await worked.rows(
        "update procrastinate_jobs set priority = 99 where args->>'photo_id' = %s returning 1", str(photo)
    )
    # Whoever takes the photo in hand comes as far as writing what it found, and waits there for the signal.
    async with worked.calotype.database.transaction() as held:
        await held.execute("select from photos where id = %s for no key update", (photo,))
        worked.group.start()
        for death in range(2):
            os.kill(await _wait_for_pid(worked, photo, crashes=death), signal.SIGSEGV)
        await _wait_for_crashes(worked, photo, 2)
    await worked.wait_for(5)
    ((status, reason),) = await worked.rows(
        "select processing_status, processing_reason from photos where id = %s", photo
    )
    assert status == 3
    assert "crashed the decoder" in reason
    assert await worked.rows("select count(*) from photos where processing_status = 2") == [(len(others),)]


async def _wait_for_pid(worked: WorkedLibrary, photo: UUID, *, crashes: int) -> int:
    """Return the process that has the photo in hand, once `crashes` others have died of it."""
    query = "select pid from photos_in_work where photo_id = %s and crashes = %s and worker_id is not null"
    async with asyncio.timeout(DEADLINE_S):
        while not (rows := await worked.rows(query, photo, crashes)):
            await worked.rows("select pg_sleep(0.02)")
    return int(rows[0][0])


async def _wait_for_crashes(worked: WorkedLibrary, photo: UUID, crashes: int) -> None:
    query = "select 1 from photos_in_work where photo_id = %s and crashes = %s"
    async with asyncio.timeout(DEADLINE_S):
        while not await worked.rows(query, photo, crashes):
            await worked.rows("select pg_sleep(0.02)")


async def test_until_idle_ends_when_nothing_is_due(worked: WorkedLibrary) -> None:
    await worked.take_in_many(6)
    await worked.group.run_until_idle()
    assert await worked.finished() == 6
