"""One event, one line, whatever the facts hold."""

import logging

from hypothesis import given
from hypothesis import strategies as st

from calotype.kit.logs import FactsFormatter


def _line(message: str, name: str = "calotype.test", error: Exception | None = None, **facts: object) -> str:
    info = None if error is None else (type(error), error, None)
    record = logging.LogRecord(name, logging.WARNING, "file", 1, message, None, info)
    record.facts = facts
    return FactsFormatter().format(record)


def test_an_event_and_its_facts() -> None:
    line = _line("a worker died", pid=4711, why="no room")
    assert line.endswith('warning calotype.test "a worker died" pid=4711 why="no room"')


@given(st.text(), st.text())
def test_no_value_can_forge_a_line(message: str, value: str) -> None:
    assert len(_line(message, fact=value).splitlines()) == 1


def test_a_librarys_inside_stays_inside() -> None:
    assert "Traceback" not in _line("lost", "procrastinate", ValueError("gone"))
    assert "error=gone" in _line("lost", "procrastinate", ValueError("gone"))
    assert "ValueError: gone" in _line("lost", "calotype.api", ValueError("gone"))
