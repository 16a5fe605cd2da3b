"""What `calotype doctor` finds: one line each, with the sentence that mends it."""

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any


class Level(StrEnum):
    """How bad a finding is."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True)
class Finding:
    """What was looked at, and what is to be said of it."""

    subject: str
    level: Level
    sentence: str

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def ok(subject: str, sentence: str) -> Finding:
    return Finding(subject, Level.OK, sentence)


def warn(subject: str, sentence: str) -> Finding:
    return Finding(subject, Level.WARN, sentence)


def fail(subject: str, sentence: str) -> Finding:
    return Finding(subject, Level.FAIL, sentence)
