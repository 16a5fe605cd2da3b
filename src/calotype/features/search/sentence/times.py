"""Phrases of time: "2019-05", "last summer", "christmas 2019", "between may and july 2020", "in the morning"."""
# ruff: noqa: E501, DTZ001, DTZ901 - a rule is read as one line; all times are wall clocks

import re
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta

from calotype.features.search.sentence import calendar
from calotype.features.search.sentence.calendar import Range, days, read_date
from calotype.features.search.sentence.chips import Chip, Effect, TakenAbout, TakenBetween, TakenRecurring
from calotype.features.search.sentence.known import Reading
from calotype.features.search.sentence.words import NUMBER, one_of, read_number

_LEAD = r"(?:(?:taken|shot|made|photographed)\s+)?(?:(?:in|on|from|of|during|around|at)\s+)?(?:the\s+)?(?:year\s+)?"
_SEASON = r"spring|summer|autumn|fall|winter"
_HOLIDAY = one_of(calendar.HOLIDAYS)
_WEEKDAY = one_of(calendar.WEEKDAYS)
_HOURS = {
    "morning": tuple(range(5, 12)), "mornings": tuple(range(5, 12)), "afternoon": tuple(range(12, 18)),
    "afternoons": tuple(range(12, 18)), "evening": tuple(range(17, 23)), "evenings": tuple(range(17, 23)),
    "noon": (11, 12, 13), "midday": (11, 12, 13), "midnight": (23, 0),
}  # fmt: skip
NIGHT_HOURS = (20, 21, 22, 23, 0, 1, 2, 3, 4)
# Months that are also other words need a cue ("in may", "may 2021"); the others stand for themselves.
_SURE_MONTHS = "january|february|july|september|october|november|december|sept|jan|feb|oct|nov"

Found = tuple[str, str, Effect, bool] | None  # id, label, effect, keeps words


def _part(match: re.Match[str], name: str) -> str | None:
    return match.groupdict().get(name)


def _between(label: str, ranges: tuple[Range, ...]) -> Found:
    if not ranges:
        return None
    key = ",".join("/".join("" if end is None else end.strftime("%Y%m%d%H") for end in one) for one in ranges[:3])
    return f"time:{key}", label, TakenBetween(ranges), False


def _span_label(one: Range) -> str:
    start, end = one
    if start is None or end is None:
        return (
            "before " + end.strftime("%-d %B %Y") if end else "since " + (start or datetime.min).strftime("%-d %B %Y")
        )
    last = end - timedelta(days=1)
    if (start.month, start.day, last.month, last.day) == (1, 1, 12, 31):
        return str(start.year) if start.year == last.year else f"{start.year} to {last.year}"
    if start.day == 1 and end.day == 1:
        names = start.strftime("%B %Y"), last.strftime("%B %Y")
        return names[0] if names[0] == names[1] else " to ".join(names)
    if start.date() == last.date():
        return start.strftime("%-d %B %Y")
    return f"{start.strftime('%-d %B %Y')} to {last.strftime('%-d %B %Y')}"


def _written(match: re.Match[str], reading: Reading) -> Found:
    ranges = read_date(match["date"], southern=reading.known.southern)
    return _between(" or ".join(map(_span_label, ranges)), ranges)


def _from_to(match: re.Match[str], reading: Reading) -> Found:
    last = read_date(match["b"], southern=reading.known.southern)
    first: str = match["a"]
    if _part(match, "month"):  # "from may to july 2019": the year stands at the end only
        year = re.search(calendar.YEAR, match["b"])
        first = f"{match['month']} {year.group()}" if year else first
    start = read_date(first, southern=reading.known.southern)
    if not start or not last:
        return None
    ends = sorted((start[0], last[-1]), key=lambda one: one[0] or datetime.min)
    return _between(_span_label((ends[0][0], ends[1][1])), ((ends[0][0], ends[1][1]),))


def _open_ended(match: re.Match[str], reading: Reading) -> Found:
    ranges = read_date(match["date"], southern=reading.known.southern)
    if not ranges:
        return None
    start, end = ranges[0][0], ranges[-1][1]
    word = match["word"].split()[0]
    one: Range = {
        "before": (None, start), "until": (None, end), "till": (None, end),
        "after": (end, None), "since": (start, None), "from": (start, None),
    }[word]  # fmt: skip
    return _between(_span_label(one), (one,))


def _season(match: re.Match[str], reading: Reading) -> Found:
    today, southern = reading.today, reading.known.southern
    season, which = match["season"], _part(match, "which")
    if which is None:
        months = calendar.season_months(season, southern=southern)
        name = "autumn" if season == "fall" else season
        return f"time:season-{name}", f"{name} ({_month_names(months)})", TakenRecurring(months=months), False
    years = range(today.year - 2, today.year + 2)
    seasons = [calendar.season_range(season, year, southern=southern) for year in years]
    now = datetime(today.year, today.month, today.day)
    ended = [one for one in seasons if one[1] is not None and one[1] <= now]
    begun = [one for one in seasons if one[0] is not None and one[0] <= now and one[0].year >= today.year - 1]
    chosen = ended[-1] if which == "last" else (begun or seasons)[-1]
    return _between(f"{which} {season} ({_span_label(chosen)})", (chosen,))


