"""What the library learns from its owner, over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from calotype.api.answers import json_answer
from calotype.api.signed_in import SignedInUser
from calotype.features.learning.schemas import Verdict
from calotype.features.learning.service import Learning

router = APIRouter(tags=["learning"])

LabelText = Annotated[str, Field(min_length=1, max_length=100)]


class SaidLabel(BaseModel):
    """What a person says of a label: it is right, it is wrong (and what it is `instead`), or null to take it back."""

    model_config = ConfigDict(extra="forbid")
    label: LabelText
    is_right: bool | None
    instead: LabelText | None = None


class WrongHit(BaseModel):
    """A question to which a photo is a wrong answer; `is_wrong` null or false takes that back."""

    model_config = ConfigDict(extra="forbid")
    query: Annotated[str, Field(min_length=1, max_length=1000)]
    is_wrong: bool | None = True


def _learning(request: Request) -> Learning:
    learning: Learning = request.app.state.calotype.learning
    return learning


@router.get("/learning")
async def get_learning(request: Request, user: SignedInUser) -> Response:
    """Tell what was learned: label by label with examples, figures before and after, versions; taste; what was said."""
    return json_answer(await _learning(request).get_overview(user.id))


@router.post("/learning/train", status_code=202)
async def train(request: Request, user: SignedInUser) -> Response:
    """Ask for everything to be learned anew now. `GET /pipeline` tells how far it is."""
    await _learning(request).ask_for_training(user.id)
    return json_answer({"state": "waiting"}, 202)


@router.post("/learning/labels/{label}/rollback")
async def roll_back(request: Request, user: SignedInUser, label: str) -> Response:
    """Take the version of a label that is in force out of force; the one before it is in force again."""
    return json_answer(await _learning(request).roll_back(user.id, label))


@router.post("/photos/{photo_id:uuid}/labels")
async def say_label(request: Request, user: SignedInUser, photo_id: UUID, said: SaidLabel) -> Response:
    """Say that a label is right or wrong on a photo, and what it is instead; in force at once."""
    await _learning(request).say_label(user.id, photo_id, Verdict(said.label, said.is_right, said.instead))
    detail = await request.app.state.calotype.photos.get_detail(user.id, photo_id)
    return json_answer({"labels": detail["labels"]})


@router.post("/photos/{photo_id:uuid}/wrong-hit")
async def mark_hit(request: Request, user: SignedInUser, photo_id: UUID, hit: WrongHit) -> Response:
    """Say that a photo is a wrong answer to a question: it is none any more."""
    await _learning(request).mark_hit(user.id, photo_id, hit.query, is_wrong=hit.is_wrong)
    return json_answer({"photo_id": photo_id, "query": hit.query, "is_wrong": bool(hit.is_wrong)})


@router.post("/photos/{photo_id:uuid}/views", status_code=204)
async def count_view(request: Request, user: SignedInUser, photo_id: UUID) -> Response:
    """Count a look at a photo, once a minute at most."""
    await _learning(request).count_view(user.id, photo_id)
    return Response(status_code=204)
