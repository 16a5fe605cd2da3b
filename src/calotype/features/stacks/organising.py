"""The run that finds what belongs together: only the neighbours of new photos are looked up, each pair once."""

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator, Sequence
from functools import partial
from importlib import import_module
from itertools import pairwise
from typing import Any
from uuid import UUID

import numpy as np

from calotype.db.engine import Connection, Database
from calotype.features.photos import TakenSource
from calotype.features.stacks import rules
from calotype.features.stacks.fingerprints import nearest_form, says_something, to_hashes
from calotype.features.stacks.grouping import find_components
from calotype.features.stacks.neighbours import find_near_new
from calotype.features.stacks.regrouping import regroup
from calotype.features.stacks.repository import looks as looks_repository
from calotype.features.stacks.repository import stacks as stacks_repository
from calotype.features.stacks.rules import Evidence
from calotype.features.stacks.schemas import Kind, Look, Pair
from calotype.features.stacks.words import read_said
from calotype.kit.progress import Progress
from calotype.ports.object_store import ObjectNotFound, ObjectStore, print_key

Ids = tuple[UUID, UUID]

CHUNK = 500
_FEW = 200  # photos whose vectors are compared by a scan each; for more a graph is built
_CACHED_PRINTS = 512
_TIMED = (TakenSource.EXIF, TakenSource.XMP, TakenSource.SIDECAR, TakenSource.GPS, TakenSource.IPTC)


class _MustLook(Exception):
    """The pictures themselves have to decide, in this form."""

    def __init__(self, form: int) -> None:
        self.form = form