def _month_names(months: tuple[int, ...]) -> str:
    return ", ".join(calendar.MONTHS[month - 1].capitalize() for month in months)


def _bare_season(match: re.Match[str], reading: Reading) -> Found:
    months = calendar.season_months(match["season"], southern=reading.known.southern)
    about = TakenAbout(TakenRecurring(months=months))
    return f"time:about-{match['season']}", f"perhaps in {_month_names(months)}", about, True


def _holiday(match: re.Match[str], reading: Reading) -> Found:
    name, rule = match["holiday"], calendar.HOLIDAYS[match["holiday"]]
    if year := _part(match, "year"):
        one = rule[1](int(year))
        return _between(f"{name} ({_span_label(one)})", (one,))
    if _part(match, "which"):
        today = datetime(reading.today.year, reading.today.month, reading.today.day)
        past = [one for one in calendar.holiday_ranges(name, until=reading.today.year) if one[1] and one[1] <= today]
        return _between(f"last {name} ({_span_label(past[-1])})", (past[-1],))
    ranges = calendar.holiday_ranges(name, until=reading.today.year + 1)
    return f"time:{name.replace(' ', '-')}", f"{name} ({rule[0]})", TakenBetween(ranges), False


def _bare_holiday(match: re.Match[str], reading: Reading) -> Found:
    name = match["holiday"]
    ranges = calendar.holiday_ranges(name, until=reading.today.year + 1)
    label = f"perhaps at {name} ({calendar.HOLIDAYS[name][0]})"
    return f"time:about-{name.replace(' ', '-')}", label, TakenAbout(TakenBetween(ranges)), True


def _month(match: re.Match[str], reading: Reading) -> Found:
    number = calendar.month_number(match["month"])
    name = calendar.MONTHS[number - 1].capitalize()
    which = _part(match, "which")
    if which:
        year = reading.today.year - (number >= reading.today.month if which == "last" else 0)
        return _between(f"{which} {name} ({name} {year})", (calendar.month_range(year, number),))
    return f"time:month-{number:02d}", f"{name} of any year", TakenRecurring(months=(number,)), False


def _relative_day(match: re.Match[str], reading: Reading) -> Found:
    word = " ".join(match["day"].split())
    ago = {"today": 0, "tonight": 0, "yesterday": 1, "last night": 1}.get(word, 2)
    day = reading.today - timedelta(days=ago)
    return _between(f"{word} ({day.strftime('%-d %B %Y')})", (days(day, day),))


def _relative_span(match: re.Match[str], reading: Reading) -> Found:
    today, unit, is_last = reading.today, match["unit"], match["which"] == "last"
    monday = today - timedelta(days=today.weekday())
    if unit == "week":
        first = monday - timedelta(days=7 * is_last)
        one = days(first, first + timedelta(days=6))
    elif unit == "weekend":
        saturday = monday + timedelta(days=5) - timedelta(days=7 * (is_last or today.weekday() < 5))
        one = days(saturday, saturday + timedelta(days=1))
    elif unit == "month":
        year, month = (today.year, today.month) if not is_last else _month_before(today)
        one = calendar.month_range(year, month)
    else:
        one = calendar.year_range(today.year - is_last)
    return _between(f"{match['which']} {unit} ({_span_label(one)})", (one,))


def _month_before(day: date) -> tuple[int, int]:
    return (day.year - 1, 12) if day.month == 1 else (day.year, day.month - 1)


_UNIT_DAYS = {"day": 1, "week": 7, "month": 30.44, "year": 365.25}


def _last_n(match: re.Match[str], reading: Reading) -> Found:
    number = read_number(match["n"]) if match["n"] else 1
    first = reading.today - timedelta(days=round(number * _UNIT_DAYS[match["unit"]]))
    return _between(f"since {first.strftime('%-d %B %Y')}", (days(first, reading.today),))


