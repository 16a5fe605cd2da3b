"""Who listens to what: the whole choreography on one screen.

Handlers run inside the transaction of the event, so what they queue leaves with the data or not at all.
"""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from calotype.features.albums import PhotosPutIntoAlbum, PhotosTakenOutOfAlbum, project_albums, put_back_into_albums
from calotype.features.journal import DecisionsChanged
from calotype.features.learning import FeedbackGiven, TrainingWanted, project_learning, recall_verdicts
from calotype.features.moments import project_moments
from calotype.features.people import PeopleChanged, project_people
from calotype.features.photos import (
    PhotoChanged,
    PhotoDeveloped,
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

MOVES = {"latitude", "longitude"}
WHEN_AND_WHERE = {"taken_local", "utc_offset_min", "latitude", "longitude", "place"}
# What a person says of these is a reason to choose the best again.
CHOSEN_BY = {"rating", "is_favourite", "taken_local"}
CHOSEN_BY_TOPICS = {"curated", "face", "person", "moment", "moment_photo", "stack", "label"}

Projection = Callable[[Any, UUID, str, Collection[str]], Awaitable[Sequence[object]]]
# topic of a decision -> what brings the tables into line with it
PROJECTIONS: Mapping[str, Projection] = {
    "photo": project_photos,
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


def make_reactions(pipeline: Pipeline, queue: Queue) -> Mapping[type, Sequence[Handler]]:  # noqa: C901 - one screen
    """Return event -> handlers, in the order in which they run."""

    async def follow_decisions(event: DecisionsChanged, connection: Any) -> None:
        project = PROJECTIONS[event.topic]
        for consequence in await project(connection, event.owner_id, event.topic, event.subjects):
            await publisher.publish(consequence, connection)

    async def develop(event: PhotoStored, connection: Any) -> None:
        await pipeline.start_photo(connection, event.photo_id)

    async def read_metadata_again(event: SidecarAttached, connection: Any) -> None:
        await pipeline.redo_stage(connection, event.photo_id, "metadata")

    async def find_place_again(event: PhotoChanged, connection: Any) -> None:
        if MOVES & event.fields and "place" not in event.fields:
            await pipeline.redo_stage(connection, event.photo_id, "place")

    async def learn_tags(event: PhotoChanged, connection: Any) -> None:
        if "tags" in event.fields:
            await request_work(queue, connection, event.owner_id, "learning")

    async def learn_all(event: TrainingWanted, connection: Any) -> None:
        await request_work(queue, connection, event.owner_id, "learning", is_whole=True)

    def organise(*kinds: str) -> Handler:
        async def request(event: Any, connection: Any) -> None:
            await request_work(queue, connection, event.owner_id, *kinds)

        return request

    after_a_move = [organise("stacks", "moments", "curation")]
    reactions: Mapping[type, Sequence[Handler]] = {
        DecisionsChanged: [follow_decisions, choose_again(queue)],
        PhotoStored: [develop, put_back_into_albums, recall_verdicts],
        SidecarAttached: [read_metadata_again],
        PhotoChanged: [find_place_again, index_again, choose_again(queue), learn_tags, find_moments_again(queue)],
        PhotosPutIntoAlbum: [index_album],
        PhotosTakenOutOfAlbum: [index_album],
        PhotosPlaced: [index_album, name_moments_again(queue)],
        PlacesDue: [organise("places")],
        PhotoDeveloped: [organise("places", "stacks", "moments", "curation")],
        PhotoUnderstood: [organise("people", "stacks", "moments", "learning", "curation")],
        PeopleChanged: [organise("people")],
        FeedbackGiven: [organise("learning")],
        TrainingWanted: [learn_all],
        PhotoTrashed: [follow_lead, *after_a_move],
        PhotoRestored: [index_again, follow_lead, *after_a_move],  # its place may have got another name meanwhile
        PhotoHidden: [follow_lead, *after_a_move],
        PhotoShown: [index_again, follow_lead, *after_a_move],
        PhotoPurged: [outlive_lead],
        StacksChanged: [organise("moments", "curation")],
    }
    publisher = Publisher(reactions)
    return reactions


def choose_again(queue: Queue) -> Handler:
    """Return what has the best chosen again where a person said something that counts."""

    async def request(event: DecisionsChanged | PhotoChanged, connection: Any) -> None:
        said = CHOSEN_BY & event.fields if isinstance(event, PhotoChanged) else event.topic in CHOSEN_BY_TOPICS
        if said:
            await request_work(queue, connection, event.owner_id, "curation")

    return request


def find_moments_again(queue: Queue) -> Handler:
    """Return what has the moments around a photo found again where a person said when or where it was taken."""

    async def request(event: PhotoChanged, connection: Any) -> None:
        if WHEN_AND_WHERE & event.fields:
            await request_work(queue, connection, event.owner_id, "moments")

    return request


def name_moments_again(queue: Queue) -> Handler:
    """Return what has all moments looked at again: places have other names, in moments of any time."""

    async def request(event: PhotosPlaced, connection: Any) -> None:
        await request_work(queue, connection, event.owner_id, "moments", is_whole=True)

    return request


async def index_again(event: PhotoChanged, connection: Any) -> None:
    """Bring the index row of a photo up to date."""
    await index_photo(connection, event.owner_id, event.photo_id)


async def index_album(event: PhotosPutIntoAlbum | PhotosTakenOutOfAlbum | PhotosPlaced, connection: Any) -> None:
    """Bring the index rows of photos up to date that came into an album or left it, or lie at another place."""
    for photo_id in event.photo_ids:
        await index_photo(connection, event.owner_id, photo_id)
