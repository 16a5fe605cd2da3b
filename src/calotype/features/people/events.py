"""What happens to people, told in the transaction in which it happens."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class PeopleChanged:
    """Whose these faces are is another now by somebody's word: what follows from it is due."""

    owner_id: UUID
    person_ids: frozenset[UUID]
