"""Pull the plug: workers die at any instant, and no photo is lost, doubled or stuck."""

import asyncio
import io
import os
import random
import signal
import subprocess
import sys
from uuid import UUID

import pytest
from PIL import Image

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
    """The signal stands for a decoder's fault: the process is gone while the photo is in its decoder."""
    content = io.BytesIO()
    Image.new("RGB", (12_000, 12_000), (10, 20, 30)).save(
        content, "PNG", compress_level=1
    )  # most of a second to decode
    guilty = await worked.take_in(content.getvalue(), "large.png")
    await worked.take_in_many(6)
    worked.group.start()
    for death in range(2):
        os.kill(await _wait_for_decoder(worked, guilty, crashes=death), signal.SIGSEGV)
    await worked.wait_for(7)
    ((status, reason),) = await worked.rows(
        "select processing_status, processing_reason from photos where id = %s", guilty
    )
    assert status == 3
    assert "crashed the decoder" in reason
    assert await worked.rows("select count(*) from photos where processing_status = 2") == [(6,)]


async def _wait_for_decoder(worked: WorkedLibrary, photo: UUID, *, crashes: int) -> int:
    """Return the process whose decoder is at the photo, once `crashes` others have died of it."""
    query = "select pid from photos_in_work where photo_id = %s and crashes = %s and worker_id > 0 and is_computing"
    async with asyncio.timeout(DEADLINE_S):
        while not (rows := await worked.rows(query, photo, crashes)):
            await worked.rows("select pg_sleep(0.01)")
    return int(rows[0][0])


async def test_until_idle_ends_when_nothing_is_due(worked: WorkedLibrary) -> None:
    await worked.take_in_many(6)
    await worked.group.run_until_idle()
    assert await worked.finished() == 6


def test_a_child_whose_parent_is_gone_does_not_begin() -> None:
    """The parent may die while the child still reads its modules, before it can ask to be told of that."""
    done = subprocess.run(
        [sys.executable, "-m", "calotype.worker.child", "1"],
        env={**os.environ, "CALOTYPE_HOME": "/nonexistent/home"}, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0
