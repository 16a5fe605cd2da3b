"""What happens in learning, told in the transaction in which it happens."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class FeedbackGiven:
    """There is something new to learn from, or another head is in force."""

    owner_id: UUID


@dataclass(frozen=True)
class TrainingWanted:
    """A person wants everything to be learned anew, now."""

    owner_id: UUID
