"""What happens when something is decided, told in the transaction in which it happens."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class DecisionsChanged:
    """What stands about these subjects of one topic may be another now: something was said, or taken back.

    `fields` are those that it was about; of a subject only some of them may have changed.
    """

    owner_id: UUID
    topic: str
    subjects: frozenset[str]
    fields: frozenset[str]
