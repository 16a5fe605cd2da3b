"""The trash: in, out again, and after thirty days out for good."""

from datetime import datetime
from uuid import UUID

from calotype.db.engine import Connection, Database
from calotype.features.photos.errors import PhotoNotFound
from calotype.features.photos.events import PhotoPurged, PhotoRestored, PhotoTrashed
from calotype.features.photos.repository import changing, purging
from calotype.kit.events import Publisher
from calotype.kit.logs import Log
from calotype.ports.object_store import ObjectStore, original_key, print_key

log = Log("calotype.trash")

_BATCH = 500


class Trash:
    """Moves photos to the trash and back, and purges it."""

    def __init__(self, database: Database, objects: ObjectStore, publisher: Publisher) -> None:
        self._database = database
        self._objects = objects
        self._publisher = publisher

    async def put(self, owner_id: UUID, photo_id: UUID) -> None:
        """Put a photo into the trash; one that is there already stays. Raises `PhotoNotFound`."""

        async def work(connection: Connection) -> None:
            if await changing.trash_photo(connection, owner_id, photo_id):
                await self._publisher.publish(PhotoTrashed(owner_id, photo_id), connection)
            elif not await changing.photo_exists(connection, owner_id, photo_id):
                raise PhotoNotFound

        await self._database.run_transaction(work, owner_id=owner_id)

    async def restore(self, owner_id: UUID, photo_id: UUID) -> None:
        """Take a photo out of the trash; one that is not in it stays. Raises `PhotoNotFound`."""

        async def work(connection: Connection) -> None:
            if await changing.restore_photo(connection, owner_id, photo_id):
                await self._publisher.publish(PhotoRestored(owner_id, photo_id), connection)
            elif not await changing.photo_exists(connection, owner_id, photo_id):
                raise PhotoNotFound

        await self._database.run_transaction(work, owner_id=owner_id)

    async def purge_expired(self, before: datetime) -> int:
        """Forget what went to the trash before `before`; return how many photos went.

        Each photo goes in a transaction of its own. One that fails is logged and tried again the next time.
        """
        purged = 0
        while True:
            async with self._database.connection() as connection:
                expired = await purging.list_expired(connection, before, _BATCH)
            done = 0
            for photo_id, owner_id, sha256 in expired:
                try:
                    done += await self._purge(owner_id, photo_id, sha256, before)
                except OSError as error:
                    log.warning("not purged", photo_id=str(photo_id), error=str(error))
            purged += done
            if len(expired) < _BATCH or not done:
                return purged

    async def _purge(self, owner_id: UUID, photo_id: UUID, sha256: bytes, before: datetime) -> bool:
        """Forget one photo. Its bytes go inside the transaction: the lock keeps a new upload of them out until then.

        A crash between the bytes and the commit leaves a row in the trash whose bytes are gone, for the next purge.
        """
        async with self._database.transaction() as connection:
            await purging.lock_content(connection, sha256)
            await changing.next_change(connection, owner_id)
            if not await purging.delete_expired(connection, owner_id, photo_id, before):
                return False
            await self._publisher.publish(PhotoPurged(owner_id, photo_id, sha256), connection)
            if not await purging.is_content_used(connection, sha256):
                await self._forget_bytes(sha256)
        return True

    async def _forget_bytes(self, sha256: bytes) -> None:
        prints = [stat.key async for stat in self._objects.list_keys(print_key(sha256, ""))]
        for key in prints:
            await self._objects.delete(key)
        await self._objects.delete(original_key(sha256))
