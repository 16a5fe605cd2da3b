"""The trees of the owners who asked last: building one of 500 places costs more than all else about it."""

from collections import OrderedDict
from uuid import UUID

from calotype.features.places.repository import reading
from calotype.features.places.schemas import PlaceNode
from calotype.features.places.tree import build_tree

MOST_OWNERS = 16  # a tree of 500 places takes about 0.5 MB


class KnownTrees:
    """Keeps a tree as long as nothing of its owner's has changed. Whoever gets one must not change it."""

    def __init__(self) -> None:
        self._trees: OrderedDict[UUID, tuple[int, list[PlaceNode]]] = OrderedDict()

    async def get(self, connection: reading.Connection, owner_id: UUID) -> list[PlaceNode]:
        """Return the owner's tree. Every write of photos or decisions takes a change number: a known one is right."""
        change = await reading.get_change(connection, owner_id)  # first: what is read next can only be newer
        known = self._trees.get(owner_id)
        if known is None or known[0] != change:
            known = change, build_tree(await reading.list_counts(connection, owner_id))
            self._trees[owner_id] = known
        self._trees.move_to_end(owner_id)
        while len(self._trees) > MOST_OWNERS:
            self._trees.popitem(last=False)
        return known[1]
