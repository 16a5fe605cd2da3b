"""From decisions to tables: the time around what was said is looked at again, with what stands."""

from collections.abc import Collection, Sequence
from importlib import import_module
from typing import Any
from uuid import UUID


async def project_moments(connection: Any, owner_id: UUID, topic: str, subjects: Collection[str]) -> Sequence[object]:
    """Bring the tables into line with what stands about these subjects; return the events that follow."""
    following = import_module("calotype.features.moments.following")  # brings numpy: not into a server at rest
    await following.follow(connection, owner_id, topic, subjects)
    return ()
