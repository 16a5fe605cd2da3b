"""Taking photos in: one way for the network and for the disk. Nothing is acknowledged before it is durable."""

from collections.abc import AsyncIterable, AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Protocol
from uuid import UUID

from calotype.db.engine import Database
from calotype.features.intake import repository, rules
from calotype.features.intake.errors import BadSidecar
from calotype.features.intake.receiving import Arrival
from calotype.features.intake.schemas import (
    DEFAULT_INTAKE_LIMITS,
    Attached,
    Duplicate,
    IntakeLimits,
    Offer,
    Outcome,
    Received,
    Sidecar,
    SourceFile,
    Stored,
    Swept,
)
from calotype.features.photos import (
    NewPhoto,
    PhotoNotFound,
    SidecarAttached,
    TakenSource,
    add_photo,
    claim_content,
    lock_content,
    photo_exists,
    settle_claim,
    sweep_contents,
)
from calotype.kit.clock import Clock, now_utc
from calotype.kit.events import Publisher
from calotype.kit.logs import Log
from calotype.media.sniff import is_sidecar
from calotype.ports.object_store import Incoming, ObjectStore, original_key

log = Log("calotype.intake")

ABANDONED_AFTER_S = 3600.0
Connection = repository.Connection


class AlbumShelf(Protocol):
    """Where photos are put into albums: what the intake needs of the albums."""

    async def add_by_title(self, connection: Any, owner_id: UUID, title: str, photo_ids: Sequence[UUID]) -> UUID:
        """Put photos into the owner's album of this title, made where there is none."""


