"""Make the albums of the best of one owner: those that are due, one after the other.

What an album is to be made of has a mark: a digest over its photos, its title and what a person decided about it. An
album whose mark is another than when it was last made is due. So nothing that changes photos has to know of albums,
and a run that was killed goes on where it stopped.
"""

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from uuid import UUID, uuid5

import numpy as np

from calotype.db.engine import Connection, Database
from calotype.features.albums.choosing import Pick, Vectors, choose, shortlist
from calotype.features.albums.curated_schemas import Due, NewPick
from calotype.features.albums.curated_words import NOTHING, Said
from calotype.features.albums.listening import read_said
from calotype.features.albums.reasons import Reasons
from calotype.features.albums.repository import candidates, curated
from calotype.features.albums.rules import FEWEST_PHOTOS, FEWEST_PICKS, Candidate, count_picks, may_be_picked, rank
from calotype.kit.progress import Progress

METHOD = 1  # raise it when photos would be chosen otherwise: every album is due then


@dataclass(frozen=True)
class _Chosen:
    """What was chosen for an album among `of_photos`; no rows: there is no album."""

    rows: Sequence[NewPick]
    of_photos: int


class Maker:
    """Makes the albums of one owner."""

    def __init__(self, database: Database, owner_id: UUID) -> None:
        self._database = database
        self._owner_id = owner_id
        self._said: Mapping[str, Said] = {}
        self._names: Mapping[UUID, str] = {}
        self._space_id: int | None = None
        self._looked_at = self._made = self._total = 0

    async def run(self, progress: Progress, *, is_whole: bool) -> str:
        """Make what is due, or all; return one sentence about it."""
        async with self._database.connection() as connection:
            wanted = _with_years(await candidates.list_due(connection, self._owner_id))
            self._said, _ = await read_said(connection, self._owner_id)
            known = await curated.list_known_marks(connection, self._owner_id)
            self._names = await candidates.list_names(connection, self._owner_id)
            self._space_id = await candidates.find_look_space(connection, self._owner_id)
        await self._forget(known.keys() - {due.key for due in wanted})
        all_due = [due for due in wanted if is_whole or known.get(due.key) != self._mark(due)]
        self._total = len(all_due)
        small = [due for due in all_due if not self._is_worth_it(due)]
        await self._leave(small)
        await self._make_all([due for due in all_due if self._is_worth_it(due)], progress)
        albums = "1 album" if self._made == 1 else f"{self._made} albums"
        return f"Looked at {self._looked_at} of {len(wanted)} years, months, trips and people; {albums} changed."

    async def _make_all(self, all_due: Sequence[Due], progress: Progress) -> None:
        of_years: dict[str, list[Due]] = defaultdict(list)
        for due in all_due:
            if due.kind in ("year", "month"):
                of_years[due.of[:4]].append(due)
        for year in sorted(of_years):
            await self._make_year(of_years[year], progress)
        for due in all_due:
            if due.kind in ("moment", "person"):
                await self._make(due, None, progress)

    async def _make_year(self, some: Sequence[Due], progress: Progress) -> None:
        """Make the album of a year and those of its months; where both are due, the photos are read once."""
        year = next((due for due in some if due.kind == "year"), None)
        photos = None if year is None else await self._list_photos(year)
        for due in some:
            of_month = photos
            if photos is not None and due.kind == "month":
                month = int(due.of[5:])
                of_month = [photo for photo in photos if photo.taken_local.month == month]
            await self._make(due, of_month, progress)

    def _is_worth_it(self, due: Due) -> bool:
        return due.photos >= FEWEST_PHOTOS[due.kind] or bool(self._said.get(due.key, NOTHING).pinned)

    async def _make(self, due: Due, photos: Sequence[Candidate] | None, progress: Progress) -> None:
        chosen = await self._choose(due, await self._list_photos(due) if photos is None else photos)
        self._made += await self._database.run_transaction(lambda connection: self._write(connection, due, chosen))
        self._looked_at += 1
        await progress(self._looked_at, self._total, due.title)

    async def _list_photos(self, due: Due) -> list[Candidate]:
        async with self._database.connection() as connection:
            if due.kind == "moment":
                return await candidates.list_of_moment(connection, self._owner_id, UUID(due.of))
            if due.kind == "person":
                return await candidates.list_of_person(connection, self._owner_id, UUID(due.of))
            return await candidates.list_of_time(connection, self._owner_id, *_bounds(due.of))

    async def _choose(self, due: Due, photos: Sequence[Candidate]) -> _Chosen:
        said = self._said.get(due.key, NOTHING)
        missing = said.pinned - {photo.subject for photo in photos}
        async with self._database.connection() as connection:
            from_elsewhere = await candidates.list_of_contents(connection, self._owner_id, missing) if missing else []
        choice = await asyncio.to_thread(Choice, due, photos, said, from_elsewhere)
        if not choice.is_album:
            return _Chosen((), 0)
        vectors: Vectors = {}
        if self._space_id is not None:
            async with self._database.connection() as connection:
                ids = [photo.id for photo in choice.shortlist]
                rows = await candidates.list_vectors(connection, self._owner_id, self._space_id, ids)
            vectors = await asyncio.to_thread(_unit_vectors, rows)
        rows_of_album = await asyncio.to_thread(choice.choose, vectors, self._names)
        return _Chosen(rows_of_album, len(photos))

    async def _write(self, connection: Connection, due: Due, chosen: _Chosen) -> bool:
        """Write an album; return whether it changed. Where a word fell meanwhile, the album stays due as it stands."""
        owner_id = self._owner_id
        await curated.wait_for_turn(connection, owner_id)
        standing, _ = await read_said(connection, owner_id, [due.key])
        if standing.get(due.key, NOTHING) != self._said.get(due.key, NOTHING):
            return False
        await curated.write_marks(connection, owner_id, {due.key: self._mark(due)})
        if not chosen.rows:
            return await curated.forget_albums(connection, owner_id, [due.key]) > 0
        album_id = uuid5(owner_id, due.key)
        title = f"Best of {due.title}"
        await curated.write_album(connection, owner_id, album_id, due.key, title, chosen.of_photos)
        return await curated.write_picks(connection, owner_id, album_id, chosen.rows)

    async def _leave(self, small: Sequence[Due]) -> None:
        """Have no albums of what has few photos, and note that it was looked at."""
        self._looked_at += len(small)
        if not small:
            return

        async def work(connection: Connection) -> int:
            await curated.wait_for_turn(connection, self._owner_id)
            await curated.write_marks(connection, self._owner_id, {due.key: self._mark(due) for due in small})
            return await curated.forget_albums(connection, self._owner_id, [due.key for due in small])

        self._made += await self._database.run_transaction(work)

    async def _forget(self, keys: set[str]) -> None:
        """Forget albums of what is no more."""
        if not keys:
            return

        async def work(connection: Connection) -> int:
            await curated.wait_for_turn(connection, self._owner_id)
            await curated.forget_marks(connection, self._owner_id, keys)
            return await curated.forget_albums(connection, self._owner_id, keys)

        self._made += await self._database.run_transaction(work)

    def _mark(self, due: Due) -> bytes:
        said = self._said.get(due.key, NOTHING)
        parts = (METHOD, due.title, due.photos, due.mark, *sorted(said.pinned), "", *sorted(said.removed))
        return blake2b("\0".join(map(str, parts)).encode(), digest_size=16).digest()


