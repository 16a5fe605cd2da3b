"""What a person decides about a photo: facts against its bytes for ever, and the columns of its row that follow."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg import AsyncConnection

from calotype.features.journal import Fact, list_standing, list_told
from calotype.features.photos.events import PhotoChanged, PhotoHidden, PhotoRestored, PhotoShown, PhotoTrashed
from calotype.features.photos.repository import changing
from calotype.features.photos.repository.decisions import find_decided_columns
from calotype.features.photos.rules import OffsetSource, PhotoState, TakenSource

Connection = AsyncConnection[Any]

TOPIC = "photo"  # the subject is the hex SHA-256
TRASHED, HIDDEN = "is_trashed", "is_hidden"  # these two live in one column, `status`
MOVED_BY = frozenset({TRASHED, HIDDEN})

# field -> the columns that it writes
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "title": ("title",),
    "description": ("description",),
    "tags": ("tags",),
    "rating": ("rating",),
    "is_favourite": ("is_favourite",),
    "taken_local": ("taken_local", "taken_source"),
    "utc_offset_min": ("utc_offset_min", "offset_source"),
    "latitude": ("latitude",),
    "longitude": ("longitude",),
    "place": ("place_id",),
    HIDDEN: (),
    TRASHED: (),
}


def make_facts(row: Mapping[str, Any], said: Mapping[str, Any]) -> list[Fact]:
    """Return what is told when a person says `said` (fields of `PhotoChanges`, plain JSON) of the photo in `row`."""
    subject = row["sha256"].hex()
    return [Fact(TOPIC, subject, field, value, _replaced(row, field)) for field, value in said.items()]


def _replaced(row: Mapping[str, Any], field: str) -> dict[str, Any]:
    """Return the columns of a field as they stand, in plain JSON."""
    values = {column: row[column] for column in COLUMNS[field]}
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in values.items()}


async def apply_decisions(connection: Connection, owner_id: UUID, photo_id: UUID, sha256: bytes) -> frozenset[str]:
    """Write what was once said of these bytes over what the files say; return the names of the fields.

    That it was in the trash is not held against bytes that came in again.
    """
    standing = await list_standing(connection, owner_id, TOPIC, [sha256.hex()])
    said = {fact.field: fact.value for fact in standing if fact.field != TRASHED}
    columns = await _columns(connection, {field: value for field, value in said.items() if field != HIDDEN})
    if columns:
        await changing.update_photo(connection, owner_id, photo_id, columns)
    if said.get(HIDDEN):
        await changing.hide_photo(connection, owner_id, photo_id)
    return frozenset(said)


async def project_photos(
    connection: Connection, owner_id: UUID, subjects: Collection[str], fields: Collection[str]
) -> Sequence[object]:
    """Bring the rows of photos into line with what stands about their bytes; return the events that follow.

    A field about which nothing stands any more gets back what had stood there by itself. Only a word about the trash or
    about hiding (`fields`) moves a photo: a variant that went with its lead has none of its own.
    """
    events: list[object] = []
    for subject in sorted(subjects):
        row = await find_decided_columns(connection, owner_id, bytes.fromhex(subject))
        if row is not None:
            events += await _project(connection, owner_id, subject, row)
            if not MOVED_BY.isdisjoint(fields):
                events += await _move(connection, owner_id, subject, row)
    return events


async def _project(connection: Connection, owner_id: UUID, subject: str, row: dict[str, Any]) -> list[object]:
    said = {fact.field: fact.value for fact in await list_standing(connection, owner_id, TOPIC, [subject])}
    columns = await _columns(connection, {field: value for field, value in said.items() if COLUMNS.get(field)})
    for told in reversed(await list_told(connection, owner_id, TOPIC, [subject])):
        if told.field not in said and told.replaced:
            for column, value in told.replaced.items():
                columns.setdefault(column, datetime.fromisoformat(value) if column == "taken_local" else value)
    changed = {column: value for column, value in columns.items() if row[column] != value}
    if changed:
        await changing.update_photo(connection, owner_id, row["id"], changed)
    fields = frozenset(field for field, names in COLUMNS.items() if set(names) & changed.keys())
    return [PhotoChanged(owner_id, row["id"], fields)] if fields else []


async def _move(connection: Connection, owner_id: UUID, subject: str, row: dict[str, Any]) -> Sequence[object]:
    """Move the photo between library, trash and hiding place; return what happened."""
    said = {fact.field: fact.value for fact in await list_standing(connection, owner_id, TOPIC, [subject])}
    photo_id, state = row["id"], PhotoState(row["status"])
    if said.get(TRASHED):
        wanted = PhotoState.TRASHED
    elif said.get(HIDDEN):
        wanted = PhotoState.HIDDEN
    else:
        wanted = PhotoState.VARIANT if state is PhotoState.VARIANT else PhotoState.IN_LIBRARY
    if wanted is state:
        return ()
    await changing.move_photo(connection, owner_id, photo_id, wanted)
    if wanted is PhotoState.TRASHED:
        return (PhotoTrashed(owner_id, photo_id),)
    left = (PhotoRestored(owner_id, photo_id),) if state is PhotoState.TRASHED else (PhotoShown(owner_id, photo_id),)
    return (*left, PhotoHidden(owner_id, photo_id)) if wanted is PhotoState.HIDDEN else left


async def _columns(connection: Connection, said: Mapping[str, Any]) -> dict[str, Any]:
    """Turn decisions into columns of `photos`."""
    columns = dict(said)
    if columns.get("taken_local") is not None:
        columns["taken_local"] = datetime.fromisoformat(columns["taken_local"])
        columns["taken_source"] = TakenSource.PERSON
    if "utc_offset_min" in columns:
        columns["offset_source"] = OffsetSource.PERSON
    if "place" in columns:
        place = columns.pop("place")
        columns["place_id"] = None if place is None else await changing.get_place_id(connection, **place)
    return columns
