"""What the library learns from its owner: corrected labels, labels of one's own, taste."""

from importlib import import_module
from typing import Any
from uuid import UUID

from calotype.db.engine import Connection, Database
from calotype.features.journal import Fact, Journal
from calotype.features.learning import words
from calotype.features.learning.errors import EmptyLabel, EmptyQuestion, NothingLearned, SameLabel
from calotype.features.learning.events import TrainingWanted
from calotype.features.learning.histories import list_histories
from calotype.features.learning.repository import examples, verdicts
from calotype.features.learning.rules import HEAD_SUBJECT, HIT, LABEL, LIKED, TASTE, fold_label, fold_question, liking
from calotype.features.learning.schemas import LabelHistory, Verdict
from calotype.features.photos import PhotoNotFound
from calotype.kit.events import Publisher
from calotype.kit.progress import Progress

FEEDBACK_SHOWN = 50


class Learning:
    """The service behind `/learning`, and behind what is said of a photo's labels and of hits."""

    def __init__(self, database: Database, journal: Journal, publisher: Publisher) -> None:
        self._database = database
        self._journal = journal
        self._publisher = publisher

    async def organise(self, owner_id: UUID, *, is_whole: bool, progress: Progress) -> str:
        """Learn what is new and let it look at the photos; `is_whole`: at all of them. Return one sentence about it."""
        # Imported here: numbers' libraries are no business of the server.
        work = import_module("calotype.features.learning.organising").Organising(self._database, self._publisher)
        sentence: str = await work.run(owner_id, is_whole=is_whole, progress=progress)
        return sentence

    async def say_label(self, owner_id: UUID, photo_id: UUID, said: Verdict) -> None:
        """Write what a person says of a label on a photo. Raises `PhotoNotFound`, `EmptyLabel`, `SameLabel`."""
        label, instead = fold_label(said.label), None if said.instead is None else fold_label(said.instead)
        if not label or instead == "":
            raise EmptyLabel
        if instead is not None and (said.is_right is not False or instead == label):
            raise SameLabel

        async def work(connection: Connection) -> None:
            photo = await verdicts.find_photo(connection, owner_id, photo_id)
            if photo is None:
                raise PhotoNotFound
            facts = [_label_fact(photo, label, said.is_right)]
            if instead is not None:
                facts.append(_label_fact(photo, instead, True))  # noqa: FBT003 - it is that
            summary = words.verdict_summary(photo["file_name"], label, said.is_right, instead)
            await self._journal.record(connection, owner_id, owner_id, "learning.label", summary, facts)

        await self._database.run_transaction(work)

    async def mark_hit(self, owner_id: UUID, photo_id: UUID, query: str, *, is_wrong: bool | None = True) -> None:
        """Write that a photo is a wrong answer to a question; None takes it back.

        Raises `PhotoNotFound`, `EmptyQuestion`.
        """
        question = fold_question(query)
        if not question:
            raise EmptyQuestion

        async def work(connection: Connection) -> None:
            photo = await verdicts.find_photo(connection, owner_id, photo_id)
            if photo is None:
                raise PhotoNotFound
            corrected = {"provider": photo["provider"], "model": photo["model"]}
            value = {"is_wrong": True, **corrected} if is_wrong else None
            summary = words.hit_summary(photo["file_name"], question, bool(is_wrong))
            fact = Fact(HIT, photo["subject"], question, value)
            await self._journal.record(connection, owner_id, owner_id, "learning.hit", summary, [fact])

        await self._database.run_transaction(work)

    async def count_view(self, owner_id: UUID, photo_id: UUID) -> None:
        """Count a look at a photo, once a minute at most. Raises `PhotoNotFound`."""
        async with self._database.connection() as connection:
            if not await verdicts.count_view(connection, owner_id, photo_id):
                raise PhotoNotFound

    async def ask_for_training(self, owner_id: UUID) -> None:
        """Ask for everything to be learned anew by the next free worker."""
        async with self._database.transaction() as connection:
            await self._publisher.publish(TrainingWanted(owner_id), connection)

    async def roll_back(self, owner_id: UUID, label: str) -> dict[str, Any]:
        """Take the version of a label's head that is in force out of force; the one before it is in force again.

        Return what is learned of the label now. Raises `NothingLearned`.
        """
        folded = fold_label(label)

        async def work(connection: Connection) -> None:
            history = (await list_histories(connection, owner_id)).get(folded)
            if not folded or history is None or history.in_force is None:
                raise NothingLearned
            version = history.in_force.version
            fact = Fact(LABEL, HEAD_SUBJECT + folded, str(version), {"is_rolled_back": True})
            summary = f"Rolled back version {version} of what was learned of “{folded}”"
            await self._journal.record(connection, owner_id, owner_id, "learning.rollback", summary, [fact])

        await self._database.run_transaction(work)
        overview = await self.get_overview(owner_id)
        return next(each for each in overview["labels"] if each["label"] == folded)

    async def get_overview(self, owner_id: UUID) -> dict[str, Any]:
        """Return what was learned, label by label, the owner's taste, and what was said lately."""
        async with self._database.connection() as connection:
            given = {one.label: one for one in await examples.list_examples(connection, owner_id)}
            histories = await list_histories(connection, owner_id)
            likings = await examples.list_likings(connection, owner_id)
            feedback = await verdicts.list_feedback(connection, owner_id, FEEDBACK_SHOWN)
        taste = histories.pop(TASTE, LabelHistory())
        labels = sorted({*given, *histories})
        liked = sum(liking(row) >= LIKED for row in likings)
        return {
            "labels": [words.label_words(each, given.get(each), histories.get(each)) for each in labels],
            "taste": words.taste_words(taste, liked),
            "feedback": [words.feedback_words(row) for row in feedback],
        }


def _label_fact(photo: dict[str, Any], label: str, is_right: bool | None) -> Fact:  # noqa: FBT001
    """Return the fact, with whoever it corrects: the classifier that gave the label, or the version of a head."""
    if is_right is None:
        return Fact(LABEL, photo["subject"], label)
    learned = (photo["learned"] or {}).get(label)
    corrected: dict[str, Any] = {"provider": None, "model": None}
    if learned is not None:
        corrected = {"provider": "learned", "model": learned["head_id"], "version": learned["version"]}
    elif label in {fold_label(name) for name in photo["names"]}:
        corrected = {"provider": photo["provider"], "model": photo["model"]}
    return Fact(LABEL, photo["subject"], label, {"is_right": is_right, **corrected})
