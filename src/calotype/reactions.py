"""Who listens to what: the whole choreography on one screen.

Handlers run inside the transaction of the event, so what they queue leaves with the data or not at all.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from calotype.features.albums import PhotosPutIntoAlbum
from calotype.features.photos import PhotoChanged, PhotoStored, SidecarAttached
from calotype.features.search import index_photo
from calotype.kit.events import Handler
from calotype.pipeline.service import Pipeline

MOVES = {"latitude", "longitude"}


def make_reactions(pipeline: Pipeline) -> Mapping[type, Sequence[Handler]]:
    """Return event -> handlers, in the order in which they run."""

    async def develop(event: PhotoStored, connection: Any) -> None:
        await pipeline.start_photo(connection, event.photo_id)

    async def read_metadata_again(event: SidecarAttached, connection: Any) -> None:
        await pipeline.redo_stage(connection, event.photo_id, "metadata")

    async def find_place_again(event: PhotoChanged, connection: Any) -> None:
        if MOVES & event.fields and "place" not in event.fields:
            await pipeline.redo_stage(connection, event.photo_id, "place")

    async def index_again(event: PhotoChanged, connection: Any) -> None:
        await index_photo(connection, event.owner_id, event.photo_id)

    async def index_album(event: PhotosPutIntoAlbum, connection: Any) -> None:
        for photo_id in event.photo_ids:
            await index_photo(connection, event.owner_id, photo_id)

    return {
        PhotoStored: [develop],
        SidecarAttached: [read_metadata_again],
        PhotoChanged: [find_place_again, index_again],
        PhotosPutIntoAlbum: [index_album],
    }
