"""Sorts an owner's faces to people: what is new beside what is known, or everything from the ground up."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import TypeVar
from uuid import UUID

from calotype.db.engine import Connection, Database
from calotype.features.people.asking import Touched, find_likenesses, without_companions
from calotype.features.people.assigning import Facets, assign_all, assign_new, facets_of
from calotype.features.people.projection import settle_photos
from calotype.features.people.repository import decided, faces, people, questions, sorting, vectors
from calotype.features.people.repository.questions import Likeness
from calotype.features.people.repository.vectors import Faces
from calotype.features.people.thresholds import scale_of
from calotype.features.people.words import SAME_BOX, Box, Merges, read_subject
from calotype.features.photos import next_change
from calotype.kit.progress import Progress
from calotype.media.rectangles import overlap

_T = TypeVar("_T")
_CHUNK = 2_000
_MUCH = 0.2
"""Where more than this share of the faces is new, everything is grouped anew: it costs about the same."""
_FEW = 200


class Sorting:
    """The batch job of this room. It may be ended at any point and begun again: each step writes what stands."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def run(self, owner_id: UUID, *, is_whole: bool, progress: Progress) -> str:
        """Sort the faces of one owner; return one sentence about what came of it."""
        async with self._database.connection() as connection:
            fresh, total = await sorting.count_faces(connection, owner_id)
        if is_whole or (fresh > _FEW and fresh > _MUCH * total):
            await self._settle_words(owner_id, progress)
            await self._sort_all(owner_id, progress)
        elif fresh or total:
            await self._sort_new(owner_id, progress)
        return await self._finish(owner_id)

    async def _settle_words(self, owner_id: UUID, progress: Progress) -> None:
        """Bring into force what stands about faces and what files say, wherever a run was ended half way."""
        async with self._database.connection() as connection:
            photos = dict(await faces.list_photos_with_regions(connection, owner_id))
            photos |= dict(await decided.list_contents_with_words(connection, owner_id))
        for done, chunk in enumerate(_chunks(list(photos.items()), _CHUNK)):
            await progress(done * _CHUNK, len(photos), "what was said")

            async def work(connection: Connection, chunk: Sequence[tuple[UUID, bytes]] = chunk) -> None:
                await next_change(connection, owner_id)
                await settle_photos(connection, owner_id, dict(chunk))

            await self._database.run_transaction(work)

    async def _sort_all(self, owner_id: UUID, progress: Progress) -> None:
        async with self._database.connection() as connection:
            spaces = await vectors.read_all(connection, owner_id)
        forbidden = await self._forbidden(owner_id, list(spaces.values()))
        asked: list[Likeness] = []
        facets: dict[UUID, list[UUID]] = {}
        for known in spaces.values():
            await progress(0, len(known), "grouping faces")
            found = await asyncio.to_thread(assign_all, known, forbidden)
            await self._write(owner_id, [known], dict(zip(known.ids, found, strict=True)), progress)
            chosen = await asyncio.to_thread(facets_of, known, found)
            _gather(facets, chosen)
            unknown = known.chosen([place for place, person in enumerate(found) if person is None])
            asked += await self._ask(chosen, unknown, forbidden, len(known))
        await self._write_facets(owner_id, facets, asked)

    async def _sort_new(self, owner_id: UUID, progress: Progress) -> None:
        """Sort what is new, and look again at unknown faces where somebody's facets changed by a decision."""
        stale = await self._renew_facets(owner_id)
        async with self._database.connection() as connection:
            new = await vectors.read_unsorted(connection, owner_id)
            unknown = await vectors.read_unknown(connection, owner_id)
            standing = await vectors.read_facets(connection, owner_id)
            _, total = await sorting.count_faces(connection, owner_id)
        if not new and not stale:
            return
        forbidden = await self._forbidden(owner_id, [*new.values(), *unknown.values()])
        touched: set[UUID] = set(stale)
        for space in sorted({*new, *unknown}):
            fresh = new.get(space) or unknown[space].chosen([])
            facets = _standing(standing.get(space))
            assigned = await asyncio.to_thread(
                assign_new, fresh, unknown.get(space), facets, forbidden, total, retry_unknown=bool(stale)
            )
            there = [fresh, unknown[space]] if space in unknown else [fresh]
            await self._write(owner_id, there, assigned, progress)
            touched |= set(assigned.values())
        await self._forget_facets(owner_id, touched)
        touched |= await self._renew_facets(owner_id)
        fresh_ids = {face_id for fresh in new.values() for face_id in fresh.ids}
        await self._ask_more(owner_id, total, Touched(touched, fresh_ids))

    async def _ask_more(self, owner_id: UUID, total: int, touched: Touched) -> None:
        """Find anew what may be asked about people who are others now, and about new faces."""
        async with self._database.connection() as connection:
            unknown = await vectors.read_unknown(connection, owner_id)
            standing = await vectors.read_facets(connection, owner_id)
        forbidden = await self._forbidden(owner_id, list(unknown.values()))
        asked: list[Likeness] = []
        for space in sorted({*unknown, *standing}):
            scale = scale_of(space)
            asked += await asyncio.to_thread(
                find_likenesses, _standing(standing.get(space)), unknown.get(space), forbidden, scale,
                scale.join_among(total), touched,
            )  # fmt: skip

        async def work(connection: Connection) -> None:
            await next_change(connection, owner_id)
            companions = await sorting.list_companions(connection, owner_id)
            await questions.forget_about(connection, owner_id, sorted(touched.people), sorted(touched.faces))
            await questions.add_likenesses(connection, owner_id, without_companions(asked, companions))

        await self._database.run_transaction(work)

    async def _forget_facets(self, owner_id: UUID, person_ids: set[UUID]) -> None:
        async def work(connection: Connection) -> None:
            await next_change(connection, owner_id)
            await sorting.forget_facets(connection, owner_id, sorted(person_ids))

        await self._database.run_transaction(work)

    async def _renew_facets(self, owner_id: UUID) -> set[UUID]:
        """Choose facets for the people who have none (any more); return who they are."""
        async with self._database.connection() as connection:
            without = await sorting.list_people_without_facets(connection, owner_id)
            theirs = await vectors.read_of_people(connection, owner_id, without) if without else {}
        facets: dict[UUID, list[UUID]] = {}
        for known in theirs.values():
            _gather(facets, await asyncio.to_thread(facets_of, known, list(known.people)))
        if facets:
            await self._write_facets(owner_id, facets, None)
        return set(facets)

    async def _ask(
        self, facets: Facets, unknown: Faces, forbidden: Mapping[UUID, set[UUID]], total: int
    ) -> list[Likeness]:
        scale = scale_of(unknown.space)
        return await asyncio.to_thread(find_likenesses, facets, unknown, forbidden, scale, scale.join_among(total))

    async def _forbidden(self, owner_id: UUID, known: Sequence[Faces]) -> dict[UUID, set[UUID]]:
        """Return for each face the people that somebody said it is not."""
        async with self._database.connection() as connection:
            said = await vectors.list_forbidden_words(connection, owner_id)
            merges = await decided.read_merges(connection, owner_id)
        return match_forbidden(known, said, merges)

    async def _write(
        self, owner_id: UUID, known: Sequence[Faces], assigned: Mapping[UUID, UUID | None], progress: Progress
    ) -> None:
        """Write whom faces of one space are taken for; `known` has them all."""
        subjects = {
            face_id: subject for each in known for face_id, subject in zip(each.ids, each.subjects, strict=True)
        }
        seen = {*known[0].ids, *assigned}
        done = 0
        for chunk in _chunks(sorted(seen), _CHUNK):
            part = {face_id: assigned[face_id] for face_id in chunk if face_id in assigned}

            async def work(
                connection: Connection, part: Mapping[UUID, UUID | None] = part, chunk: Sequence[UUID] = chunk
            ) -> None:
                await next_change(connection, owner_id)
                allowed = await _as_said_meanwhile(connection, owner_id, part, subjects)
                somebody = {person for person in allowed.values() if person is not None}
                await people.ensure_people(connection, owner_id, somebody)
                await vectors.write_people(connection, owner_id, known[0].space, allowed, chunk)

            await self._database.run_transaction(work)
            done += len(chunk)
            await progress(done, len(seen), "writing")

    async def _write_facets(
        self, owner_id: UUID, facets: Mapping[UUID, Sequence[UUID]], asked: Sequence[Likeness] | None
    ) -> None:
        async def work(connection: Connection) -> None:
            await next_change(connection, owner_id)
            await vectors.write_facets(connection, owner_id, facets)
            if asked is not None:
                companions = await sorting.list_companions(connection, owner_id)
                await questions.replace_likenesses(connection, owner_id, without_companions(asked, companions))

        await self._database.run_transaction(work)

    async def _finish(self, owner_id: UUID) -> str:
        """Count anew whoever has changed. Who that is is found before the owner's turn, as nobody need wait for it."""
        async with self._database.connection() as connection:
            stale = await people.list_stale_people(connection, owner_id)

        async def work(connection: Connection) -> None:
            await next_change(connection, owner_id)
            await vectors.mark_incomparable(connection, owner_id)
            if stale:
                await people.forget_empty_people(connection, owner_id, stale)
                await people.refresh_people(connection, owner_id, stale)

        await self._database.run_transaction(work)
        async with self._database.connection() as connection:
            known, somebody, unknown = await sorting.count_people(connection, owner_id)
        return f"{_many(known, 'face')} of {_many(somebody, 'person', 'people')}, {_many(unknown, 'face')} unknown."


