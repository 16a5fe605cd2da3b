"""Everything known of a photo, by the stage that found it. The tags of the file are read from the original anew."""

import asyncio
import dataclasses
from importlib import import_module
from pathlib import Path
from typing import Any
from uuid import UUID

from calotype.db.engine import Database
from calotype.features.photos.errors import PhotoNotFound
from calotype.features.photos.repository import reading
from calotype.features.photos.words import ReadStages, colours, stages, tones
from calotype.kit.clock import Clock
from calotype.media.sniff import MediaType
from calotype.ports.object_store import ObjectNotFound, ObjectStore, original_key


class Known:
    """Gathers what `GET /photos/{id}/metadata` shows."""

    def __init__(self, database: Database, objects: ObjectStore, read_stages: ReadStages, clock: Clock) -> None:
        self._database = database
        self._objects = objects
        self._read_stages = read_stages
        self._clock = clock

    async def get(self, owner_id: UUID, photo_id: UUID) -> dict[str, Any]:
        """Return what is known, with raw results. Raises `PhotoNotFound`."""
        async with self._database.connection() as connection:
            row = await reading.find_detail(connection, owner_id, photo_id)
            known = await reading.find_known(connection, owner_id, photo_id)
            sidecars = await reading.list_sidecars(connection, owner_id, photo_id)
        if row is None or known is None:
            raise PhotoNotFound
        found = _by_stage(row, known)
        found["metadata"] = await self._file_metadata(row["sha256"], row["media_type"], sidecars)
        runs = {run["name"]: run for run in stages(row["stages"], row["failures"] or {}, self._read_stages)}
        by_stage = {name: {**runs.get(name, {}), **found.get(name, {})} for name in {**runs, **found}}
        return {"stages": by_stage, "decisions": known["decisions"] or {}, "sidecars": known["sidecars"] or []}

    async def _file_metadata(self, sha256: bytes, media_type: int, sidecars: list[bytes]) -> dict[str, Any]:
        try:
            async with self._objects.as_file(original_key(sha256)) as path:
                return await asyncio.to_thread(self._read_now, path, MediaType(media_type), sidecars)
        except ObjectNotFound:
            return {"problems": ["The original is not in the object store."]}

    def _read_now(self, path: Path, media_type: MediaType, sidecars: list[bytes]) -> dict[str, Any]:
        reader = import_module("calotype.media.metadata")  # the reader's library is large: only for who asks
        metadata = reader.read_metadata(path, media_type, sidecars, now=self._clock())
        return {name: value for name, value in dataclasses.asdict(metadata).items() if value not in (None, (), {})}


def _by_stage(row: dict[str, Any], known: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {
        "previews": {"width": row["width"], "height": row["height"]},
        "hashes": {
            "phash": None if row["phash"] is None else f"{row['phash'] & (2**64 - 1):016x}",
            "thumbhash": row["thumbhash_text"],
        },
        "colours": {"colours": colours(row["colours"]), "tones": tones(row["colours"])},
        "labels": known["labels"] or {},
        "embedding": {"spaces": known["embeddings"] or []},
        "faces": {"faces": known["faces"] or []},
        "text": known["text"] or {},
    }
