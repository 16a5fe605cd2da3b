"""Settings to ports to services: the only file that names adapters.

`open_library` gives everything that a process needs. What is heavy (the models, the geocoder's data) is loaded by
whoever first asks for it, so that the service is there at once and small while it rests.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from calotype import migrations
from calotype.db.embedded import EmbeddedPostgres
from calotype.db.engine import Database
from calotype.features.accounts import Accounts
from calotype.features.albums import Albums, Curation
from calotype.features.intake import Intake, IntakeLimits
from calotype.features.journal import Journal
from calotype.features.learning import Learning
from calotype.features.moments import Moments
from calotype.features.people import People
from calotype.features.photos import Photos
from calotype.features.places import Places
from calotype.features.search import Search, index_photo
from calotype.features.stacks import Stacks
from calotype.kit.clock import now_utc
from calotype.kit.events import Publisher
from calotype.kit.logs import start_logging
from calotype.media.heads import PixelLimits
from calotype.pipeline.owner_work import OwnerWork
from calotype.pipeline.record import decode_stages
from calotype.pipeline.service import Pipeline
from calotype.ports.models import ModelStore
from calotype.ports.object_store import ObjectStore
from calotype.ports.object_store.filesystem import FilesystemObjectStore
from calotype.ports.queue import Queue
from calotype.ports.queue.procrastinate import ProcrastinateQueue
from calotype.reactions import make_reactions
from calotype.settings import Settings, is_address

if TYPE_CHECKING:
    from calotype.pipeline.runner import Runner
    from calotype.ports.vision import Vision


class VisionLoader:
    """Opens the vision that the settings name when somebody first asks for it."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._vision: Vision | None = None

    @property
    def models(self) -> ModelStore:
        return ModelStore(self._settings.models_folder)

    def __call__(self) -> "Vision":
        if self._vision is None:
            self._vision = self._open()
        return self._vision

    def _open(self) -> "Vision":
        # Imported here: numpy and its kin are no business of a server that nobody asks anything.
        if self._settings.vision == "local":
            vision: Vision = import_module("calotype.ports.vision.local").open_local_vision(self.models)
        elif self._settings.vision == "fake":
            vision = import_module("calotype.ports.vision.fake").open_fake_vision()
        else:
            vision = import_module("calotype.ports.vision").Vision("off")
        return vision

    def describe(self) -> dict[str, Any]:
        """Return who looks at the pictures, and whether all that it needs is there."""
        if self._settings.vision != "local":
            return {"provider": self._settings.vision, "ready": True, "message": ""}
        missing = [status.entry.name for status in self.models.list() if status.entry.default and status.path is None]
        message = f"Missing models: {', '.join(missing)}. Run: calotype models pull" if missing else ""
        return {"provider": "local", "ready": not missing, "message": message}

    def close(self) -> None:
        if self._vision is not None:
            self._vision.close()


@dataclass(frozen=True)
class Calotype:
    """A library, open: its ports and its services."""

    conninfo: str
    settings: Settings
    database: Database
    objects: ObjectStore
    queue: Queue
    publisher: Publisher
    accounts: Accounts
    photos: Photos
    intake: Intake
    albums: Albums
    journal: Journal
    people: People
    places: Places
    moments: Moments
    stacks: Stacks
    learning: Learning
    curation: Curation
    search: Search
    pipeline: Pipeline
    owner_work: OwnerWork
    vision: VisionLoader

    def make_runner(self) -> "Runner":
        """Build what takes photos through the pipeline. Only workers call this: it brings numpy and libvips along."""
        runner = import_module("calotype.pipeline.runner")
        work = import_module("calotype.pipeline.work")
        limits = import_module("calotype.media.heads").PixelLimits(
            max_megapixels=self.settings.max_megapixels, max_memory_mb=self.settings.worker_memory_mb // 4
        )
        geocoder = import_module("calotype.ports.geocoder.offline").OfflineGeocoder(
            cache_folder=self.settings.home / "cache"
        )
        made: Runner = runner.Runner(
            database=self.database,
            objects=self.objects,
            queue=self.queue,
            ports=work.Ports(vision=self.vision, geocoder=geocoder, limits=limits, now=now_utc),
            index_photo=index_photo,
            publisher=self.publisher,
            provider=self.settings.vision,
            stage_timeout_s=self.settings.decode_timeout_s,
        )
        return made


