"""Who is on the photos: faces that belong together, and what their owner says of them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import import_module
from typing import Any, cast
from uuid import UUID

from calotype.db.engine import Database
from calotype.db.keyset import decode_cursor, encode_cursor
from calotype.features.journal import Journal
from calotype.features.people.decisions import Decisions, get_person
from calotype.features.people.repository import faces, people
from calotype.features.people.review import Review
from calotype.features.people.schemas import Page, Person
from calotype.kit.events import Publisher
from calotype.kit.progress import Progress


@dataclass(frozen=True)
class Portrait:
    """A person with what is told on their own page: when they are first and last seen (local time), and what files
    call them."""

    person: Person
    first_taken: datetime | None
    last_taken: datetime | None
    names_from_files: Sequence[str]


class People:
    """The service behind `/people`."""

    def __init__(self, database: Database, journal: Journal, publisher: Publisher) -> None:
        self._database = database
        self._publisher = publisher
        self.decisions = Decisions(database, journal)
        self.review = Review(database, journal, self.decisions)

    async def organise(self, owner_id: UUID, *, is_whole: bool, progress: Progress) -> str:
        """Sort the faces of one owner to people; `is_whole`: from the ground up. Return one sentence about it."""
        # Imported here: numpy and the index of neighbours are no business of a server that sorts nothing.
        sorting = import_module("calotype.features.people.sorting").Sorting(self._database)
        message: str = await sorting.run(owner_id, is_whole=is_whole, progress=progress)
        return message

    async def evaluate(self, owner_id: UUID, pairs: Any) -> Any:
        """Measure the groups against a CSV of pairs (`evaluation.evaluate_people`)."""
        evaluation = import_module("calotype.features.people.evaluation")
        return await evaluation.evaluate_people(pairs, self._database, owner_id)

    async def list_people(
        self, owner_id: UUID, *, hidden: bool, named: bool | None, limit: int, cursor: str | None
    ) -> Page:
        """Return a page of people, those with the most faces first. Raises `BadCursor`."""
        after = cast(tuple[int, UUID], decode_cursor(cursor, [int, UUID])) if cursor else None
        async with self._database.connection() as connection:
            found = await people.list_people(connection, owner_id, limit + 1, after, hidden=hidden, named=named)
        is_last = len(found) <= limit
        page = found[:limit]
        return Page(page, None if is_last else encode_cursor([page[-1].faces, page[-1].id]))

    async def count_unknown_faces(self, owner_id: UUID) -> int:
        """Return how many faces in the library are nobody's yet."""
        async with self._database.connection() as connection:
            return await people.count_unknown_faces(connection, owner_id)

    async def find_people(self, owner_id: UUID, person_ids: Collection[UUID]) -> dict[UUID, Person]:
        """Return those of some people that are there."""
        async with self._database.connection() as connection:
            return await people.find_people(connection, owner_id, person_ids)

    async def get_portrait(self, owner_id: UUID, person_id: UUID) -> Portrait:
        """Return a person and what is told on their page. Raises `PersonNotFound`."""
        async with self._database.connection() as connection:
            person = await get_person(connection, owner_id, person_id)
            first, last = await people.find_span(connection, owner_id, person_id)
            names = await faces.list_names_from_files(connection, owner_id, person_id)
        return Portrait(person, first, last, names)

    async def list_photos(self, owner_id: UUID, person_id: UUID, *, limit: int, cursor: str | None) -> Page:
        """Return a page of ids of a person's photos, newest first. Raises `PersonNotFound`, `BadCursor`."""
        after = None
        if cursor:
            taken, photo_id = cast(tuple[datetime, UUID], decode_cursor(cursor, [datetime, UUID]))
            after = (taken.replace(tzinfo=None), photo_id)
        async with self._database.connection() as connection:
            await get_person(connection, owner_id, person_id)
            rows = await people.list_photos(connection, owner_id, person_id, limit + 1, after)
        page, is_last = rows[:limit], len(rows) <= limit
        following = None if is_last else encode_cursor([page[-1][1].replace(tzinfo=UTC), page[-1][0]])
        return Page([photo_id for photo_id, _ in page], following)

    async def list_faces(self, owner_id: UUID, person_id: UUID, *, limit: int, cursor: str | None) -> Page:
        """Return a page of a person's faces, newest first. Raises `PersonNotFound`, `BadCursor`."""
        after = cast(tuple[UUID], decode_cursor(cursor, [UUID]))[0] if cursor else None
        async with self._database.connection() as connection:
            await get_person(connection, owner_id, person_id)
            found = await faces.list_face_page(connection, owner_id, person_id, limit + 1, after)
        is_last = len(found) <= limit
        return Page(found[:limit], None if is_last else encode_cursor([found[limit - 1].id]))
