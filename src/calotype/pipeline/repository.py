"""All SQL of the pipeline."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import numpy as np
from psycopg import AsyncConnection
from psycopg.rows import dict_row
from psycopg.types.json import Jsonb

from calotype.pipeline.record import Failure
from calotype.ports.vision import ImageEmbedding, LabelResult, TextResult

Connection = AsyncConnection[Any]

_TAKE = """
    with taken as (
        insert into photos_in_work as w (photo_id, owner_id, worker_id, host, pid)
        select id, owner_id, %(worker_id)s, %(host)s, %(pid)s from photos where id = %(photo_id)s
        on conflict (photo_id) do update set worker_id = excluded.worker_id, host = excluded.host, pid = excluded.pid,
            is_computing = false
        where w.worker_id is null
        returning crashes, kills)
    select p.id, p.owner_id, p.sha256, p.media_type, p.file_name, p.file_time, p.uploaded_at, p.stages, p.latitude,
           p.longitude, taken.crashes, taken.kills,
           p.sharpness, p.exposure_quality, p.contrast, p.noise, p.resolution_quality, p.subject_sharpness,
           p.face_sharpness, p.eyes_open, p.faces_in_frame,
           array(select row_to_json(f) from (
                select x, y, width, height, landmarks, provider from faces
                where photo_id = p.id and owner_id = p.owner_id and not is_hidden) f) as faces,
           array(select content from sidecars s where s.photo_id = p.id
                 order by s.stored_at desc, s.id desc) as sidecars,
           array(select distinct d.field from decisions d where d.owner_id = p.owner_id and d.topic = 'photo'
                 and d.subject = encode(p.sha256, 'hex') and not d.is_taken_back) as decided
    from photos p, taken where p.id = %(photo_id)s
"""


@dataclass(frozen=True)
class Worker:
    """Which worker has a photo in hand."""

    id: int
    host: str
    pid: int


async def take_photo(connection: Connection, photo_id: UUID, worker: Worker) -> dict[str, Any] | None:
    """Note that `worker` has the photo in hand and return its row; None where it is gone or in other hands.

    The note survives the worker: that is how a photo that kills its worker is found out. It need not survive a power
    cut, so the commit does not wait for the disk.
    """
    async with connection.transaction(), connection.cursor(row_factory=dict_row) as cursor:
        await cursor.execute("set local synchronous_commit = off")
        await cursor.execute(
            _TAKE, {"photo_id": photo_id, "worker_id": worker.id, "host": worker.host, "pid": worker.pid}
        )
        return await cursor.fetchone()


async def has_photo(connection: Connection, photo_id: UUID) -> bool:
    cursor = await connection.execute("select 1 from photos where id = %s", (photo_id,))
    return await cursor.fetchone() is not None


async def mark_computing(connection: Connection, photo_id: UUID, worker: Worker) -> None:
    """Note that of all photos that the worker has in hand it is this one that its decoders work on."""
    async with connection.transaction():
        await connection.execute("set local synchronous_commit = off")
        await connection.execute(
            "update photos_in_work set is_computing = (photo_id = %s) where worker_id = %s", (photo_id, worker.id)
        )


async def lock_stages(connection: Connection, photo_id: UUID) -> bytes | None:
    """Lock the photo's row and return its records; empty where there are none yet, None where the photo is gone."""
    cursor = await connection.execute("select stages from photos where id = %s for update", (photo_id,))
    row = await cursor.fetchone()
    return None if row is None else bytes(row[0] or b"")


async def lay_down(connection: Connection, photo_id: UUID) -> None:
    """Forget that the photo is in somebody's hands: the work on it ended in an orderly way."""
    await connection.execute("delete from photos_in_work where photo_id = %s", (photo_id,))


async def update_photo(connection: Connection, photo_id: UUID, owner_id: UUID, columns: Mapping[str, Any]) -> bool:
    """Write derived columns of a photo and give it a change number; return False where the photo is gone."""
    assignments = ", ".join(f"{name} = %({name})s" for name in columns)
    cursor = await connection.execute(
        f"update photos set {assignments}, change = (select next_change(%(_owner)s)) "
        "where id = %(_id)s and owner_id = %(_owner)s",
        {**columns, "_id": photo_id, "_owner": owner_id},
    )
    return cursor.rowcount == 1


async def camera_id(connection: Connection, make: str, model: str) -> int:
    """Return the id of a camera, making its row where it is the first photo of that camera."""
    return await _id_of(connection, "cameras", {"make": make, "model": model})


