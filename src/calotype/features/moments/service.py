"""When we were there: events, trips and memories."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from importlib import import_module
from typing import Any, cast
from uuid import UUID

from calotype.db.engine import Database
from calotype.db.keyset import decode_cursor, encode_cursor
from calotype.features.journal import Journal
from calotype.features.moments import deciding, remembering
from calotype.features.moments.errors import MomentNotFound
from calotype.features.moments.repository import moments
from calotype.features.moments.schemas import Memory, MomentPage, MomentRow, PhotoPage
from calotype.kit.events import Publisher
from calotype.kit.progress import Progress


class Moments:
    """The service behind `/moments` and `/memories`."""

    def __init__(self, database: Database, journal: Journal, publisher: Publisher) -> None:
        self._database = database
        self._journal = journal
        self._publisher = publisher

    async def organise(self, owner_id: UUID, *, is_whole: bool, progress: Progress) -> str:
        """Find events and trips for one owner; `is_whole`: in all photos. Return one sentence about it."""
        organising = import_module("calotype.features.moments.organising")  # brings numpy: not into a server at rest
        return cast(str, await organising.organise(self._database, owner_id, is_whole=is_whole, progress=progress))

    async def list_moments(
        self, owner_id: UUID, *, kind: str | None, parent_id: UUID | None, is_dismissed: bool, cursor: str | None,
        limit: int,
    ) -> MomentPage:  # fmt: skip
        """Return a page of events and trips, the newest first. Raises `BadCursor`."""
        asked = {
            "kind": kind, "parent": parent_id, "is_dismissed": is_dismissed, "limit": limit + 1,
            "after": _read_cursor(cursor),
        }  # fmt: skip
        async with self._database.connection() as connection:
            rows = await moments.list_page(connection, owner_id, asked)
        page = rows[:limit]
        return MomentPage(page, None if len(rows) <= limit else _write_cursor(page[-1].starts_local, page[-1].id))

    async def get_moment(self, owner_id: UUID, moment_id: UUID) -> MomentRow:
        """Return one moment. Raises `MomentNotFound`."""
        async with self._database.connection() as connection:
            return await deciding.get_moment(connection, owner_id, moment_id)

    async def list_photos(self, owner_id: UUID, moment_id: UUID, *, cursor: str | None, limit: int) -> PhotoPage:
        """Return a page of a moment's photos, the oldest first. Raises `MomentNotFound`, `BadCursor`."""
        after = _read_cursor(cursor)
        async with self._database.connection() as connection:
            if await moments.find_moment(connection, owner_id, moment_id) is None:
                raise MomentNotFound
            rows = await moments.list_photos(connection, owner_id, moment_id, limit + 1, after)
        page = rows[:limit]
        is_last = len(rows) <= limit
        return PhotoPage(
            [photo_id for photo_id, _ in page], None if is_last else _write_cursor(page[-1][1], page[-1][0])
        )

    async def change(self, owner_id: UUID, actor_id: UUID, moment_id: UUID, said: dict[str, Any]) -> MomentRow:
        """Rename, dismiss, give a cover: `said` names title, is_dismissed, cover_photo_id; null takes a word back.

        Raises `MomentNotFound`, `CoverNotInMoment`, `NothingToSay`.
        """
        return await self._database.run_transaction(
            lambda connection: deciding.change(connection, self._journal, owner_id, actor_id, (moment_id, said))
        )

    async def merge(self, owner_id: UUID, actor_id: UUID, moment_id: UUID, others: Sequence[UUID]) -> MomentRow:
        """Make one moment of several. Raises `MomentNotFound`, `CannotMerge`."""
        return await self._database.run_transaction(
            lambda connection: deciding.merge(connection, self._journal, owner_id, actor_id, (moment_id, others))
        )

    async def split(
        self, owner_id: UUID, actor_id: UUID, moment_id: UUID, chosen: Sequence[UUID] | datetime
    ) -> tuple[MomentRow, MomentRow]:
        """Make two moments of one: photos by their ids, or all from a local time on, become a new one.

        Return what stays and what is new. Raises `MomentNotFound`, `CannotSplit`.
        """
        return await self._database.run_transaction(
            lambda connection: deciding.split(connection, self._journal, owner_id, actor_id, (moment_id, chosen))
        )

    async def list_memories(self, owner_id: UUID, today: date) -> list[Memory]:
        """Return what is worth another look on this day; the same day gives the same memories."""
        async with self._database.connection() as connection:
            return await remembering.remember(connection, owner_id, today)


def _write_cursor(time: datetime, row_id: UUID) -> str:
    return encode_cursor([time.replace(tzinfo=UTC), row_id])


def _read_cursor(cursor: str | None) -> tuple[datetime, UUID] | None:
    if not cursor:
        return None
    time, row_id = cast(tuple[datetime, UUID], decode_cursor(cursor, [datetime, UUID]))
    return time.replace(tzinfo=None), row_id
