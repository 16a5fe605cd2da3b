"""Cursors survive the trip, refuse what they did not give, and page through a list without loss or repeat."""

from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise
from uuid import UUID

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from calotype.db.keyset import BadCursor, decode_cursor, encode_cursor, keyset_condition

times = st.datetimes(timezones=st.timezones() | st.just(UTC)).filter(lambda when: 2 < when.year < 9998)
integers = st.integers(-(2**63), 2**63 - 1)
values = st.lists(times | st.uuids() | integers, max_size=5)
kinds = st.lists(st.sampled_from([datetime, UUID, int]), max_size=5)


@given(values)
def test_cursor_gives_back_what_went_in(given_values: list) -> None:
    cursor = encode_cursor(given_values)
    # As instants: Python holds an ambiguous local time unequal to its own instant in UTC (PEP 495).
    instants = tuple(value.astimezone(UTC) if isinstance(value, datetime) else value for value in given_values)
    assert decode_cursor(cursor, [type(value) for value in given_values]) == instants
    assert all(character.isalnum() or character in "-_" for character in cursor)  # needs no escaping in a URL


@given(values, kinds)
def test_cursor_of_another_list_is_refused(given_values: list, other_kinds: list) -> None:
    if [type(value) for value in given_values] != other_kinds:
        with pytest.raises(BadCursor):
            decode_cursor(encode_cursor(given_values), other_kinds)


@given(st.text() | st.from_regex(r"\A[A-Za-z0-9_-]{0,60}\Z"), kinds)
def test_any_text_is_a_cursor_or_refused(text: str, wanted: list) -> None:
    try:
        found = decode_cursor(text, wanted)
    except BadCursor:
        return
    assert encode_cursor(found) == text


@given(values.filter(bool), st.data())
def test_cut_or_grown_cursor_is_refused(given_values: list, data: st.DataObject) -> None:
    cursor = encode_cursor(given_values)
    wanted = [type(value) for value in given_values]
    cut = data.draw(st.integers(0, len(cursor) - 1))
    for broken in (cursor[:cut], cursor + "A", cursor + "=", cursor + "\n", " " + cursor, cursor * 40):
        with pytest.raises(BadCursor):
            decode_cursor(broken, wanted)


def test_datetimes_come_in_utc() -> None:
    when = datetime(2023, 7, 1, 12, 0, 0, 123456, tzinfo=timezone(timedelta(hours=2)))
    (found,) = decode_cursor(encode_cursor([when]), [datetime])
    assert found == when
    assert found.tzinfo is UTC


def test_time_beyond_the_calendar_is_refused() -> None:
    with pytest.raises(BadCursor):
        decode_cursor("dH__________", [datetime])  # 2**63 - 1 microseconds after 1970


@pytest.mark.parametrize("value", [datetime(2023, 7, 1), 2**63, True, "text", None, 1.5])
def test_value_that_a_cursor_cannot_hold(value: object) -> None:
    with pytest.raises(ValueError, match="a cursor"):
        encode_cursor([value])


def test_condition() -> None:
    assert keyset_condition(["taken_at", "id"], descending=True) == "(taken_at, id) < (%s, %s)"
    assert keyset_condition(["id"], descending=False) == "(id) > (%s)"


# Few different times, so that ties are common.
rows = st.lists(
    st.tuples(st.integers(0, 3).map(lambda day: datetime(2024, 1, 1 + day, tzinfo=UTC)), st.uuids()),
    unique_by=lambda row: row[1],
    max_size=20,
)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=rows, page_size=st.integers(1, 7), descending=st.booleans())
def test_pages_give_every_row_once_and_in_order(
    postgres_url: str, rows: list[tuple[datetime, UUID]], page_size: int, descending: bool
) -> None:
    order = "desc" if descending else "asc"
    after = keyset_condition(["taken_at", "id"], descending=descending)
    seen: list[tuple[datetime, UUID]] = []
    with psycopg.connect(postgres_url) as connection:
        connection.execute("create temp table listed (taken_at timestamptz, id uuid) on commit drop")
        connection.cursor().executemany("insert into listed values (%s, %s)", rows)
        query = f"select taken_at, id from listed where {{}} order by taken_at {order}, id {order} limit {page_size}"
        page = connection.execute(query.format("true")).fetchall()
        while page:
            seen += page
            cursor = encode_cursor(page[-1])
            page = connection.execute(query.format(after), decode_cursor(cursor, [datetime, UUID])).fetchall()
    assert sorted(seen) == sorted(rows)
    assert all((first > second) is descending for first, second in pairwise(seen))
