"""The history over HTTP."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from calotype.api.answers import json_answer
from calotype.api.paging import DEFAULT_LIMIT, PageCursor, PageLimit
from calotype.api.signed_in import SignedInUser
from calotype.features.journal.schemas import Entry
from calotype.features.journal.service import Journal

router = APIRouter(tags=["journal"])


class ChosenEntries(BaseModel):
    """Entries to be undone together."""

    model_config = ConfigDict(extra="forbid")
    ids: Annotated[list[UUID], Field(min_length=1, max_length=500)]


def _journal(request: Request) -> Journal:
    journal: Journal = request.app.state.calotype.journal
    return journal


@router.get("/journal")
async def list_entries(
    request: Request, user: SignedInUser, limit: PageLimit = DEFAULT_LIMIT, cursor: PageCursor = None
) -> Response:
    """List what was decided and undone, newest first."""
    page = await _journal(request).list_entries(user.id, cursor=cursor, limit=limit)
    return json_answer({"items": [_words(entry) for entry in page.entries], "next_cursor": page.next_cursor})


@router.post("/journal/undo")
async def undo_many(request: Request, user: SignedInUser, chosen: ChosenEntries) -> Response:
    """Undo several entries, all or none."""
    undone = await _journal(request).undo(user.id, user.id, chosen.ids)
    return json_answer({"items": [_words(entry) for entry in undone]})


@router.post("/journal/undo-last")
async def undo_last(request: Request, user: SignedInUser) -> Response:
    """Undo the newest decision that stands."""
    return json_answer(_words(await _journal(request).undo_last(user.id, user.id)))


@router.post("/journal/{entry_id:uuid}/undo")
async def undo(request: Request, user: SignedInUser, entry_id: UUID) -> Response:
    """Undo one entry; undoing an undo does it again."""
    return json_answer(_words((await _journal(request).undo(user.id, user.id, [entry_id]))[0]))


def _words(entry: Entry) -> dict[str, Any]:
    return {
        "id": entry.id,
        "actor_id": entry.actor_id,
        "kind": entry.kind,
        "summary": entry.summary,
        "decided_at": entry.decided_at,
        "undoes": entry.undoes,
        "undone_by": entry.undone_by,
        "can_undo": entry.undone_by is None and (entry.facts > 0 or entry.undoes is not None),
        "facts": entry.facts,
    }
