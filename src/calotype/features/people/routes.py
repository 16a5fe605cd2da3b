"""Who is on the photos, over HTTP."""

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from calotype.api.answers import json_answer
from calotype.api.handlers import problem_answer
from calotype.api.paging import DEFAULT_LIMIT, PageCursor, PageLimit
from calotype.api.signed_in import SignedInUser
from calotype.features.people.errors import BadMerge, ToldApart
from calotype.features.people.rules import face_quality
from calotype.features.people.schemas import Face, Person, Question
from calotype.features.people.schemas import Who as WhoIsMeant
from calotype.features.people.service import People
from calotype.features.people.words import Box

router = APIRouter(tags=["people"])

_MOST_NAMES = 1_000
Name = Annotated[str, Field(min_length=1, max_length=_MOST_NAMES)]


class PersonChange(BaseModel):
    """What is to be changed of a person; what is left out stays. `name: null` takes the name away."""

    model_config = ConfigDict(extra="forbid")
    name: Name | None = None
    is_hidden: bool = False
    cover_face_id: UUID | None = None


class Merge(BaseModel):
    """Whom to merge: `into` (this person goes into that one), or `others` (those go into this one)."""

    model_config = ConfigDict(extra="forbid")
    into: UUID | None = None
    others: Annotated[list[UUID], Field(max_length=500)] = []
    confirm: bool = False


class Split(BaseModel):
    """Faces that are somebody else, and who."""

    model_config = ConfigDict(extra="forbid")
    face_ids: Annotated[list[UUID], Field(min_length=1, max_length=10_000)]
    name: Name | None = None


class Who(BaseModel):
    """Who a face is: a person that is there, or a name."""

    model_config = ConfigDict(extra="forbid")
    person_id: UUID | None = None
    name: Name | None = None


class NotWho(BaseModel):
    """Who a face is not (left out: whom it is taken for), or that it is no face."""

    model_config = ConfigDict(extra="forbid")
    person_id: UUID | None = None
    not_a_face: bool = False


class BoxOfFace(BaseModel):
    """A rectangle, 0..1 of the upright picture."""

    model_config = ConfigDict(extra="forbid")
    x: float
    y: float
    width: float
    height: float


class DrawnFace(BaseModel):
    """A face that was not found, and who it is."""

    model_config = ConfigDict(extra="forbid")
    box: BoxOfFace
    person_id: UUID | None = None
    name: Name | None = None


class Answer(BaseModel):
    """What is said to a question; with `same`, who that is: a person that is there, or a name. `confirm`: even if they
    were told apart."""

    model_config = ConfigDict(extra="forbid")
    answer: Literal["same", "different", "skip", "not_a_face"]
    person_id: UUID | None = None
    name: Name | None = None
    confirm: bool = False


def _people(request: Request) -> People:
    people: People = request.app.state.calotype.people
    return people


def _images(request: Request, user: Any) -> Any:
    return request.app.state.calotype.photos.images.access(user.id)


@router.get("/people")
async def list_people(
    request: Request,
    user: SignedInUser,
    hidden: bool = False,  # noqa: FBT001, FBT002 - a parameter of the address
    named: bool | None = None,  # noqa: FBT001
    limit: PageLimit = DEFAULT_LIMIT,
    cursor: PageCursor = None,
) -> Response:
    """List people, those with the most faces first; `named` true or false: only those with or without a name."""
    page = await _people(request).list_people(user.id, hidden=hidden, named=named, limit=limit, cursor=cursor)
    return json_answer(
        {
            "items": [_person(person) for person in page.items],
            "next_cursor": page.next_cursor,
            "images": _images(request, user),
            "unknown_faces": await _people(request).count_unknown_faces(user.id),
        }
    )


@router.get("/people/review")
async def list_questions(
    request: Request, user: SignedInUser, limit: Annotated[int, Query(ge=1, le=100)] = 20
) -> Response:
    """List the questions whose answers settle the most faces."""
    found = await _people(request).review.list_questions(user.id, limit)
    return json_answer({"items": [_question(one) for one in found], "images": _images(request, user)})


@router.post(
    "/people/review/{question_id:uuid}",
    responses={409: {"description": "They were told apart; `needs_confirmation` is true in the problem."}},
)
async def answer_question(
    request: Request,
    user: SignedInUser,
    question_id: UUID,
    answer: Answer,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
) -> Response:
    """Answer a question; what is left is ranked anew.

    `who_is_this`: `same` with `name` (or `person_id`) names them, without one it says that they are one person whose
    name is not known; `different`: the two faces are two people; `not_a_face`: neither is one. `is_this`: `not_a_face`
    means the face that is nobody's. Of `same_person` between two people it is refused: nobody can tell which is meant.
    """
    review = _people(request).review
    who = WhoIsMeant(answer.person_id, answer.name, answer.confirm)
    try:
        await review.answer(user.id, user.id, question_id, answer.answer, who)
    except ToldApart as refusal:
        return problem_answer(refusal.status, refusal.title, refusal.detail, needs_confirmation=True)
    following = await review.list_questions(user.id, limit)
    return json_answer({"next": [_question(one) for one in following], "images": _images(request, user)})


