"""From counts to the tree country → region → place. Pure.

An own place wins over the gazetteer: it hangs where most of its photos lie, with all of them. Rows of the gazetteer
that are shown under one name are one place.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from uuid import UUID

from calotype.features.places.keys import PlaceKey, write_key, write_own_key
from calotype.features.places.schemas import PlaceCount, PlaceNode

Names = tuple[str, str, str]  # country, region, name, as shown


def build_tree(counts: Sequence[PlaceCount]) -> list[PlaceNode]:
    """Return the top of the tree: countries, and what lies in none. The fullest come first."""
    tree = _Tree()
    for (country, region, _), place in _places(counts):
        tree.hang(place, country, region)
    for country, region, place in _own_places(counts):
        tree.hang(place, country, region)
    _sort(tree.top)
    return tree.top


def find_node(tree: Iterable[PlaceNode], key: PlaceKey, text: str) -> PlaceNode | None:
    """Return the node that a key means; a place is found by any of its rows of the gazetteer."""
    for node in walk(tree):
        if node.key == text or (key.kind == "place" and node.kind == "place" and key.names in node.natives):
            return node
    return None


def walk(tree: Iterable[PlaceNode]) -> Iterator[PlaceNode]:
    """Yield every node, parents first."""
    for node in tree:
        yield node
        yield from walk(node.children)


def _places(counts: Sequence[PlaceCount]) -> Iterable[tuple[Names, PlaceNode]]:
    places: dict[Names, PlaceNode] = {}
    for count in counts:
        if count.own_place_id is not None or count.place_id is None:
            continue
        names = count.country, count.region, count.name
        node = places.setdefault(names, PlaceNode("", count.name, "place", count.country_code))
        node.region, node.country = count.region, count.country
        node.natives.append(count.native)
        node.place_ids.append(count.place_id)
        _add(node, count.photos, count.newest, count.cover_photo_id)
    for names, node in places.items():
        # the row that really has this name speaks for all, else the first
        node.natives.sort(key=lambda native, names=names: (native[1:] != names[1:], native))  # type: ignore[misc]
        node.key = write_key("place", *node.natives[0])
    return places.items()


def _own_places(counts: Sequence[PlaceCount]) -> Iterable[tuple[str, str, PlaceNode]]:
    own: dict[UUID, PlaceNode] = {}
    where: dict[UUID, Counter[tuple[str, str, str]]] = {}
    for count in counts:
        if count.own_place_id is None:
            continue
        node = own.setdefault(
            count.own_place_id, PlaceNode(write_own_key(count.own_place_id), count.own_name or "", "own")
        )
        node.own_place_ids = [count.own_place_id]
        _add(node, count.photos, count.newest, count.cover_photo_id)
        if count.place_id is not None:
            place = count.country, count.region, count.country_code
            where.setdefault(count.own_place_id, Counter())[place] += count.photos
    for own_place_id, node in own.items():
        votes = sorted(where.get(own_place_id, Counter()).items(), key=lambda vote: (-vote[1], vote[0]))
        node.country, node.region, node.country_code = votes[0][0] if votes else ("", "", "")
        yield node.country, node.region, node


class _Tree:
    def __init__(self) -> None:
        self.top: list[PlaceNode] = []
        self._countries: dict[str, PlaceNode] = {}
        self._regions: dict[tuple[str, str], PlaceNode] = {}

    def hang(self, place: PlaceNode, country: str, region: str) -> None:
        """Hang a place under its region and country; those that are empty are left out."""
        siblings = self.top
        for parent in self._parents(country, region, place.country_code):
            if not parent.photos:
                siblings.append(parent)
            _add(parent, place.photos, place.newest, place.cover_photo_id)
            parent.place_ids += place.place_ids
            parent.own_place_ids += place.own_place_ids
            siblings = parent.children
        siblings.append(place)

    def _parents(self, country: str, region: str, code: str) -> Iterator[PlaceNode]:
        if not country:
            return
        if country not in self._countries:
            self._countries[country] = PlaceNode(write_key("country", country), country, "country", code)
        yield self._countries[country]
        if not region:
            return
        if (country, region) not in self._regions:
            key = write_key("region", country, region)
            self._regions[country, region] = PlaceNode(key, region, "region", code, country=country)
        yield self._regions[country, region]


def _add(node: PlaceNode, photos: int, newest: object, cover: UUID | None) -> None:
    node.photos += photos
    if cover is not None and (node.newest is None or newest > node.newest):
        node.newest, node.cover_photo_id = newest, cover


def _sort(nodes: list[PlaceNode]) -> None:
    nodes.sort(key=lambda node: (-node.photos, node.name, node.key))
    for node in nodes:
        _sort(node.children)
