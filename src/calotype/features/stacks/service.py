"""Pictures that belong together: the same one twice, twins, bursts, and variants of one photo."""

from uuid import UUID

from calotype.db.engine import Database
from calotype.features.journal import Journal
from calotype.kit.events import Publisher
from calotype.kit.progress import Progress


class Stacks:
    """The service behind `/stacks`."""

    def __init__(self, database: Database, journal: Journal, publisher: Publisher) -> None:
        self._database = database
        self._journal = journal
        self._publisher = publisher

    async def organise(self, owner_id: UUID, *, is_whole: bool, progress: Progress) -> str:
        """Do the work of this room for one owner; `is_whole`: from the ground up. Return one sentence about it."""
        return ""
