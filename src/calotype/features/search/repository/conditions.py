"""Filters as SQL: scope lexemes and words become one tsquery, the rest plain predicates on `photos p`."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from calotype.features.search.document import owner_lexeme, place_name
from calotype.features.search.query import Filter
from calotype.features.search.schemas import Box, Given
from calotype.features.search.sentence.chips import (
    AtPlace,
    ByCamera,
    HasWords,
    Marked,
    Rated,
    TakenBetween,
    TakenRecurring,
    Without,
)
from calotype.features.search.sentence.words import split_words

_PART = re.compile(r"[^\W_]+")
_MOST_MONTHS = 24
_LAST_YEAR = 9000  # the calendar of the machine ends in 9999


@dataclass
class Conditions:
    """A where clause in the making. `tsquery` expressions and `predicates` hold %s for their own parameters.

    `d` is search_documents, `p` is photos. `is_narrow` says whether anything but the owner is asked for.
    """

    owner_id: UUID
    tsqueries: list[str] = field(default_factory=list)
    tsquery_values: list[Any] = field(default_factory=list)
    predicates: list[str] = field(default_factory=list)
    values: list[Any] = field(default_factory=list)

    @property
    def is_narrow(self) -> bool:
        return bool(self.tsqueries or self.predicates)

    @property
    def reads_documents(self) -> bool:
        return bool(self.tsqueries)

    def where(self, *more: "Text") -> tuple[str, list[Any]]:
        """Return the where clause over `d` and `p`, with more tsqueries, and its values in order."""
        texts = [*zip(self.tsqueries, _split(self.tsqueries, self.tsquery_values), strict=True), *more]
        query = " && ".join(["%s::tsquery", *(sql for sql, _ in texts)])
        values: list[Any] = [self.owner_id, lexeme_text(owner_lexeme(self.owner_id))]
        for _, part in texts:
            values += part
        clause = f"d.owner_id = %s and d.words @@ ({query}) and p.status = 0 and p.owner_id = d.owner_id"
        return " and ".join([clause, *self.predicates]), [*values, *self.values]

    def where_photos(self) -> tuple[str, list[Any]]:
        """Return the where clause over `p` alone; only where `reads_documents` is False."""
        return " and ".join(["p.owner_id = %s and p.status = 0", *self.predicates]), [self.owner_id, *self.values]

    def add_text(self, text: "Text") -> None:
        self.tsqueries.append(text[0])
        self.tsquery_values += text[1]

    def add_predicate(self, sql: str, values: Iterable[Any] = ()) -> None:
        self.predicates.append(sql)
        self.values += values


Text = tuple[str, list[Any]]  # a tsquery expression and its values


def _split(expressions: Sequence[str], values: Sequence[Any]) -> list[list[Any]]:
    parts, at = [], 0
    for expression in expressions:
        count = expression.count("%s")
        parts.append(list(values[at : at + count]))
        at += count
    return parts


def lexeme_text(lexeme: str) -> str:
    """Return a lexeme as a tsquery literal."""
    return "'" + lexeme.replace("\\", "\\\\").replace("'", "''") + "'"


def any_lexeme(lexemes: Iterable[str]) -> Text:
    """Match one of these scope lexemes."""
    return "%s::tsquery", [" | ".join(map(lexeme_text, lexemes))]


def all_words(words: Iterable[str], weights: str = "", *, prefix: bool = False) -> Text | None:
    """Match each of the words, stemmed; None where nothing searchable is left of them."""
    mark = (":" + weights + ("*" if prefix else "")) if weights or prefix else ""
    parts = [part for word in words for part in _PART.findall(word)]
    if not parts:
        return None
    return "to_tsquery('english', %s)", [" & ".join(lexeme_text(part) + mark for part in parts)]


def any_of(texts: Sequence[Text]) -> Text:
    """Match one of these."""
    return "(" + " || ".join(sql for sql, _ in texts) + ")", [value for _, values in texts for value in values]


def build_conditions(owner_id: UUID, filters: Sequence[Filter], given: Given) -> Conditions:
    """Put the filters of a sentence and what the client has set together."""
    conditions = Conditions(owner_id)
    for one in (*filters, *_given_filters(given)):
        _add(conditions, one)
    if given.label:
        _add(conditions, HasWords(tuple(split_words(given.label)), "AB"))
    if given.box is not None:
        conditions.add_predicate(*_box(given.box))
    return conditions


def _given_filters(given: Given) -> Iterable[Filter]:
    if given.year is not None:
        yield TakenBetween(((datetime(given.year, 1, 1), datetime(given.year + 1, 1, 1)),))  # noqa: DTZ001 - wall clock
    if given.taken_from is not None or given.taken_to is not None:
        yield TakenBetween(((given.taken_from, given.taken_to),))
    if given.place:
        yield AtPlace(place_name(given.place))
    if given.tag:
        yield HasWords(tuple(split_words(given.tag)), "A")
    if given.min_rating is not None:
        yield Rated(given.min_rating)


def _add(conditions: Conditions, one: Filter) -> None:
    text = _text(one)
    if text is not None:
        conditions.add_text(text)
    sql = _predicate(one)
    if sql is not None:
        conditions.add_predicate(*sql)


def _text(one: Filter) -> Text | None:
    """Return what the index can say of a filter; it need not be all."""
    read = _TEXTS.get(type(one))
    return None if read is None else read(one)


def _without(one: Without) -> Text | None:
    texts = [_text(effect) for effect in one.effects if _predicate(effect) is None]
    inner = any_of([text for text in texts if text is not None])
    return ("!!" + inner[0], inner[1]) if inner[1] else None


def _taken_months(one: TakenBetween) -> Text | None:
    """Narrow the index to the months of short ranges; the exact ends are a predicate."""
    months = [month for ends in one.ranges for month in _months(*ends)]
    return any_lexeme(months) if 0 < len(months) <= _MOST_MONTHS else None


def _recurring(one: TakenRecurring) -> Text:
    groups = [
        any_lexeme(f"mo:{month:02d}" for month in one.months) if one.months else None,
        any_lexeme(f"w:{day}" for day in one.weekdays) if one.weekdays else None,
        any_lexeme(f"h:{hour:02d}" for hour in one.hours) if one.hours else None,
    ]
    kept = [group for group in groups if group is not None]
    return "(" + " && ".join(sql for sql, _ in kept) + ")", [value for _, values in kept for value in values]


_TEXTS: dict[type, Callable[[Any], Text | None]] = {
    AtPlace: lambda one: any_lexeme([f"p:{one.name}"]),
    ByCamera: lambda one: any_lexeme(f"ca:{name}" for name in one.names),
    Marked: lambda one: any_lexeme([one.lexeme]),
    HasWords: lambda one: all_words(one.words, one.weights),
    TakenRecurring: _recurring,
    TakenBetween: _taken_months,
    Without: _without,
}


def _months(start: datetime | None, end: datetime | None) -> list[str]:
    """Return the month lexemes of a range (years where it is whole years), too many where it is longer or open."""
    if start is None or end is None or end.year > _LAST_YEAR:
        return ["m:open"] * (_MOST_MONTHS + 1)
    if (start.month, start.day, end.month, end.day) == (1, 1, 1, 1):
        return [f"y:{year}" for year in range(start.year, min(end.year, start.year + _MOST_MONTHS + 1))]
    months: list[str] = []
    at = datetime(start.year, start.month, 1)  # noqa: DTZ001 - wall clock
    while at < end and len(months) <= _MOST_MONTHS:
        months.append(f"m:{at.year}-{at.month:02d}")
        at = (at + timedelta(days=32)).replace(day=1)
    return months


def _predicate(one: Filter) -> Text | None:
    """Return what only the photo's row can say of a filter."""
    if isinstance(one, TakenBetween):
        ranges = [_range(start, end) for start, end in one.ranges]
        return "(" + " or ".join(sql for sql, _ in ranges) + ")", [value for _, values in ranges for value in values]
    if isinstance(one, Rated):
        return "p.rating between %s and %s", [one.lowest, one.highest]
    if isinstance(one, Without):
        inner = [sql for sql in map(_predicate, one.effects) if sql is not None]
        if not inner:
            return None
        joined = " or ".join(sql for sql, _ in inner)
        return f"not coalesce(({joined}), false)", [value for _, values in inner for value in values]
    return None


def _range(start: datetime | None, end: datetime | None) -> Text:
    if start is None:
        return "p.taken_local < %s", [end]
    if end is None:
        return "p.taken_local >= %s", [start]
    return "(p.taken_local >= %s and p.taken_local < %s)", [start, end]


def _box(box: Box) -> Text:
    across = box.west > box.east
    east_west = "(p.longitude >= %s or p.longitude <= %s)" if across else "p.longitude between %s and %s"
    return f"p.latitude between %s and %s and {east_west}", [box.south, box.north, box.west, box.east]
