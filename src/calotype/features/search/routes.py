"""Search, suggestions, and photos that look alike."""

import time
from datetime import date, datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from calotype.api.answers import json_answer
from calotype.api.paging import DEFAULT_LIMIT, PageCursor, PageLimit
from calotype.api.signed_in import SignedInUser
from calotype.features.photos import Photos
from calotype.features.search.errors import BadQuestion
from calotype.features.search.schemas import Answer, Box, Given, Reason
from calotype.features.search.service import Search

router = APIRouter(tags=["search"])

_FIRST_TODAY_YEAR, _LAST_TODAY_YEAR = 1900, 9000  # a margin to both ends of the calendar

Name = Annotated[str | None, Field(max_length=200)]


class SearchQuery(BaseModel):
    """What `GET /photos/search` takes; everything combines."""

    model_config = ConfigDict(extra="forbid")
    q: Annotated[str, Field(max_length=500, description="A sentence in plain words.")] = ""
    year: Annotated[int | None, Field(ge=1, le=9998)] = None
    taken_from: Annotated[str | None, Field(alias="from", max_length=40, description="A day or a wall-clock time.")] = (
        None
    )
    taken_to: Annotated[str | None, Field(alias="to", max_length=40, description="The same; a day is included.")] = None
    place: Name = None
    camera: Name = None
    label: Name = None
    tag: Name = None
    bbox: Annotated[str | None, Field(max_length=100, description="West, south, east, north in degrees.")] = None
    min_rating: Annotated[int | None, Field(ge=0, le=5)] = None
    drop: Annotated[list[str], Field(max_length=50, description="Ids of chips to ignore.")] = []
    today: Annotated[str | None, Field(max_length=10, description="The asker's day, for “yesterday”.")] = None
    limit: PageLimit = DEFAULT_LIMIT
    cursor: PageCursor = None


def _search(request: Request) -> Search:
    search: Search = request.app.state.calotype.search
    return search


def _photos(request: Request) -> Photos:
    photos: Photos = request.app.state.calotype.photos
    return photos


@router.get("/photos/search")
async def search_photos(request: Request, user: SignedInUser, wanted: Annotated[SearchQuery, Query()]) -> Response:
    """Search by a sentence. The answer shows how it was read (chips), and each hit says why it is one."""
    began = time.perf_counter()
    answer = await _search(request).search(
        user.id, wanted.q, given=_given(wanted), dropped=wanted.drop, limit=wanted.limit, cursor=wanted.cursor,
        today=None if wanted.today is None else _read_today(wanted.today),
    )  # fmt: skip
    photos = _photos(request)
    cards = await photos.list_cards_by_id(user.id, [hit.photo.id for hit in answer.hits])
    body = _answer(answer, {card["id"]: card for card in cards})
    body["images"] = photos.images.access(user.id)
    body["took_ms"] = round((time.perf_counter() - began) * 1000, 1)
    return json_answer(body)


@router.get("/search/suggest")
async def suggest(
    request: Request,
    user: SignedInUser,
    q: Annotated[str, Query(max_length=200)] = "",
    limit: Annotated[int, Query(ge=1, le=50)] = 10,
) -> Response:
    """Suggest words that this library knows."""
    found = await _search(request).suggest(user.id, q, limit)
    return json_answer({"suggestions": [{"text": one.text, "kind": one.kind, "uses": one.uses} for one in found]})


@router.get("/photos/{photo_id:uuid}/similar")
async def list_similar(
    request: Request, user: SignedInUser, photo_id: UUID, limit: Annotated[int, Query(ge=1, le=200)] = 50
) -> Response:
    """List photos that look like this one, the likest first."""
    found = await _search(request).similar(user.id, photo_id, limit)
    photos = _photos(request)
    cards = {card["id"]: card for card in await photos.list_cards_by_id(user.id, [one.photo_id for one in found])}
    items = [
        {**cards[one.photo_id], "likeness": one.likeness, "reasons": _reasons(one.reasons)}
        for one in found
        if one.photo_id in cards
    ]
    return json_answer({"items": items, "images": photos.images.access(user.id)})


def _answer(answer: Answer, cards: dict[Any, dict[str, Any]]) -> dict[str, Any]:
    return {
        "query": answer.query.sentence,
        "chips": [
            {
                "id": chip.id, "kind": chip.kind, "text": chip.text, "label": chip.label, "is_filter": chip.is_filter,
                **({"corrected_from": chip.corrected_from} if chip.corrected_from else {}),
            }
            for chip in answer.query.chips
        ],
        "words": answer.query.words,
        "corrections": dict(answer.corrections),
        "total_sure": answer.total_sure,
        "verdict": answer.verdict,
        "message": answer.message,
        "items": [
            {**cards[hit.photo.id], "match": hit.match, "score": hit.score, "reasons": _reasons(hit.reasons)}
            for hit in answer.hits
            if hit.photo.id in cards
        ],
        "next_cursor": answer.next_cursor,
    }  # fmt: skip


def _reasons(reasons: tuple[Reason, ...]) -> list[dict[str, Any]]:
    return [
        {"kind": one.kind, "text": one.text, **({} if one.confidence is None else {"confidence": one.confidence})}
        for one in reasons
    ]


def _given(wanted: SearchQuery) -> Given:
    return Given(
        wanted.year,
        None if wanted.taken_from is None else _read_time(wanted.taken_from),
        None if wanted.taken_to is None else _read_end(wanted.taken_to),
        wanted.place, wanted.camera, wanted.label, wanted.tag,
        None if wanted.bbox is None else _read_box(wanted.bbox),
        wanted.min_rating,
    )  # fmt: skip


def _read_end(text: str) -> datetime:
    """Return the excluded end: a day is included, so it ends with the next one, the last one with the calendar."""
    moment = _read_time(text)
    if len(text) != len("2023-07-31"):
        return moment
    return moment + timedelta(days=1) if moment.date() < date.max else datetime.max  # noqa: DTZ901


def _read_today(text: str) -> date:
    try:
        day = datetime.strptime(text, "%Y-%m-%d").date()  # noqa: DTZ007 - a day has no zone
    except ValueError:
        raise BadQuestion(f"{text!r} is not a day: write it as 2023-07-31.") from None
    if not _FIRST_TODAY_YEAR <= day.year <= _LAST_TODAY_YEAR:
        raise BadQuestion(f"The day {text} is no asker's day: its year lies from 1900 to 9000.")
    return day


def _read_time(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise BadQuestion(f"{text!r} is not a time: write it as 2023-07-31 or 2023-07-31T18:30.") from None
    return moment.replace(tzinfo=None)  # the clock where the photo was taken


def _read_box(text: str) -> Box:
    try:
        west, south, east, north = (float(part) for part in text.split(","))
    except ValueError:
        raise BadQuestion(
            "A box is four numbers: west,south,east,north in degrees, such as 10.2,43.1,11.9,44.0."
        ) from None
    if not (-180 <= west <= 180 and -180 <= east <= 180 and -90 <= south <= north <= 90):
        raise BadQuestion("A box has longitudes from -180 to 180, latitudes from -90 to 90, and south below north.")
    return Box(west, south, east, north)
