"""Photos that lie somewhere."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from calotype.db.engine import Database
from tests.features.conftest import make_photo

PutPhoto = Callable[..., Awaitable[UUID]]
MUNICH, DACHAU, VIENNA = ("Munich", "Bavaria", "Germany", "DE"), ("Dachau", "Bavaria", "Germany", "DE"), (
    "Vienna", "Vienna", "Austria", "AT",
)  # fmt: skip
Row = tuple[str, str, str, str]


async def write_position(
    database: Database, photo_id: UUID, position: tuple[float, float] | None, place: Row | None
) -> None:
    """Write what the stages find: coordinates, and the row of the gazetteer."""
    async with database.transaction() as connection:
        place_id = None
        if place is not None:
            row = await (
                await connection.execute(
                    "insert into places (name, region, country, country_code) values (%s, %s, %s, %s) "
                    "on conflict (country_code, region, name) do update set country = excluded.country returning id",
                    place,
                )
            ).fetchone()
            assert row is not None
            place_id = row[0]
        latitude, longitude = position or (None, None)
        await connection.execute(
            "update photos set latitude = %s, longitude = %s, place_id = %s, change = next_change(owner_id) "
            "where id = %s",
            (latitude, longitude, place_id, photo_id),
        )


@pytest.fixture
def put_photo(database: Database) -> PutPhoto:
    """`await put_photo(owner, (latitude, longitude), place)` makes a photo that lies there, newer than the last."""
    made = [0]

    async def put(
        owner: UUID, position: tuple[float, float] | None = None, place: Row | None = None, **facts: Any
    ) -> UUID:
        made[0] += 1
        taken = datetime(2023, 7, 1, 12) + timedelta(minutes=made[0])
        photo_id = await make_photo(database, owner, **{"taken_local": taken, **facts})
        await write_position(database, photo_id, position, place)
        return photo_id

    return put
