"""What the tests of the intake share: an intake over a real database and a real folder, and small pictures."""

import io
from collections.abc import AsyncIterator, Iterable
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from PIL import Image

from calotype.db.engine import Database
from calotype.features.albums import Albums
from calotype.features.intake import Intake, IntakeLimits
from calotype.features.journal import Journal
from calotype.features.photos import PhotoStored, SidecarAttached
from calotype.kit.events import Publisher
from calotype.ports.object_store.filesystem import FilesystemObjectStore
from calotype.ports.queue import NewJob
from calotype.ports.queue.procrastinate import ProcrastinateQueue

XMP = (
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    b'<rdf:Description xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmp:Rating="5"/></rdf:RDF></x:xmpmeta>'
)


def quiet_albums(database: Database, publisher: Publisher | None = None) -> Albums:
    """Albums that tell `publisher`, or nobody, what happens to them."""
    publisher = publisher or Publisher({})
    return Albums(database, Journal(database, publisher), publisher)


def picture(
    colour: str | tuple[int, int, int] = "red", *, size: tuple[int, int] = (40, 30), kind: str = "JPEG"
) -> bytes:
    """Make a small picture; every colour is another one."""
    buffer = io.BytesIO()
    Image.new("RGB", size, colour).save(buffer, kind)
    return buffer.getvalue()


def padded(size_bytes: int) -> bytes:
    """Make a JPEG of exactly this size: what follows the end marker belongs to the file."""
    start = picture("navy")
    return start + b"\0" * (size_bytes - len(start))


async def chunks_of(content: bytes, size: int = 1 << 16) -> AsyncIterator[bytes]:
    for start in range(0, len(content), size):
        yield content[start : start + size]


async def rows(database: Database, query: str, values: Iterable[object] = ()) -> list[tuple[Any, ...]]:
    async with database.connection() as connection:
        return await (await connection.execute(query, tuple(values))).fetchall()


async def originals(objects: FilesystemObjectStore) -> set[str]:
    return {found.key.rpartition("/")[2] async for found in objects.list_keys("originals/")}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "store"


@pytest.fixture
def objects(root: Path) -> FilesystemObjectStore:
    return FilesystemObjectStore(root)


@pytest.fixture
def publisher() -> Publisher:
    """Reactions as the product has them: a job for each new photo, in the same transaction."""
    queue = ProcrastinateQueue()

    async def develop(event: PhotoStored, connection: Any) -> None:
        await queue.defer(connection, [NewJob("develop", {"photo_id": str(event.photo_id)})])

    async def again(event: SidecarAttached, connection: Any) -> None:
        await queue.defer(connection, [NewJob("metadata", {"photo_id": str(event.photo_id)})])

    return Publisher({PhotoStored: [develop], SidecarAttached: [again]})


@pytest.fixture
def limits() -> IntakeLimits:
    return IntakeLimits()


@pytest.fixture
def intake(database: Database, objects: FilesystemObjectStore, publisher: Publisher, limits: IntakeLimits) -> Intake:
    return Intake(database, objects, publisher, quiet_albums(database), limits=limits)


async def jobs(database: Database) -> list[tuple[str, UUID]]:
    found = await rows(database, "select task_name, args->>'photo_id' from procrastinate_jobs order by id")
    return [(task, UUID(photo_id)) for task, photo_id in found]
