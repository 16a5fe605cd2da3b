"""Train and predict at 10,000 and 100,000 photos: seconds and memory, over vectors as the packaged models make them.

Vectors are made up (clouds around centres with noise); the database is a real one and the work is the real job.
"""

import asyncio
import os
import struct
import tempfile
import time
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np
import psutil
import psycopg

from calotype.db.embedded import EmbeddedPostgres
from calotype.db.engine import Database
from calotype.features.journal import Journal
from calotype.features.learning import Learning
from calotype.kit.events import Publisher
from calotype.kit.ids import uuid7
from calotype.kit.progress import silent
from calotype.migrations import upgrade

SPACES = (("bench-look/1", 1280), ("bench-search/1", 384))
THINGS, EXAMPLES, BLOCK = 200, 30, 5000


def measure_learning(count: int, labels: int = 5) -> dict[str, Any]:
    """Fill a library, learn `labels` labels of 30 examples each, and let new photos come; return seconds and MB."""
    with tempfile.TemporaryDirectory(prefix="calotype-bench-") as folder:
        server = EmbeddedPostgres(Path(folder) / "postgres")
        try:
            url = server.start()
            upgrade(url)
            owner = _fill(url, count, labels)
            return asyncio.run(_measure(url, owner, count, labels))
        finally:
            server.release(wait=True)


async def _measure(url: str, owner: UUID, count: int, labels: int) -> dict[str, Any]:
    async with Database(url) as database:
        publisher = Publisher({})
        learning = Learning(database, Journal(database, publisher), publisher)
        process, found = psutil.Process(os.getpid()), {"photos": count, "labels": labels, "load": os.getloadavg()[0]}
        found["before_mb"] = process.memory_info().rss / 1e6
        for name, is_whole in (("train_and_predict_s", False), ("predict_s", True), ("nothing_new_s", False)):
            began = time.perf_counter()
            found[name] = None
            message = await learning.organise(owner, is_whole=is_whole, progress=silent)
            found[name] = time.perf_counter() - began
            found.setdefault("message", message)
        found["after_mb"] = process.memory_info().rss / 1e6
        return found


def _fill(url: str, count: int, labels: int) -> UUID:
    """Write photos and vectors by COPY; tag the first photos of some things."""
    random, owner = np.random.default_rng(5), uuid7()
    centres = [random.standard_normal((THINGS, size), np.float32) for _, size in SPACES]
    things = random.integers(0, THINGS, count)
    photos = [uuid7() for _ in range(count)]
    left = dict.fromkeys(range(labels), EXAMPLES)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(
            "insert into users (id, email, name, password_hash, role) values (%s, 'a@example.org', 'A', '', 'owner')",
            (owner,),
        )
        with connection.cursor().copy(
            "copy photos (id, owner_id, taken_local, change, size_bytes, media_type, sha256, sha1, file_name, tags) "
            "from stdin"
        ) as copy:
            for number, (photo, thing) in enumerate(zip(photos, things.tolist(), strict=True)):
                is_tagged = left.get(thing, 0) > 0
                if is_tagged:
                    left[thing] -= 1
                tags = [f"thing {thing}"] if is_tagged else None
                copy.write_row(
                    (photo, owner, "2024-01-01", number + 1, 1, 1, photo.bytes * 2, b"\0" * 20, "a.jpg", tags)
                )
        connection.execute("insert into change_counters values (%s, %s)", (owner, count))
        for (name, size), middles in zip(SPACES, centres, strict=True):
            row = connection.execute(
                "insert into embedding_spaces (name, dimensions) values (%s, %s) returning id", (name, size)
            ).fetchone()
            assert row is not None
            with connection.cursor().copy("copy embeddings from stdin with (format binary)") as copy:
                copy.set_types(["uuid", "uuid", "int2", "bytea"])
                for start in range(0, count, BLOCK):
                    block = middles[things[start : start + BLOCK]]
                    vectors = block + random.standard_normal(block.shape, np.float32) * np.float32(0.9)
                    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
                    for photo, vector in zip(photos[start : start + BLOCK], vectors.astype(">f2"), strict=True):
                        copy.write_row((photo, owner, row[0], struct.pack(">HH", size, 0) + vector.tobytes()))
        connection.execute("analyze")
    return owner
