"""What is told, and what the journal keeps of it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID


@dataclass(frozen=True)
class Fact:
    """One thing that a person said.

    `topic` names whose it is (`photo`, `face`, `person`…); `subject` says what it is about in words that outlive every
    re-run: the hex SHA-256 of the content, that with the box of a face, or the id of something that only a person's
    word has made. `value` and `replaced` (what stood there when nobody had decided, if that is known) are plain JSON.
    """

    topic: str
    subject: str
    field: str
    value: Any = None
    replaced: Any = None


@dataclass(frozen=True)
class Standing:
    """A fact that stands: the newest about its subject and field that is not taken back. `number` grows with time."""

    number: int
    entry_id: UUID
    subject: str
    field: str
    value: Any
    decided_at: datetime


@dataclass(frozen=True)
class Told:
    """A fact in the order of telling, standing or taken back."""

    number: int
    entry_id: UUID
    subject: str
    field: str
    value: Any
    replaced: Any
    is_taken_back: bool


@dataclass(frozen=True)
class Entry:
    """One line of the journal. `undoes` is set on an undo; `undone_by` once somebody changed their mind."""

    id: UUID
    actor_id: UUID
    kind: str
    summary: str
    decided_at: datetime
    undoes: UUID | None
    undone_by: UUID | None
    facts: int = 0


@dataclass(frozen=True)
class EntryPage:
    """Entries, newest first, and where the next page begins."""

    entries: list[Entry]
    next_cursor: str | None