@asynccontextmanager
async def open_library(settings: Settings, *, connections: int = 8) -> AsyncIterator[Calotype]:
    """Open the library in `settings.home`, starting its database where nobody has, and close it again.

    Raises `EmbeddedDatabaseUnavailable`, `DatabaseUnavailable`, `migrations.SchemaTooNew`: each with one sentence.
    """
    start_logging(settings.log_level)
    settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
    async with AsyncExitStack() as stack:
        conninfo, revive = await _start_database(settings, stack)
        await asyncio.to_thread(migrations.upgrade, conninfo)
        database = Database(conninfo, min_size=1, max_size=connections, revive=revive)
        await stack.enter_async_context(database)
        library = build_library(settings, database, conninfo)
        stack.callback(library.vision.close)
        yield library


async def _start_database(settings: Settings, stack: AsyncExitStack) -> tuple[str, Callable[[], str] | None]:
    if settings.database_url is not None:
        return settings.database_url, None
    server = EmbeddedPostgres(settings.postgres_folder, settings.pg_bin)
    stack.push_async_callback(asyncio.to_thread, lambda: server.release(wait=True))
    return await asyncio.to_thread(server.start), server.start


def _intake_limits(settings: Settings) -> IntakeLimits:
    pixels = PixelLimits(max_megapixels=settings.max_megapixels, max_memory_mb=settings.worker_memory_mb // 4)
    return IntakeLimits(settings.max_upload_bytes, pixels)


def open_store(settings: Settings, place: str | None = None) -> ObjectStore:
    """Open the object store of the settings, or the one at another `place` (a folder, or the address of a bucket).

    Raises `StoreAway` where another store, or none, is in its place; `ValueError` for an address that cannot be read.
    """
    place = place or settings.store_place
    if is_address(place):
        s3 = import_module("calotype.ports.object_store.s3")  # boto3 is large: only for who has a bucket
        bucket: ObjectStore = s3.S3ObjectStore(s3.S3Address.read(place), settings.spool_folder)
        return bucket
    is_own = place == settings.store_place
    return FilesystemObjectStore(Path(place), settings.home / "store-id" if is_own else None)


def build_library(settings: Settings, database: Database, conninfo: str) -> Calotype:
    """Wire the services over an open database."""
    objects = open_store(settings)
    queue = ProcrastinateQueue()
    vision = VisionLoader(settings)
    pipeline = Pipeline(database, queue, vision.describe)
    publisher = Publisher(make_reactions(pipeline, queue))
    journal = Journal(database, publisher)
    photos = Photos(database, objects, publisher, settings.home, read_stages=decode_stages)
    albums = Albums(database, journal, publisher)
    people = People(database, journal, publisher)
    places = Places(database, journal, publisher)
    moments = Moments(database, journal, publisher)
    stacks = Stacks(database, journal, publisher, objects)
    learning = Learning(database, journal, publisher)
    curation = Curation(database, journal, publisher)
    work = {
        "places": places.organise, "people": people.organise, "stacks": stacks.organise, "moments": moments.organise,
        "learning": learning.organise, "curation": curation.organise,
    }  # fmt: skip
    owner_work = OwnerWork(database, queue, work)
    return Calotype(
        conninfo=conninfo,
        settings=settings,
        database=database,
        objects=objects,
        queue=queue,
        publisher=publisher,
        accounts=Accounts(database),
        photos=photos,
        intake=Intake(database, objects, publisher, albums, limits=_intake_limits(settings)),
        albums=albums,
        journal=journal,
        people=people,
        places=places,
        moments=moments,
        stacks=stacks,
        learning=learning,
        curation=curation,
        search=Search(database, lambda: vision().text_embedding),
        pipeline=pipeline,
        owner_work=owner_work,
        vision=vision,
    )
