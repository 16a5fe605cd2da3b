"""From decisions to tables: what was said of labels and hits is in force on the photo at once."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from calotype.features.journal import list_standing
from calotype.features.learning.events import FeedbackGiven
from calotype.features.learning.repository import verdicts
from calotype.features.learning.rules import HEAD_SUBJECT, HIT, LABEL
from calotype.features.photos import PhotoChanged, PhotoStored


async def project_learning(connection: Any, owner_id: UUID, topic: str, subjects: Collection[str]) -> Sequence[object]:
    """Bring the tables into line with what stands about these subjects; return the events that follow.

    Which version of a head is in force is read from the journal itself, so a decision about heads has no table: the
    work that follows gives the labels anew.
    """
    events: list[object] = []
    for subject in sorted(subjects):
        if subject.startswith(HEAD_SUBJECT):
            continue
        photo_id = await verdicts.find_photo_by_content(connection, owner_id, bytes.fromhex(subject))
        if photo_id is not None:
            events += await _project(connection, owner_id, photo_id, topic, subject)
    return [*events, FeedbackGiven(owner_id)]


async def recall_verdicts(event: PhotoStored, connection: Any) -> None:
    """Let what was once said of these bytes stand on the photo that has come in again."""
    subject = await verdicts.find_content(connection, event.owner_id, event.photo_id)
    if subject is not None:
        for topic in (LABEL, HIT):
            await _project(connection, event.owner_id, event.photo_id, topic, subject)


async def _project(connection: Any, owner_id: UUID, photo_id: UUID, topic: str, subject: str) -> Sequence[object]:
    standing = await list_standing(connection, owner_id, topic, [subject])
    if topic == HIT:
        wrong = [fact.field for fact in standing if fact.value and fact.value["is_wrong"]]
        await verdicts.write_hit_verdicts(connection, owner_id, photo_id, wrong)
        return ()
    said = {fact.field: bool(fact.value["is_right"]) for fact in standing if fact.value}
    is_changed = await verdicts.write_label_verdicts(connection, owner_id, photo_id, said)
    if not is_changed:
        return ()
    await verdicts.touch_photo(connection, owner_id, photo_id)
    return (PhotoChanged(owner_id, photo_id, frozenset({"labels"})),)
