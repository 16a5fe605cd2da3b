"""The life of somebody who takes photos: made up, the same each time, with what a finder of moments must find in it."""

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID, uuid5

from calotype.db.engine import Database
from calotype.features.photos import TakenSource

NAMESPACE = UUID("6f1d4d5e-6c0e-4f0f-8d4e-5a1b2c3d4e5f")
# name, region, country, code, latitude, longitude, minutes from UTC in summer
TOWNS = {
    "Munich": ("Bavaria", "Germany", "DE", 48.137, 11.575, 120),
    "Garching": ("Bavaria", "Germany", "DE", 48.262, 11.670, 120),
    "Hamburg": ("Hamburg", "Germany", "DE", 53.551, 9.994, 120),
    "Nuremberg": ("Bavaria", "Germany", "DE", 49.452, 11.077, 120),
    "Lisbon": ("Lisbon", "Portugal", "PT", 38.722, -9.139, 60),
    "Porto": ("Porto", "Portugal", "PT", 41.150, -8.611, 60),
    "Évora": ("Évora", "Portugal", "PT", 38.571, -7.913, 60),
    "Seville": ("Andalusia", "Spain", "ES", 37.389, -5.984, 120),
    "Granada": ("Andalusia", "Spain", "ES", 37.177, -3.599, 120),
    "Toledo": ("Castille-La Mancha", "Spain", "ES", 39.863, -4.027, 120),
    "New York City": ("New York", "United States", "US", 40.713, -74.006, -240),
}


@dataclass(frozen=True)
class Shot:
    """A photo to be: local time, town (None: nobody knows where), minutes from UTC (None: unknown)."""

    taken: datetime
    town: str | None
    offset: int | None
    source: TakenSource = TakenSource.EXIF
    name: str = "IMG_0001.jpg"
    quality: int | None = None
    shift: tuple[float, float] = (0.0, 0.0)  # degrees away from the middle of the town

    def id(self, number: int) -> UUID:
        """Return an id that is the same each time."""
        return uuid5(NAMESPACE, f"{self.taken} {self.town} {self.name} {number}")


def session(town: str | None, starts: datetime, photos: int, minutes: int = 90, seed: int = 0) -> list[Shot]:
    """Return the photos of some time at one place."""
    chance = random.Random(f"{town} {starts} {seed}")
    offset = TOWNS[town][5] if town else None
    seconds = sorted(chance.randrange(minutes * 60) for _ in range(photos))
    return [
        Shot(starts + timedelta(seconds=each), town, offset, quality=chance.randrange(1000),
             shift=(chance.uniform(-0.01, 0.01), chance.uniform(-0.01, 0.01)))
        for each in seconds
    ]  # fmt: skip


def without_position(shots: Iterable[Shot]) -> list[Shot]:
    """Return the same photos from a camera that knows neither where it is nor the time zone."""
    return [replace(shot, town=None, offset=None) for shot in shots]


def everyday(first: date, last: date, home: str, work: str | None = None) -> list[Shot]:
    """Return days at home: some evenings and weekends, and noons at work."""
    shots: list[Shot] = []
    day = first
    while day <= last:
        number = day.toordinal()
        if number % 3 == 0:
            shots += session(home, datetime(day.year, day.month, day.day, 19), 4, 40)
        if work and number % 7 < 5 and number % 4 == 0:
            shots += session(work, datetime(day.year, day.month, day.day, 12), 3, 20)
        day += timedelta(days=1)
    return shots


def at(year: int, month: int, day: int, hour: int = 10, minute: int = 0) -> datetime:
    """Return a wall clock."""
    return datetime(year, month, day, hour, minute)


