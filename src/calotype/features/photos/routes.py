"""Photos, the timeline and the images."""

from datetime import datetime, timedelta
from typing import Annotated, Literal
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, ConfigDict, Field

from calotype.api.answers import is_known, json_answer, make_etag, tagged_json
from calotype.api.paging import DEFAULT_LIMIT, PageCursor, PageLimit
from calotype.api.problems import BadValue
from calotype.api.ranges import RangeNotSatisfiable, read_range
from calotype.api.signed_in import SignedInUser
from calotype.features.photos.images import ServedImage
from calotype.features.photos.repository.reading import CardFilter
from calotype.features.photos.rules import PhotoState
from calotype.features.photos.schemas import PhotoChanges
from calotype.features.photos.service import Photos

router = APIRouter(tags=["photos"])
open_router = APIRouter(tags=["photos"])  # the signed key in the address is the permission

_IMAGE_CSP = "sandbox; default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
_READ_WHOLE_BYTES = 2_000_000  # prints; larger ones are streamed

Size = Literal["150", "300", "600", "1200", "full", "original"]


class PhotoQuery(BaseModel):
    """What `GET /photos` takes."""

    model_config = ConfigDict(extra="forbid")
    limit: PageLimit = DEFAULT_LIMIT
    cursor: PageCursor = None
    trashed: bool = False
    hidden: bool = False
    favourite: bool | None = None
    taken_from: Annotated[str | None, Field(alias="from", max_length=40)] = None
    taken_to: Annotated[str | None, Field(alias="to", max_length=40)] = None


def _photos(request: Request) -> Photos:
    photos: Photos = request.app.state.calotype.photos
    return photos


@router.get("/photos")
async def list_photos(request: Request, user: SignedInUser, wanted: Annotated[PhotoQuery, Query()]) -> Response:
    """List photos, newest first by the time taken. `from` and `to` are days or wall-clock times, both included."""
    state = PhotoState.TRASHED if wanted.trashed else PhotoState.HIDDEN if wanted.hidden else PhotoState.IN_LIBRARY
    which = CardFilter(state, wanted.favourite, _from(wanted.taken_from), _before(wanted.taken_to))
    page = await _photos(request).list_cards(user.id, which, cursor=wanted.cursor, limit=wanted.limit)
    return json_answer(page)


@router.get("/timeline")
async def get_timeline(request: Request, user: SignedInUser) -> Response:
    """Count the photos of each month."""
    change, body = await _photos(request).count_months(user.id)
    return tagged_json(request, body, make_etag("timeline", user.id, change))


@router.get("/timeline/{month}")
async def get_month(request: Request, user: SignedInUser, month: str) -> Response:
    """List all photos of a month as columns of the same length, newest first."""
    photos = _photos(request)
    # The change number is read first: what is newer than its tag is only fetched once more.
    etag = make_etag("month", user.id, month, await photos.get_change(user.id), photos.images.access(user.id))
    if is_known(request, etag):
        return tagged_json(request, b"", etag)
    return tagged_json(request, await photos.list_month(user.id, month), etag)


@router.get("/photos/{photo_id:uuid}")
async def get_photo(request: Request, user: SignedInUser, photo_id: UUID) -> Response:
    """Tell what is known of a photo."""
    return json_answer(await _photos(request).get_detail(user.id, photo_id))


@router.get("/photos/{photo_id:uuid}/metadata")
async def get_metadata(request: Request, user: SignedInUser, photo_id: UUID) -> Response:
    """Tell everything that is known of a photo, by stage, with raw results."""
    return json_answer(await _photos(request).known.get(user.id, photo_id))


@router.patch("/photos/{photo_id:uuid}")
async def change_photo(request: Request, user: SignedInUser, photo_id: UUID, changes: PhotoChanges) -> Response:
    """Decide about a photo: title, description, tags, rating, favourite, hidden, time, place."""
    photos = _photos(request)
    await photos.change_photo(user.id, photo_id, changes)
    return json_answer(await photos.get_detail(user.id, photo_id))


@router.delete("/photos/{photo_id:uuid}", status_code=204)
async def trash_photo(request: Request, user: SignedInUser, photo_id: UUID) -> Response:
    """Put a photo into the trash."""
    await _photos(request).trash.put(user.id, photo_id)
    return Response(status_code=204)


@router.post("/photos/{photo_id:uuid}/restore")
async def restore_photo(request: Request, user: SignedInUser, photo_id: UUID) -> Response:
    """Take a photo out of the trash."""
    photos = _photos(request)
    await photos.trash.restore(user.id, photo_id)
    return json_answer(await photos.get_card(user.id, photo_id))


@open_router.get("/photos/{photo_id:uuid}/images/{size}")
async def get_image(
    request: Request, photo_id: UUID, size: Size, k: Annotated[str, Query(max_length=100)] = ""
) -> Response:
    """Give the bytes of a photo in one size, or a part of them."""
    images = _photos(request).images
    image = await images.find(k, photo_id, size)
    headers = _image_headers(image)
    if is_known(request, image.etag):
        return Response(status_code=304, headers=headers)
    try:
        part = read_range(_range_header(request, image), image.size_bytes)
    except RangeNotSatisfiable:
        return Response(status_code=416, headers={"Content-Range": f"bytes */{image.size_bytes}"})
    start, stop = part or (0, image.size_bytes)
    status = 200
    if part is not None:
        status = 206
        headers["Content-Range"] = f"bytes {start}-{stop - 1}/{image.size_bytes}"
    headers["Content-Length"] = str(stop - start)
    if request.method == "HEAD":
        return Response(status_code=status, headers=headers, media_type=image.mime)
    if image.size_bytes <= _READ_WHOLE_BYTES:
        return Response((await images.read(image))[start:stop], status, headers, image.mime)
    return StreamingResponse(images.stream(image, start, stop), status, headers, image.mime)


open_router.add_api_route("/photos/{photo_id:uuid}/images/{size}", get_image, methods=["HEAD"], include_in_schema=False)


def _range_header(request: Request, image: ServedImage) -> str | None:
    """Return the Range header unless `If-Range` names another version (then the whole is wanted)."""
    wanted = request.headers.get("if-range")
    return request.headers.get("range") if wanted is None or wanted == image.etag else None


def _image_headers(image: ServedImage) -> dict[str, str]:
    headers = {
        "ETag": image.etag,
        "Accept-Ranges": "bytes",
        "Cache-Control": f"private, max-age={image.cached_s}, immutable",
        "Content-Security-Policy": _IMAGE_CSP,
        "Content-Disposition": "inline",
    }
    if image.download_name is not None:
        headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(image.download_name, safe='')}"
    return headers


def _from(text: str | None) -> datetime | None:
    return None if text is None else _read_time(text)[0]


def _before(text: str | None) -> datetime | None:
    """A day that is included ends where the next one begins; an instant that is included ends a microsecond later."""
    if text is None:
        return None
    time, is_day = _read_time(text)
    try:
        return time + (timedelta(days=1) if is_day else timedelta(microseconds=1))
    except OverflowError:
        return None


def _read_time(text: str) -> tuple[datetime, bool]:
    try:
        return datetime.fromisoformat(text).replace(tzinfo=None), len(text) <= 10
    except ValueError:
        raise BadValue("Write `from` and `to` as a day (2023-07-01) or a time (2023-07-01T12:30:00).") from None
