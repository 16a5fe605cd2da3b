"""Albums of the best of one owner: fifteen years, every album, then again after one new photo.

    python -m bench.curation [100000]

The rows are what real photos leave: events of about 25 photos with bursts in them, 60 trips, 40 named people, looks of
1,280 dimensions that are alike within an event. The work is measured in a process of its own, as a worker does it.
"""

import asyncio
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np
import psycopg
from psycopg.types.numeric import Int2

from bench.million import connect, digest, halfvec_binary
from calotype.db.embedded import EmbeddedPostgres
from calotype.db.engine import Database
from calotype.features.albums import Curation
from calotype.features.journal import Journal
from calotype.kit.events import Publisher
from calotype.kit.ids import uuid7
from calotype.kit.progress import silent
from calotype.migrations import upgrade

YEARS, PER_EVENT, TRIPS, PEOPLE, DIMENSIONS = 15, 25, 60, 40, 1280
FIRST_DAY = datetime(2010, 1, 1)  # noqa: DTZ001 - a wall clock
TIMES = 3
_COLUMNS = (
    "id, owner_id, taken_local, change, size_bytes, phash, width, height, processing_status, media_type, taken_source, "
    "quality, sharpness, rating, is_favourite, sha256, sha1, file_name"
)
_TRIGGERS = "alter table photos {} trigger user"


