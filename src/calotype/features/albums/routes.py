"""Albums over HTTP."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from calotype.api.answers import json_answer
from calotype.api.paging import DEFAULT_LIMIT, PageCursor, PageLimit
from calotype.api.signed_in import SignedInUser
from calotype.features.albums.service import Albums

router = APIRouter(tags=["albums"])


class NewAlbum(BaseModel):
    """An album to be made."""

    model_config = ConfigDict(extra="forbid")
    title: Annotated[str, Field(min_length=1, max_length=1000)]


class PhotosForAlbum(BaseModel):
    """Photos to be put into an album, or taken out of it."""

    model_config = ConfigDict(extra="forbid")
    photo_ids: Annotated[list[UUID], Field(min_length=1, max_length=1000)]


def _albums(request: Request) -> Albums:
    albums: Albums = request.app.state.calotype.albums
    return albums


@router.get("/albums")
async def list_albums(request: Request, user: SignedInUser) -> Response:
    """List the albums by title, each with the number of its photos and the newest of them as its cover."""
    albums = await _albums(request).list_albums(user.id)
    items = [{**_summary(each), "photos": each.photos, "cover_id": each.cover_id} for each in albums]
    return json_answer({"items": items})


@router.post("/albums", status_code=201, responses={200: {"description": "There is an album of this title already."}})
async def make_album(request: Request, user: SignedInUser, new: NewAlbum) -> Response:
    """Make an album, or give the one that has this title."""
    album, is_new = await _albums(request).make_album(user.id, new.title)
    return json_answer(_summary(album), 201 if is_new else 200)


@router.get("/albums/{album_id:uuid}/photos")
async def list_photos(
    request: Request, user: SignedInUser, album_id: UUID, limit: PageLimit = DEFAULT_LIMIT, cursor: PageCursor = None
) -> Response:
    """List the photos of an album, newest first by the time taken."""
    photos = request.app.state.calotype.photos
    page = await _albums(request).list_photos(user.id, album_id, limit=limit, cursor=cursor)
    return json_answer(
        {
            "items": await photos.list_cards_by_id(user.id, page.photo_ids),
            "next_cursor": page.next_cursor,
            "images": photos.images.access(user.id),
        }
    )


@router.post("/albums/{album_id:uuid}/photos")
async def add_photos(request: Request, user: SignedInUser, album_id: UUID, chosen: PhotosForAlbum) -> Response:
    """Put photos into an album. Those that are in it already stay; those that are not yours are left out."""
    return json_answer({"added": await _albums(request).add_photos(user.id, album_id, chosen.photo_ids)})


@router.delete("/albums/{album_id:uuid}/photos")
async def take_out_photos(request: Request, user: SignedInUser, album_id: UUID, chosen: PhotosForAlbum) -> Response:
    """Take photos out of an album; they stay in the library. Those that are not in it are left out."""
    return json_answer({"taken_out": await _albums(request).take_out_photos(user.id, album_id, chosen.photo_ids)})


def _summary(album: Any) -> dict[str, Any]:
    return {"id": album.id, "title": album.title, "created_at": album.created_at}