async def _as_said_meanwhile(
    connection: Connection, owner_id: UUID, assigned: Mapping[UUID, UUID | None], subjects: Mapping[UUID, str]
) -> dict[UUID, UUID | None]:
    """Return whom faces may be taken for by what stands now: a run is long, and people decide while it goes on."""
    merges = await decided.read_merges(connection, owner_id)
    named = {face_id: subjects[face_id] for face_id in assigned}
    contents = sorted({subject[:64] for subject in named.values()})
    denied = _match_subjects(named, await vectors.list_forbidden_words(connection, owner_id, contents), merges)
    today = {face_id: person and merges.resolve(person) for face_id, person in assigned.items()}
    return {face_id: None if person in denied.get(face_id, ()) else person for face_id, person in today.items()}


def _many(count: int, one: str, more: str | None = None) -> str:
    return f"{count:,} {one if count == 1 else more or one + 's'}"


def _chunks(values: Sequence[_T], size: int) -> Iterator[list[_T]]:
    source = iter(values)
    while chunk := list(islice(source, size)):
        yield chunk


def _gather(facets: dict[UUID, list[UUID]], chosen: Facets) -> None:
    for person, theirs in chosen.by_person().items():
        facets.setdefault(person, []).extend(theirs)


def _standing(known: Faces | None) -> Facets:
    """Return the facets as they were written."""
    return facets_of(known, list(known.people)) if known is not None else Facets.nobody()


def match_forbidden(known: Sequence[Faces], said: Sequence[tuple[str, str]], merges: Merges) -> dict[UUID, set[UUID]]:
    """Return for each face the people that somebody said it is not; faces are found by content and box."""
    subjects = {face_id: subject for each in known for face_id, subject in zip(each.ids, each.subjects, strict=True)}
    return _match_subjects(subjects, said, merges)


def _match_subjects(
    subjects: Mapping[UUID, str], said: Sequence[tuple[str, str]], merges: Merges
) -> dict[UUID, set[UUID]]:
    by_content: dict[str, list[tuple[Box, UUID]]] = {}
    for said_of, denied in said:
        named = read_subject(said_of)
        if named is not None:
            by_content.setdefault(said_of[:64], []).append((named[1], merges.resolve(UUID(denied))))
    forbidden: dict[UUID, set[UUID]] = {}
    for face_id, subject in subjects.items():
        named = read_subject(subject) if subject[:64] in by_content else None
        for box, person in by_content.get(subject[:64], ()):
            if named is not None and overlap(named[1], box) >= SAME_BOX:
                forbidden.setdefault(face_id, set()).add(person)
    return forbidden