class Intake:
    """Takes files in, remembers what became of them, and clears away what broke off."""

    def __init__(
        self,
        database: Database,
        objects: ObjectStore,
        publisher: Publisher,
        albums: AlbumShelf,
        *,
        limits: IntakeLimits = DEFAULT_INTAKE_LIMITS,
        clock: Clock = now_utc,
    ) -> None:
        self.limits = limits
        self._database = database
        self._objects = objects
        self._publisher = publisher
        self._albums = albums
        self._clock = clock

    @asynccontextmanager
    async def receive(self, owner_id: UUID, file_name: str) -> AsyncIterator[Arrival]:
        """Begin to take a file in: `write` its bytes, then `settle`. Leaving without that leaves nothing behind."""
        async with self._objects.receive() as incoming:
            yield Arrival(incoming, owner_id, file_name, self.limits)

    async def take_in(self, owner_id: UUID, chunks: AsyncIterable[bytes], offer: Offer) -> Stored | Duplicate:
        """Take a whole file in. Raises `FileRefused` (and its kinds) and `StoreFull`."""
        async with self.receive(owner_id, offer.file_name) as arrival:
            async for chunk in chunks:
                await arrival.write(chunk)
            return await self.settle(arrival, offer)

    async def settle(self, arrival: Arrival, offer: Offer) -> Stored | Duplicate:
        """Make a photo of what has arrived: durable when this returns. Raises `FileRefused` and `StoreFull`.

        The original lies in the store before the row is committed. Should the process die between the two, the claim
        tells the sweep that these bytes may go. The claim does not wait for the disk, which would cost every upload a
        flush: a power cut within a moment after it (PostgreSQL manual, "Asynchronous Commit": three times
        wal_writer_delay, 0.6 s) may leave an original that no sweep finds. It takes room and does no harm; the same
        bytes offered again become its photo.
        """
        received = await arrival.finish()
        sidecars = tuple(check_sidecar(sidecar) for sidecar in offer.sidecars)
        new = self._new_photo(arrival.owner_id, received, offer)
        async with self._database.transaction() as connection:
            await connection.execute("set local synchronous_commit = off")
            await claim_content(connection, new.sha256)

        async def store(connection: Connection) -> Stored | Duplicate:
            await lock_content(connection, new.sha256)
            await self._keep_original(arrival.incoming, received)
            return await self._write_rows(connection, new, replace(offer, sidecars=sidecars))

        return await self._database.run_transaction(store)

    async def attach_sidecar(self, owner_id: UUID, photo_id: UUID, xmp: bytes, name: str) -> Attached:
        """Keep an XMP sidecar with a photo; the metadata are read again. Raises `BadSidecar`, `PhotoNotFound`."""
        sidecar = check_sidecar(Sidecar(name, xmp))

        async def attach(connection: Connection) -> None:
            if not await photo_exists(connection, owner_id, photo_id):
                raise PhotoNotFound
            await self._attach(connection, owner_id, photo_id, sidecar)

        await self._database.run_transaction(attach)
        return Attached(photo_id)

    async def link_raw(self, owner_id: UUID, photo_ids: Sequence[UUID]) -> None:
        """Link the raw and the JPEG of one shot: photos of the same stem in the same folder of one import."""
        await self._database.run_transaction(lambda connection: repository.link_raw(connection, owner_id, photo_ids))

    async def find_known(self, owner_id: UUID, files: Sequence[SourceFile]) -> Mapping[str, Duplicate]:
        """Return, by path, those files that were taken in before and have not changed since."""
        by_path = {file.path: file for file in files}
        async with self._database.connection() as connection:
            return await repository.find_known(connection, owner_id, by_path)

    async def put_into_album(self, owner_id: UUID, title: str, photo_ids: Sequence[UUID]) -> None:
        """Put photos that are in the library into an album."""
        await self._database.run_transaction(
            lambda connection: self._albums.add_by_title(connection, owner_id, title, photo_ids)
        )

    async def record(self, owner_id: UUID, entries: Sequence[tuple[SourceFile, Outcome]]) -> None:
        """Write outcomes that made no photo into the ledger (`settle` writes those that did)."""
        await self._database.run_transaction(
            lambda connection: repository.record_entries(connection, owner_id, entries)
        )

    async def sweep(self, older_than_s: float = ABANDONED_AFTER_S) -> Swept:
        """Remove what broke off: parts that were never committed, originals that never became a photo or were purged.

        An original goes only where a claim says that it may, no photo of anybody has its bytes now, and nobody is
        taking it in at this moment. A library whose database was restored from an older backup has
        originals without rows too: those have no claim and stay.
        """
        parts = await self._objects.sweep(older_than_s)
        originals = await sweep_contents(self._database, self._objects, older_than_s)
        if parts or originals:
            log.info("swept", parts=parts, originals=originals)
        return Swept(parts, originals)

    def _new_photo(self, owner_id: UUID, received: Received, offer: Offer) -> NewPhoto:
        now = self._clock()
        moment = offer.file_time or now
        return NewPhoto(
            owner_id=owner_id,
            sha256=received.sha256,
            sha1=received.sha1,
            size_bytes=received.size_bytes,
            media_type=received.media_type,
            file_name=rules.clean_file_name(offer.file_name),
            taken_local=wall_clock(moment),
            taken_source=TakenSource.FILE_TIME if offer.file_time else TakenSource.UPLOAD_TIME,
            file_time=offer.file_time,
            width=received.width,
            height=received.height,
            is_animated=received.is_animated,
        )

    async def _keep_original(self, incoming: Incoming, received: Received) -> None:
        key = original_key(received.sha256)
        if await incoming.commit(key):
            return
        there = await self._objects.stat(key)
        if there is None or there.size_bytes != received.size_bytes:
            # The key is the hash of the right bytes, and we hold them: what lies there is damaged.
            log.warning("a damaged original is replaced by its true bytes", sha256=received.sha256.hex())
            await self._objects.delete(key)
            await incoming.commit(key)

    async def _write_rows(self, connection: Connection, new: NewPhoto, offer: Offer) -> Stored | Duplicate:
        added = await add_photo(connection, new, self._publisher)
        outcome = Stored(added.id) if added.is_new else Duplicate(added.id, added.in_trash)
        for sidecar in offer.sidecars:
            if added.is_new:  # nothing has been read of it yet: nothing is to be read again
                await repository.add_sidecar(connection, new.owner_id, added.id, sidecar)
            else:
                await self._attach(connection, new.owner_id, added.id, sidecar)
        if offer.album:
            await self._albums.add_by_title(connection, new.owner_id, offer.album, [added.id])
        if offer.source:
            await repository.record_entries(connection, new.owner_id, [(offer.source, outcome)])
        await settle_claim(connection, new.sha256)
        return outcome

    async def _attach(self, connection: Connection, owner_id: UUID, photo_id: UUID, sidecar: Sidecar) -> None:
        if await repository.add_sidecar(connection, owner_id, photo_id, sidecar):
            await self._publisher.publish(SidecarAttached(owner_id, photo_id), connection)


def check_sidecar(sidecar: Sidecar) -> Sidecar:
    """Return a sidecar with a clean name. Raises `BadSidecar`."""
    if len(sidecar.content) > rules.MAX_SIDECAR_BYTES:
        raise BadSidecar(f"The sidecar is too large: the limit is {rules.MAX_SIDECAR_BYTES / 1e6:.1f} MB.")
    if not is_sidecar(sidecar.file_name, sidecar.content):
        raise BadSidecar("The sidecar is not XMP; send a file that ends in .xmp and holds an XMP packet.")
    return Sidecar(rules.clean_file_name(sidecar.file_name), sidecar.content)


def wall_clock(moment: datetime) -> datetime:
    """Return a first guess at the local time of a moment, until the metadata are read: that of UTC."""
    return moment.astimezone(UTC).replace(tzinfo=None)