class Run:
    """One run for one owner. It may be broken off at any point and taken up again."""

    def __init__(self, database: Database, objects: ObjectStore | None, owner_id: UUID, progress: Progress) -> None:
        self._database = database
        self._objects = objects
        self._owner_id = owner_id
        self._progress = progress
        self._prints: OrderedDict[str, Any] = OrderedDict()
        self._space_id = 0
        self._compared: dict[tuple[UUID, UUID, int], tuple[float, float]] = {}
        self._new_compared: dict[tuple[UUID, UUID, int], tuple[float, float]] = {}

    async def do(self, *, is_whole: bool) -> tuple[int, bool]:
        """Look up what is new (or all), group it; return how many photos were new and whether other photos are seen."""
        owner_id = self._owner_id
        async with self._database.connection() as connection:
            self._space_id = await looks_repository.find_space(connection, owner_id)
            unknown = await looks_repository.list_unknown(
                connection, owner_id, rules.VERSION, self._space_id, is_whole=is_whole
            )
            stale = await looks_repository.list_without_neighbours(connection, owner_id, rules.VERSION, self._space_id)
        news = list(unknown)
        await self._find_near_hashes(news)
        await self._find_in_vectors(set(stale))
        for start in range(0, len(news), CHUNK):
            await self._progress(start, len(news), "Looking at what was taken together")
            await self._find_in_time(news[start : start + CHUNK])
        return len(news), await self._group(None if is_whole else news)

    async def _find_near_hashes(self, news: Sequence[UUID]) -> None:
        if not news:
            return
        async with self._database.connection() as connection:
            ids, packed = await looks_repository.list_hashes(connection, self._owner_id)
        await self._progress(0, len(news), "Comparing fingerprints")
        pairs = await asyncio.to_thread(pair_hashes, ids, packed, set(news))
        await self._judge(pairs, "Comparing pictures")

    async def _find_in_vectors(self, stale: set[UUID]) -> None:
        """Look for parts and other tones of pictures, which no hash finds."""
        if len(stale) <= _FEW:
            for one in sorted(stale):
                async with self._database.connection() as connection:
                    near = await looks_repository.list_near_vectors(connection, self._owner_id, self._space_id, one, 16)
                await self._judge([(one, other) for other in near], "Comparing pictures")
            return
        neighbours = None
        async for rows in self._stream_vectors():
            if neighbours is None:
                size = (len(rows[0][1]) - 4) // 2
                neighbours = import_module("calotype.features.stacks.likeness").VectorNeighbours(size)
            await asyncio.to_thread(neighbours.add, rows)
        if neighbours is not None:
            for found in neighbours.find(stale):
                await self._judge(found, "Comparing pictures")

    async def _stream_vectors(self) -> AsyncIterator[Sequence[Any]]:
        async with (
            self._database.transaction(read_only=True) as connection,
            connection.cursor("look_vectors") as cursor,
        ):
            await cursor.execute(looks_repository.VECTORS, (self._owner_id, self._space_id), binary=True)
            while rows := await cursor.fetchmany(2000):
                yield rows

    async def _find_in_time(self, news: Sequence[UUID]) -> None:
        """Find bursts, raw files beside pictures and edited twins; note that these photos are done."""
        owner_id = self._owner_id
        async with self._database.connection() as connection:
            near = await looks_repository.list_in_time(connection, owner_id, news, rules.BURST_GAP, _TIMED)
            links = await looks_repository.list_links(connection, owner_id, news)
        await self._judge(near, "Looking at what was taken together")
        pairs = [_linked(*link) for link in links]

        async def work(connection: Connection) -> None:
            await stacks_repository.add_pairs(connection, owner_id, pairs)
            await stacks_repository.note_lookups(connection, owner_id, rules.VERSION, self._space_id, news)

        await self._database.run_transaction(work)

    async def _judge(self, candidates: Sequence[Ids], message: str) -> None:
        """Judge candidate pairs and write those that belong together; what was found of them before is forgotten."""
        unique = sorted({(min(pair), max(pair)) for pair in candidates})
        for start in range(0, len(unique), CHUNK):
            await self._progress(start, len(unique), message)
            some = unique[start : start + CHUNK]
            async with self._database.connection() as connection:
                looks = await looks_repository.list_looks(
                    connection, self._owner_id, {one for pair in some for one in pair}
                )
                cosines = await looks_repository.list_cosines(connection, self._owner_id, self._space_id, some)
                self._compared = await looks_repository.list_compared(connection, self._owner_id, rules.VERSION, some)
            found: list[Pair] = []
            for (one, other), cosine in zip(some, cosines, strict=True):
                if one in looks and other in looks:
                    pair = await self._judge_one(looks[one], looks[other], cosine)
                    found += [] if pair is None else [pair]
            await self._write(some, found)

    async def _write(self, judged: Sequence[Ids], found: Sequence[Pair]) -> None:
        kept = {(min(pair.lead, pair.part), max(pair.lead, pair.part)) for pair in found}
        dropped = [pair for pair in judged if pair not in kept]
        compared, self._new_compared = self._new_compared, {}

        async def work(connection: Connection) -> None:
            await stacks_repository.drop_pairs(connection, self._owner_id, dropped)
            await stacks_repository.add_pairs(connection, self._owner_id, found)
            await looks_repository.note_compared(connection, self._owner_id, rules.VERSION, compared)

        await self._database.run_transaction(work)

    async def _judge_one(self, one: Look, other: Look, cosine: float | None) -> Pair | None:
        distance, form = nearest_form(one.phash, other.phash) if one.phash and other.phash else (64, 0)
        if (variant := rules.judge_variants(one, other, cosine)) is not None:
            return variant
        evidence = Evidence(distance, form, cosine)
        try:
            return rules.judge_likeness(one, other, evidence, _must_look)
        except _MustLook as question:
            seen = await self._compare(one, other, question.form)
        return rules.judge_likeness(one, other, evidence, lambda _form: seen)

    async def _compare(self, one: Look, other: Look, form: int) -> tuple[float, float] | None:
        key = (one.id, other.id, form)
        if (known := self._compared.get(key)) is not None:
            return known
        first, second = await self._print(one.sha256), await self._print(other.sha256)
        if first is None or second is None:
            return None
        seen: tuple[float, float] = await asyncio.to_thread(
            import_module("calotype.features.stacks.looking").compare, first, second, form
        )
        self._new_compared[key] = seen
        return seen

    async def _print(self, sha256: str) -> Any:
        """Return the smallest print as grey values, or None where there is none."""
        if sha256 in self._prints:
            self._prints.move_to_end(sha256)
            return self._prints[sha256]
        grey = None
        if self._objects is not None:
            try:
                content = await self._objects.read(print_key(bytes.fromhex(sha256), "150.webp"))
            except ObjectNotFound:
                content = b""
            if content:
                grey = import_module("calotype.features.stacks.looking").decode_grey(content)
        self._prints[sha256] = grey
        if len(self._prints) > _CACHED_PRINTS:
            self._prints.popitem(last=False)
        return grey

    async def _group(self, news: Sequence[UUID] | None) -> bool:
        """Make stacks of what hangs together with the new photos, or of all."""
        owner_id = self._owner_id
        async with self._database.connection() as connection:
            said = await read_said(connection, owner_id)
            pairs = await stacks_repository.list_pairs(connection, owner_id, news)
            stacked = set(await stacks_repository.list_stacked(connection, owner_id)) if news is None else set[UUID]()
        together = [one for one in said.together.values() if news is None or set(one) & set(news)]
        components = find_components(pairs, together)
        alone = stacked - {one for component in components for one in component}
        has_moved = False
        for place, batch in enumerate(batches := _batches([*components, *([one] for one in sorted(alone))])):
            await self._progress(place, len(batches), "Making stacks")
            has_moved |= await self._database.run_transaction(partial(regroup, owner_id=owner_id, photo_ids=batch))
        return has_moved


