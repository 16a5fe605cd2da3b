"""A whole library with real worker processes: a real database, files on a disk, the fake vision."""

import asyncio
import hashlib
import os
import random
import signal
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest_asyncio

from calotype.bootstrap import Calotype, open_library
from calotype.features.intake import Offer
from calotype.settings import Settings
from calotype.worker.group import WorkerGroup
from tests.features.conftest import _migrated_url, library_url, make_owner
from tests.pipeline.conftest import make_jpeg

__all__ = ["_migrated_url", "library_url"]

DEADLINE_S = 240


class WorkedLibrary:
    """A library, its owner, and the group of workers over it."""

    def __init__(self, calotype: Calotype, owner: UUID, group: WorkerGroup) -> None:
        self.calotype, self.owner, self.group = calotype, owner, group

    async def take_in(self, content: bytes, name: str = "a.jpg") -> UUID:
        async def chunks() -> AsyncIterator[bytes]:
            yield content

        return (await self.calotype.intake.take_in(self.owner, chunks(), Offer(name))).id

    async def take_in_many(self, count: int) -> list[UUID]:
        """Take in photos that differ from one another."""
        contents = [make_jpeg((number, 255 - number, 90), size=(96, 64 + number % 7)) for number in range(count)]
        assert len({hashlib.sha256(content).digest() for content in contents}) == count
        return [await self.take_in(content, f"{number}.jpg") for number, content in enumerate(contents)]

    async def rows(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        async with self.calotype.database.connection() as connection:
            return await (await connection.execute(query, values)).fetchall()

    async def finished(self) -> int:
        ((count,),) = await self.rows("select count(*) from photos where processing_status >= 2")
        return int(count)

    async def wait_for(self, count: int) -> None:
        """Wait until `count` photos are through; fails when it takes too long."""
        async with asyncio.timeout(DEADLINE_S):
            while await self.finished() < count:
                await self.rows("select pg_sleep(0.05)")

    def kill_one(self, chance: random.Random, how: signal.Signals = signal.SIGKILL) -> int | None:
        """Kill some worker; return its process id, None where none runs just now."""
        if not self.group.pids:
            return None
        pid = chance.choice(self.group.pids)
        os.kill(pid, how)
        return pid


@pytest_asyncio.fixture
async def worked(library_url: str, tmp_path: Path) -> AsyncIterator[WorkedLibrary]:
    settings = Settings(home=tmp_path / "home", database_url=library_url, vision="fake")
    environment = {
        "CALOTYPE_HOME": str(settings.home), "CALOTYPE_DATABASE_URL": library_url, "CALOTYPE_VISION": "fake",
        "CALOTYPE_LOG_LEVEL": "error", "CALOTYPE_DECODE_TIMEOUT_S": "5",
    }  # fmt: skip
    async with open_library(settings) as calotype:
        owner = await make_owner(calotype.database)
        group = WorkerGroup(library_url, 2, environment)
        try:
            yield WorkedLibrary(calotype, owner, group)
        finally:
            await group.stop()
