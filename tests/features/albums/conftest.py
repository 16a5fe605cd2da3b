"""A year of photos with qualities, looks and times, and the service over them."""

import random
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from calotype.db.engine import Database
from calotype.features.albums import Curation
from calotype.features.albums.curated_schemas import CuratedAlbum, CuratedPhoto
from calotype.features.journal import Journal
from calotype.kit.events import Publisher
from calotype.kit.ids import uuid7
from calotype.kit.progress import silent
from tests.features.app import follow_decisions
from tests.features.conftest import make_photo

JULY = datetime(2024, 7, 1, 9)


class Year:
    """An owner's photos of the summer of 2024 and what the library makes of them."""

    def __init__(self, database: Database, owner: UUID) -> None:
        self.database, self.owner = database, owner
        self._random = random.Random(5)
        publisher: Publisher = follow_decisions()
        self.journal = Journal(database, publisher)
        self.curation = Curation(database, self.journal, publisher)

    async def add(self, number: int, start: datetime = JULY, hours: float = 7, **columns: object) -> list[UUID]:
        """Add photos, `hours` apart, of any quality above the least; `columns` are set on each."""
        ids = []
        for n in range(number):
            taken = start + timedelta(hours=n * hours)
            photo_id = await make_photo(self.database, self.owner, taken_local=taken)
            quality = self._random.randint(600, 999)
            await self.set(photo_id, **{"quality": quality, "sharpness": quality, **columns})
            await self.look(photo_id, [self._random.gauss(0, 1) for _ in range(16)])
            ids.append(photo_id)
        return ids

    async def set(self, photo_id: UUID, **columns: object) -> None:
        """Change columns as every writer does: with a change number."""
        assignments = "".join(f", {name} = %({name})s" for name in columns)
        await self.run(
            f"update photos set change = next_change(owner_id){assignments} where id = %(_id)s",
            {**columns, "_id": photo_id},
        )

    async def look(self, photo_id: UUID, vector: list[float]) -> None:
        """Give a photo a vector in the space of looks."""
        await self.run(
            "insert into embedding_spaces (name, dimensions) values ('look/1', 16) on conflict do nothing", {}
        )
        values = {"photo": photo_id, "owner": self.owner, "vector": str(vector)}
        await self.run(
            "insert into embeddings (photo_id, owner_id, space_id, vector) "
            "select %(photo)s, %(owner)s, id, %(vector)s::halfvec from embedding_spaces where name = 'look/1' "
            "on conflict (photo_id, space_id) do update set vector = excluded.vector",
            values,
        )
        await self.run(
            "insert into embedding_bits (owner_id, space_id, photo_id, bits) select %(owner)s, id, %(photo)s, "
            "binary_quantize(%(vector)s::halfvec) from embedding_spaces where name = 'look/1'",
            values,
        )

    async def name_person(self, name: str, photo_ids: list[UUID], **columns: object) -> UUID:
        """Make a person with a face in each of the photos."""
        person_id = uuid7()
        await self.run(
            "insert into people (id, owner_id, name, is_hidden) values (%(id)s, %(owner)s, %(name)s, %(hidden)s)",
            {"id": person_id, "owner": self.owner, "name": name, "hidden": columns.get("is_hidden", False)},
        )
        for photo_id in photo_ids:
            await self.run(
                "insert into faces (id, photo_id, owner_id, x, y, width, height, score, sharpness, size_px, landmarks, "
                "provider, person_id) values (%(id)s, %(photo)s, %(owner)s, 0.1, 0.1, 0.2, 0.2, 1, 1, 100, "
                "'{0,0,0,0,0,0,0,0,0,0}', 'test', %(person)s)",
                {"id": uuid7(), "photo": photo_id, "owner": self.owner, "person": person_id},
            )
        return person_id

    async def make_trip(self, title: str, photo_ids: list[UUID], kind: str = "trip") -> UUID:
        """Make a moment of photos."""
        moment_id = uuid7()
        await self.run(
            "insert into moments (id, owner_id, kind, title, starts_local, ends_local, photos) "
            "values (%(id)s, %(owner)s, %(kind)s, %(title)s, %(at)s, %(at)s, %(photos)s)",
            {"id": moment_id, "owner": self.owner, "kind": kind, "title": title, "at": JULY, "photos": len(photo_ids)},
        )
        for photo_id in photo_ids:
            await self.run(
                "insert into moment_photos (moment_id, photo_id, owner_id) values (%(moment)s, %(photo)s, %(owner)s)",
                {"moment": moment_id, "photo": photo_id, "owner": self.owner},
            )
        return moment_id

    async def run(self, query: str, values: dict[str, object]) -> None:
        async with self.database.connection() as connection:
            await connection.execute(query, values)

    async def organise(self, *, is_whole: bool = False) -> str:
        return await self.curation.organise(self.owner, is_whole=is_whole, progress=silent)

    async def albums(self) -> dict[str, CuratedAlbum]:
        """Return the albums by key."""
        return {album.key: album for album in await self.curation.list_albums(self.owner)}

    async def picks(self, key: str = "month:2024-07") -> list[CuratedPhoto]:
        """Return what is in an album."""
        return (await self.curation.get_album(self.owner, (await self.albums())[key].id))[1]

    async def ids(self, key: str = "month:2024-07") -> list[UUID]:
        return [pick.photo_id for pick in await self.picks(key)]

    async def decide(self, photo_id: UUID, pick: str | None, key: str = "month:2024-07") -> UUID:
        """Say a word about a photo in an album; return the entry."""
        await self.curation.decide(self.owner, (await self.albums())[key].id, photo_id, pick)
        return (await self.journal.list_entries(self.owner, cursor=None, limit=1)).entries[0].id


@pytest.fixture
def year(database: Database, owner: UUID) -> Year:
    return Year(database, owner)
