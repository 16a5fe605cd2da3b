"""Memories of a day, made when they are asked for: the same day and the same library give the same ones."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID, uuid5

from calotype.features.moments.repository import memories
from calotype.features.moments.rules.memories import (
    MOST_PHOTOS,
    Chooser,
    name_season,
    same_day,
    same_season,
    same_week,
    to_time,
)
from calotype.features.moments.rules.titles import tell_day
from calotype.features.moments.schemas import Memory, Snapshot

Connection = memories.Connection

_MOST_YEARS_BACK = 100
_MOST_DAYS, _MOST_WEEKS, _MOST_PEOPLE = 6, 3, 2
_ASKED_PEOPLE = 4
_LEAST_OF_PERSON, _LEAST_OF_SEASON, _LEAST_OF_WEEK = 3, 4, 2
_SEASON_YEARS, _SEASON_COVERS = 6, 24
_OFFERED = 60  # of each span: enough for twelve that differ


async def remember(connection: Connection, owner_id: UUID, today: date) -> list[Memory]:
    """Return the memories of a day: this day, this week, people, the season; no photo in two of them."""
    first_year = await memories.find_first_year(connection, owner_id)
    if first_year is None:
        return []
    years = range(today.year - 1, max(first_year, today.year - _MOST_YEARS_BACK) - 1, -1)
    chooser = Chooser()
    found = await _list_years(connection, owner_id, today, years, chooser, kind=_DAY)
    taken = {memory.years_ago for memory in found}
    left = [year for year in years if today.year - year not in taken]
    found += await _list_years(connection, owner_id, today, left, chooser, kind=_WEEK)
    found += await _list_people(connection, owner_id, today, chooser)
    return found + await _list_season(connection, owner_id, today, chooser)


@dataclass(frozen=True)
class _Anniversary:
    """A memory of the same days in years before."""

    kind: str
    title: str
    reason: str
    span: Callable[[date, int], tuple[date, date]]
    least: int  # photos
    most: int  # years


_DAY = _Anniversary("on_this_day", "On this day {ago} ago", "{photos} of {days}{where}.", same_day, 1, _MOST_DAYS)
_WEEK = _Anniversary(
    "this_week", "This week {ago} ago", "{photos} of the week of {days}{where}.", same_week, _LEAST_OF_WEEK, _MOST_WEEKS
)


async def _list_years(
    connection: Connection, owner_id: UUID, today: date, years: Sequence[int], chooser: Chooser, *, kind: _Anniversary
) -> list[Memory]:
    found: list[Memory] = []
    spans = [(year, kind.span(today, year)) for year in years]
    for year, (low, high), photos in await _offer(connection, owner_id, spans):
        chosen = chooser.choose(photos)
        if len(chosen) < kind.least or len(found) == kind.most:
            chooser.give_back(chosen)
            continue
        ago = today.year - year
        days = _tell_days(low, high - timedelta(days=1))
        reason = kind.reason.format(photos=_count(chosen), days=days, where=_where(chosen))
        words = (kind.kind, kind.title.format(ago=_years(ago)), reason)
        found.append(_memory(owner_id, today, words, chosen, years_ago=ago))
    return found


async def _offer(
    connection: Connection, owner_id: UUID, spans: Sequence[tuple[int, tuple[date, date]]]
) -> list[tuple[int, tuple[date, date], list[Snapshot]]]:
    """Return the best photos of each span of days, under its year."""
    times = [(to_time(low), to_time(high)) for _, (low, high) in spans]
    photos = await memories.list_between(connection, owner_id, times, _OFFERED)
    return [
        (year, days, [photo for photo in photos if low <= photo.taken_local < high])
        for (year, days), (low, high) in zip(spans, times, strict=True)
    ]


async def _list_people(connection: Connection, owner_id: UUID, today: date, chooser: Chooser) -> list[Memory]:
    """Of two people a day, not the same ones each day: the first photos, and the latest ones."""
    people = await memories.list_people(connection, owner_id, today, least=_LEAST_OF_PERSON, limit=_ASKED_PEOPLE)
    able = [person for person in people if person.photos >= _LEAST_OF_PERSON and person.first_day != person.last_day]
    found: list[Memory] = []
    for number, person in enumerate(able[:_MOST_PEOPLE]):
        is_first = number % 2 == today.toordinal() % 2
        day = person.first_day if is_first else person.last_day
        span = (to_time(day), to_time(day + timedelta(days=1)))
        chosen = chooser.choose(await memories.list_of_person(connection, owner_id, person.id, span, _OFFERED))
        if not chosen:
            continue
        if is_first:
            kind, title = "first_of_person", f"The first photos of {person.name}"
            reason = f"The first time that {person.name} is in your library: {tell_day(day)}{_where(chosen)}."
        else:
            kind, title = "latest_of_person", f"The latest photos of {person.name}"
            reason = f"The last time that {person.name} was in a photo: {tell_day(day)}{_where(chosen)}."
        found.append(_memory(owner_id, today, (kind, title, reason), chosen, person_id=person.id))
    return found


async def _list_season(connection: Connection, owner_id: UUID, today: date, chooser: Chooser) -> list[Memory]:
    """The best of this season in the years before: covers of its events, and where there are few, its best photos."""
    spans = [
        tuple(map(to_time, same_season(today, ago))) for ago in range(1, _SEASON_YEARS + 1) if today.year - ago > 1850
    ]
    times: list[tuple[datetime, datetime]] = [(low, high) for low, high in spans]
    offered = await memories.list_covers(connection, owner_id, times, _SEASON_COVERS)
    if len(offered) < _LEAST_OF_SEASON:
        offered += await memories.list_between(connection, owner_id, times, _SEASON_COVERS)
    chosen = chooser.choose(_take_turns(list({photo.id: photo for photo in offered}.values()), times))
    if len(chosen) < _LEAST_OF_SEASON:
        chooser.give_back(chosen)
        return []
    season = name_season(today, is_southern=await memories.is_southern(connection, owner_id))
    years = sorted({_season_year(photo, times) for photo in chosen})
    span = str(years[0]) if len(years) == 1 else f"{years[0]} to {years[-1]}"
    reason = f"{_count(chosen)} that stand out from {season.lower()} in the years before."
    return [_memory(owner_id, today, ("season", f"{season}, {span}", reason), chosen)]


def _season_year(photo: Snapshot, times: Sequence[tuple[datetime, datetime]]) -> int:
    """Return the year in which the season of a photo began."""
    return next(low.year for low, high in times if low <= photo.taken_local < high)


def _take_turns(photos: Sequence[Snapshot], times: Sequence[tuple[datetime, datetime]]) -> list[Snapshot]:
    """Return the best of each year, as many of each as fill a memory together."""
    each = max(2, MOST_PHOTOS // max(1, len({_season_year(photo, times) for photo in photos})))
    taken: list[Snapshot] = []
    for low, high in times:
        mine = [photo for photo in photos if low <= photo.taken_local < high]
        taken += sorted(mine, key=lambda photo: (not photo.is_favourite, -photo.quality, photo.id))[:each]
    return taken


def _memory(
    owner_id: UUID,
    today: date,
    words: tuple[str, str, str],
    photos: Sequence[Snapshot],
    *,
    years_ago: int | None = None,
    person_id: UUID | None = None,
) -> Memory:
    """Make a memory; `words` are its kind, its title and its reason."""
    kind, title, reason = words
    key = f"{today.isoformat()} {kind} {years_ago} {person_id}"
    ids = [photo.id for photo in photos]
    return Memory(uuid5(owner_id, key), kind, title, reason, ids, years_ago, person_id)


def _years(count: int) -> str:
    return "1 year" if count == 1 else f"{count} years"


def _count(photos: Sequence[Snapshot]) -> str:
    return "1 photo" if len(photos) == 1 else f"{len(photos)} photos"


def _tell_days(first: date, last: date) -> str:
    return tell_day(first) if first == last else f"{tell_day(first)} to {tell_day(last)}"


def _where(photos: Sequence[Snapshot]) -> str:
    """Return ", in Lisbon" where most of the photos were taken in one place."""
    places = [photo.place for photo in photos if photo.place]
    best = max(sorted(set(places)), key=places.count, default=None)
    return f", in {best}" if best and 2 * places.count(best) > len(photos) else ""
