"""What the doctor looks at in the open library: database, schema, store, originals, vision, failures."""

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import numpy as np

from calotype.bootstrap import Calotype
from calotype.cli.findings import Finding, fail, ok, warn
from calotype.cli.terminal import counted
from calotype.db.engine import Database
from calotype.ports.object_store import Inspectable, ObjectNotFound, StoreAway, original_key

SAMPLE = 1000  # originals that are looked for without `--all`
MOST_DRIFT_S = 5.0
SHA256_IN_HEX = re.compile("[0-9a-f]{64}")
MAYBE_COMING_IN = timedelta(hours=1)
TRIAL_TEXT = "a dog on the beach"


async def check_library(library: Calotype, *, every_original: bool) -> AsyncIterator[Finding]:
    """Yield all findings about the library."""
    async for finding in _check_database(library.database):
        yield finding
    yield await _check_store(library)
    for finding in await asyncio.to_thread(_inspect_store, library):
        yield finding
    yield await _check_originals(library, None if every_original else SAMPLE)
    yield await _check_orphans(library, None if every_original else SAMPLE)
    yield await _check_failures(library.database)
    yield await _check_vision(library)


async def _ask(database: Database, query: str, *values: Any) -> Any:
    async with database.connection() as connection:
        row = await (await connection.execute(query, values)).fetchone()
    return row[0] if row else None


async def _check_database(database: Database) -> AsyncIterator[Finding]:
    version = await _ask(database, "select current_setting('server_version')")
    vectors = await _ask(database, "select extversion from pg_extension where extname = 'vector'")
    schema = await _ask(database, "select version_num from alembic_version")
    yield ok("database", f"PostgreSQL {version.split()[0]} with pgvector {vectors}, schema {schema}")
    there = await _ask(database, "select clock_timestamp()")
    drift_s = abs((there - datetime.now(UTC)).total_seconds())
    if drift_s > MOST_DRIFT_S:
        yield warn("clocks", f"The database server's clock is {drift_s:.0f} s off ours: set both by a time server.")


async def _check_store(library: Calotype) -> Finding:
    key, content = f"doctor/{uuid4().hex}", b"calotype doctor"
    try:
        await library.objects.put(key, content)
        try:
            came_back = await library.objects.read(key)
        finally:
            await library.objects.delete(key)
    except (OSError, ObjectNotFound, StoreAway) as problem:
        return fail("object store", f"It cannot be written to ({problem}): see to {library.settings.store_place}.")
    if came_back != content:
        return fail("object store", "It gives back other bytes than it was given: do not use it, and check the disk.")
    return ok("object store", f"{library.settings.store_place} takes and gives")


def _inspect_store(library: Calotype) -> list[Finding]:
    """Ask the store how it is set up, where it can be asked."""
    if not isinstance(library.objects, Inspectable):
        return []
    return [
        (ok if found.is_well else fail if found.is_grave else warn)(found.subject, found.sentence)
        for found in library.objects.inspect()
    ]


async def _check_originals(library: Calotype, sample: int | None) -> Finding:
    query = "select sha256, file_name from photos" + (" order by random() limit %s" if sample else "")
    missing: list[str] = []
    looked = 0
    async with library.database.transaction(read_only=True) as connection, connection.cursor("originals") as cursor:
        await cursor.execute(query, (sample,) if sample else ())
        async for sha256, file_name in cursor:
            looked += 1
            if await library.objects.stat(original_key(bytes(sha256))) is None:
                missing.append(file_name)
    if missing:
        return fail(
            "originals",
            f"{len(missing):,} of {counted(looked, 'original')} not in the store (one is {missing[0]!r}): bring the "
            f"objects below {library.settings.store_place}/originals back from a backup.",
        )
    return ok("originals", f"all {looked:,} that were looked for are in the store")


async def _check_orphans(library: Calotype, most: int | None) -> Finding:
    """Look for originals that no photo names. What came within the hour may be on its way in."""
    came_before = datetime.now(UTC) - MAYBE_COMING_IN
    orphans = looked = 0
    batch: list[bytes] = []
    async for found in library.objects.list_keys("originals/"):
        name = found.key.rpartition("/")[2]
        if found.stored_at < came_before and SHA256_IN_HEX.fullmatch(name):
            batch.append(bytes.fromhex(name))
        if len(batch) == SAMPLE:
            orphans, looked = orphans + await _count_unnamed(library.database, batch), looked + len(batch)
            batch = []
            if most is not None and looked >= most:
                break
    orphans, looked = orphans + await _count_unnamed(library.database, batch), looked + len(batch)
    if orphans:
        return warn(
            "orphans",
            f"No photo names {orphans:,} of {counted(looked, 'original')} in the store: an upload was cut off, or the "
            "database is older than the store. It is left there; importing such a file again makes it a photo.",
        )
    return ok("orphans", f"every original in the store that was looked at ({looked:,}) belongs to a photo")


async def _count_unnamed(database: Database, hashes: list[bytes]) -> int:
    named = await _ask(database, "select count(distinct sha256) from photos where sha256 = any(%s)", hashes)
    return len(hashes) - int(named)


async def _check_failures(database: Database) -> Finding:
    failed = await _ask(database, "select count(*) from photos where processing_status = 3 and status = 0")
    if failed:
        return warn("photos", f"{counted(failed, 'photo')} failed: `calotype status` says why.")
    total = await _ask(database, "select count(*) from photos where status = 0")
    return ok("photos", f"{counted(total, 'photo')}, none failed")


async def _check_vision(library: Calotype) -> Finding:
    provider = library.settings.vision
    if provider == "off":
        return warn("vision", "It is off (CALOTYPE_VISION): search knows words, but not what pictures show.")
    try:
        vision = library.vision()
        if vision.labels is not None:
            vision.labels.read_labels(np.full((240, 320, 3), 128, np.uint8))
        if vision.text_embedding is not None:
            await vision.text_embedding.embed_text(TRIAL_TEXT)
    except Exception as problem:  # noqa: BLE001 - whatever an engine raises, it is the finding
        return fail("vision", f"{provider} does not load ({problem}): run `calotype models pull`, then doctor again.")
    return ok("vision", f"{provider} reads pictures and sentences")