@router.get("/people/{person_id:uuid}")
async def get_person(request: Request, user: SignedInUser, person_id: UUID) -> Response:
    """Tell of one person."""
    portrait = await _people(request).get_portrait(user.id, person_id)
    return json_answer(
        {
            **_person(portrait.person),
            "first_taken": portrait.first_taken,
            "last_taken": portrait.last_taken,
            "names_from_files": portrait.names_from_files,
            "images": _images(request, user),
        }
    )


@router.patch("/people/{person_id:uuid}")
async def change_person(request: Request, user: SignedInUser, person_id: UUID, change: PersonChange) -> Response:
    """Name, hide or show a person, or choose their cover."""
    said = change.model_dump(exclude_unset=True)
    return json_answer(_person(await _people(request).decisions.change_person(user.id, user.id, person_id, said)))


@router.get("/people/{person_id:uuid}/photos")
async def list_photos(
    request: Request, user: SignedInUser, person_id: UUID, limit: PageLimit = DEFAULT_LIMIT, cursor: PageCursor = None
) -> Response:
    """List the photos that a person is on, newest first by the time taken."""
    photos = request.app.state.calotype.photos
    page = await _people(request).list_photos(user.id, person_id, limit=limit, cursor=cursor)
    cards = await photos.list_cards_by_id(user.id, page.items)
    return json_answer({"items": cards, "next_cursor": page.next_cursor, "images": _images(request, user)})


@router.get("/people/{person_id:uuid}/faces")
async def list_faces(
    request: Request, user: SignedInUser, person_id: UUID, limit: PageLimit = DEFAULT_LIMIT, cursor: PageCursor = None
) -> Response:
    """List the faces of a person."""
    page = await _people(request).list_faces(user.id, person_id, limit=limit, cursor=cursor)
    items = [_face(face) for face in page.items]
    return json_answer({"items": items, "next_cursor": page.next_cursor, "images": _images(request, user)})


@router.post(
    "/people/{person_id:uuid}/merge",
    responses={409: {"description": "They were told apart; `needs_confirmation` is true in the problem."}},
)
async def merge_people(request: Request, user: SignedInUser, person_id: UUID, merge: Merge) -> Response:
    """Say that people are one and the same."""
    decisions = _people(request).decisions
    if merge.into is not None and merge.others:
        raise BadMerge
    others, into = ([person_id], merge.into) if merge.into is not None else (merge.others, person_id)
    try:
        person = await decisions.merge(user.id, user.id, others, into, is_confirmed=merge.confirm)
    except ToldApart as refusal:
        return problem_answer(refusal.status, refusal.title, refusal.detail, needs_confirmation=True)
    return json_answer(_person(person))


@router.post("/people/{person_id:uuid}/split", status_code=201)
async def split_person(request: Request, user: SignedInUser, person_id: UUID, split: Split) -> Response:
    """Say that some of a person's faces are somebody else's; answer with that one."""
    person = await _people(request).decisions.split(user.id, user.id, person_id, split.face_ids, split.name)
    return json_answer(_person(person), 201)


@router.post("/faces/{face_id:uuid}/assign")
async def assign_face(request: Request, user: SignedInUser, face_id: UUID, who: Who) -> Response:
    """Say who a face is."""
    return json_answer(
        _face(await _people(request).decisions.assign(user.id, user.id, face_id, who.person_id, who.name))
    )


@router.post("/faces/{face_id:uuid}/reject")
async def reject_face(request: Request, user: SignedInUser, face_id: UUID, who: NotWho) -> Response:
    """Say who a face is not, or that it is none."""
    face = await _people(request).decisions.reject(
        user.id, user.id, face_id, who.person_id, is_no_face=who.not_a_face
    )  # fmt: skip
    return json_answer(_face(face))


@router.post("/photos/{photo_id:uuid}/faces", status_code=201)
async def draw_face(request: Request, user: SignedInUser, photo_id: UUID, drawn: DrawnFace) -> Response:
    """Draw a box around a face that was not found."""
    box = Box(**drawn.box.model_dump())
    face = await _people(request).decisions.draw(user.id, user.id, photo_id, box, drawn.person_id, drawn.name)
    return json_answer(_face(face), 201)


def _person(person: Person) -> dict[str, Any]:
    cover = None
    if person.cover_face_id is not None and person.cover_box is not None:
        box = Box(*person.cover_box)._asdict()
        cover = {"face_id": person.cover_face_id, "photo_id": person.cover_photo_id, "box": box}
    return {
        "id": person.id,
        "name": person.name,
        "is_hidden": person.is_hidden,
        "faces": person.faces,
        "photos": person.photos,
        "cover": cover,
    }


def _face(face: Face) -> dict[str, Any]:
    quality = face_quality(face.size_px, face.score, face.sharpness)
    return {
        "id": face.id,
        "photo_id": face.photo_id,
        "box": face.box._asdict(),
        "score": round(face.score, 4),
        "size_px": face.size_px,
        "sharpness": round(face.sharpness, 4),
        "quality": round(quality, 4),
        "landmarks": [round(number, 5) for number in face.landmarks],
        "space": face.space,
        "provider": face.provider,
        "person_id": face.person_id,
        "assigned_by": face.assigned_by,
        "is_hidden": face.is_hidden,
    }


def _question(question: Question) -> dict[str, Any]:
    return {
        "id": question.id,
        "kind": question.kind,
        "people": [_person(person) for person in question.people],
        "faces": [_face(face) for face in question.faces],
        "settles": question.settles,
        "likeness": question.likeness,
    }
