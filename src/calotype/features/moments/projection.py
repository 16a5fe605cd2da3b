"""From decisions to tables."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID


async def project_moments(connection: Any, owner_id: UUID, topic: str, subjects: Collection[str]) -> Sequence[object]:
    """Bring the tables into line with what stands about these subjects; return the events that follow."""
    return ()
