"""Bytes that no photo needs any more leave the store here, and only where a claim says that they may."""

from datetime import datetime

from calotype.db.engine import Database, is_database_lost
from calotype.features.photos.repository import contents
from calotype.kit.logs import Log
from calotype.ports.object_store import ObjectStore, original_key, print_key

log = Log("calotype.photos")


async def forget_unused_content(database: Database, objects: ObjectStore, sha256: bytes, claimed_at: datetime) -> bool:
    """Delete original and prints if the claim of `claimed_at` still stands and no photo of anybody has these bytes.

    The lock keeps a new upload of the same bytes out until they are gone. A failure leaves the claim, for the next
    sweep. Return whether there was an original to delete."""
    async with database.transaction() as connection:
        await contents.lock_content(connection, sha256)
        if not await contents.settle_claim_of(connection, sha256, claimed_at):
            return False
        if await contents.is_content_used(connection, sha256):
            return False
        was_there = await objects.stat(original_key(sha256)) is not None
        for key in [stat.key async for stat in objects.list_keys(print_key(sha256, ""))]:
            await objects.delete(key)
        await objects.delete(original_key(sha256))
        return was_there


async def sweep_contents(database: Database, objects: ObjectStore, older_than_s: float) -> int:
    """Delete the bytes of claims that nobody settled for so long; return how many originals went.

    What cannot be deleted is logged and tried again the next time.
    """
    async with database.connection() as connection:
        claims = await contents.list_old_claims(connection, older_than_s)
    originals = 0
    for sha256, claimed_at in claims:
        try:
            originals += await forget_unused_content(database, objects, sha256, claimed_at)
        except Exception as error:
            if is_database_lost(error):
                raise
            log.warning("not swept", sha256=sha256.hex(), error=repr(error))
    return originals
