"""From decisions to tables: own places, corrected names, and the photos that follow from them."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from calotype.features.journal import list_standing
from calotype.features.photos import next_change
from calotype.features.places.events import PhotosPlaced, PlacesDue
from calotype.features.places.keys import read_subject
from calotype.features.places.repository import placing
from calotype.features.places.shapes import Shape, make_circle, make_polygon

OWN_PLACE, PLACE_NAME = "own_place", "place_name"  # topics
DEFINITION, NAME = "definition", "name"  # their fields
PLACED_AT_ONCE = 2000  # photos whose own place is written within the request; more are work for the background
INDEXED_AT_ONCE = 100


async def project_places(connection: Any, owner_id: UUID, topic: str, subjects: Collection[str]) -> Sequence[object]:
    """Bring the tables into line with what stands about these subjects; return the events that follow."""
    field = DEFINITION if topic == OWN_PLACE else NAME
    standing = await list_standing(connection, owner_id, topic, subjects)
    said = {fact.subject: fact.value for fact in standing if fact.field == field}
    for subject in sorted(subjects):
        if topic == OWN_PLACE:
            await _project_own_place(connection, owner_id, UUID(subject), said.get(subject))
        else:
            await _project_name(connection, owner_id, subject, said.get(subject))
    return await _settle_few(connection, owner_id)


def read_shape(definition: Mapping[str, Any]) -> Shape:
    """Return the shape of a definition. Raises `BadShape`."""
    if definition["polygon"] is not None:
        return make_polygon(definition["polygon"])
    return make_circle(definition["latitude"], definition["longitude"], definition["radius_m"])


async def _project_own_place(
    connection: Any, owner_id: UUID, own_place_id: UUID, definition: Mapping[str, Any] | None
) -> None:
    before = await placing.find_own_definition(connection, owner_id, own_place_id)
    if definition is None:
        if before is not None:
            await placing.mark_photos_of_own_place(connection, owner_id, own_place_id, is_renamed=False)
            await placing.delete_own_place(connection, owner_id, own_place_id)
        return
    shape, name = read_shape(definition), definition["name"]
    await placing.write_own_place(connection, owner_id, own_place_id, name, shape, definition["polygon"])
    after = await placing.find_own_definition(connection, owner_id, own_place_id)
    is_moved = before is None or after is None or before[1:] != after[1:]
    is_renamed = before is not None and before[0] != name
    if before is not None and (is_moved or is_renamed):
        await placing.mark_photos_of_own_place(connection, owner_id, own_place_id, is_renamed=is_renamed)
    if is_moved:
        await placing.mark_photos_inside(connection, owner_id, own_place_id)


async def _project_name(connection: Any, owner_id: UUID, subject: str, names: dict[str, str] | None) -> None:
    place_id = await placing.find_place(connection, *read_subject(subject))
    if place_id is not None:
        await placing.write_place_name(connection, owner_id, place_id, names)
        await placing.mark_photos_at(connection, owner_id, place_id)


async def _settle_few(connection: Any, owner_id: UUID) -> Sequence[object]:
    """Place the photos at once where they are few; leave the rest to the background."""
    due = await placing.count_due(connection, owner_id, PLACED_AT_ONCE + 1)
    if due > PLACED_AT_ONCE:
        return [PlacesDue(owner_id)]
    placed = await place_due(connection, owner_id, PLACED_AT_ONCE)
    if len(placed) <= INDEXED_AT_ONCE:
        return [PhotosPlaced(owner_id, placed)] if placed else ()
    await placing.mark_for_index(connection, owner_id, placed)
    return [PlacesDue(owner_id)]


async def place_due(connection: Any, owner_id: UUID, limit: int) -> list[UUID]:
    """Place some of the photos that are due; return those that are to be indexed, sorted."""
    change = await next_change(connection, owner_id)  # before all else: no deadlock
    due = await placing.take_due(connection, owner_id, limit)
    return await placing.place_photos(connection, owner_id, due, change) if due else []
