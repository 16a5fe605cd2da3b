"""Cells and counts stay right whatever happens to photos: compared with counting anew, over random histories."""

import random
from typing import Any
from uuid import UUID

import pytest

from calotype.db.engine import Database
from calotype.features.photos import PhotoState, move_photo
from calotype.features.places.repository.placing import count_anew, list_wrong_counts
from calotype.features.places.schemas import NewOwnPlace
from calotype.features.places.tiles import KEPT_ZOOMS, column_of, quadkey, row_of
from calotype.kit.progress import silent
from tests.features.app import SmallLibrary
from tests.features.places.conftest import DACHAU, MUNICH, VIENNA, PutPhoto, write_position

# near each other and far apart, on the date line, at the poles
POSITIONS: list[tuple[float, float] | None] = [
    None, (48.1371, 11.5754), (48.1371, 11.5754), (48.13711, 11.57541), (48.2, 11.6), (48.26, 11.43), (-17.0, 180.0),
    (-17.0, -180.0), (-17.0, 179.9999), (90.0, 10.0), (-90.0, -10.0), (86.0, 3.0), (87.0, 3.0), (0.0, 0.0),
]  # fmt: skip


async def rows(database: Database, query: str, *values: Any) -> list[tuple[Any, ...]]:
    async with database.connection() as connection:
        return await (await connection.execute(query, values)).fetchall()


async def change_something(dice: random.Random, library: SmallLibrary, owner: UUID, photo_ids: list[UUID]) -> None:
    database, photo_id = library.database, dice.choice(photo_ids)
    what = dice.randrange(6)
    if what <= 1:
        state = dice.choice([PhotoState.IN_LIBRARY, PhotoState.TRASHED, PhotoState.HIDDEN, PhotoState.VARIANT])
        async with database.transaction() as connection:
            await move_photo(connection, owner, photo_id, state)
    elif what == 2:
        await write_position(database, photo_id, dice.choice(POSITIONS), dice.choice([None, MUNICH, DACHAU, VIENNA]))
    elif what == 3:  # many at once, in one statement
        async with database.transaction() as connection:
            await connection.execute(
                "update photos set status = %s where id = any(%s)",
                (dice.randrange(2), dice.sample(photo_ids, len(photo_ids) // 2)),
            )
    elif what == 4:
        own = await library.places.own.list_all(owner)
        if own and dice.random() < 0.5:
            await library.places.own.delete(owner, dice.choice(own).id)
        else:
            latitude, longitude = dice.choice([position for position in POSITIONS if position])
            new = NewOwnPlace(name="X", latitude=latitude, longitude=longitude, radius_m=dice.choice([5, 500, 20_000]))
            await library.places.own.make(owner, new)
    elif len(photo_ids) > 5:
        photo_ids.remove(photo_id)
        async with database.transaction() as connection:
            await connection.execute("delete from photos where id = %s", (photo_id,))


@pytest.mark.parametrize("seed", range(6))
async def test_after_any_history_the_counts_are_those_of_counting_anew(
    library: SmallLibrary, owner: UUID, stranger: UUID, put_photo: PutPhoto, seed: int
) -> None:
    dice = random.Random(seed)
    photo_ids = [await put_photo(owner, dice.choice(POSITIONS), dice.choice([None, MUNICH, DACHAU])) for _ in range(12)]
    await put_photo(stranger, POSITIONS[1], MUNICH)
    before = await rows(library.database, "select * from geo_cells where owner_id = %s order by cell", stranger)
    for _ in range(60):
        await change_something(dice, library, owner, photo_ids)
        async with library.database.connection() as connection:
            assert await list_wrong_counts(connection, owner) == []
    misplaced = await rows(
        library.database,
        "select id from photos where owner_id = %s and status = 0 "
        "and own_place_id is distinct from own_place_at(owner_id, latitude, longitude, sha256)",
        owner,
    )
    assert misplaced == []
    assert before == await rows(library.database, "select * from geo_cells where owner_id = %s order by cell", stranger)
    assert len(before) == len(KEPT_ZOOMS)


async def test_the_schema_numbers_cells_as_the_code_does(library: SmallLibrary) -> None:
    dice = random.Random(5)
    for _ in range(300):
        latitude, longitude = dice.uniform(-90, 90), dice.uniform(-180, 180)
        found = await rows(library.database, "select finest_tile(%s, %s)", latitude, longitude)
        assert found == [(quadkey(column_of(longitude, 20), row_of(latitude, 20)),)]
    zooms = await rows(library.database, "select geo_zooms()")
    assert sorted(zooms[0][0]) == list(KEPT_ZOOMS)


@pytest.mark.parametrize(
    "damage",
    ["update geo_cells set photos = photos + 1", "delete from geo_cells", "delete from place_counts",
     "update geo_cells set latitude_sum = 0", "update place_counts set photos = 7",
     "update geo_cells set photo_id = gen_random_uuid()",
     "insert into geo_cells select gen_random_uuid(), 1, 0, 0, gen_random_uuid(), 1"],
)  # fmt: skip
async def test_counts_that_are_wrong_are_mended_by_night(
    library: SmallLibrary, owner: UUID, stranger: UUID, put_photo: PutPhoto, damage: str
) -> None:
    await put_photo(owner, (48.1, 11.5), MUNICH)
    await put_photo(stranger, (48.1, 11.5), MUNICH)
    right = await rows(library.database, "select * from geo_cells where owner_id = %s order by cell", owner)
    async with library.database.transaction() as connection:
        await connection.execute(damage)
    said = await library.places.organise(owner, is_whole=True, progress=silent)
    assert ("Counted anew" in said) == ("insert" not in damage)  # that one is nobody's
    async with library.database.connection() as connection:
        assert await list_wrong_counts(connection, owner) == []
    assert right == await rows(library.database, "select * from geo_cells where owner_id = %s order by cell", owner)
    assert await library.places.organise(owner, is_whole=True, progress=silent) == "Placed 0 photos."


async def test_counting_anew_touches_nobody_else(
    library: SmallLibrary, owner: UUID, stranger: UUID, put_photo: PutPhoto
) -> None:
    await put_photo(stranger, (48.1, 11.5), MUNICH)
    async with library.database.transaction() as connection:
        await count_anew(connection, owner, "geo_cells")
        await count_anew(connection, owner, "place_counts")
    assert len(await rows(library.database, "select from geo_cells where owner_id = %s", stranger)) == len(KEPT_ZOOMS)
