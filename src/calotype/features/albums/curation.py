"""Albums of the best: made by the library, each pick with its reason."""

from uuid import UUID

from calotype.db.engine import Database
from calotype.features.journal import Journal
from calotype.kit.events import Publisher
from calotype.kit.progress import Progress


class Curation:
    """The service behind `/curated`."""

    def __init__(self, database: Database, journal: Journal, publisher: Publisher) -> None:
        self._database = database
        self._journal = journal
        self._publisher = publisher

    async def organise(self, owner_id: UUID, *, is_whole: bool, progress: Progress) -> str:
        """Make the albums of one owner anew; return one sentence about it."""
        return ""
