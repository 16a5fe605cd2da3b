"""Spans of local time."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Span:
    """From one local time to another, both in it."""

    low: datetime
    high: datetime


ALWAYS = Span(datetime(1, 1, 1), datetime(9999, 12, 31))  # noqa: DTZ001 - wall clocks
