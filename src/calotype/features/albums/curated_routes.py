"""Albums of the best, over HTTP."""

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from calotype.api.answers import json_answer
from calotype.api.signed_in import SignedInUser
from calotype.features.albums.curated_schemas import CuratedAlbum, CuratedPhoto
from calotype.features.albums.curation import Curation
from calotype.features.albums.reasons import PINNED

router = APIRouter(tags=["curated"])

AlbumKind = Annotated[
    Literal["year", "month", "moment", "person"] | None, Query(description="Only albums of this kind; all without.")
]


class Wish(BaseModel):
    """What a person wants of a photo in an album."""

    model_config = ConfigDict(extra="forbid")
    pick: Annotated[
        Literal["pin", "remove"] | None,
        Field(description="`pin`: it stays in. `remove`: it stays out. null: the library chooses again."),
    ]


def _curation(request: Request) -> Curation:
    curation: Curation = request.app.state.calotype.curation
    return curation


@router.get("/curated")
async def list_curated(request: Request, user: SignedInUser, kind: AlbumKind = None) -> Response:
    """List the albums that the library made of the best: years first, newest first. There are at most a few hundred."""
    albums = await _curation(request).list_albums(user.id, kind=kind)
    images = request.app.state.calotype.photos.images.access(user.id)
    return json_answer({"items": [_summary(album) for album in albums], "images": images})


@router.get("/curated/{album_id:uuid}")
async def get_curated(request: Request, user: SignedInUser, album_id: UUID) -> Response:
    """Show an album of the best in the order of time, with the reason for each pick."""
    return await _album(request, user.id, album_id)


@router.post("/curated/{album_id:uuid}/photos/{photo_id:uuid}")
async def decide(request: Request, user: SignedInUser, album_id: UUID, photo_id: UUID, wish: Wish) -> Response:
    """Pin a photo in an album, remove it, or leave it to the library; in force at once, and for every later album.

    The rest of the album follows when the library next looks at it, which is soon.
    """
    await _curation(request).decide(user.id, album_id, photo_id, wish.pick)
    return await _album(request, user.id, album_id)


async def _album(request: Request, owner_id: UUID, album_id: UUID) -> Response:
    photos = request.app.state.calotype.photos
    album, picks = await _curation(request).get_album(owner_id, album_id)
    cards = {card["id"]: card for card in await photos.list_cards_by_id(owner_id, [pick.photo_id for pick in picks])}
    items = [_pick(pick, cards[pick.photo_id]) for pick in picks if pick.photo_id in cards]
    return json_answer({**_summary(album), "items": items, "images": photos.images.access(owner_id)})


def _summary(album: CuratedAlbum) -> dict[str, Any]:
    return {
        "id": album.id,
        "key": album.key,
        "kind": album.key.partition(":")[0],
        "title": album.title,
        "photos": album.photos,
        "of_photos": album.of_photos,
        "cover_photo_id": album.cover_photo_id,
        "made_at": album.made_at,
    }


def _pick(pick: CuratedPhoto, card: dict[str, Any]) -> dict[str, Any]:
    reason = PINNED if pick.is_pinned else pick.reason
    return {"photo": card, "reason": reason, "is_pinned": pick.is_pinned, "score": pick.score}
