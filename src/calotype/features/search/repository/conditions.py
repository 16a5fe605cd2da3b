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
    NobodyElse,
    Rated,
    ShowsPerson,
    TakenBetween,
    TakenRecurring,
    Without,
)
from calotype.features.search.sentence.words import split_words

_PART = re.compile(r"[^\W_]+")
_NUMBERS = re.compile(r"[0-9]+(?:-[0-9]+)+")
_MOST_MONTHS = 24
_LAST_YEAR = 9000  # the calendar of the machine ends in 9999


Text = tuple[str, list[Any]]  # an SQL expression (a tsquery, a predicate) and the values of its %s


@dataclass
class Conditions:
    """A where clause in the making; `d` is search_documents, `p` is photos.

    `texts` must be met in the index. `hints` say there what predicates say of the photo's row: they narrow the index
    where it is read anyway, and it is not read for their sake. `hinted` are predicates that a hint says in full.
    """

    owner_id: UUID
    texts: list[Text] = field(default_factory=list)
    hints: list[Text] = field(default_factory=list)
    predicates: list[Text] = field(default_factory=list)
    hinted: list[Text] = field(default_factory=list)

    @property
    def is_narrow(self) -> bool:
        """Whether anything but the owner is asked for."""
        return bool(self.texts or self.predicates or self.hinted)

    @property
    def reads_documents(self) -> bool:
        """Whether the index of words is needed."""
        return bool(self.texts)

    def where_documents(self, *more: Text) -> Text:
        """Return the where clause over `d` alone, with more tsqueries."""
        texts = [*self.texts, *self.hints, *more]
        query = " && ".join(["%s::tsquery", *(sql for sql, _ in texts)])
        values = [self.owner_id, lexeme_text(owner_lexeme(self.owner_id)), *_values(texts)]
        return f"d.owner_id = %s and d.words @@ ({query})", values

    def where_photos(self, *, after_documents: bool = False) -> Text:
        """Return the where clause over `p` alone; after the documents' clause only what that one has not said."""
        predicates = self.predicates if after_documents else [*self.predicates, *self.hinted]
        clauses = ["p.owner_id = %s and p.status = 0", *(sql for sql, _ in predicates)]
        return " and ".join(clauses), [self.owner_id, *_values(predicates)]

    def scope(self) -> tuple[str, Text]:
        """Return a join to be put after `photos p`, and the whole where clause."""
        clause, values = self.where_photos()
        if not self.reads_documents:
            return "", (clause, values)
        more, more_values = self.where_documents()
        return "join search_documents d on d.photo_id = p.id", (f"{more} and {clause}", [*more_values, *values])


def _values(texts: Iterable[Text]) -> list[Any]:
    return [value for _, values in texts for value in values]


def lexeme_text(lexeme: str) -> str:
    """Return a lexeme as a tsquery literal."""
    return "'" + lexeme.replace("\\", "\\\\").replace("'", "''") + "'"


def any_lexeme(lexemes: Iterable[str]) -> Text:
    """Match one of these scope lexemes."""
    return "%s::tsquery", [" | ".join(map(lexeme_text, lexemes))]


def all_words(words: Iterable[str], weights: str = "", *, prefix: bool = False) -> Text | None:
    """Match each of the words, stemmed; None where nothing searchable is left of them."""
    mark = (":" + weights + ("*" if prefix else "")) if weights or prefix else ""
    # "747-400" as it is: the index takes it for a number and a negative one, its parts would not be met
    parts = [part for word in words for part in ([word] if _NUMBERS.fullmatch(word) else _PART.findall(word))]
    if not parts:
        return None
    return "to_tsquery('english', %s)", [" & ".join(lexeme_text(part) + mark for part in parts)]


def any_of(texts: Sequence[Text]) -> Text:
    """Match one of these."""
    return "(" + " || ".join(sql for sql, _ in texts) + ")", _values(texts)


def build_conditions(owner_id: UUID, filters: Sequence[Filter], given: Given) -> Conditions:
    """Put the filters of a sentence and what the client has set together."""
    conditions = Conditions(owner_id)
    for one in (*filters, *_given_filters(given)):
        _add(conditions, one)
    if given.label:
        _add(conditions, HasWords(tuple(split_words(given.label)), "AB"))
    if given.box is not None:
        conditions.predicates.append(_box(given.box))
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
    text, predicate = _text(one), _predicate(one)
    is_hint = text is not None and isinstance(one, TakenBetween)
    if predicate is not None:
        (conditions.hinted if is_hint and _is_of_months(one) else conditions.predicates).append(predicate)
    if text is not None:
        (conditions.hints if is_hint else conditions.texts).append(text)


def _is_of_months(one: Filter) -> bool:
    """Say whether the ranges begin and end with months, so that the lexemes of months are all of them."""
    ends = [end for pair in one.ranges for end in pair] if isinstance(one, TakenBetween) else [None]
    return all(end is not None and end == datetime(end.year, end.month, 1) for end in ends)  # noqa: DTZ001


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
    return "(" + " && ".join(sql for sql, _ in kept) + ")", _values(kept)


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
    """Return what only the photo's row, and the faces on it, can say of a filter."""
    read = _PREDICATES.get(type(one))
    return None if read is None else read(one)


def _taken_between(one: TakenBetween) -> Text:
    ranges = [_range(start, end) for start, end in one.ranges]
    return "(" + " or ".join(sql for sql, _ in ranges) + ")", _values(ranges)


def _none_of(one: Without) -> Text | None:
    inner = [sql for sql in map(_predicate, one.effects) if sql is not None]
    if not inner:
        return None
    joined = " or ".join(sql for sql, _ in inner)
    return f"not coalesce(({joined}), false)", _values(inner)


_FACES = "from faces f where f.photo_id = p.id and not f.is_hidden"
_PREDICATES: dict[type, Callable[[Any], Text | None]] = {
    TakenBetween: _taken_between,
    Rated: lambda one: ("p.rating between %s and %s", [one.lowest, one.highest]),
    ShowsPerson: lambda one: (f"exists (select {_FACES} and f.person_id = any(%s))", [list(one.ids)]),
    NobodyElse: lambda one: (
        f"not exists (select {_FACES} and (f.person_id is null or f.person_id <> all(%s)))", [list(one.ids)],
    ),
    Without: _none_of,
}  # fmt: skip


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
