"""What is said, what is learned from, and what is learned. No numbers' library here: the server imports this."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID


@dataclass(frozen=True)
class Verdict:
    """What a person says of a label on a photo. `is_right` None takes back what was said; `instead` is what it is."""

    label: str
    is_right: bool | None
    instead: str | None = None


@dataclass(frozen=True)
class LabelExamples:
    """Photos that are examples of a label, and photos that are said to be none."""

    label: str
    yes: frozenset[UUID]
    no: frozenset[UUID]


@dataclass(frozen=True)
class HeadRow:
    """A version of a head as the table has it; `weights` are bytes of `dtype` in `shape`.

    `examples` are [photo id, is it one, its probability from a model that had not seen it].
    """

    id: UUID
    owner_id: UUID
    label: str
    version: int
    method: str
    space: str
    weights: bytes
    dtype: str
    shape: Sequence[int]
    offsets: Sequence[float]
    threshold: float
    figures: Mapping[str, Any]
    examples: Sequence[Sequence[Any]]
    made_from: str
    has_won: bool
    trained_at: datetime


@dataclass(frozen=True)
class HeadSummary:
    """A version of a head without its arrays."""

    id: UUID
    label: str
    version: int
    method: str
    space: str
    threshold: float
    figures: Mapping[str, Any]
    made_from: str
    has_won: bool
    trained_at: datetime


@dataclass
class LabelHistory:
    """All versions of one label, newest first, and which of them is in force."""

    versions: list[HeadSummary] = field(default_factory=list)
    rolled_back: frozenset[int] = frozenset()

    @property
    def in_force(self) -> HeadSummary | None:
        """The newest version that was better than the one before it and is not rolled back."""
        return next((each for each in self.versions if each.has_won and each.version not in self.rolled_back), None)
