"""The work of learning for one owner: train what has new examples, then let the heads in force look at the photos.

Only workers and the command line import this: it brings numpy and scikit-learn along. Whatever is cut off is taken up
again: a trained head is written at once, and how far the heads have looked is kept with each chunk.
"""

import asyncio
from collections.abc import Mapping
from uuid import UUID

from calotype.db.engine import Database
from calotype.features.learning import teaching
from calotype.features.learning.histories import list_histories
from calotype.features.learning.looking import Looking
from calotype.features.learning.repository import examples as reading
from calotype.features.learning.repository import heads as keeping
from calotype.features.learning.repository.examples import Space
from calotype.features.learning.rules import LEAST_EXAMPLES, TASTE
from calotype.features.learning.schemas import HeadRow, HeadSummary, LabelExamples, LabelHistory
from calotype.features.learning.tasting import learn_taste
from calotype.features.learning.vectors import Features, read_features
from calotype.kit.events import Publisher
from calotype.kit.progress import Progress

SAMPLE = 10_000  # photos of the rest of the library that judge a head
KEPT_VERSIONS = 10


class Organising:
    """Learns, and lets what was learned look at the photos."""

    def __init__(self, database: Database, publisher: Publisher) -> None:
        self._database = database
        self._looking = Looking(database, publisher)

    async def run(self, owner_id: UUID, *, is_whole: bool, progress: Progress) -> str:
        """Do the work for one owner; return one sentence about it. Taste is learned in whole runs alone."""
        async with self._database.connection() as connection:
            examples = await reading.list_examples(connection, owner_id)
            spaces = await reading.list_spaces(connection, owner_id)
            histories = await list_histories(connection, owner_id)
        outcomes = []
        if spaces:
            outcomes = await self._learn_labels(owner_id, spaces, examples, histories, progress)
            if is_whole:
                await learn_taste(self._database, owner_id, spaces, histories.get(TASTE, LabelHistory()))
        in_force = await self._list_in_force(owner_id, examples)
        named = await self._looking.look(owner_id, in_force, is_whole=is_whole, progress=progress)
        return _sentence(outcomes, named)

    async def _learn_labels(
        self,
        owner_id: UUID,
        spaces: list[Space],
        examples: list[LabelExamples],
        histories: Mapping[str, LabelHistory],
        progress: Progress,
    ) -> list[bool]:
        """Train the labels whose examples are other than last time; return of each whether the new head won."""
        library = max(space.photos for space in spaces)
        due: list[tuple[LabelExamples, str, HeadSummary | None]] = []
        for one in examples:
            history = histories.get(one.label, LabelHistory())
            digest = teaching.digest_of(one, spaces, library)
            newest = history.versions[0].made_from if history.versions else None
            if len(one.yes) >= LEAST_EXAMPLES and digest != newest:
                due.append((one, digest, history.in_force))
        if not due:
            return []
        async with self._database.connection() as connection:
            sampled = await reading.sample_photos(connection, owner_id, spaces, SAMPLE)
            rest = await read_features(connection, owner_id, spaces, sampled)
        outcomes = []
        for done, (one, digest, before) in enumerate(due):
            await progress(done, len(due), f"Learning “{one.label}”")
            task = teaching.Task(owner_id, one, digest, spaces, library, histories.get(one.label, LabelHistory()))
            head = await self._learn(task, rest, before)
            if head is not None:
                outcomes.append(head.has_won)
        return outcomes

    async def _learn(self, task: teaching.Task, rest: Features, before: HeadSummary | None) -> HeadRow | None:
        async with self._database.connection() as connection:
            said = await read_features(
                connection, task.owner_id, task.spaces, sorted(task.examples.yes | task.examples.no)
            )
            classified = await reading.list_classified(connection, task.owner_id, [*said.ids, *rest.ids])
            old = [] if before is None else await keeping.list_heads(connection, task.owner_id, [before.id])
        head = await asyncio.to_thread(teaching.teach, task, said, rest, classified, old[0] if old else None)
        if head is None:
            return None
        async with self._database.transaction() as connection:
            await keeping.add_head(connection, head)
            kept = [head.id] if head.has_won or before is None else [head.id, before.id]
            await keeping.forget_old(connection, task.owner_id, head.label, head.version - KEPT_VERSIONS, kept)
        return head

    async def _list_in_force(self, owner_id: UUID, examples: list[LabelExamples]) -> list[HeadRow]:
        """Return the heads that are to speak: those in force that still have enough examples."""
        enough = {one.label for one in examples if len(one.yes) >= LEAST_EXAMPLES} | {TASTE}
        async with self._database.connection() as connection:
            histories = await list_histories(connection, owner_id)
            in_force = [history.in_force for label, history in histories.items() if label in enough]
            return await keeping.list_heads(connection, owner_id, [each.id for each in in_force if each is not None])


def _sentence(outcomes: list[bool], named: int) -> str:
    won = sum(outcomes)
    parts = []
    if won:
        parts.append(f"{won} label{'' if won == 1 else 's'} learned")
    if len(outcomes) > won:
        parts.append(f"{len(outcomes) - won} no better than before")
    parts.append(
        f"labels changed on {named:,} photo{'' if named == 1 else 's'}" if named else "no photo has other labels"
    )
    return (", ".join(parts) + ".").capitalize()
