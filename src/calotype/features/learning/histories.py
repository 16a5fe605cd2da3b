"""The versions of what was learned, and which of them is in force."""

from uuid import UUID

from calotype.db.engine import Connection
from calotype.features.learning.repository import heads
from calotype.features.learning.schemas import LabelHistory


async def list_histories(connection: Connection, owner_id: UUID) -> dict[str, LabelHistory]:
    """Return the versions of each label, newest first, with those that were rolled back."""
    histories: dict[str, LabelHistory] = {}
    for summary in await heads.list_summaries(connection, owner_id):
        histories.setdefault(summary.label, LabelHistory()).versions.append(summary)
    for label, versions in (await heads.list_rolled_back(connection, owner_id)).items():
        histories.setdefault(label, LabelHistory()).rolled_back = versions
    return histories
