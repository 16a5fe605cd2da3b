"""Which photos make a memory: when to look, which of them, never two nearly equal ones."""

from calendar import isleap
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from calotype.features.moments.schemas import Snapshot

MOST_PHOTOS = 12
EQUAL_BITS = 10  # of 64: pHash distance up to which two photos show nearly the same
SECONDS_APART = 30
_DAY = timedelta(days=1)
_SEASONS = ("Winter", "Spring", "Summer", "Autumn")  # the meteorological ones: whole months


def same_day(today: date, year: int) -> tuple[date, date]:
    """Return the day of another year that is "this day", and the day after it.

    On 29 February that is the 28th in years without a 29th; on 28 February of such a year the 29th of others is part
    of it, or it would be remembered every fourth year alone.
    """
    if (today.month, today.day) == (2, 29):
        return (today.replace(year=year), date(year, 3, 1)) if isleap(year) else (date(year, 2, 28), date(year, 3, 1))
    first = today.replace(year=year)
    if (today.month, today.day) == (2, 28) and not isleap(today.year):
        return first, date(year, 3, 1)
    return first, first + _DAY


def same_week(today: date, year: int) -> tuple[date, date]:
    """Return the week around this day in another year: three days before it, and the day after the third after it."""
    first, _ = same_day(today, year)
    return first - 3 * _DAY, first + 4 * _DAY


def name_season(today: date, *, is_southern: bool) -> str:
    """Return the season of a day; south of the equator it is the other half of the year."""
    return _SEASONS[(today.month % 12 // 3 + (2 if is_southern else 0)) % 4]


def same_season(today: date, years_ago: int) -> tuple[date, date]:
    """Return the first day of this season years ago, and the day after its last. A winter begins in the year before."""
    start_month = today.month % 12 // 3 * 3 or 12
    year = today.year - years_ago - (1 if start_month == 12 and today.month != 12 else 0)
    month_after = start_month % 12 + 3
    return date(year, start_month, 1), date(year + (start_month == 12), month_after, 1)


class Chooser:
    """Chooses photos for all memories of a day: the best first, none twice, none nearly equal to another one."""

    def __init__(self) -> None:
        self._chosen: list[Snapshot] = []

    def choose(self, offered: Iterable[Snapshot], most: int = MOST_PHOTOS) -> list[Snapshot]:
        """Return up to `most` of the photos, in the order in which they were taken, and remember them."""
        chosen: list[Snapshot] = []
        for photo in sorted(offered, key=lambda photo: (not photo.is_favourite, -photo.quality, photo.id)):
            if len(chosen) == most:
                break
            if not any(are_nearly_equal(photo, other) for other in self._chosen):
                chosen.append(photo)
                self._chosen.append(photo)
        return sorted(chosen, key=lambda photo: (photo.taken_local, photo.id))

    def give_back(self, photos: Sequence[Snapshot]) -> None:
        """Let photos be chosen again: no memory came of them."""
        gone = {photo.id for photo in photos}
        self._chosen = [photo for photo in self._chosen if photo.id not in gone]


def are_nearly_equal(one: Snapshot, other: Snapshot) -> bool:
    """Say whether two photos would look like one twice: the same hash but for ten bits, one stack, or seconds apart."""
    if one.id == other.id or (one.stack_id is not None and one.stack_id == other.stack_id):
        return True
    if abs((one.taken_local - other.taken_local).total_seconds()) <= SECONDS_APART:
        return True
    if one.phash is None or other.phash is None:
        return False
    return ((one.phash ^ other.phash) & (2**64 - 1)).bit_count() <= EQUAL_BITS


def to_time(day: date) -> datetime:
    """Return the first instant of a day."""
    return datetime(day.year, day.month, day.day)  # noqa: DTZ001 - a wall clock