def _ago(match: re.Match[str], reading: Reading) -> Found:
    number = 1 if match["n"] in ("a", "an") else read_number(match["n"])
    unit = match["unit"]
    if unit == "year":
        one = calendar.year_range(max(reading.today.year - number, calendar.FIRST_YEAR))
    elif unit == "month":
        index = reading.today.year * 12 + reading.today.month - 1 - number
        one = calendar.month_range(index // 12, index % 12 + 1)
    else:
        day = reading.today - timedelta(days=number * int(_UNIT_DAYS[unit]))
        one = days(day, day) if unit == "day" else days(day - timedelta(days=3), day + timedelta(days=3))
    return _between(f"{number} {unit}{'s' * (number != 1)} ago ({_span_label(one)})", (one,))


def _last_weekday(match: re.Match[str], reading: Reading) -> Found:
    index = calendar.WEEKDAYS.index(match["weekday"])
    day = reading.today - timedelta(days=(reading.today.weekday() - index - 1) % 7 + 1)
    return _between(f"last {match['weekday']} ({day.strftime('%-d %B %Y')})", (days(day, day),))


def _weekdays(match: re.Match[str], _reading: Reading) -> Found:
    name = match["weekday"].rstrip("s")
    numbers = (5, 6) if name == "weekend" else (calendar.WEEKDAYS.index(name),)
    return f"time:on-{name}", f"on {name}s", TakenRecurring(weekdays=numbers), False


def _hours(match: re.Match[str], _reading: Reading) -> Found:
    hours = _HOURS[match["hours"]]
    label = f"{match['hours']} ({hours[0]}:00 to {(hours[-1] + 1) % 24}:00)"
    return f"time:hour-{match['hours'].rstrip('s')}", label, TakenRecurring(hours=hours), False


Rule = tuple[re.Pattern[str], Callable[[re.Match[str], Reading], Found]]


def _rule(pattern: str, build: Callable[[re.Match[str], Reading], Found]) -> Rule:
    return re.compile(rf"(?<![\w#$€£\"“.-])(?:{pattern})(?!\w)"), build


_A_DATE, _B_DATE = (rf"(?P<{name}>{calendar.UNNAMED_DATE})" for name in "ab")
_RULES: tuple[Rule, ...] = (
    _rule(rf"(?:taken\s+)?(?:from|between)\s+(?:{_A_DATE}|(?P<month>{calendar.MONTH}))\s+(?:to|and|until|till|through|-)\s+{_B_DATE}", _from_to),
    _rule(rf"(?P<a>{calendar.UNNAMED_DATE})\s*(?:-|–|\bto\b)\s*{_B_DATE}", _from_to),
    _rule(rf"{_LEAD}(?P<a>{calendar.YEAR})\s?[-–]\s?(?P<b>{calendar.YEAR})(?![-/.]?\d)", _from_to),
    _rule(rf"(?:taken\s+)?(?P<word>before|after|since|until|till|from(?=\s+\S+(?:\s+\S+)?\s+on(?:wards?)?\b))\s+(?P<date>{calendar.UNNAMED_DATE})(?:\s+on(?:wards?)?)?", _open_ended),
    _rule(rf"{_LEAD}(?P<holiday>{_HOLIDAY})(?:\s+of)?,?\s+(?P<year>{calendar.YEAR})", _holiday),
    _rule(rf"(?P<which>last)\s+(?P<holiday>{_HOLIDAY})", _holiday),
    _rule(rf"{_LEAD}(?P<date>{calendar.UNNAMED_DATE})", _written),
    _rule(rf"(?:in\s+|during\s+|from\s+)?(?P<which>last|this)\s+(?P<season>{_SEASON})", _season),
    _rule(rf"(?:in|during)\s+(?:the\s+)?(?P<season>{_SEASON})(?:time)?(?!\s+(?:dress|coat|clothes))", _season),
    _rule(rf"(?P<which>last|this)\s+(?P<month>{calendar.MONTH})", _month),
    _rule(rf"(?:in|during|every)\s+(?P<month>{calendar.MONTH})", _month),
    _rule(rf"(?P<month>{_SURE_MONTHS})", _month),
    _rule(r"(?:from\s+)?(?P<day>today|yesterday|the\s+day\s+before\s+yesterday|last\s+night)", _relative_day),
    _rule(r"(?:from\s+|in\s+)?(?:the\s+)?(?P<which>last|this)\s+(?P<unit>weekend|week|month|year)", _relative_span),
    _rule(rf"(?:from|in|within|during)?\s*(?:the\s+)?(?:last|past)\s+(?P<n>{NUMBER})\s+(?P<unit>day|week|month|year)s?", _last_n),
    _rule(rf"(?:from\s+)?(?P<n>an?|{NUMBER})\s+(?P<unit>day|week|month|year)s?\s+ago", _ago),
    _rule(rf"(?:on\s+)?last\s+(?P<weekday>{_WEEKDAY})", _last_weekday),
    _rule(rf"(?:on|every|at)\s+(?:an?\s+|the\s+)?(?P<weekday>(?:{_WEEKDAY}|weekend)s?)", _weekdays),
    _rule(r"(?:in|during)\s+the\s+(?P<hours>morning|afternoon|evening)", _hours),
    _rule(r"at\s+(?P<hours>noon|midday|midnight)", _hours),
    _rule(rf"(?:at|on|over|during|every)\s+(?P<holiday>{_HOLIDAY})(?!\s+(?:market|tree|dinner|party|egg|card|cake|lights?|cookies?|fireworks))", _holiday),
    _rule(rf"(?P<holiday>{_HOLIDAY})", _bare_holiday),
    _rule(r"(?P<season>spring|summer|autumn|winter)", _bare_season),
)  # fmt: skip


def find_times(reading: Reading) -> Iterator[Chip]:
    """Yield the phrases of time, the more exact ones first."""
    for pattern, build in _RULES:
        for match in pattern.finditer(reading.folded):
            try:
                found = build(match, reading)
            except (ValueError, OverflowError, IndexError):
                found = None  # a time beyond the calendar ("yesterday" on its first day) is no time
            if found is not None:
                identity, label, effect, keeps_words = found
                yield reading.chip(identity, "time", match.span(), label, effect, keeps_words=keeps_words)