class Choice:
    """The choice for one album: first a short list, then, with the look of those on it, the picks."""

    def __init__(
        self, due: Due, photos: Sequence[Candidate], said: Said, from_elsewhere: Sequence[Candidate] = ()
    ) -> None:
        self._due, self._photos = due, photos
        self._pinned = [photo for photo in (*photos, *from_elsewhere) if photo.subject in said.pinned]
        able = [photo for photo in photos if may_be_picked(photo)]
        free = [photo for photo in able if photo.subject not in said.pinned and photo.subject not in said.removed]
        self._removed = len(able) - len(free)
        self._count = count_picks(len(able)) if len(able) >= FEWEST_PHOTOS[due.kind] else 0
        self._goodness = rank([*free, *self._pinned])
        listed = shortlist(free, self._count) if self._count and free else []
        self.shortlist: list[Candidate] = [*listed, *self._pinned]

    @property
    def is_album(self) -> bool:
        """Whether there is something to choose from."""
        return bool(self.shortlist)

    def choose(self, vectors: Vectors, names: Mapping[UUID, str]) -> list[NewPick]:
        """Return the rows of the album; none where too few are left that are not alike."""
        of_person = UUID(self._due.of) if self._due.kind == "person" else None
        pinned = {photo.id for photo in self._pinned}
        picks = choose(self.shortlist, vectors, self._count, self._goodness, pinned, of_person)
        if not pinned and len(picks) + self._removed < FEWEST_PICKS:
            return []
        reasons = Reasons(self._due.kind, self._photos, self._goodness, names, of_person)
        return [_row(pick, reasons) for pick in picks]


def _row(pick: Pick, reasons: Reasons) -> NewPick:
    return NewPick(
        photo_id=pick.photo.id,
        score=pick.score,
        is_pick=not pick.is_pinned,
        is_pinned=pick.is_pinned,
        is_removed=False,
        reason=reasons.why(pick.photo, pick.likeness),
    )


def _with_years(months_and_more: Sequence[Due]) -> list[Due]:
    """Return what there is, the years before their months; the mark of a year is made of those of its months."""
    of_years: dict[str, list[Due]] = defaultdict(list)
    for due in months_and_more:
        if due.kind == "month":
            of_years[due.of[:4]].append(due)
    years = []
    for year, months in of_years.items():
        told = ",".join(f"{due.key}={due.mark}" for due in sorted(months, key=lambda due: due.key))
        mark = int.from_bytes(blake2b(told.encode(), digest_size=8).digest(), "big")
        years.append(Due(f"year:{year}", year, sum(due.photos for due in months), mark))
    return sorted([*years, *months_and_more], key=lambda due: (due.kind != "year", due.key))


def _bounds(span: str) -> tuple[datetime, datetime]:
    """Return the first instant of a year (`2024`) or a month (`2024-07`) and of the next one, wall clock."""
    year, month = int(span[:4]), int(span[5:] or 1)
    since = datetime(year, month, 1)  # noqa: DTZ001 - a wall clock
    if len(span) == 4 or month == 12:
        return since, datetime(year + 1, 1, 1)  # noqa: DTZ001
    return since, datetime(year, month + 1, 1)  # noqa: DTZ001


def _unit_vectors(rows: Sequence[tuple[UUID, bytes]]) -> Vectors:
    """Read pgvector's binary form of halfvecs of one size."""
    if not rows:
        return {}
    matrix = np.frombuffer(b"".join(sent[4:] for _, sent in rows), ">f2").reshape(len(rows), -1).astype(np.float32)
    matrix /= np.maximum(np.linalg.norm(matrix, axis=1, keepdims=True), 1e-6)
    return {photo_id: vector for (photo_id, _), vector in zip(rows, matrix, strict=True)}
