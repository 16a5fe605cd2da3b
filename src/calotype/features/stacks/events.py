"""What happens to stacks, told in the transaction in which it happens."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class StacksChanged:
    """Other photos of the owner are among those that are seen than before."""

    owner_id: UUID
