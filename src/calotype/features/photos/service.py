"""The library of one owner at a time: lists, months, one photo, and what a person decides about it."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson

from calotype.db.engine import Connection, Database
from calotype.db.keyset import decode_cursor, encode_cursor
from calotype.features.journal import Journal
from calotype.features.photos import words
from calotype.features.photos.decisions import make_facts
from calotype.features.photos.errors import BadMonth, PhotoNotFound
from calotype.features.photos.image_keys import ImageKeys, read_or_make_secret
from calotype.features.photos.images import Images
from calotype.features.photos.known import Known
from calotype.features.photos.repository import reading, timeline
from calotype.features.photos.repository.changing import next_change
from calotype.features.photos.repository.decisions import find_decided_columns_of
from calotype.features.photos.repository.reading import CardFilter
from calotype.features.photos.schemas import PhotoChanges
from calotype.features.photos.trash import Trash
from calotype.kit.clock import Clock, now_utc
from calotype.kit.events import Publisher
from calotype.ports.object_store import ObjectStore


class Photos:
    """The service behind `/photos` and `/timeline`. Every method takes the owner; others' photos do not exist."""

    def __init__(
        self,
        database: Database,
        objects: ObjectStore,
        publisher: Publisher,
        home: Path,
        *,
        read_stages: words.ReadStages,
        clock: Clock = now_utc,
    ) -> None:
        self._database = database
        self._journal = Journal(database, publisher)
        self._read_stages = read_stages
        self._clock = clock
        self.images = Images(database, objects, ImageKeys(read_or_make_secret(home / "image-secret")), clock)
        self.trash = Trash(database, objects, publisher, self._journal)
        self.known = Known(database, objects, read_stages, clock)

    async def list_cards(
        self, owner_id: UUID, which: CardFilter, *, cursor: str | None = None, limit: int = 100
    ) -> dict[str, Any]:
        """Return a page of PhotoCards, newest first, with the cursor of the next page. Raises `BadCursor`."""
        after = None if cursor is None else _read_cursor(cursor)
        async with self._database.connection() as connection:
            rows = await reading.list_cards(connection, owner_id, which, after, limit + 1)
        next_cursor = None
        if len(rows) > limit:
            last = rows[limit - 1]
            next_cursor = encode_cursor((last[1].replace(tzinfo=UTC), last[0]))
        return {
            "items": [words.card(row) for row in rows[:limit]],
            "next_cursor": next_cursor,
            "images": self.images.access(owner_id),
        }

    async def list_cards_by_id(self, owner_id: UUID, photo_ids: Sequence[UUID]) -> list[dict[str, Any]]:
        """Return the PhotoCards of these photos in the order of the ids, without those that are not the owner's."""
        async with self._database.connection() as connection:
            return await list_cards_by_id(connection, owner_id, photo_ids)

    async def get_card(self, owner_id: UUID, photo_id: UUID) -> dict[str, Any]:
        """Return one PhotoCard. Raises `PhotoNotFound`."""
        cards = await self.list_cards_by_id(owner_id, [photo_id])
        if not cards:
            raise PhotoNotFound
        return cards[0]

    async def get_change(self, owner_id: UUID) -> int:
        """Return the owner's change number: while it stays, so does every list."""
        async with self._database.connection() as connection:
            return await timeline.get_change(connection, owner_id)

    async def count_months(self, owner_id: UUID) -> tuple[int, bytes]:
        """Return the change number, and the counts of all months as JSON."""
        async with self._database.connection() as connection:
            change, total, months = await timeline.count_months(connection, owner_id)
        return change, f'{{"months":{months},"total":{total},"change":{change}}}'.encode()

    async def list_month(self, owner_id: UUID, month: str) -> bytes:
        """Return the photos of a month (`2023-07`) as JSON columns, newest first. Raises `BadMonth`."""
        start, stop = month_bounds(month)
        async with self._database.connection() as connection:
            columns = await timeline.list_month(connection, owner_id, start, stop)
        return columns.encode() + b',"images":' + orjson.dumps(self.images.access(owner_id)) + b"}"

    async def count_photos(self, owner_id: UUID) -> dict[str, int]:
        """Return how many photos are in the library and how many of them wait (10,000 at most are counted)."""
        async with self._database.connection() as connection:
            return {
                "photos": await timeline.count_photos(connection, owner_id),
                "pending": await timeline.count_pending(connection, owner_id),
            }

    async def get_detail(self, owner_id: UUID, photo_id: UUID) -> dict[str, Any]:
        """Return the PhotoDetail. Raises `PhotoNotFound`."""
        async with self._database.connection() as connection:
            row = await reading.find_detail(connection, owner_id, photo_id)
        if row is None:
            raise PhotoNotFound
        return {**words.detail(row, self._read_stages), "images": self.images.access(owner_id)}

    async def change_photo(self, owner_id: UUID, photo_id: UUID, changes: PhotoChanges) -> None:
        """Write what a person decided and keep it against the bytes. Raises `PhotoNotFound`."""
        said = changes.said()
        if not said:
            await self.get_card(owner_id, photo_id)
            return

        async def work(connection: Connection) -> None:
            await next_change(connection, owner_id)  # first: what is read here must not change before it is written
            row = await find_decided_columns_of(connection, owner_id, photo_id)
            if row is None:
                raise PhotoNotFound
            summary = words.change_summary(said, row["file_name"])
            await self._journal.record(connection, owner_id, owner_id, "photos.change", summary, make_facts(row, said))

        await self._database.run_transaction(work)

    async def purge_expired(self, keeps_days: int) -> int:
        """Forget what has been in the trash for more than `keeps_days`; return how many photos went."""
        return await self.trash.purge_expired(self._clock() - timedelta(days=keeps_days))


async def list_cards_by_id(connection: Connection, owner_id: UUID, photo_ids: Sequence[UUID]) -> list[dict[str, Any]]:
    """Return the PhotoCards of these photos in the order of the ids; those that are not the owner's are left out."""
    rows = {row[0]: row for row in await reading.list_cards_by_id(connection, owner_id, photo_ids)}
    return [words.card(rows[photo_id]) for photo_id in photo_ids if photo_id in rows]


def month_bounds(month: str) -> tuple[datetime, datetime]:
    """Return the first instant of a month and of the next one, wall clock. Raises `BadMonth`."""
    try:
        start = datetime.strptime(month, "%Y-%m").replace(tzinfo=None)  # noqa: DTZ007 - a wall clock
        stop = start.replace(year=start.year + start.month // 12, month=start.month % 12 + 1)
    except ValueError:
        raise BadMonth from None
    return start, stop


def _read_cursor(cursor: str) -> tuple[datetime, UUID]:
    taken, photo_id = decode_cursor(cursor, (datetime, UUID))
    assert isinstance(taken, datetime)
    assert isinstance(photo_id, UUID)
    return taken.replace(tzinfo=None), photo_id
