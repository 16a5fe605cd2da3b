"""What was said of places holds through the pipeline, the index, and work in the background."""

from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio

from calotype.db.engine import Database
from calotype.features.photos import PhotoChanges
from calotype.features.places import PhotosPlaced, PlacesDue, projection, service
from calotype.features.places.schemas import NewOwnPlace, OwnPlaceChanges, PlaceCorrection
from calotype.features.places.tree import walk
from calotype.kit.events import Publisher
from calotype.kit.progress import silent
from calotype.pipeline.record import DEVELOP
from calotype.reactions import index_all
from tests.features.app import SmallLibrary
from tests.features.places.conftest import DACHAU, MUNICH, PutPhoto
from tests.pipeline.conftest import Library, make_jpeg

HOUSE = NewOwnPlace(name="Grandma's house", latitude=48.26, longitude=11.43, radius_m=300)
PARIS = PhotoChanges(latitude=48.8566, longitude=2.3522)


class Asked:
    """Counts who asks for work in the background."""

    def __init__(self) -> None:
        self.times = 0

    async def __call__(self, event: PlacesDue, connection: Any) -> None:
        self.times += 1


@pytest.fixture
def asked() -> Asked:
    return Asked()


@pytest_asyncio.fixture
async def indexed(database: Database, tmp_path: Path, asked: Asked) -> SmallLibrary:
    """A library whose index follows the places."""
    return SmallLibrary(database, tmp_path, Publisher({PhotosPlaced: [index_all], PlacesDue: [asked]}))


async def words(database: Database, photo_id: UUID) -> str:
    async with database.connection() as connection:
        row = await (
            await connection.execute("select words::text from search_documents where photo_id = %s", (photo_id,))
        ).fetchone()
    return row[0] if row else ""


async def key_of(library: SmallLibrary, owner: UUID, name: str) -> str:
    return next(node.key for node in walk(await library.places.list_tree(owner)) if node.name == name)


async def count_due(database: Database) -> int:
    async with database.connection() as connection:
        row = await (await connection.execute("select count(*) from places_due")).fetchone()
    assert row is not None
    return int(row[0])


async def test_names_are_indexed_when_they_change(
    indexed: SmallLibrary, database: Database, owner: UUID, put_photo: PutPhoto
) -> None:
    photo_id = await put_photo(owner, (48.26, 11.43), DACHAU)
    await indexed.places.name_place(owner, await key_of(indexed, owner, "Dachau"), PlaceCorrection(name="Indersdorf"))
    assert "indersdorf" in await words(database, photo_id)
    assert "dachau" not in await words(database, photo_id)
    own = await indexed.places.own.make(owner, HOUSE)
    assert "grandma" in await words(database, photo_id)
    await indexed.places.own.change(owner, own.id, OwnPlaceChanges(name="The orchard"))
    assert "grandma" not in await words(database, photo_id)
    assert "orchard" in await words(database, photo_id)
    await indexed.places.own.delete(owner, own.id)
    assert "orchard" not in await words(database, photo_id)
    await indexed.journal.undo_last(owner, owner)
    assert "orchard" in await words(database, photo_id)
    assert await count_due(database) == 0


async def test_a_corrected_name_and_an_own_place_hold_through_every_rerun(
    indexed: SmallLibrary, database: Database, owner: UUID
) -> None:
    pipeline = Library(database, owner)
    photo_id = await pipeline.store(make_jpeg())
    await pipeline.work(photo_id)
    await indexed.photos.change_photo(owner, photo_id, PARIS)
    await pipeline.runner.run_lane(DEVELOP, photo_id, pipeline.worker, again=("place",))
    assert (await indexed.photos.get_detail(owner, photo_id))["place"]["name"] == "Paris"
    await indexed.places.name_place(owner, await key_of(indexed, owner, "Paris"), PlaceCorrection(name="Lutetia"))

    async def names() -> tuple[str, bool, bool]:
        await pipeline.runner.run_lane(DEVELOP, photo_id, pipeline.worker, again=("metadata", "place"))
        detail, text = await indexed.photos.get_detail(owner, photo_id), await words(database, photo_id)
        return detail["place"]["name"], "lutetia" in text, "grandma" in text

    assert await names() == ("Lutetia", True, False)
    async with database.transaction() as connection:  # nothing is known of the place any more
        await connection.execute("update photos set place_id = null")
    assert await names() == ("Lutetia", True, False)
    there = HOUSE.model_copy(update={"latitude": PARIS.latitude, "longitude": PARIS.longitude})
    await indexed.places.own.make(owner, there)
    assert await names() == ("Grandma's house", True, True)
    second = await pipeline.store(make_jpeg((30, 200, 30)))  # a photo that comes later
    await pipeline.work(second)
    await indexed.photos.change_photo(owner, second, PARIS)
    await pipeline.runner.run_lane(DEVELOP, second, pipeline.worker, again=("place",))
    assert (await indexed.photos.get_detail(owner, second))["place"]["name"] == "Grandma's house"
    assert "grandma" in await words(database, second)


async def test_many_photos_are_work_for_the_background(
    indexed: SmallLibrary, database: Database, owner: UUID, put_photo: PutPhoto, asked: Asked,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(projection, "PLACED_AT_ONCE", 6)
    monkeypatch.setattr(projection, "INDEXED_AT_ONCE", 3)
    monkeypatch.setattr(service, "PLACED_TOGETHER", 2)
    photo_ids = [await put_photo(owner, (48.26, 11.43), MUNICH) for _ in range(5)]
    own = await indexed.places.own.make(owner, HOUSE)
    assert (own.photos, asked.times) == (5, 1)  # placed at once, indexed later
    assert await words(database, photo_ids[0]) == ""
    assert await indexed.places.organise(owner, is_whole=False, progress=silent) == "Placed 5 photos."
    assert "grandma" in await words(database, photo_ids[4])
    photo_ids += [await put_photo(owner, (48.26, 11.43), MUNICH) for _ in range(3)]
    await indexed.places.own.delete(owner, own.id)
    assert asked.times == 2
    assert (await indexed.photos.get_detail(owner, photo_ids[0]))["place"]["name"] == "Munich"
    assert [node.name for node in walk(await indexed.places.list_tree(owner))] == ["Germany", "Bavaria", "Munich"]
    assert await count_due(database) == 8
    told: list[tuple[int, int]] = []

    async def progress(done: int, total: int, message: str = "") -> None:
        told.append((done, total))

    assert await indexed.places.organise(owner, is_whole=False, progress=progress) == "Placed 8 photos."
    assert told == [(0, 8), (2, 8), (4, 8), (6, 8), (8, 8)]
    async with database.connection() as connection:
        assert await (await connection.execute("select from photos where own_place_id is not null")).fetchall() == []
    assert "grandma" not in await words(database, photo_ids[4])
    assert await count_due(database) == 0


async def test_a_photo_that_comes_out_of_the_trash_lies_where_it_should(
    indexed: SmallLibrary, owner: UUID, put_photo: PutPhoto
) -> None:
    photo_id = await put_photo(owner, (48.26, 11.43), DACHAU)
    await indexed.photos.trash.put(owner, photo_id)
    own = await indexed.places.own.make(owner, HOUSE)
    assert own.photos == 0
    await indexed.photos.trash.restore(owner, photo_id)
    assert (await indexed.photos.get_detail(owner, photo_id))["own_place_id"] == own.id
    assert (await indexed.places.own.list_all(owner))[0].photos == 1
