"""Reasons are true, and the most telling comes first."""

from datetime import datetime, timedelta
from uuid import UUID

from calotype.features.albums.reasons import Reasons
from calotype.features.albums.rules import Candidate, rank
from calotype.features.photos import TakenSource
from tests.features.albums.test_choosing import candidate

ANNA, BEN, STACK = UUID(int=501), UUID(int=502), UUID(int=601)
NAMES = {ANNA: "Anna", BEN: "Ben"}
EVENING = datetime(2024, 7, 3, 19)


def why(photos: list[Candidate], n: int, kind: str = "year", likeness: float = 0.9, of: UUID | None = None) -> str:
    return Reasons(kind, photos, rank(photos), NAMES, of).why(photos[n], likeness)


def evening(n: int, **facts: object) -> Candidate:
    return candidate(n, **{"taken_local": EVENING + timedelta(minutes=n), **facts})


def test_the_owners_word_first() -> None:
    photos = [evening(n) for n in range(4)]
    photos[0] = evening(0, is_favourite=True, rating=5)
    photos[1] = evening(1, rating=5)
    assert why(photos, 0) == "your favourite"
    assert why(photos, 1) == "you gave it 5 stars"


def test_the_only_one_with_somebody() -> None:
    photos = [evening(n, people=(ANNA,) if n == 2 else (BEN,)) for n in range(5)]
    assert why(photos, 2) == "the only one with Anna"
    both = [evening(n, people=(ANNA, BEN) if n == 2 else (ANNA,)) for n in range(5)]
    assert why(both, 2, "person", of=ANNA) == "the only one with Ben"
    assert "Anna" not in why(both, 1, "person", of=ANNA)


def test_the_sharpest_and_the_best_of_an_evening() -> None:
    photos = [evening(n, sharpness=700 + n, quality=900 - n) for n in range(14)]
    assert why(photos, 13) == "the sharpest of 14 that evening"
    assert why(photos, 0) == "the best of 14 that evening"


def test_a_night_ends_in_the_morning() -> None:
    photos = [
        candidate(n, taken_local=datetime(2024, 7, 3, 22) + timedelta(hours=n), sharpness=700 + n) for n in range(6)
    ]
    assert why(photos, 5) == "the sharpest of 6 that night"


def test_the_best_of_a_stack() -> None:
    photos = [evening(n, stacks=(STACK,), quality=900 - n) for n in range(6)]
    assert why(photos, 0) == "the best of 6 nearly alike"


def test_of_a_month_a_year_a_day() -> None:
    months = [candidate(n, taken_local=datetime(2024, 1 + n % 12, 1 + n // 12), quality=900 - n) for n in range(36)]
    assert why(months, 2) == "the best of 3 from March"
    alone = [*months, candidate(40, taken_local=datetime(2023, 5, 5))]
    assert why(alone, 36, "person") == "the only one from 2023"
    days = [
        candidate(n, taken_local=datetime(2024, 7, 1, 6) + timedelta(hours=6 * n), quality=900 - n) for n in range(9)
    ]
    assert why(days, 0, "moment") == "the best of 3 that day"


def test_a_time_that_nobody_knows_gives_no_reason() -> None:
    photos = [evening(n, taken_source=int(TakenSource.FILE_TIME), sharpness=700 + n) for n in range(14)]
    assert why(photos, 13, "person") == "number 1 of 14 by quality"
    assert why(photos, 12, "person", likeness=0.1) == "unlike the others"


def test_taste() -> None:
    photos = [evening(n, taste=900 - n, sharpness=900 - n, quality=500 + 100 * (n == 0)) for n in range(3)]
    assert why([evening(9, sharpness=950, quality=999), *photos, *(evening(n) for n in range(4, 8))], 2) == (
        "much to your taste"
    )
