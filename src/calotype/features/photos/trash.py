"""The trash: in, out again, and after thirty days out for good."""

from datetime import datetime
from uuid import UUID

from calotype.db.engine import Connection, Database, is_database_lost
from calotype.features.journal import Journal, forget_facts
from calotype.features.photos.contents import forget_unused_content
from calotype.features.photos.decisions import TOPIC, TRASHED, make_facts
from calotype.features.photos.errors import PhotoNotFound
from calotype.features.photos.events import PhotoPurged
from calotype.features.photos.repository import changing, contents, purging
from calotype.features.photos.repository.decisions import find_decided_columns_of
from calotype.features.photos.repository.purging import Expired
from calotype.features.photos.rules import PhotoState
from calotype.kit.events import Publisher
from calotype.kit.logs import Log
from calotype.ports.object_store import ObjectStore

log = Log("calotype.trash")

_BATCH = 500


class Trash:
    """Moves photos to the trash and back, and purges it."""

    def __init__(self, database: Database, objects: ObjectStore, publisher: Publisher, journal: Journal) -> None:
        self._database = database
        self._objects = objects
        self._publisher = publisher
        self._journal = journal

    async def put(self, owner_id: UUID, photo_id: UUID) -> None:
        """Put a photo into the trash; one that is there already stays. Raises `PhotoNotFound`."""
        await self._decide(owner_id, photo_id, is_trashed=True)

    async def restore(self, owner_id: UUID, photo_id: UUID) -> None:
        """Take a photo out of the trash; one that is not in it stays. Raises `PhotoNotFound`."""
        await self._decide(owner_id, photo_id, is_trashed=False)

    async def _decide(self, owner_id: UUID, photo_id: UUID, *, is_trashed: bool) -> None:
        async def work(connection: Connection) -> None:
            await changing.next_change(connection, owner_id)
            row = await find_decided_columns_of(connection, owner_id, photo_id)
            if row is None:
                raise PhotoNotFound
            if (row["status"] == PhotoState.TRASHED) is is_trashed:
                return
            kind, verb = ("photos.trash", "Put {} into the trash") if is_trashed else ("photos.restore", "Restored {}")
            facts = make_facts(row, {TRASHED: is_trashed})
            summary = verb.format(row["file_name"])
            await self._journal.record(connection, owner_id, owner_id, kind, summary, facts)

        await self._database.run_transaction(work)

    async def purge_expired(self, before: datetime) -> int:
        """Forget what went to the trash before `before`; return how many photos went.

        Each photo goes in a transaction of its own. One that fails is logged and tried again the next time. Raises
        `DatabaseUnavailable` and psycopg's `OperationalError` where the database itself is lost.
        """
        purged = 0
        last: Expired | None = None
        while True:
            async with self._database.connection() as connection:
                expired = await purging.list_expired(connection, before, last, _BATCH)
            for photo in expired:
                try:
                    purged += await self._purge(photo, before)
                except Exception as error:
                    if is_database_lost(error):
                        raise
                    log.warning("not purged", photo_id=str(photo.photo_id), error=repr(error))
            if len(expired) < _BATCH:
                return purged
            last = expired[-1]

    async def _purge(self, photo: Expired, before: datetime) -> bool:
        """Forget one photo: first its row, and only when that is durable its bytes.

        The claim is committed with the row's end. Where the bytes cannot be deleted now, or the process dies before it
        comes to that, the claim makes the sweep do it.
        """

        async def work(connection: Connection) -> tuple[bool, datetime | None]:
            await contents.lock_content(connection, photo.sha256)
            await changing.next_change(connection, photo.owner_id)
            if not await purging.delete_expired(connection, photo.owner_id, photo.photo_id, before):
                return False, None
            await forget_facts(connection, photo.owner_id, TOPIC, photo.sha256.hex(), TRASHED)
            purged = PhotoPurged(photo.owner_id, photo.photo_id, photo.sha256)
            await self._publisher.publish(purged, connection)
            if await contents.is_content_used(connection, photo.sha256):
                return True, None
            return True, await contents.claim_content(connection, photo.sha256)

        is_purged, claimed_at = await self._database.run_transaction(work)
        if claimed_at is not None:
            try:
                await forget_unused_content(self._database, self._objects, photo.sha256, claimed_at)
            except Exception as error:  # noqa: BLE001 - whatever it is: the photo is purged, and the claim stands
                log.warning("bytes are left to the sweep", sha256=photo.sha256.hex(), error=repr(error))
        return is_purged
