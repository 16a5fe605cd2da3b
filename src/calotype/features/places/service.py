"""Where photos were taken: the tree of places, the map, places of one's own, corrections."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import cast
from uuid import UUID

from calotype.db.engine import Connection, Database
from calotype.db.keyset import decode_cursor, encode_cursor
from calotype.features.journal import Fact, Journal
from calotype.features.photos import next_change
from calotype.features.places.errors import NotToBeNamed, PlaceNotFound
from calotype.features.places.events import PhotosPlaced
from calotype.features.places.keys import PlaceKey, read_key, write_subject
from calotype.features.places.known_trees import KnownTrees
from calotype.features.places.own_places import OwnPlaces
from calotype.features.places.projection import NAME, PLACE_NAME, place_due
from calotype.features.places.repository import placing, reading
from calotype.features.places.schemas import OwnPlaceChanges, PlaceCorrection, PlaceNode
from calotype.features.places.tiles import FINEST_KEPT, find_ranges, read_box, shown_zoom
from calotype.features.places.tree import build_tree, find_node, walk
from calotype.kit.events import Publisher
from calotype.kit.progress import Progress

READ_AT_ONCE = 5000  # photos of a box; where more lie so near each other, cells of 300 m have to do
PLACED_TOGETHER = 200  # photos a transaction in the background


class Places:
    """The service behind `/places`, `/map` and `/own-places`. Every method takes the owner."""

    def __init__(self, database: Database, journal: Journal, publisher: Publisher) -> None:
        self._database = database
        self._journal = journal
        self._publisher = publisher
        self.own = OwnPlaces(database, journal)
        self._trees = KnownTrees()

    async def list_tree(self, owner_id: UUID) -> list[PlaceNode]:
        """Return the places of the owner's photos as a tree, the fullest first."""
        async with self._database.connection() as connection:
            return await self._trees.get(connection, owner_id)

    async def list_photos(
        self, owner_id: UUID, key: str, *, cursor: str | None, limit: int
    ) -> tuple[Sequence[UUID], str | None]:
        """Return a page of the photos of a node, newest first, and the next cursor.

        Raises `PlaceNotFound`, `BadCursor`.
        """
        after, meant = _read_cursor(cursor) if cursor else None, read_key(key)
        async with self._database.connection() as connection:
            node = find_node(await self._trees.get(connection, owner_id), meant, key)
            if node is None:
                raise PlaceNotFound
            where = node.place_ids, node.own_place_ids
            rows = await reading.list_photos(connection, owner_id, where, after, limit + 1)
        page = rows[:limit]
        return [photo_id for photo_id, _ in page], _write_cursor(*page[-1]) if len(rows) > limit else None

    async def list_cells(self, owner_id: UUID, box: str, zoom: int) -> tuple[int, str]:
        """Return the photos in a box of the map (`west,south,east,north`): how many, and their cells as JSON.

        Raises `BadBox`.
        """
        seen = read_box(box)
        shown = shown_zoom(seen, zoom)
        async with self._database.connection() as connection:
            photos, cells = await reading.list_cells(connection, owner_id, find_ranges(seen, zoom))
            if shown > FINEST_KEPT and photos <= READ_AT_ONCE:
                return await reading.list_fine_cells(connection, owner_id, seen, shown)
        return photos, cells

    async def name_place(self, owner_id: UUID, key: str, correction: PlaceCorrection) -> PlaceNode:
        """Correct the name of a place for its owner, or rename an own place; return it as it is now.

        Raises `PlaceNotFound`, `NotToBeNamed`.
        """
        meant = read_key(key)
        if meant.kind in {"country", "region"}:
            raise NotToBeNamed
        if meant.own_place_id is not None:
            await self.own.change(owner_id, meant.own_place_id, OwnPlaceChanges(name=correction.name))

        async def work(connection: Connection) -> PlaceNode:
            if meant.kind == "place":
                await self._correct(connection, owner_id, meant, key, correction)
            return await _get_node(connection, owner_id, meant, key)

        return await self._database.run_transaction(work)

    async def _correct(
        self, connection: Connection, owner_id: UUID, meant: PlaceKey, key: str, correction: PlaceCorrection
    ) -> None:
        tree = build_tree(await reading.list_counts(connection, owner_id))
        node = find_node(tree, meant, key)
        if node is None:
            raise PlaceNotFound
        names = _corrected(tree, node, correction)
        facts = [Fact(PLACE_NAME, write_subject(*native), NAME, names) for native in node.natives]
        said = f"Named the place {node.name} {names['name']}"
        await self._journal.record(connection, owner_id, owner_id, "places.name", said, facts)

    async def unname_place(self, owner_id: UUID, key: str) -> PlaceNode:
        """Give a place back the name of the gazetteer. Raises `PlaceNotFound`, `NotToBeNamed`."""
        meant = read_key(key)
        if meant.kind != "place":
            raise NotToBeNamed

        async def work(connection: Connection) -> PlaceNode:
            node = await _get_node(connection, owner_id, meant, key)
            facts = [Fact(PLACE_NAME, write_subject(*native), NAME, None) for native in node.natives]
            said = f"Gave the place {node.name} its old name"
            await self._journal.record(connection, owner_id, owner_id, "places.unname", said, facts)
            return await _get_node(connection, owner_id, meant, key)

        return await self._database.run_transaction(work)

    async def organise(self, owner_id: UUID, *, is_whole: bool, progress: Progress) -> str:
        """Place and index the photos that are due; `is_whole`: see that all counts and own places are right, too."""
        mended: list[str] = []
        if is_whole:
            mended = await self._mend(owner_id)
        done = 0
        while True:
            async with self._database.connection() as connection:
                left = await placing.count_due(connection, owner_id, 1_000_000)
            await progress(done, done + left, "placing photos")
            if not left:
                break
            async with self._database.transaction() as connection:
                placed = await place_due(connection, owner_id, PLACED_TOGETHER)
                if placed:
                    await self._publisher.publish(PhotosPlaced(owner_id, placed), connection)
            done += min(left, PLACED_TOGETHER)
        counted = f" Counted anew: {', '.join(mended)}." if mended else ""
        return f"Placed {done} photo{'' if done == 1 else 's'}.{counted}"

    async def _mend(self, owner_id: UUID) -> list[str]:
        """Note photos in a wrong own place, count anew what is wrong; return what was."""
        async with self._database.transaction() as connection:
            await next_change(connection, owner_id)
            await placing.mark_misplaced(connection, owner_id)
        async with self._database.connection() as connection:
            wrong = await placing.list_wrong_counts(connection, owner_id)
        for table in wrong:
            async with self._database.transaction() as connection:
                await next_change(connection, owner_id)
                await placing.count_anew(connection, owner_id, table)
        return wrong


def _corrected(tree: Sequence[PlaceNode], node: PlaceNode, correction: PlaceCorrection) -> dict[str, str]:
    country = node.country if correction.country is None else correction.country
    code = correction.country_code
    if code is None:
        same = (each.country_code for each in walk(tree) if each.kind == "country" and each.name == country)
        code = node.country_code if country == node.country else next(same, "")
    region = node.region if correction.region is None else correction.region
    return {"name": correction.name, "region": region, "country": country, "country_code": code}


async def _get_node(connection: Connection, owner_id: UUID, meant: PlaceKey, key: str) -> PlaceNode:
    node = find_node(build_tree(await reading.list_counts(connection, owner_id)), meant, key)
    if node is None:
        raise PlaceNotFound
    return node


def _write_cursor(photo_id: UUID, taken_local: datetime) -> str:
    return encode_cursor([taken_local.replace(tzinfo=UTC), photo_id])


def _read_cursor(cursor: str) -> tuple[datetime, UUID]:
    taken, photo_id = cast(tuple[datetime, UUID], decode_cursor(cursor, [datetime, UUID]))
    return taken.replace(tzinfo=None), photo_id
