"""New photos enter here, in the transaction of whoever took their bytes in."""

from typing import Any

from psycopg import AsyncConnection

from calotype.features.photos.decisions import apply_decisions
from calotype.features.photos.events import PhotoStored
from calotype.features.photos.repository.adding import insert_photo
from calotype.features.photos.schemas import AddedPhoto, NewPhoto
from calotype.kit.events import Publisher


async def add_photo(connection: AsyncConnection[Any], new: NewPhoto, publisher: Publisher) -> AddedPhoto:
    """Write the row of a photo whose original is durable, and publish `PhotoStored`.

    The same bytes of the same owner make one photo: the one that is there comes back with `is_new` False. What a person
    once said of these bytes (before a purge, say) holds again.
    """
    added = await insert_photo(connection, new)
    if added.is_new:
        await apply_decisions(connection, new.owner_id, added.id, new.sha256)
        await publisher.publish(PhotoStored(new.owner_id, added.id), connection)
    return added
