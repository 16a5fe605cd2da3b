"""Places of one's own: made, changed, deleted. Each is a decision."""

from typing import Any
from uuid import UUID

from calotype.api.problems import BadValue
from calotype.db.engine import Connection, Database
from calotype.features.journal import Fact, Journal, list_standing
from calotype.features.places.errors import BadShape, OwnPlaceNotFound
from calotype.features.places.projection import DEFINITION, OWN_PLACE, read_shape
from calotype.features.places.repository import reading
from calotype.features.places.schemas import NewOwnPlace, OwnPlace, OwnPlaceChanges
from calotype.kit.ids import uuid7

MOST_OWN_PLACES = 1000  # each is compared with every new photo


class OwnPlaces:
    """What `/own-places` does."""

    def __init__(self, database: Database, journal: Journal) -> None:
        self._database = database
        self._journal = journal

    async def list_all(self, owner_id: UUID) -> list[OwnPlace]:
        """Return the owner's own places by name."""
        async with self._database.connection() as connection:
            return await reading.list_own_places(connection, owner_id)

    async def make(self, owner_id: UUID, new: NewOwnPlace) -> OwnPlace:
        """Make a place. Raises `BadShape`, `BadValue`."""
        definition = _define(new, None)
        own_place_id = uuid7()

        async def work(connection: Connection) -> OwnPlace:
            if len(await reading.list_own_places(connection, owner_id)) >= MOST_OWN_PLACES:
                raise BadValue(f"There are {MOST_OWN_PLACES} places of your own already. Delete one first.")
            await self._tell(connection, owner_id, "make", f"Made the place {new.name}", own_place_id, definition)
            return await self._get(connection, owner_id, own_place_id)

        return await self._database.run_transaction(work)

    async def change(self, owner_id: UUID, own_place_id: UUID, changes: OwnPlaceChanges) -> OwnPlace:
        """Change name or shape. Raises `OwnPlaceNotFound`, `BadShape`."""

        async def work(connection: Connection) -> OwnPlace:
            before = await self._get_definition(connection, owner_id, own_place_id)
            definition = _define(changes, before)
            if definition != before:
                said = f"Renamed the place {before['name']} to {definition['name']}"
                if definition["name"] == before["name"]:
                    said = f"Changed where the place {before['name']} is"
                await self._tell(connection, owner_id, "change", said, own_place_id, definition)
            return await self._get(connection, owner_id, own_place_id)

        return await self._database.run_transaction(work)

    async def delete(self, owner_id: UUID, own_place_id: UUID) -> None:
        """Delete a place; its photos lie at those of the gazetteer again. Raises `OwnPlaceNotFound`."""

        async def work(connection: Connection) -> None:
            before = await self._get_definition(connection, owner_id, own_place_id)
            await self._tell(connection, owner_id, "delete", f"Deleted the place {before['name']}", own_place_id, None)

        await self._database.run_transaction(work)

    async def _tell(
        self, connection: Connection, owner_id: UUID, verb: str, said: str, own_place_id: UUID, definition: Any
    ) -> None:  # fmt: skip
        facts = [Fact(OWN_PLACE, str(own_place_id), DEFINITION, definition)]
        await self._journal.record(connection, owner_id, owner_id, f"places.{verb}", said, facts)

    async def _get(self, connection: Connection, owner_id: UUID, own_place_id: UUID) -> OwnPlace:
        found = await reading.list_own_places(connection, owner_id, own_place_id)
        if not found:
            raise OwnPlaceNotFound
        return found[0]

    async def _get_definition(self, connection: Connection, owner_id: UUID, own_place_id: UUID) -> dict[str, Any]:
        standing = await list_standing(connection, owner_id, OWN_PLACE, [str(own_place_id)])
        if not standing or standing[-1].value is None:
            raise OwnPlaceNotFound
        definition: dict[str, Any] = standing[-1].value
        return definition


def _define(changes: OwnPlaceChanges, before: dict[str, Any] | None) -> dict[str, Any]:
    """Return the whole definition: what is not given stays as it was. Raises `BadShape`."""
    definition = {**(before or {}), "name": changes.name or (before or {})["name"]}
    if changes.polygon is not None:
        definition["polygon"] = [list(corner) for corner in changes.polygon]
    elif changes.has_circle:
        given = {name: getattr(changes, name) for name in ("latitude", "longitude", "radius_m")}
        if definition.get("polygon") and None in given.values():
            raise BadShape("Give latitude, longitude and radius_m together to make a circle of a polygon.")
        definition |= {"polygon": None, **{name: value for name, value in given.items() if value is not None}}
    shape = read_shape(definition)
    return definition | {"latitude": shape.latitude, "longitude": shape.longitude, "radius_m": shape.radius_m}
