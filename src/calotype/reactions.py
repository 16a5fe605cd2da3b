"""Who listens to what: the whole choreography on one screen.

Handlers run inside the transaction of the event, so what they queue leaves with the data or not at all.
"""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from functools import partial
from typing import Any
from uuid import UUID

from calotype.features.albums import PhotosPutIntoAlbum, PhotosTakenOutOfAlbum, project_albums, put_back_into_albums
from calotype.features.journal import DecisionsChanged
from calotype.features.learning import FeedbackGiven, TrainingWanted, project_learning, recall_verdicts
from calotype.features.moments import project_moments
from calotype.features.people import PeopleChanged, project_people
from calotype.features.photos import (
    PhotoChanged,
    PhotoHidden,
    PhotoPurged,
    PhotoRestored,
    PhotoShown,
    PhotoStored,
    PhotoTrashed,
    PhotoUnderstood,
    SidecarAttached,
    project_photos,
)
from calotype.features.places import PhotosPlaced, PlacesDue, project_places
from calotype.features.search import index_photo
from calotype.features.stacks import StacksChanged, follow_lead, outlive_lead, project_stacks
from calotype.kit.events import Handler, Publisher
from calotype.pipeline.owner_work import request_work
from calotype.pipeline.service import Pipeline
from calotype.ports.queue import Queue

Projection = Callable[[Any, UUID, str, Collection[str]], Awaitable[Sequence[object]]]
# topic of a decision -> what brings the tables into line with it; photos', which want to know the fields, apart
PROJECTIONS: Mapping[str, Projection] = {
    "face": project_people,
    "person": project_people,
    "own_place": project_places,
    "place_name": project_places,
    "moment": project_moments,
    "moment_photo": project_moments,
    "stack": project_stacks,
    "label": project_learning,
    "hit": project_learning,
    "album": project_albums,
    "curated": project_albums,
}


# What a person says of these is a reason to look again.
MOVES = frozenset({"latitude", "longitude"})
WHEN_AND_WHERE = MOVES | {"taken_local", "utc_offset_min", "place"}
MERITS = frozenset({"rating", "is_favourite", "taken_local"})
CHOSEN_BY = frozenset({"curated", "face", "person", "moment", "moment_photo", "stack", "label"})


def make_reactions(pipeline: Pipeline, queue: Queue) -> Mapping[type, Sequence[Handler]]:
    """Return event -> handlers, in the order in which they run."""

    async def follow_decisions(event: DecisionsChanged, connection: Any) -> None:
        for consequence in await bring_into_line(event, connection):
            await publisher.publish(consequence, connection)

    async def develop(event: PhotoStored, connection: Any) -> None:
        await pipeline.start_photo(connection, event.photo_id)

    ask = partial(AskFor, queue)
    redo = partial(RedoStage, pipeline)
    after_a_move = [ask("people", "stacks", "moments", "curation")]
    reactions: Mapping[type, Sequence[Handler]] = {
        DecisionsChanged: [follow_decisions, ask("curation", topics=CHOSEN_BY)],
        PhotoStored: [develop, put_back_into_albums, recall_verdicts],
        SidecarAttached: [redo("metadata")],
        PhotoChanged: [
            redo("place", fields=MOVES, unless="place"),
            index_again,
            ask("curation", fields=MERITS),
            ask("moments", fields=WHEN_AND_WHERE),
            ask("learning", fields=frozenset({"tags"})),
        ],
        PhotosPutIntoAlbum: [index_all],
        PhotosTakenOutOfAlbum: [index_all],
        PhotosPlaced: [index_all, ask("moments", is_whole=True)],  # moments of any time have another name
        PlacesDue: [ask("places")],
        PhotoUnderstood: [ask("places", "people", "stacks", "moments", "learning", "curation")],
        PeopleChanged: [ask("people")],
        FeedbackGiven: [ask("learning")],
        TrainingWanted: [ask("learning", is_whole=True)],
        PhotoTrashed: [follow_lead, *after_a_move],
        PhotoRestored: [index_again, follow_lead, *after_a_move],  # its place may have got another name meanwhile
        PhotoHidden: [follow_lead, *after_a_move],
        PhotoShown: [index_again, follow_lead, *after_a_move],
        PhotoPurged: [outlive_lead],
        StacksChanged: [ask("moments", "curation")],
    }
    publisher = Publisher(reactions)
    return reactions


async def bring_into_line(event: DecisionsChanged, connection: Any) -> Sequence[object]:
    """Let the tables follow what was said or taken back; return the events that follow from it."""
    if event.topic == "photo":
        return await project_photos(connection, event.owner_id, event.subjects, event.fields)
    return await PROJECTIONS[event.topic](connection, event.owner_id, event.topic, event.subjects)


class AskFor:
    """Asks for work that belongs to the owner; with `fields` or `topics` only where the event is about one of them."""

    def __init__(
        self,
        queue: Queue,
        *kinds: str,
        fields: frozenset[str] | None = None,
        topics: frozenset[str] | None = None,
        is_whole: bool = False,
    ) -> None:
        self._queue, self._kinds, self._is_whole = queue, kinds, is_whole
        self._fields, self._topics = fields, topics

    async def __call__(self, event: Any, connection: Any) -> None:
        if self._fields is not None and not self._fields & event.fields:
            return
        if self._topics is not None and event.topic not in self._topics:
            return
        await request_work(self._queue, connection, event.owner_id, *self._kinds, is_whole=self._is_whole)


class RedoStage:
    """Makes a photo due again for a stage; with `fields` only where one of them changed, and `unless` did not."""

    def __init__(
        self, pipeline: Pipeline, stage: str, *, fields: frozenset[str] | None = None, unless: str = ""
    ) -> None:
        self._pipeline, self._stage, self._fields, self._unless = pipeline, stage, fields, unless

    async def __call__(self, event: Any, connection: Any) -> None:
        if self._fields is None or (self._fields & event.fields and self._unless not in event.fields):
            await self._pipeline.redo_stage(connection, event.photo_id, self._stage)


async def index_again(event: Any, connection: Any) -> None:
    """Bring the index row of a photo up to date."""
    await index_photo(connection, event.owner_id, event.photo_id)


async def index_all(event: Any, connection: Any) -> None:
    """Bring the index rows of several photos up to date."""
    for photo_id in event.photo_ids:
        await index_photo(connection, event.owner_id, photo_id)
