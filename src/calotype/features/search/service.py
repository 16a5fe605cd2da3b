"""Search: what other rooms and the routes ask. Small at rest: numpy and its kin come with the first question."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from functools import cached_property
from importlib import import_module
from typing import TYPE_CHECKING
from uuid import UUID

from calotype.db.engine import Database
from calotype.features.search.schemas import Answer, FindEmbedder, Given, Question, Similar, Suggestion

if TYPE_CHECKING:
    from calotype.features.search.asking import Asker


class Search:
    """The service behind `GET /photos/search`, `/search/suggest`, `/photos/{id}/similar` and `calotype search`.

    `find_embedder` is called for each question that has words; where it gives None, or the models are missing, the
    answer comes from words alone and says so.
    """

    def __init__(self, database: Database, find_embedder: FindEmbedder) -> None:
        self._database = database
        self._find_embedder = find_embedder

    @cached_property
    def _asker(self) -> "Asker":
        asker: Asker = import_module("calotype.features.search.asking").Asker(self._database, self._find_embedder)
        return asker

    async def search(  # noqa: PLR0913 - a question has these parts
        self,
        owner_id: UUID,
        sentence: str,
        *,
        given: Given | None = None,
        dropped: Sequence[str] = (),
        limit: int = 100,
        cursor: str | None = None,
        today: date | None = None,
        ranks_all: bool = False,
    ) -> Answer:
        """Answer a sentence. A sentence of filters alone is answered by date, newest first; else by rank.

        `today` is the asker's day, from which "yesterday" is counted (UTC's where it is not given). Raises `BadCursor`.
        """
        question = Question(
            owner_id, sentence, today or datetime.now(UTC).date(), given or Given(), frozenset(dropped), limit, cursor,
            ranks_all,
        )  # fmt: skip
        return await self._asker.search(question)

    async def suggest(self, owner_id: UUID, typed: str, limit: int = 10) -> list[Suggestion]:
        """Return ways to go on typing the last word (or the whole) of `typed`; near words where none begins so."""
        return await self._asker.suggest(owner_id, typed, limit)

    async def similar(self, owner_id: UUID, photo_id: UUID, limit: int = 50) -> list[Similar]:
        """Return photos that look like this one, the likest first. Raises `PhotoNotFound`."""
        return await self._asker.similar(owner_id, photo_id, limit)
