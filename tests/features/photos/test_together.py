"""Many writers on one library: nobody waits for ever, the counts stay true, changes come in the order of commits."""

import asyncio
from datetime import datetime
from uuid import UUID

from calotype.db.engine import Database
from calotype.features.photos.schemas import PhotoChanges
from calotype.ports.object_store import original_key
from tests.features.app import SmallLibrary
from tests.features.conftest import make_owner, make_photo


async def test_writers_of_all_kinds_at_once(library: SmallLibrary, database: Database, owner: UUID) -> None:
    ids = [await make_photo(database, owner) for _ in range(6)]
    photos = library.photos

    async def one(number: int) -> None:
        photo_id = ids[number % len(ids)]
        match number % 4:
            case 0:
                await photos.change_photo(owner, photo_id, PhotoChanges(taken_local=datetime(2000 + number, 1, 1)))
            case 1:
                await photos.trash.put(owner, photo_id)
            case 2:
                await photos.trash.restore(owner, photo_id)
            case 3:
                await make_photo(database, owner, taken_local=datetime(2000 + number, 1, 1))

    await asyncio.wait_for(asyncio.gather(*(one(number) for number in range(60))), 30)
    async with database.connection() as connection:
        real = await (
            await connection.execute(
                "select date_trunc('month', taken_local)::date as month, count(*) from photos"
                " where status = 0 group by 1 order by 1"
            )
        ).fetchall()
        kept = await (
            await connection.execute("select month, photos from month_counts where photos <> 0 order by month")
        ).fetchall()
        numbers = await (await connection.execute("select change from photos")).fetchall()
    assert kept == real
    assert len({row[0] for row in numbers}) == len(numbers) == 6 + 15
    assert max(row[0] for row in numbers) <= await photos.get_change(owner)


async def test_a_purge_and_an_upload_of_the_same_bytes_exclude_each_other(
    library: SmallLibrary, database: Database, owner: UUID
) -> None:
    """Intake holds the lock of the bytes until its row is committed; a purge that waited for it spares them."""
    sha256 = b"p" * 32
    old = await make_photo(database, owner, sha256=sha256)
    await library.objects.put(original_key(sha256), b"original")
    await library.photos.trash.put(owner, old)
    async with database.connection() as connection:
        await connection.execute("update photos set trashed_at = now() - interval '40 days'")
    other = await make_owner(database, "other@example.org")
    async with database.transaction() as connection:
        await connection.execute("select pg_advisory_xact_lock(hashtextextended(encode(%s, 'hex'), 0))", (sha256,))
        purge = asyncio.create_task(library.photos.purge_expired(30))
        await waits_for_lock(database)
        await connection.execute(
            "insert into photos (id, owner_id, taken_local, change, size_bytes, media_type, sha256, sha1, file_name)"
            " values (gen_random_uuid(), %s, now(), 1, 1, 1, %s, 'x', 'same.jpg')",
            (other, sha256),
        )
    assert await purge == 1
    assert await library.objects.stat(original_key(sha256)) is not None


async def waits_for_lock(database: Database) -> None:
    """Return when some connection waits for an advisory lock."""
    query = "select count(*) from pg_locks where locktype = 'advisory' and not granted"
    async with asyncio.timeout(10), database.connection() as connection:
        while True:
            row = await (await connection.execute(query)).fetchone()
            if row is not None and row[0]:
                return