def pair_hashes(ids: Sequence[UUID], packed: bytes, news: set[UUID]) -> list[Ids]:
    """Return candidates for the same picture: photos with near hashes, and neighbours among those with equal ones.

    `packed` holds the hashes, 8 bytes each, big-endian. Flat pictures are left out: their hashes say nothing, and there
    may be any number of them. A pair has at least one of `news` in it, but for chains of equal hashes.
    """
    if not ids:
        return []
    hashes = to_hashes(np.frombuffer(packed, ">i8").astype(np.int64))
    telling = np.flatnonzero(says_something(hashes))
    order = telling[np.argsort(hashes[telling], kind="stable")]
    unique, starts, counts = np.unique(hashes[order], return_index=True, return_counts=True)
    is_new = np.fromiter((one in news for one in ids), bool, len(ids))
    pairs = []
    for start, count in zip(starts[counts > 1], counts[counts > 1], strict=True):
        group = order[start : start + count]
        pairs += [(ids[group[0]], ids[one]) for one in group[1:] if is_new[one] or is_new[group[0]]]
        pairs += [(ids[a], ids[b]) for a, b in pairwise(group[1:]) if is_new[a] or is_new[b]]
    new_places = np.flatnonzero(np.add.reduceat(is_new[order].astype(np.int64), starts) > 0) if len(order) else order
    near = find_near_new(unique, new_places)
    first = order[starts] if len(order) else order
    pairs += [(ids[first[a]], ids[first[b]]) for a, b in zip(near.left, near.right, strict=True)]
    return pairs


def _must_look(form: int) -> tuple[float, float] | None:
    raise _MustLook(form)


def _linked(photo_id: UUID, part_id: UUID, kind: str) -> Pair:
    if kind == "live":
        return Pair(photo_id, part_id, Kind.VARIANTS, "live", "The moving part of a live photo; the still is shown.")
    return Pair(photo_id, part_id, Kind.VARIANTS, "raw", "The same shot as a raw file; the finished picture is shown.")


def _batches(components: Sequence[Sequence[UUID]]) -> list[list[UUID]]:
    """Put components together until a batch is worth a transaction."""
    made: list[list[UUID]] = []
    for component in components:
        if made and len(made[-1]) + len(component) <= CHUNK:
            made[-1].extend(component)
        else:
            made.append(list(component))
    return made