class Shelf:
    """One owner's photos, written by COPY; the same seed gives the same photos."""

    def __init__(self, connection: psycopg.Connection[Any], photos: int) -> None:
        self._connection, self._dice = connection, random.Random(3)
        self._photos: list[tuple[UUID, int]] = [(uuid7(), n // PER_EVENT) for n in range(photos)]
        self._events = photos // PER_EVENT + 1
        self.owner_id = uuid7()

    def fill(self) -> UUID:
        """Write everything; return the owner's id."""
        self._connection.execute(
            "insert into users (id, email, name, password_hash, role) values (%s, 'bench', 'bench', '', 'owner')",
            (self.owner_id,),
        )
        self._connection.execute(_TRIGGERS.format("disable"))
        self._write_photos()
        self._connection.execute(_TRIGGERS.format("enable"))
        self._write_labels()
        self._write_people()
        self._write_groups("moments", TRIPS)
        self._write_groups("stacks", self._events)
        self._write_looks()
        self._connection.execute("vacuum analyze")
        return self.owner_id

    def photo_row(self, number: int, photo_id: UUID, event: int) -> tuple[object, ...]:
        """Return the columns of one photo, in the order of `_COLUMNS`."""
        start = FIRST_DAY + timedelta(days=event * (YEARS * 365) / self._events)
        taken = start + timedelta(seconds=number % PER_EVENT // 3 * 600 + number % 3 * 4)
        quality = max(0, min(1000, round(self._dice.gauss(780, 140))))
        rating = self._dice.choice((1, 3, 4, 5)) if self._dice.random() < 0.02 else None
        sharpness = max(0, min(1000, quality + self._dice.randint(-99, 99)))
        return (
            photo_id, self.owner_id, taken, number + 1, 4_000_000, self._dice.getrandbits(63), 4000, 3000, 2, 1, 1,
            quality, sharpness, rating, self._dice.random() < 0.02, digest(number), digest(number)[:20],
            f"IMG_{number % 10_000:04d}.jpg",
        )  # fmt: skip

    def _write_photos(self) -> None:
        with self._connection.cursor().copy(f"copy photos ({_COLUMNS}) from stdin") as copy:
            for number, (photo_id, event) in enumerate(self._photos):
                copy.write_row(self.photo_row(number, photo_id, event))
        self._connection.execute("insert into change_counters values (%s, %s)", (self.owner_id, len(self._photos)))

    def _write_labels(self) -> None:
        with self._connection.cursor().copy(
            "copy photo_labels (photo_id, owner_id, names, scores, provider, raw) from stdin"
        ) as copy:
            for number, (photo_id, event) in enumerate(self._photos):
                name = "menu" if number % 40 == 0 else f"thing {event % 300}"
                copy.write_row((photo_id, self.owner_id, [name, "lakeside"], [0.6, 0.1], "bench", "{}"))

    def _write_people(self) -> None:
        people = [uuid7() for _ in range(PEOPLE)]
        for number, person_id in enumerate(people):
            self._connection.execute(
                "insert into people (id, owner_id, name) values (%s, %s, %s)",
                (person_id, self.owner_id, f"Person {number}"),
            )
        weights = [1 / (n + 1) for n in range(PEOPLE)]
        with self._connection.cursor().copy(
            "copy faces (id, photo_id, owner_id, x, y, width, height, score, sharpness, size_px, landmarks, provider, "
            "person_id) from stdin"
        ) as copy:
            for photo_id, _ in self._photos:
                for person_id in self._dice.choices(people, weights, k=self._dice.choice((0, 0, 1, 2))):
                    copy.write_row(
                        (uuid7(), photo_id, self.owner_id, 0.1, 0.1, 0.2, 0.2, 1, 1, 90, [0.0] * 10, "b", person_id)
                    )

    def _write_groups(self, kind: str, count: int) -> None:
        """Write trips of 12 events, or a burst of three in each event."""
        for number in range(count):
            group = uuid7()
            first = number * PER_EVENT * (self._events // TRIPS if kind == "moments" else 1)
            part = self._photos[first : first + (12 * PER_EVENT if kind == "moments" else 3)]
            if not part:
                return
            if kind == "moments":
                self._connection.execute(
                    "insert into moments (id, owner_id, kind, title, starts_local, ends_local, photos) "
                    "values (%s, %s, 'trip', 'A trip', now(), now(), %s)",
                    (group, self.owner_id, len(part)),
                )
                query = "insert into moment_photos (moment_id, photo_id, owner_id) select %s, unnest(%s::uuid[]), %s"
            else:
                self._connection.execute(
                    "insert into stacks (id, owner_id, kind, lead_photo_id, reason) values (%s, %s, 'burst', %s, '')",
                    (group, self.owner_id, part[0][0]),
                )
                query = (
                    "insert into stack_photos (stack_id, photo_id, owner_id, role, reason) "
                    "select %s, unnest(%s::uuid[]), %s, '', ''"
                )
            self._connection.execute(query, (group, [photo_id for photo_id, _ in part], self.owner_id))

    def _write_looks(self) -> None:
        row = self._connection.execute(
            "insert into embedding_spaces (name, dimensions) values ('look', %s) returning id", (DIMENSIONS,)
        ).fetchone()
        assert row is not None
        dice = np.random.default_rng(4)
        with self._connection.cursor().copy(
            "copy embeddings (photo_id, owner_id, space_id, vector) from stdin (format binary)"
        ) as copy:
            copy.set_types(["uuid", "uuid", "int2", "bytea"])
            for n, (photo_id, _) in enumerate(self._photos):
                if n % PER_EVENT == 0:
                    centre = dice.standard_normal(DIMENSIONS, np.float32)
                vector = centre + dice.standard_normal(DIMENSIONS, np.float32) * 0.7
                copy.write_row((photo_id, self.owner_id, Int2(row[0]), halfvec_binary(vector)))
        self._connection.execute(
            "insert into embedding_bits (owner_id, space_id, photo_id, bits) "
            "select owner_id, space_id, photo_id, binary_quantize(vector) from embeddings"
        )


async def organise(conninfo: str, owner_id: UUID, *, is_whole: bool) -> str:
    """Do the work once."""
    async with Database(conninfo, max_size=2) as database:
        publisher = Publisher({})
        curation = Curation(database, Journal(database, publisher), publisher)
        said: str = await curation.organise(owner_id, is_whole=is_whole, progress=silent)
        return said


def measure_one(conninfo: str, owner_id: UUID, *, is_whole: bool) -> dict[str, Any]:
    """Do the work in this process; return seconds and the most memory that it held (peak of the process itself)."""
    began = time.perf_counter()
    said = asyncio.run(organise(conninfo, owner_id, is_whole=is_whole))
    took = time.perf_counter() - began
    own = time.process_time()
    return {
        "seconds": took,
        "own_cpu_s": own,
        "peak_mb": peak_mb(),
        "said": said,
    }


def peak_mb() -> float:
    """Return the most memory that this program held; `getrusage` would tell that of the parent, too."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


def measure_apart(conninfo: str, owner_id: UUID, *, is_whole: bool) -> dict[str, Any]:
    """Do the work in a process of its own."""
    command = [sys.executable, "-m", "bench.curation", "--one", conninfo, str(owner_id), str(int(is_whole))]
    answer: dict[str, Any] = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    return answer


def run_curation(photos: int = 100_000) -> dict[str, Any]:
    """Fill a library and measure: all albums for the first time, all again, and what one new photo costs (medians)."""
    with tempfile.TemporaryDirectory(prefix="calotype-bench-") as folder:
        server = EmbeddedPostgres(Path(folder) / "postgres", None)
        conninfo = server.start()
        try:
            upgrade(conninfo)
            with connect(conninfo) as connection:
                shelf = Shelf(connection, photos)
                owner_id = shelf.fill()
                found: dict[str, Any] = {"photos": photos, "load_1": os.getloadavg()[0]}
                found["first"] = measure_apart(conninfo, owner_id, is_whole=False)
                found["whole"] = measure_apart(conninfo, owner_id, is_whole=True)
                one_more = []
                for n in range(TIMES):
                    row = shelf.photo_row(photos + n, uuid7(), photos // PER_EVENT // 2)
                    with connection.cursor().copy(f"copy photos ({_COLUMNS}) from stdin") as copy:
                        copy.write_row(row)
                    one_more.append(measure_apart(conninfo, owner_id, is_whole=False))
                found["one more"] = sorted(one_more, key=lambda one: float(one["seconds"]))[TIMES // 2]
                found["nothing new"] = measure_apart(conninfo, owner_id, is_whole=False)
                counts = connection.execute("select count(*), sum(photos) from curated_albums").fetchone()
                assert counts is not None
                return {**found, "albums": counts[0], "picks": counts[1], "load_1_after": os.getloadavg()[0]}
        finally:
            server.release(wait=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        answer = measure_one(sys.argv[2], UUID(sys.argv[3]), is_whole=sys.argv[4] == "1")
    else:
        answer = run_curation(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
    print(json.dumps(answer, indent=1, default=str))
