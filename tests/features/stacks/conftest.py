"""Photos with the facts that stacks are made of, and the services that they need."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import numpy as np
import pytest

from calotype.db.engine import Database
from calotype.features.journal import Journal
from calotype.features.photos import (
    PhotoHidden,
    PhotoPurged,
    PhotoRestored,
    Photos,
    PhotoShown,
    PhotoTrashed,
    TakenSource,
)
from calotype.features.stacks import Stacks, follow_lead, outlive_lead
from calotype.kit.events import Publisher
from calotype.kit.progress import silent
from tests.features.app import SmallLibrary
from tests.features.conftest import make_photo

REACTIONS = {
    PhotoTrashed: [follow_lead],
    PhotoRestored: [follow_lead],
    PhotoHidden: [follow_lead],
    PhotoShown: [follow_lead],
    PhotoPurged: [outlive_lead],
}
NOON = datetime(2023, 7, 1, 12, 0)


def telling_hash(seed: int) -> int:
    """A hash with half its bits set, far from that of any other seed."""
    places = np.random.default_rng(seed).permutation(64)[:32]
    return int(np.array([sum(1 << int(place) for place in places)], np.uint64).view(np.int64)[0])


def flip(value: int, *places: int) -> int:
    """The hash with the bits at these places flipped; give pairs of set and unset ones to keep it telling."""
    for place in places:
        value ^= 1 << place
    return int(np.array([value & (2**64 - 1)], np.uint64).view(np.int64)[0])


def look_vector(seed: int, other: int | None = None, share: float = 0.0) -> str:
    """A look vector; with a share of another one in it."""
    vector = np.random.default_rng(seed).standard_normal(1280)
    if other is not None:
        vector = (1 - share) * vector + share * np.random.default_rng(other).standard_normal(1280)
    return "[" + ",".join(f"{value:.4f}" for value in vector) + "]"


@dataclass
class Shelf:
    """A small library in which photos have hashes, vectors and cameras."""

    library: SmallLibrary
    database: Database
    owner: UUID

    @property
    def stacks(self) -> Stacks:
        stacks: Stacks = self.library.stacks
        return stacks

    @property
    def photos(self) -> Photos:
        photos: Photos = self.library.photos
        return photos

    @property
    def journal(self) -> Journal:
        journal: Journal = self.library.journal
        return journal

    async def add(self, name: str, *, seed: int | None = None, space: str = "look/1", **facts: Any) -> UUID:
        """Add a photo that looks like `seed`; `facts` are columns of `photos`, or `camera` and `vector`."""
        camera, vector, sha256 = facts.pop("camera", None), facts.pop("vector", None), facts.pop("sha256", None)
        photo_id = await make_photo(
            self.database, self.owner, file_name=name, sha256=sha256 or uuid4().bytes * 2,
            taken_local=facts.pop("taken_local", NOON), taken_source=facts.pop("taken_source", TakenSource.EXIF),
            media_type=facts.pop("media_type", 1), size_bytes=facts.pop("size_bytes", 1000),
        )  # fmt: skip
        columns = {"processing_status": 2, "contrast": 900, **facts}
        if seed is not None:
            columns.setdefault("phash", telling_hash(seed))
            vector = vector or look_vector(seed)
        async with self.database.transaction() as connection:
            if camera is not None:
                await connection.execute(
                    "insert into cameras (make, model) values (%s, 'M') on conflict do nothing", (camera,)
                )
                row = await (await connection.execute("select id from cameras where make = %s", (camera,))).fetchone()
                assert row is not None
                columns["camera_id"] = row[0]
            settings = ", ".join(f"{column} = %s" for column in columns)
            await connection.execute(f"update photos set {settings} where id = %s", (*columns.values(), photo_id))
            if vector is not None:
                await self.give_vector(connection, photo_id, space, vector)
        return photo_id

    async def give_vector(self, connection: Any, photo_id: UUID, space: str, vector: str) -> None:
        await connection.execute(
            "insert into embedding_spaces (name, dimensions) values (%s, 1280) on conflict do nothing", (space,)
        )
        await connection.execute(
            "insert into embeddings (photo_id, owner_id, space_id, vector) "
            "select %s, %s, id, %s::halfvec from embedding_spaces where name = %s",
            (photo_id, self.owner, vector, space),
        )

    async def organise(self, *, is_whole: bool = False) -> str:
        return await self.stacks.organise(self.owner, is_whole=is_whole, progress=silent)

    async def found(self) -> list[tuple[str, list[UUID]]]:
        """Kind and photos of all stacks, the lead first."""
        page, _ = await self.stacks.list_stacks(self.owner, None, cursor=None, limit=100)
        return sorted((each.stored.stack.kind.value, [one.photo_id for one in each.stored.stack.members])
                      for each in page)  # fmt: skip

    async def stack_id(self) -> UUID:
        """The id of the only stack."""
        page, _ = await self.stacks.list_stacks(self.owner, None, cursor=None, limit=100)
        assert len(page) == 1
        return page[0].stored.id

    async def states(self, *photo_ids: UUID) -> list[int]:
        """Where photos stand; -1 for one that is gone."""
        async with self.database.connection() as connection:
            rows = dict(await (await connection.execute("select id, status from photos")).fetchall())
        return [rows.get(photo_id, -1) for photo_id in photo_ids]


@pytest.fixture
def shelf(database: Database, owner: UUID, tmp_path: Path) -> Shelf:
    """An empty shelf of `owner`."""
    return Shelf(SmallLibrary(database, tmp_path, Publisher(REACTIONS)), database, owner)
