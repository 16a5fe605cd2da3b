"""Faces into people: drawn crowds that look like the vectors of the models, how long they take and how right they are.

    python -m bench.people 100000             # vectors alone, in memory
    python -m bench.people library 100000     # the whole run on a library in PostgreSQL, from rows to rows

A crowd is drawn so that its cosines are those of dlib's vectors: two pictures of one person 0.97 in the middle, two
people 0.82 with a deviation of 0.032 (measured on 178 faces). People have as many faces as they do in libraries: few
have thousands, most have one or two (Zipf), and a third of all faces are strangers who come once.
"""

import asyncio
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np

from bench.million import connect, digest, halfvec_binary
from calotype.db.embedded import EmbeddedPostgres
from calotype.db.engine import Database
from calotype.kit.ids import uuid7
from calotype.migrations import upgrade

DIMENSIONS = 128
SHARED, IDENTITY, NOISE = 0.82, 0.148, 0.032
"""Shares of the square of a vector's length: what all faces have in common, what a person has, what a picture has."""
FREE = 32
"""Dimensions in which people differ: gives strangers' cosines their deviation."""
SIZES = (10_000, 30_000, 100_000)
NEW = 20
FIRST_DAY, HOURS = datetime(2010, 1, 1), 15 * 365 * 24  # noqa: DTZ001 - a wall clock