async def lens_id(connection: Connection, name: str) -> int:
    return await _id_of(connection, "lenses", {"name": name})


async def place_id(connection: Connection, place: Mapping[str, str]) -> int:
    """Return the id of a place: `name`, `region`, `country`, `country_code`."""
    return await _id_of(connection, "places", place)


async def space_id(connection: Connection, name: str, dimensions: int) -> int:
    """Return the id of an embedding space: the model and version that made the vectors."""
    return await _id_of(connection, "embedding_spaces", {"name": name}, {"dimensions": dimensions})


async def _id_of(
    connection: Connection, table: str, key: Mapping[str, Any], rest: Mapping[str, Any] | None = None
) -> int:
    matches = " and ".join(f"{name} = %({name})s" for name in key)
    find = f"select id from {table} where {matches}"
    values = {**key, **(rest or {})}
    row = await (await connection.execute(find, values)).fetchone()
    if row is None:
        names, marks = ", ".join(values), ", ".join(f"%({name})s" for name in values)
        await connection.execute(f"insert into {table} ({names}) values ({marks}) on conflict do nothing", values)
        row = await (await connection.execute(find, values)).fetchone()
    assert row is not None
    return int(row[0])


async def write_labels(connection: Connection, photo_id: UUID, owner_id: UUID, labels: LabelResult) -> None:
    await connection.execute(
        "insert into photo_labels (photo_id, owner_id, names, scores, provider, model, raw) "
        "values (%s, %s, %s, %s, %s, %s, %s) on conflict (photo_id) do update set names = excluded.names, "
        "scores = excluded.scores, provider = excluded.provider, model = excluded.model, raw = excluded.raw",
        (
            photo_id,
            owner_id,
            [label.name for label in labels.labels],
            [label.confidence for label in labels.labels],
            labels.provider,
            labels.model,
            Jsonb(dict(labels.raw)),
        ),
    )


async def write_text(connection: Connection, photo_id: UUID, owner_id: UUID, result: TextResult) -> None:
    if not result.lines:
        await connection.execute("delete from photo_texts where photo_id = %s", (photo_id,))
        return
    await connection.execute(
        "insert into photo_texts (photo_id, owner_id, content, lines, provider, model) "
        "values (%s, %s, %s, %s, %s, %s) on conflict (photo_id) do update set content = excluded.content, "
        "lines = excluded.lines, provider = excluded.provider, model = excluded.model",
        (
            photo_id,
            owner_id,
            result.text,
            Jsonb([{"text": line.text, "confidence": line.confidence, "box": line.box} for line in result.lines]),
            result.provider,
            result.model,
        ),
    )


async def write_embeddings(
    connection: Connection, photo_id: UUID, owner_id: UUID, embeddings: Iterable[ImageEmbedding]
) -> None:
    """Write vectors, and the signs of each, which is what an exact scan reads first."""
    for embedding in embeddings:
        space = await space_id(connection, embedding.space, len(embedding.vector))
        vector = vector_text(embedding.vector)
        key = {"photo": photo_id, "owner": owner_id, "space": space, "vector": vector}
        await connection.execute(
            "insert into embeddings (photo_id, owner_id, space_id, vector) "
            "values (%(photo)s, %(owner)s, %(space)s, %(vector)s::halfvec) "
            "on conflict (photo_id, space_id) do update set vector = excluded.vector",
            key,
        )
        await connection.execute("delete from embedding_bits where photo_id = %(photo)s and space_id = %(space)s", key)
        await connection.execute(
            "insert into embedding_bits (owner_id, space_id, photo_id, bits) "
            "values (%(owner)s, %(space)s, %(photo)s, binary_quantize(%(vector)s::halfvec))",
            key,
        )


def vector_text(vector: np.ndarray[Any, Any]) -> str:
    """Return a vector as pgvector reads it."""
    return "[" + ",".join(f"{number:.5g}" for number in vector.tolist()) + "]"


async def write_failures(
    connection: Connection, photo_id: UUID, owner_id: UUID, failures: Mapping[str, Failure | None]
) -> None:
    """Replace what is on record of the failures of some stages; None where the stage went well."""
    await connection.execute(
        "delete from photo_failures where photo_id = %s and stage = any(%s)", (photo_id, list(failures))
    )
    for stage, failure in failures.items():
        if failure is not None:
            await connection.execute(
                "insert into photo_failures (photo_id, owner_id, stage, is_final, reason) values (%s, %s, %s, %s, %s)",
                (photo_id, owner_id, stage, failure.is_final, failure.reason),
            )