def make_life() -> list[Shot]:
    """Munich, with work in Garching, until the move to Hamburg on 1 September 2023; three trips, a day in Nuremberg."""
    shots = everyday(date(2022, 6, 1), date(2023, 5, 2), "Munich", "Garching")
    # 1. Lisbon, with a camera without a receiver
    for day in range(3, 8):
        shots += session("Lisbon", at(2023, 5, day, 10), 8)
        shots += without_position(session("Lisbon", at(2023, 5, day, 16), 6))
    shots += everyday(date(2023, 5, 9), date(2023, 7, 27), "Munich", "Garching")
    shots += session("Nuremberg", at(2023, 6, 10, 11), 6)  # a Saturday, back in the evening
    # 2. Portugal and Spain, over the end of a month
    for number, town in enumerate(["Porto", "Porto", "Évora", "Évora", "Seville", "Seville", "Granada", "Toledo"]):
        shots += session(town, at(2023, 7, 28, 11) + timedelta(days=number), 6)
    shots += everyday(date(2023, 8, 6), date(2023, 8, 31), "Munich", "Garching")
    shots += everyday(date(2023, 9, 1), date(2023, 12, 27), "Hamburg")
    # 3. New York over the end of the year: six hours back on the way
    shots += session("Hamburg", at(2023, 12, 28, 7), 3, 15)
    for day in (28, 29, 30, 31):
        shots += session("New York City", at(2023, 12, day, 15), 7)
    shots += session("New York City", at(2024, 1, 1, 0, 5), 5, 30)
    shots += session("New York City", at(2024, 1, 2, 12), 5)
    shots += everyday(date(2024, 1, 4), date(2024, 6, 30), "Hamburg")
    # what must not make anything: a file's date, a screen, a clock that was never set, a picture sent by somebody
    shots += [Shot(at(2023, 3, day, 9), "New York City", -240, TakenSource.FILE_TIME) for day in (6, 7, 8, 9)]
    shots += [replace(shot, town=None, name=f"Screenshot_{number}.png")
              for number, shot in enumerate(session("Munich", at(2023, 4, 2, 3), 5))]  # fmt: skip
    shots += [Shot(datetime(2000, 1, 1), None, None) for _ in range(5)]
    shots += [Shot(at(2023, 2, 4, 19, 10), "New York City", 120, shift=(0.0, 0.0))]
    return shots


async def store(database: Database, owner_id: UUID, shots: Sequence[Shot]) -> list[UUID]:
    """Write photos as the pipeline would leave them; return their ids in the order of the shots."""
    ids = [shot.id(number) for number, shot in enumerate(shots)]
    async with database.transaction() as connection:
        places = {}
        for name, (region, country, code, *_) in TOWNS.items():
            cursor = await connection.execute(
                "insert into places (name, region, country, country_code) values (%s, %s, %s, %s) "
                "on conflict (country_code, region, name) do update set country = excluded.country returning id",
                (name, region, country, code),
            )
            row = await cursor.fetchone()
            assert row is not None
            places[name] = row[0]
        async with connection.cursor() as cursor:
            await cursor.executemany(
                "insert into photos (id, owner_id, sha256, sha1, size_bytes, media_type, file_name, taken_local, "
                "taken_source, latitude, longitude, place_id, utc_offset_min, quality, width, height, change) "
                "values (%s, %s, %s, '', 1000, 1, %s, %s, %s, %s, %s, %s, %s, %s, 4000, 3000, next_change(%s))",
                [_row(shot, photo_id, owner_id, places) for shot, photo_id in zip(shots, ids, strict=True)],
            )
    return ids


def _row(shot: Shot, photo_id: UUID, owner_id: UUID, places: dict[str, int]) -> tuple[object, ...]:
    latitude = longitude = None
    if shot.town:
        latitude, longitude = TOWNS[shot.town][3] + shot.shift[0], TOWNS[shot.town][4] + shot.shift[1]
    return (
        photo_id, owner_id, photo_id.bytes * 2, shot.name, shot.taken, int(shot.source), latitude, longitude,
        places[shot.town] if shot.town else None, shot.offset, shot.quality, owner_id,
    )  # fmt: skip
