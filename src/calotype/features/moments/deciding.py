"""What a person decides about moments: facts for the journal; the tables follow by the projection.

Of each photo that is in a moment when something is said of it, it is told that it lies in it: so the moment is the
same one after every later run.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from calotype.features.journal import Fact, Journal
from calotype.features.moments.errors import CannotMerge, CannotSplit, CoverNotInMoment, MomentNotFound, NothingToSay
from calotype.features.moments.repository import moments
from calotype.features.moments.schemas import TRIP, MomentRow
from calotype.features.photos import next_change
from calotype.kit.ids import uuid7

Connection = moments.Connection


async def get_moment(connection: Connection, owner_id: UUID, moment_id: UUID) -> MomentRow:
    """Return a moment of the owner. Raises `MomentNotFound`."""
    moment = await moments.find_moment(connection, owner_id, moment_id)
    if moment is None:
        raise MomentNotFound
    return moment


async def change(
    connection: Connection, journal: Journal, owner_id: UUID, actor_id: UUID, asked: tuple[UUID, dict[str, Any]]
) -> MomentRow:
    """Rename, dismiss, give a cover. `asked`: the moment, and what was said of it."""
    moment_id, said = asked
    moment, contents = await _open(connection, owner_id, moment_id)
    facts, sentences = [], []
    for field, value in said.items():
        if field == "cover_photo_id":
            subject = next((each["subject"] for each in contents if each["id"] == value), None)
            if value is not None and subject is None:
                raise CoverNotInMoment
            facts.append(Fact("moment", str(moment_id), "cover", subject))
            sentences.append(
                f"chose the cover of “{moment.title}”" if value else f"let go the cover of “{moment.title}”"
            )
        else:
            facts.append(Fact("moment", str(moment_id), field, value))
            sentences.append(_tell(moment, field, value))
    if not facts:
        raise NothingToSay
    summary = ", ".join(sentences)
    kind = f"moments.{'rename' if 'title' in said else 'dismiss' if 'is_dismissed' in said else 'cover'}"
    facts += _place(contents, moment.kind, moment_id, moment_id)
    await journal.record(connection, owner_id, actor_id, kind, f"{summary[0].upper()}{summary[1:]}", facts)
    return await get_moment(connection, owner_id, moment_id)


def _tell(moment: MomentRow, field: str, value: Any) -> str:
    if field == "title":
        return f"renamed “{moment.title}” to “{value}”" if value else f"took back the name “{moment.title}”"
    return f"dismissed “{moment.title}”" if value else f"took “{moment.title}” in again"


async def merge(
    connection: Connection, journal: Journal, owner_id: UUID, actor_id: UUID, asked: tuple[UUID, Sequence[UUID]]
) -> MomentRow:
    """Let the photos of other moments lie in this one. `asked`: the moment, and the others."""
    moment_id, others = asked
    moment, contents = await _open(connection, owner_id, moment_id)
    facts = _place(contents, moment.kind, moment_id, moment_id)
    titles = []
    for other_id in dict.fromkeys(others):
        if other_id == moment_id:
            raise CannotMerge("A moment cannot be merged with itself: name other ones.")
        other = await get_moment(connection, owner_id, other_id)
        if other.kind != moment.kind:
            raise CannotMerge("Only events can be merged with events, and trips with trips.")
        titles.append(f"“{other.title}”")
        photos = await moments.list_contents(connection, owner_id, other_id)
        facts += _place(photos, moment.kind, moment_id, other_id)
    summary = f"Merged {' and '.join(titles)} into “{moment.title}”"
    await journal.record(connection, owner_id, actor_id, "moments.merge", summary, facts)
    return await get_moment(connection, owner_id, moment_id)


async def split(
    connection: Connection, journal: Journal, owner_id: UUID, actor_id: UUID,
    asked: tuple[UUID, Sequence[UUID] | datetime],
) -> tuple[MomentRow, MomentRow]:  # fmt: skip
    """Make two moments of one. `asked`: the moment, and the photos (or the local time from which on) that leave it."""
    moment_id, chosen = asked
    moment, contents = await _open(connection, owner_id, moment_id)
    if isinstance(chosen, datetime):
        leaving = [each for each in contents if each["taken_local"] >= chosen]
    else:
        leaving = [each for each in contents if each["id"] in set(chosen)]
        if len(leaving) < len(set(chosen)):
            raise CannotSplit("Some of these photos are not in this moment: name photos of it alone.")
    if not leaving or len(leaving) == len(contents):
        raise CannotSplit("Both parts need at least one photo: choose some of the photos, and not all of them.")
    new_id, gone = uuid7(), {each["id"] for each in leaving}
    staying = [each for each in contents if each["id"] not in gone]
    facts = [
        Fact("moment", str(new_id), "made", moment.kind),
        *_place(staying, moment.kind, moment_id, moment_id),
        *_place(leaving, moment.kind, new_id, moment_id),
    ]
    photos = f"{len(leaving)} photo{'' if len(leaving) == 1 else 's'}"
    await journal.record(connection, owner_id, actor_id, "moments.split", f"Split {photos} off “{moment.title}”", facts)
    return await get_moment(connection, owner_id, moment_id), await get_moment(connection, owner_id, new_id)


async def _open(connection: Connection, owner_id: UUID, moment_id: UUID) -> tuple[MomentRow, list[dict[str, Any]]]:
    """Return a moment and its photos, with nobody else changing them until the transaction ends."""
    await next_change(connection, owner_id)  # before all else, as every writer of an owner's photos: no deadlock
    await moments.lock_moments(connection, owner_id)
    moment = await get_moment(connection, owner_id, moment_id)
    return moment, await moments.list_contents(connection, owner_id, moment_id)


def _place(contents: Sequence[dict[str, Any]], kind: str, moment_id: UUID, was_in: UUID) -> list[Fact]:
    """Return the facts that photos lie in a moment. A photo can lie in an event and in a trip: two fields."""
    field = "trip" if kind == TRIP else "moment"
    return [Fact("moment_photo", each["subject"], field, str(moment_id), str(was_in)) for each in contents]
