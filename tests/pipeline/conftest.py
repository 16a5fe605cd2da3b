"""A library in memory and a real database, with the runner over them."""

import io
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha1, sha256
from typing import Any
from uuid import UUID

import numpy as np
import psycopg
import pytest
import pytest_asyncio
from PIL import Image
from psycopg.rows import dict_row

from calotype.db.engine import Database
from calotype.features.photos import NewPhoto, PhotoStored, TakenSource, add_photo
from calotype.features.search import index_photo
from calotype.kit.events import Publisher
from calotype.media.heads import PixelLimits
from calotype.media.sniff import MediaType
from calotype.pipeline.record import DEVELOP, UNDERSTAND, StageRecord, decode_stages
from calotype.pipeline.repository import Worker
from calotype.pipeline.runner import Runner
from calotype.pipeline.service import Pipeline
from calotype.pipeline.work import Ports
from calotype.ports.geocoder.fake import FakeGeocoder
from calotype.ports.object_store import original_key
from calotype.ports.object_store.memory import MemoryObjectStore
from calotype.ports.queue.procrastinate import ProcrastinateQueue
from calotype.ports.vision.fake import open_fake_vision
from tests.features.conftest import _migrated_url, database, library_url, owner, stranger

__all__ = ["_migrated_url", "database", "library_url", "owner", "stranger"]

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)


def make_jpeg(
    colour: tuple[int, int, int] = (200, 30, 30), *, size: tuple[int, int] = (640, 480), taken: str = ""
) -> bytes:
    """Make a JPEG of one colour with a little grain, so that every picture has bytes of its own."""
    grain = np.random.default_rng(sum(colour) + size[0]).integers(0, 12, (size[1], size[0], 3))
    picture = Image.fromarray(np.clip(np.array(colour) + grain, 0, 255).astype(np.uint8))
    exif = Image.Exif()
    if taken:
        exif.get_ifd(0x8769)[0x9003] = taken
    content = io.BytesIO()
    picture.save(content, "JPEG", exif=exif)
    return content.getvalue()


@dataclass
class Library:
    """What a test needs of a library."""

    database: Database
    owner: UUID
    objects: MemoryObjectStore = field(default_factory=MemoryObjectStore)
    queue: ProcrastinateQueue = field(default_factory=ProcrastinateQueue)
    worker: Worker = field(default_factory=lambda: Worker(1, "host", 4711))

    def __post_init__(self) -> None:
        self.pipeline = Pipeline(self.database, self.queue, lambda: {"provider": "fake"})
        vision = open_fake_vision()
        self.ports = Ports(lambda: vision, FakeGeocoder(), PixelLimits(), lambda: NOW)
        self.runner = self.make_runner()

    def make_runner(self, **changes: Any) -> Runner:
        parts: dict[str, Any] = {
            "database": self.database, "objects": self.objects, "queue": self.queue, "ports": self.ports,
            "index_photo": index_photo, "provider": "fake", "stage_timeout_s": 60.0, **changes,
        }  # fmt: skip
        return Runner(**parts)

    async def store(self, content: bytes, name: str = "a.jpg", media_type: MediaType = MediaType.JPEG) -> UUID:
        """Store a photo through the door that intake uses, with its job."""
        digest = sha256(content).digest()

        async def develop(event: PhotoStored, connection: Any) -> None:
            await self.pipeline.start_photo(connection, event.photo_id)

        async with self.objects.receive() as incoming:
            await incoming.write(content)
            await incoming.commit(original_key(digest))
        new = NewPhoto(
            owner_id=self.owner, sha256=digest, sha1=sha1(content).digest(), size_bytes=len(content),
            media_type=int(media_type), file_name=name, taken_local=datetime(2026, 1, 1),
            taken_source=TakenSource.UPLOAD_TIME, file_time=datetime(2020, 2, 3, 4, 5, tzinfo=UTC),
        )  # fmt: skip
        async with self.database.transaction() as connection:
            return (await add_photo(connection, new, Publisher({PhotoStored: [develop]}))).id

    async def row(self, photo_id: UUID) -> dict[str, Any]:
        async with self.database.connection() as connection, connection.cursor(row_factory=dict_row) as cursor:
            await cursor.execute("select * from photos where id = %s", (photo_id,))
            found = await cursor.fetchone()
        assert found is not None
        return found

    async def stages(self, photo_id: UUID) -> dict[str, StageRecord]:
        return {record.name: record for record in decode_stages((await self.row(photo_id))["stages"])}

    async def all(self, query: str, *values: Any) -> list[dict[str, Any]]:
        async with self.database.connection() as connection, connection.cursor(row_factory=dict_row) as cursor:
            await cursor.execute(query, values)
            return await cursor.fetchall() if cursor.description else []

    async def waiting(self) -> list[tuple[str, str]]:
        """Return (task, photo) of the jobs that wait, in the order in which they will be taken."""
        jobs = await self.all("select * from procrastinate_jobs where status = 'todo' order by priority desc, id")
        return [(job["task_name"], job["args"].get("photo_id", "")) for job in jobs]

    async def work(self, photo_id: UUID) -> None:
        """Take a photo through both lanes."""
        await self.runner.run_lane(DEVELOP, photo_id, self.worker)
        await self.runner.run_lane(UNDERSTAND, photo_id, self.worker)


@pytest_asyncio.fixture
async def library(database: Database, owner: UUID) -> AsyncIterator[Library]:
    yield Library(database, owner)


@pytest.fixture
def jpeg() -> Callable[..., bytes]:
    return make_jpeg


@pytest_asyncio.fixture
async def life(library_url: str) -> AsyncIterator[psycopg.AsyncConnection[Any]]:
    """A connection in autocommit, as a worker holds one to show that it lives."""
    async with await psycopg.AsyncConnection.connect(library_url, autocommit=True) as connection:
        yield connection
