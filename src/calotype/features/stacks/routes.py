"""Pictures that belong together, over HTTP."""

from collections.abc import Sequence
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from calotype.api.answers import json_answer
from calotype.api.paging import DEFAULT_LIMIT, PageCursor, PageLimit
from calotype.api.signed_in import SignedInUser
from calotype.features.photos import Photos
from calotype.features.stacks.schemas import Kind
from calotype.features.stacks.service import ReviewedStack, Stacks

router = APIRouter(tags=["stacks"])


class PhotosTogether(BaseModel):
    """Photos to be put together."""

    model_config = ConfigDict(extra="forbid")
    photo_ids: Annotated[list[UUID], Field(min_length=2, max_length=500)]
    lead_photo_id: UUID | None = None


class PhotosToKeep(BaseModel):
    """Which photos of a stack to keep; the first takes over what was known of the others."""

    model_config = ConfigDict(extra="forbid")
    keep: Annotated[list[UUID], Field(min_length=1, max_length=500)]


def _stacks(request: Request) -> Stacks:
    stacks: Stacks = request.app.state.calotype.stacks
    return stacks


def _photos(request: Request) -> Photos:
    photos: Photos = request.app.state.calotype.photos
    return photos


@router.get("/stacks")
async def list_stacks(
    request: Request,
    user: SignedInUser,
    kind: Kind | None = None,
    limit: PageLimit = DEFAULT_LIMIT,
    cursor: PageCursor = None,
) -> Response:
    """List stacks, the newest first, each with its photos and which of them to keep."""
    page, next_cursor = await _stacks(request).list_stacks(user.id, kind, cursor=cursor, limit=limit)
    items = await _told(request, user.id, page)
    images = _photos(request).images.access(user.id)
    return json_answer({"items": items, "next_cursor": next_cursor, "images": images})


@router.post("/stacks", status_code=201)
async def make_stack(request: Request, user: SignedInUser, chosen: PhotosTogether) -> Response:
    """Put photos together by hand: they show as one."""
    made = await _stacks(request).put_together(user.id, chosen.photo_ids, chosen.lead_photo_id)
    return await _answer(request, user.id, made.id, 201)


@router.get("/stacks/{stack_id:uuid}")
async def get_stack(request: Request, user: SignedInUser, stack_id: UUID) -> Response:
    """Tell what is in a stack."""
    return await _answer(request, user.id, stack_id)


@router.post("/stacks/{stack_id:uuid}/undo", status_code=204)
async def undo_stack(request: Request, user: SignedInUser, stack_id: UUID) -> Response:
    """Take a stack apart; it stays so."""
    await _stacks(request).undo_stack(user.id, stack_id)
    return Response(status_code=204)


@router.post("/stacks/{stack_id:uuid}/keep-all", status_code=204)
async def keep_all(request: Request, user: SignedInUser, stack_id: UUID) -> Response:
    """Keep all photos of a stack and never ask again."""
    await _stacks(request).keep_all(user.id, stack_id)
    return Response(status_code=204)


@router.post("/stacks/{stack_id:uuid}/keep", status_code=204)
async def keep(request: Request, user: SignedInUser, stack_id: UUID, chosen: PhotosToKeep) -> Response:
    """Keep some photos of a stack. The first takes over albums, tags, people and dates; the others go to the trash."""
    await _stacks(request).keep(user.id, stack_id, chosen.keep)
    return Response(status_code=204)


@router.get("/photos/{photo_id:uuid}/variants")
async def list_variants(request: Request, user: SignedInUser, photo_id: UUID) -> Response:
    """List the photos that show as one with this photo, the one that is seen first."""
    stored = await _stacks(request).find_variants(user.id, photo_id)
    photos = _photos(request)
    members = [] if stored is None else list(stored.stack.members)
    cards = await _cards(request, user.id, [member.photo_id for member in members])
    items = [
        {"photo_id": one.photo_id, "role": one.role, "reason": one.reason, "card": cards.get(one.photo_id)}
        for one in members
    ]
    stack_id = None if stored is None else stored.id
    return json_answer({"items": items, "stack_id": stack_id, "images": photos.images.access(user.id)})


async def _answer(request: Request, owner_id: UUID, stack_id: UUID, status: int = 200) -> Response:
    reviewed = await _stacks(request).get_stack(owner_id, stack_id)
    told = (await _told(request, owner_id, [reviewed]))[0]
    return json_answer({**told, "images": _photos(request).images.access(owner_id)}, status)


async def _told(request: Request, owner_id: UUID, page: Sequence[ReviewedStack]) -> list[dict[str, Any]]:
    cards = await _cards(request, owner_id, [one for each in page for one in each.stored.stack.ids])
    return [
        {
            "id": each.stored.id,
            "kind": each.stored.stack.kind,
            "reason": each.stored.stack.reason,
            "lead_photo_id": each.stored.stack.lead,
            "photos": [
                {"photo_id": one.photo_id, "role": one.role, "reason": one.reason, "card": cards.get(one.photo_id)}
                for one in each.stored.stack.members
            ],
            "keep": {"photo_id": each.keep, "why": each.why},
        }
        for each in page
    ]


async def _cards(request: Request, owner_id: UUID, ids: Sequence[UUID]) -> dict[UUID, dict[str, Any]]:
    """Return PhotoCards by the photo's id."""
    cards = await _photos(request).list_cards_by_id(owner_id, list(dict.fromkeys(ids)))
    return {UUID(str(card["id"])): card for card in cards}
