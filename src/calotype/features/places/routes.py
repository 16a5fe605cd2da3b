"""Where photos were taken, over HTTP."""

from collections.abc import Sequence
from typing import Annotated, Any
from uuid import UUID

import orjson
from fastapi import APIRouter, Query, Request, Response

from calotype.api.answers import JSON_TYPE, NEVER_STORED, json_answer
from calotype.api.paging import DEFAULT_LIMIT, PageCursor, PageLimit
from calotype.api.signed_in import SignedInUser
from calotype.features.places.keys import write_own_key
from calotype.features.places.schemas import NewOwnPlace, OwnPlace, OwnPlaceChanges, PlaceCorrection, PlaceNode
from calotype.features.places.service import Places

router = APIRouter(tags=["places"])

Zoom = Annotated[int, Query(ge=0, le=20, description="Of the map, as in the web's tiles.")]
MapBox = Annotated[
    str, Query(max_length=200, description="west,south,east,north in degrees; west > east crosses the date line.")
]


def _places(request: Request) -> Places:
    places: Places = request.app.state.calotype.places
    return places


def _images(request: Request, user_id: UUID) -> Any:
    return request.app.state.calotype.photos.images.access(user_id)


@router.get("/places")
async def list_places(request: Request, user: SignedInUser) -> Response:
    """Give the tree country, region, place; the fullest first. Own places hang where most of their photos lie."""
    tree = await _places(request).list_tree(user.id)
    return json_answer({"items": _nodes(tree), "images": _images(request, user.id)})


@router.get("/places/{key}/photos")
async def list_photos(
    request: Request, user: SignedInUser, key: str, limit: PageLimit = DEFAULT_LIMIT, cursor: PageCursor = None
) -> Response:
    """List the photos of a country, region, place or own place, newest first by the time taken."""
    photo_ids, next_cursor = await _places(request).list_photos(user.id, key, cursor=cursor, limit=limit)
    cards = await request.app.state.calotype.photos.list_cards_by_id(user.id, photo_ids)
    return json_answer({"items": cards, "next_cursor": next_cursor, "images": _images(request, user.id)})


@router.put("/places/{key}/name")
async def name_place(request: Request, user: SignedInUser, key: str, correction: PlaceCorrection) -> Response:
    """Correct the name of a place, once and for all photos that come to lie there; an own place is renamed."""
    return json_answer(_node(await _places(request).name_place(user.id, key, correction)))


@router.delete("/places/{key}/name")
async def unname_place(request: Request, user: SignedInUser, key: str) -> Response:
    """Give a place back the name that the gazetteer has for it."""
    return json_answer(_node(await _places(request).unname_place(user.id, key)))


@router.get("/map")
async def show_map(request: Request, user: SignedInUser, box: MapBox, zoom: Zoom) -> Response:
    """Give the photos in a box of the map in cells of 64 pixels; those that the box cuts are given whole."""
    total, cells = await _places(request).list_cells(user.id, box, zoom)
    rest = orjson.dumps({"total": total, "images": _images(request, user.id)})
    return Response(b'{"cells":' + cells.encode() + b"," + rest[1:], 200, NEVER_STORED, JSON_TYPE)


@router.get("/own-places")
async def list_own_places(request: Request, user: SignedInUser) -> Response:
    """List the places of one's own by name."""
    own = await _places(request).own.list_all(user.id)
    return json_answer({"items": [_own(each) for each in own], "images": _images(request, user.id)})


@router.post("/own-places", status_code=201)
async def make_own_place(request: Request, user: SignedInUser, new: NewOwnPlace) -> Response:
    """Make a place of one's own: a circle or a polygon, which wins over the gazetteer."""
    return json_answer(_own(await _places(request).own.make(user.id, new)), 201)


@router.patch("/own-places/{own_place_id:uuid}")
async def change_own_place(
    request: Request, user: SignedInUser, own_place_id: UUID, changes: OwnPlaceChanges
) -> Response:
    """Rename, move or reshape a place of one's own. What is left out stays."""
    return json_answer(_own(await _places(request).own.change(user.id, own_place_id, changes)))


@router.delete("/own-places/{own_place_id:uuid}", status_code=204)
async def delete_own_place(request: Request, user: SignedInUser, own_place_id: UUID) -> Response:
    """Delete a place of one's own. Its photos stay, at the places of the gazetteer."""
    await _places(request).own.delete(user.id, own_place_id)
    return Response(status_code=204)


def _nodes(nodes: Sequence[PlaceNode]) -> list[dict[str, Any]]:
    return [{**_node(node), "children": _nodes(node.children)} for node in nodes]


def _node(node: PlaceNode) -> dict[str, Any]:
    return {
        "key": node.key,
        "name": node.name,
        "kind": node.kind,
        "country_code": node.country_code,
        "photos": node.photos,
        "cover_photo_id": node.cover_photo_id,
        "own_place_id": node.own_place_ids[0] if node.kind == "own" else None,
    }


def _own(own: OwnPlace) -> dict[str, Any]:
    return {
        "id": own.id,
        "key": write_own_key(own.id),
        "name": own.name,
        "latitude": own.latitude,
        "longitude": own.longitude,
        "radius_m": own.radius_m,
        "polygon": own.polygon,
        "photos": own.photos,
        "cover_photo_id": own.cover_photo_id,
    }