def draw_crowd(faces: int, seed: int = 1) -> tuple[Any, Any]:
    """Return vectors, float32 [faces, 128] of length 1, and the number of the person of each."""
    dice = np.random.default_rng(seed)
    known = faces * 2 // 3
    weights = 1 / np.arange(1, max(2, faces // 60) + 1)
    people = dice.choice(len(weights), known, p=weights / weights.sum())
    people = np.concatenate([people, len(weights) + np.arange(faces - known)])
    dice.shuffle(people)
    identities = dice.normal(size=(people.max() + 1, FREE)) @ dice.normal(size=(FREE, DIMENSIONS))
    common = _unit(dice.normal(size=DIMENSIONS))
    own = _unit(identities)[people] * np.sqrt(IDENTITY)
    noise = _unit(dice.normal(size=(faces, DIMENSIONS))) * np.sqrt(NOISE * dice.uniform(0.3, 2.7, (faces, 1)))
    return _unit(common * np.sqrt(SHARED) + own + noise).astype(np.float32), people


def _unit(vectors: Any) -> Any:
    return vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)


def score(labels: Any, people: Any) -> tuple[float, float]:
    """Return precision and recall of pairs, counted without making them."""

    def pairs(numbers: Any) -> float:
        counts = np.unique(numbers, return_counts=True)[1].astype(float)
        return float((counts * (counts - 1) / 2).sum())

    is_in = labels >= 0
    right = pairs(labels[is_in].astype(np.int64) * (people.max() + 1) + people[is_in])
    return right / max(1.0, pairs(labels[is_in])), right / pairs(people)


def measure_one(faces: int) -> dict[str, float]:
    """Sort one crowd from the ground up in this process: groups, people, facets, questions; without the database."""
    from calotype.features.people.asking import find_likenesses  # noqa: PLC0415 - peak memory is ours alone
    from calotype.features.people.assigning import assign_all, facets_of  # noqa: PLC0415
    from calotype.features.people.thresholds import scale_of  # noqa: PLC0415

    vectors, people = draw_crowd(faces)
    known = make_faces(vectors)
    before_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    began, cpu = time.perf_counter(), time.process_time()
    found = assign_all(known, {})
    facets = facets_of(known, found)
    unknown = known.chosen([place for place, person in enumerate(found) if person is None])
    scale = scale_of(known.space)
    asked = find_likenesses(facets, unknown, {}, scale, scale.join_among(faces))
    took, cpu = time.perf_counter() - began, time.process_time() - cpu
    numbers = {person: number for number, person in enumerate(facets.people)}
    precision, recall = score(np.array([-1 if person is None else numbers[person] for person in found]), people)
    return {
        "faces": faces, "seconds": took, "cpu_s": cpu, "drawing_peak_mb": before_mb,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, "load": os.getloadavg()[0],
        "groups": len(facets.people), "questions": len(asked), "precision": precision, "recall": recall,
    }  # fmt: skip


def make_faces(vectors: Any) -> Any:
    """Return drawn vectors as faces of nobody, one a photo, each good enough to found a group."""
    from calotype.features.people.repository.vectors import Faces  # noqa: PLC0415

    count = len(vectors)
    ids = [UUID(int=number) for number in range(count)]
    return Faces(
        space="dlib-resnet/1", ids=ids, photo_ids=ids, people=[None] * count, assigned_by=np.zeros(count, np.int16),
        size_px=np.full(count, 120, np.int32), score=np.full(count, 0.9, np.float32),
        sharpness=np.full(count, 0.7, np.float32), years=np.arange(count, dtype=np.int32) % 15 + 2010,
        is_sorted=np.zeros(count, bool), subjects=[str(number) for number in range(count)], vectors=vectors,
    )  # fmt: skip


def measure_library(faces: int) -> dict[str, Any]:
    """Sort the faces of one owner in a library of their own: a whole run, the next one, and one after 20 new faces.

    Each is a process of its own, whose memory is measured with everything that it imports; PostgreSQL's is not in it.
    """
    with tempfile.TemporaryDirectory(prefix="calotype-bench-") as folder:
        server = EmbeddedPostgres(Path(folder) / "postgres")
        try:
            url = server.start()
            upgrade(url)
            vectors, people = draw_crowd(faces + NEW)
            owner = uuid7()
            _write_owner(url, owner)
            _write_faces(url, owner, vectors[:faces], people[:faces], 0)
            figures: dict[str, Any] = {"faces": faces, "load": os.getloadavg()[0]}
            for name in ("first", "again", "new faces"):
                if name == "new faces":
                    _write_faces(url, owner, vectors[faces:], people[faces:], faces)
                command = [sys.executable, "-m", "bench.people", "run", url, str(owner), str(int(name != "new faces"))]
                done = subprocess.run(command, check=True, capture_output=True, text=True)
                figures[name] = json.loads(done.stdout)
            precision, recall = _score_library(url, owner, people)
            return figures | figures["first"] | {"precision": precision, "recall": recall}
        finally:
            server.release(wait=True)


def _write_owner(url: str, owner: UUID) -> None:
    with connect(url) as connection:
        connection.execute(
            "insert into users (id, email, name, password_hash, role) values (%s, 'a@example.org', 'x', 'x', 'owner')",
            (owner,),
        )
        connection.execute(
            "insert into embedding_spaces (name, dimensions) values ('dlib-resnet/1', %s)", (DIMENSIONS,)
        )
        connection.execute("insert into change_counters (owner_id, value) values (%s, 0)", (owner,))


def _write_faces(url: str, owner: UUID, vectors: Any, people: Any, begin: int) -> None:
    """Write faces in order, two on a photo where they are two people's."""
    first = np.arange(len(people))
    is_second = (first % 2 == 1) & (people != np.roll(people, 1))
    first[is_second] -= 1
    photos = {int(number): uuid7() for number in np.unique(first)}
    with connect(url) as connection:
        connection.execute("alter table photos disable trigger all")
        columns = "id, owner_id, sha256, sha1, size_bytes, media_type, file_name, taken_local, change, width, height"
        with connection.cursor().copy(f"copy photos ({columns}) from stdin") as copy:
            for number, photo_id in photos.items():
                content = digest(begin + number)
                taken = FIRST_DAY + timedelta(hours=(begin + number) % HOURS)
                copy.write_row((photo_id, owner, content, content[:20], 1, 1, "x.jpg", taken, 0, 4000, 3000))
        connection.execute("alter table photos enable trigger all")
        columns = (
            "id, photo_id, owner_id, x, y, width, height, score, sharpness, size_px, landmarks, provider, space_id, "
            "embedding"
        )
        with connection.cursor().copy(f"copy faces ({columns}) from stdin with (format binary)") as copy:
            copy.set_types(["uuid", "uuid", "uuid", *["float4"] * 6, "int4", "float4[]", "text", "int2", "bytea"])
            for number, vector in enumerate(vectors):
                left = 0.6 if is_second[number] else 0.1
                face_id = UUID(int=(begin + number) | 7 << 76 | 8 << 60)
                box = (left, 0.1, 0.2, 0.2, 0.9, 0.7)
                copy.write_row((
                    face_id, photos[int(first[number])], owner, *box, 120, [], "bench", 1, halfvec_binary(vector),
                ))  # fmt: skip
        connection.execute("vacuum analyze")


def _score_library(url: str, owner: UUID, people: Any) -> tuple[float, float]:
    with connect(url) as connection:
        rows = connection.execute("select person_id from faces where owner_id = %s order by id", (owner,)).fetchall()
    numbers: dict[UUID, int] = {}
    labels = [-1 if row[0] is None else numbers.setdefault(row[0], len(numbers)) for row in rows]
    return score(np.array(labels), people)


def run_once(url: str, owner: UUID, *, is_whole: bool) -> dict[str, Any]:
    """Sort the faces of one owner in this process."""
    from calotype.features.journal import Journal  # noqa: PLC0415 - peak memory is ours alone
    from calotype.features.people import People  # noqa: PLC0415
    from calotype.kit.events import Publisher  # noqa: PLC0415
    from calotype.kit.progress import silent  # noqa: PLC0415

    async def work() -> str:
        async with Database(url, min_size=1, max_size=2, timeout_s=10) as database:
            publisher = Publisher({})
            people = People(database, Journal(database, publisher), publisher)
            return await people.organise(owner, is_whole=is_whole, progress=silent)

    began, cpu = time.perf_counter(), time.process_time()
    message = asyncio.run(work())
    return {
        "seconds": round(time.perf_counter() - began, 2), "cpu_s": round(time.process_time() - cpu, 2),
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, "message": message,
    }  # fmt: skip


def measure_people() -> dict[str, Any]:
    """Group crowds of growing size, each in a process of its own, and then the largest as a library in PostgreSQL."""
    found = {}
    for faces in SIZES:
        command = [sys.executable, "-m", "bench.people", str(faces)]
        found[str(faces)] = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    found["library"] = measure_library(SIZES[-1])
    return found


if __name__ == "__main__":
    if sys.argv[1] == "run":
        print(json.dumps(run_once(sys.argv[2], UUID(sys.argv[3]), is_whole=sys.argv[4] == "1")))
    elif sys.argv[1] == "library":
        print(json.dumps(measure_library(int(sys.argv[2]))))
    else:
        print(json.dumps(measure_one(int(sys.argv[1]))))
