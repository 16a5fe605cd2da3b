"""Events and trips of one owner with very many photos: seconds, memory, and how they grow.

The photos are of a made-up life: days at home in bursts, a holiday every four months, a move every four years, a third
of the photos without a position. The bytes do not exist; the rows are what real ones would leave.
"""

import asyncio
import os
import resource
import subprocess
import sys
import tempfile
import time
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np
import psycopg

from bench.million import connect
from calotype.db.embedded import EmbeddedPostgres
from calotype.db.engine import Database
from calotype.kit.ids import uuid7
from calotype.migrations import upgrade

FIRST_DAY = datetime(2009, 1, 1)  # noqa: DTZ001 - a wall clock
MOST_YEARS, A_YEAR = 16, 6_000  # so many photos a year, until there are sixteen years; then more a year
TOWNS = 300
_COLUMNS = (
    "id, owner_id, sha256, sha1, size_bytes, media_type, file_name, taken_local, taken_source, latitude, longitude, "
    "place_id, utc_offset_min, quality, width, height, change"
)


def measure_moments(count: int) -> dict[str, Any]:
    """Return seconds, MiB at the most and message of the first whole run, of the next, of one after 20 new photos.

    Each run is a process of its own, whose memory is measured, with everything that it imports.
    """
    with tempfile.TemporaryDirectory(prefix="calotype-bench-") as folder:
        server = EmbeddedPostgres(Path(folder) / "postgres")
        try:
            url = server.start()
            upgrade(url)
            owner = _load(url, count)
            figures: dict[str, Any] = {"photos": count, "load": os.getloadavg()[0]}
            for name in ("first", "again", "around new photos"):
                if name == "around new photos":
                    _add(url, owner, count)
                done = subprocess.run(
                    [sys.executable, "-m", "bench.moments", url, str(owner), str(int(name != "around new photos"))],
                    check=True, capture_output=True, text=True,
                )  # fmt: skip
                seconds, mib, message = done.stdout.split(maxsplit=2)
                figures[name] = {"seconds": float(seconds), "mib": float(mib), "message": message.strip()}
            return figures
        finally:
            server.release(wait=True)


def _load(url: str, count: int) -> UUID:
    owner = uuid7()
    with connect(url) as connection:
        connection.execute(
            "insert into users (id, email, name, password_hash, role) values (%s, 'a@example.org', 'x', 'x', 'owner')",
            (owner,),
        )
        for number in range(TOWNS):
            connection.execute(
                "insert into places (name, region, country, country_code) values (%s, %s, %s, 'XX')",
                (f"Town {number}", f"Region {number // 10}", f"Country {number // 50}"),
            )
        connection.execute("alter table photos disable trigger all")
        with connection.cursor().copy(f"copy photos ({_COLUMNS}) from stdin") as copy:
            for row in _rows(owner, count):
                copy.write_row(row)
        connection.execute("alter table photos enable trigger all")
        connection.execute("insert into change_counters (owner_id, value) values (%s, %s)", (owner, count))
        connection.execute("vacuum analyze")
    return owner


def _rows(owner: UUID, count: int) -> Any:
    """Yield rows: two bursts of an hour and a half a day, at home or on holiday."""
    random = np.random.default_rng(5)
    made = 0
    days = min(MOST_YEARS, max(1, count // A_YEAR)) * 365
    a_day = count / days
    for day in range(days):
        wanted = round((day + 1) * a_day) - made
        where = day // 1460 * 7 % TOWNS if day % 120 > 9 else (day // 120 * 31 + day % 120 // 4 + 11) % TOWNS
        for part in (wanted // 2, wanted - wanted // 2):
            hour = float(random.uniform(8, 21))
            for second in np.sort(random.uniform(0, 5400, part)).tolist():
                yield _row(owner, made, FIRST_DAY + timedelta(days=day, hours=hour, seconds=second), where, random)
                made += 1


def _row(owner: UUID, number: int, taken: datetime, town: int, random: np.random.Generator) -> tuple[Any, ...]:
    content = sha256(str(number).encode()).digest()
    has_position = content[2] % 3 > 0
    latitude, longitude = town * 7 % 100 - 50 + content[0] / 25_000, town * 13 % 340 - 170 + content[1] / 25_000
    return (
        uuid7(), owner, content, content[:20], 3_400_000, 1, f"IMG_{number % 10_000:04d}.JPG", taken, 1,
        latitude if has_position else None, longitude if has_position else None, town + 1 if has_position else None,
        60 if has_position else None, content[3] * 3, 4000, 3000, number + 1,
    )  # fmt: skip


def _add(url: str, owner: UUID, count: int) -> None:
    """Add twenty photos of one day, as the pipeline would leave them."""
    random = np.random.default_rng(9)
    with psycopg.connect(url) as connection, connection.cursor() as cursor:
        taken = FIRST_DAY + timedelta(days=303, hours=15)
        for number in range(count, count + 20):
            row = _row(owner, number, taken + timedelta(seconds=40 * (number - count)), 0, random)
            places = ", ".join(["%s"] * (len(row) - 1))
            cursor.execute(f"insert into photos ({_COLUMNS}) values ({places}, next_change(%s))", (*row[:-1], owner))


async def _run(url: str, owner: UUID, *, is_whole: bool) -> None:
    from calotype.features.journal import Journal  # noqa: PLC0415 - the run alone is measured
    from calotype.features.moments import Moments  # noqa: PLC0415
    from calotype.kit.events import Publisher  # noqa: PLC0415
    from calotype.kit.progress import silent  # noqa: PLC0415

    publisher = Publisher({})
    async with Database(url) as database:
        began = time.perf_counter()
        moments = Moments(database, Journal(database, publisher), publisher)
        message = await moments.organise(owner, is_whole=is_whole, progress=silent)
        seconds = time.perf_counter() - began
    print(f"{seconds:.2f} {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} {message}")


if __name__ == "__main__":
    asyncio.run(_run(sys.argv[1], UUID(sys.argv[2]), is_whole=sys.argv[3] == "1"))
