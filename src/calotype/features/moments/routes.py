"""When we were there, over HTTP."""

from datetime import UTC, date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from calotype.api.answers import json_answer
from calotype.api.paging import DEFAULT_LIMIT, PageCursor, PageLimit
from calotype.api.signed_in import SignedInUser
from calotype.features.moments.schemas import MomentRow
from calotype.features.moments.service import Moments
from calotype.media.text import clean_text

router = APIRouter(tags=["moments"])

MOST_TITLE_CHARS = 200


def _title(title: str | None) -> str | None:
    if title is None:
        return None
    if not (cleaned := clean_text(title, MOST_TITLE_CHARS)):
        raise ValueError("give a title of at least one visible character, or null for the one in plain words")
    return cleaned


def _wall_clock(time: datetime) -> datetime:
    if time.tzinfo is not None:
        raise ValueError("write the wall clock where it was taken, without an offset (2023-07-01T12:30:00)")
    return time


def _memorable(day: date) -> date:
    if not 1850 <= day.year <= 2500:
        raise ValueError("give a day between the years 1850 and 2500")
    return day


class MomentQuery(BaseModel):
    """What `GET /moments` takes."""

    model_config = ConfigDict(extra="forbid")
    kind: Literal["event", "trip"] | None = None
    parent_id: UUID | None = None
    dismissed: bool = False
    limit: PageLimit = DEFAULT_LIMIT
    cursor: PageCursor = None


class MomentSaid(BaseModel):
    """What a person says of a moment. What is left out stays; null takes back what was said."""

    model_config = ConfigDict(extra="forbid")
    title: Annotated[str | None, Field(max_length=1000), AfterValidator(_title)] = None
    is_dismissed: bool = False
    cover_photo_id: UUID | None = None


class OtherMoments(BaseModel):
    """Moments to be merged into one."""

    model_config = ConfigDict(extra="forbid")
    others: Annotated[list[UUID], Field(min_length=1, max_length=100)]


class Split(BaseModel):
    """What leaves a moment: photos, or all that were taken at a local time or later."""

    model_config = ConfigDict(extra="forbid")
    photo_ids: Annotated[list[UUID], Field(min_length=1, max_length=10_000)] | None = None
    at: Annotated[datetime, AfterValidator(_wall_clock)] | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> "Split":
        if (self.photo_ids is None) == (self.at is None):
            raise ValueError("give photo_ids or at, one of them")
        return self


def _moments(request: Request) -> Moments:
    moments: Moments = request.app.state.calotype.moments
    return moments


@router.get("/moments")
async def list_moments(request: Request, user: SignedInUser, wanted: Annotated[MomentQuery, Query()]) -> Response:
    """List events and trips, the newest first. `parent_id`: those of one trip; `dismissed`: the dismissed ones."""
    page = await _moments(request).list_moments(
        user.id, kind=wanted.kind, parent_id=wanted.parent_id, is_dismissed=wanted.dismissed, cursor=wanted.cursor,
        limit=wanted.limit,
    )  # fmt: skip
    images = request.app.state.calotype.photos.images.access(user.id)
    items = [_words(moment) for moment in page.moments]
    return json_answer({"items": items, "next_cursor": page.next_cursor, "images": images})


@router.get("/moments/{moment_id:uuid}")
async def get_moment(request: Request, user: SignedInUser, moment_id: UUID) -> Response:
    """Give one moment."""
    return _answer(request, user.id, await _moments(request).get_moment(user.id, moment_id))


@router.get("/moments/{moment_id:uuid}/photos")
async def list_photos(
    request: Request, user: SignedInUser, moment_id: UUID, limit: PageLimit = DEFAULT_LIMIT, cursor: PageCursor = None
) -> Response:
    """List the photos of a moment, the oldest first: as it was."""
    photos = request.app.state.calotype.photos
    page = await _moments(request).list_photos(user.id, moment_id, cursor=cursor, limit=limit)
    cards = await photos.list_cards_by_id(user.id, page.photo_ids)
    return json_answer({"items": cards, "next_cursor": page.next_cursor, "images": photos.images.access(user.id)})


@router.patch("/moments/{moment_id:uuid}")
async def change_moment(request: Request, user: SignedInUser, moment_id: UUID, said: MomentSaid) -> Response:
    """Rename a moment, dismiss it, give it a cover. It stays so, whatever is found later."""
    words = said.model_dump(include=said.model_fields_set)
    return _answer(request, user.id, await _moments(request).change(user.id, user.id, moment_id, words))


@router.post("/moments/{moment_id:uuid}/merge")
async def merge_moments(request: Request, user: SignedInUser, moment_id: UUID, chosen: OtherMoments) -> Response:
    """Let the photos of other moments of the same kind lie in this one."""
    return _answer(request, user.id, await _moments(request).merge(user.id, user.id, moment_id, chosen.others))


@router.post("/moments/{moment_id:uuid}/split")
async def split_moment(request: Request, user: SignedInUser, moment_id: UUID, chosen: Split) -> Response:
    """Make two moments of one; give both: what stayed, and under `new` what left it."""
    leaving = chosen.photo_ids if chosen.photo_ids is not None else chosen.at
    assert leaving is not None
    stays, new = await _moments(request).split(user.id, user.id, moment_id, leaving)
    images = request.app.state.calotype.photos.images.access(user.id)
    return json_answer({**_words(stays), "new": _words(new), "images": images})


@router.get("/memories")
async def list_memories(
    request: Request,
    user: SignedInUser,
    today: Annotated[date | None, Query(description="The day where the person is; else today in UTC."),
                     AfterValidator(lambda day: day and _memorable(day))] = None,
) -> Response:  # fmt: skip
    """List what is worth another look on a day: what was on this day and in this week years ago, people, the season."""
    photos = request.app.state.calotype.photos
    memories = await _moments(request).list_memories(user.id, today or datetime.now(UTC).date())
    ids = [photo_id for memory in memories for photo_id in memory.photo_ids]
    cards = {str(card["id"]): card for card in await photos.list_cards_by_id(user.id, ids)}
    items = [
        {
            "id": memory.id, "kind": memory.kind, "title": memory.title, "reason": memory.reason,
            "years_ago": memory.years_ago, "person_id": memory.person_id, "photo_ids": memory.photo_ids,
            "photos": [cards[str(each)] for each in memory.photo_ids if str(each) in cards],
        }
        for memory in memories
    ]  # fmt: skip
    return json_answer({"items": items, "images": photos.images.access(user.id)})


def _answer(request: Request, owner_id: UUID, moment: MomentRow) -> Response:
    return json_answer({**_words(moment), "images": request.app.state.calotype.photos.images.access(owner_id)})


def _words(moment: MomentRow) -> dict[str, Any]:
    return {
        "id": moment.id, "kind": moment.kind, "title": moment.title, "place": moment.place,
        "starts_local": moment.starts_local, "ends_local": moment.ends_local, "photos": moment.photos,
        "cover_photo_id": moment.cover_photo_id, "parent_id": moment.parent_id, "is_dismissed": moment.is_dismissed,
    }  # fmt: skip
