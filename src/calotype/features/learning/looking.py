"""The heads in force look at photos: new and changed ones, or all where another set of heads is in force."""

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence
from uuid import UUID

import numpy as np

from calotype.db.engine import Connection, Database
from calotype.features.learning.heads import Head, Matrix, unpack
from calotype.features.learning.repository import examples as reading
from calotype.features.learning.repository import predictions
from calotype.features.learning.repository.examples import Space
from calotype.features.learning.rules import TASTE, fold_label
from calotype.features.learning.schemas import HeadRow
from calotype.features.learning.tasting import PER_MILLE, add_qualities
from calotype.features.learning.vectors import CHUNK, Features, read_features
from calotype.features.photos import PhotoChanged, next_change
from calotype.kit.events import Publisher
from calotype.kit.progress import Progress

STORED_SCORE = 1e-4  # what is lost on the way into the table and back is less
SAME_SCORE = 0.02  # a probability that moved by less is not indexed again

Given = tuple[UUID, str]


class Looking:
    """Gives photos the labels of the heads in force, and their taste."""

    def __init__(self, database: Database, publisher: Publisher) -> None:
        self._database = database
        self._publisher = publisher

    async def look(self, owner_id: UUID, in_force: list[HeadRow], *, is_whole: bool, progress: Progress) -> int:
        """Bring labels and taste of the owner's photos up to date; return on how many photos the labels changed.

        Heads in whose spaces nothing of the owner is left are passed over.
        """
        async with self._database.connection() as connection:
            groups, usable = await _group_by_space(connection, owner_id, in_force)
            seen_by, change = await predictions.find_progress(connection, owner_id)
            is_new_set = usable != seen_by
            waiting = await predictions.list_waiting(connection, owner_id, 0 if is_new_set or is_whole else change)
        has_taste = any(TASTE in heads for _, heads in groups)
        if is_new_set and not has_taste:
            async with self._database.transaction() as connection:
                await predictions.forget_tastes(connection, owner_id)
        changed = 0
        if not groups and not is_new_set:
            waiting = []  # nothing is in force, and nothing was
        for start in range(0, len(waiting), CHUNK):
            await progress(start, len(waiting), "Looking at photos")
            chunk = waiting[start : start + CHUNK]
            changed += await self._look_at(owner_id, groups, [photo for photo, _ in chunk])
            if not is_new_set:
                await self._note(owner_id, usable, max(change, chunk[-1][1]))
        last = waiting[-1][1] if waiting else change
        await self._note(owner_id, usable, max(change, last))
        return changed

    async def _note(self, owner_id: UUID, heads: Sequence[UUID], change: int) -> None:
        async with self._database.connection() as connection:
            await predictions.write_progress(connection, owner_id, heads, change)

    async def _look_at(self, owner_id: UUID, groups: "Groups", photo_ids: list[UUID]) -> int:
        wanted: dict[Given, tuple[float, UUID]] = {}
        tastes: dict[UUID, int] = {}
        async with self._database.connection() as connection:
            for spaces, heads in groups:
                features = await read_features(connection, owner_id, spaces, photo_ids)
                labels = {label: pair for label, pair in heads.items() if label != TASTE}
                wanted |= await asyncio.to_thread(_predict, features, labels)
                if TASTE in heads and features.ids:
                    qualities = await reading.list_qualities(connection, owner_id, features.ids)
                    shares = heads[TASTE][1].probability(add_qualities(features, qualities))
                    tastes |= dict(
                        zip(features.ids, (round(float(share) * PER_MILLE) for share in shares), strict=True)
                    )
            said = {
                (photo, fold_label(word))
                for photo, word in await predictions.list_said(connection, owner_id, photo_ids)
            }
            given = await predictions.list_given(connection, owner_id, photo_ids)
        for key in said & wanted.keys():
            del wanted[key]
        return await self._write(owner_id, wanted, given, tastes)

    async def _write(
        self,
        owner_id: UUID,
        wanted: Mapping[Given, tuple[float, UUID]],
        given: Mapping[Given, tuple[float, UUID]],
        tastes: Mapping[UUID, int],
    ) -> int:
        gone = [key for key in given if key not in wanted]
        new = [(*key, *value) for key, value in wanted.items() if not _is_same(given.get(key), value)]
        moved = {key[0] for key in gone} | {
            photo for photo, label, score, _ in new
            if (photo, label) not in given or abs(given[photo, label][0] - score) >= SAME_SCORE
        }  # fmt: skip
        if not gone and not new and not tastes:
            return 0
        async with self._database.transaction() as connection:
            await next_change(connection, owner_id)  # whoever writes an owner's photos waits here for the one before
            await predictions.take_labels(connection, owner_id, gone)
            await predictions.give_labels(connection, owner_id, new)
            await predictions.write_tastes(connection, owner_id, list(tastes), list(tastes.values()))
            for photo_id in sorted(moved):
                await self._publisher.publish(PhotoChanged(owner_id, photo_id, frozenset({"labels"})), connection)
        return len(moved)


def _is_same(given: tuple[float, UUID] | None, wanted: tuple[float, UUID]) -> bool:
    return given is not None and given[1] == wanted[1] and abs(given[0] - wanted[0]) < STORED_SCORE


Groups = list[tuple[list[Space], dict[str, tuple[UUID, Head]]]]


async def _group_by_space(connection: Connection, owner_id: UUID, in_force: list[HeadRow]) -> tuple[Groups, list[UUID]]:
    """Return the heads by the spaces that they look in, by label; and the ids of those that can be used, in order."""
    by_space: dict[str, dict[str, tuple[UUID, Head]]] = defaultdict(dict)
    for row in in_force:
        by_space[row.space][row.label] = (row.id, unpack(row))
    groups: Groups = []
    for name, heads in sorted(by_space.items()):
        spaces = await reading.find_spaces(connection, owner_id, name.split("+"))
        if spaces is not None:
            groups.append((spaces, heads))
    return groups, sorted(head_id for _, heads in groups for head_id, _ in heads.values())


def _predict(features: Features, heads: Mapping[str, tuple[UUID, Head]]) -> dict[Given, tuple[float, UUID]]:
    """Return label, probability and head of each photo for which a probability reaches its head's threshold."""
    found: dict[Given, tuple[float, UUID]] = {}
    if not features.ids or not heads:
        return found
    for (label, (head_id, head)), probabilities in zip(
        heads.items(), _probabilities(features.matrix, heads), strict=True
    ):
        for place in np.flatnonzero(probabilities >= head.threshold).tolist():
            found[features.ids[place], label] = (float(probabilities[place]), head_id)
    return found


def _probabilities(matrix: Matrix, heads: Mapping[str, tuple[UUID, Head]]) -> list[Matrix]:
    """Return the probabilities [n] of each head; those of one row of weights are multiplied together."""
    plain = [head for _, head in heads.values() if head.method == "logistic"]
    products = matrix @ np.stack([head.weights[0] for head in plain]).T if plain else None
    columns = {id(head): place for place, head in enumerate(plain)}
    answers = []
    for _, head in heads.values():
        if products is not None and id(head) in columns:
            answers.append(head.calibrate(products[:, columns[id(head)]] + np.float32(head.offsets[0])))
        else:
            answers.append(head.probability(matrix))
    return answers
