"""What a person says of faces and people, as facts for the journal."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from calotype.features.journal import Fact
from calotype.features.people.errors import BadBox, BadName
from calotype.features.people.schemas import AssignedBy, Face, Person
from calotype.features.people.words import DIFFERENT, FACE, GROUP, MERGED, NOT, NOT_A_FACE, PERSON, THIS, Box
from calotype.media.text import clean_text

MAX_NAME_CHARS = 200
_SLACK = 1e-4


def tell_group(faces: Iterable[Face], person_id: UUID) -> list[Fact]:
    """Say of the faces of a group whose they are."""
    return [_told(face, GROUP, str(person_id)) for face in faces]


def tell_untold(faces: Iterable[Face], person_id: UUID) -> list[Fact]:
    """Say it of those of the faces of a person of which nobody has said it yet."""
    return tell_group((face for face in faces if face.assigned_by != AssignedBy.PERSON), person_id)


def tell_this(face: Face, person_id: UUID) -> list[Fact]:
    """Say who this one face is, whatever was denied before."""
    return [_told(face, THIS, str(person_id)), Fact(FACE, face.subject, f"{NOT}{person_id}", value=False)]


def tell_not(face: Face, person_id: UUID) -> Fact:
    """Say who this face is not."""
    return _told(face, f"{NOT}{person_id}", value=True)


def tell_no_face(face: Face) -> Fact:
    """Say that this is no face."""
    return _told(face, NOT_A_FACE, value=True)


def tell_person(person_id: UUID, name: str, value: Any) -> Fact:
    """Say something of a person."""
    return Fact(PERSON, str(person_id), name, value)


def tell_merged(one: UUID, into: UUID, likeness: float | None) -> Fact:
    """Say that one person is another; `likeness`: how alike they were, if that was to be asked, so that it is asked
    again when this is taken back."""
    return Fact(PERSON, str(one), MERGED, str(into), None if likeness is None else {"likeness": likeness})


def tell_different(one: UUID, other: UUID, *, are_different: bool = True) -> Fact:
    """Say that two people are not the same; or take that for no longer said."""
    return Fact(PERSON, str(min(one, other)), f"{DIFFERENT}{max(one, other)}", are_different)


def _told(face: Face, name: str, value: Any) -> Fact:
    before = {"person": None if face.person_id is None else str(face.person_id), "by": face.assigned_by}
    return Fact(FACE, face.subject, name, value, before if face.assigned_by == AssignedBy.LIBRARY else None)


def clean_name(name: str) -> str:
    """Return a name as it is kept. Raises `BadName` where nothing of it can be seen."""
    if not (cleaned := clean_text(name, MAX_NAME_CHARS)):
        raise BadName
    return cleaned


def check_box(box: Box) -> Box:
    """Return a box, cut to the picture. Raises `BadBox`."""
    is_inside = min(box.x, box.y) >= -_SLACK and min(box.width, box.height) > 0
    if not is_inside or max(box.x + box.width, box.y + box.height) > 1 + _SLACK:
        raise BadBox
    x, y = max(0.0, box.x), max(0.0, box.y)
    return Box(x, y, min(box.width, 1 - x), min(box.height, 1 - y))


def called(person: Person | None, name: str | None = None) -> str:
    """Return how a person is called in the words of the history."""
    return (person.name if person is not None else None) or name or "somebody"


def counted(faces: Sequence[Any]) -> str:
    """Return a number of faces in words."""
    return f"{len(faces)} face" if len(faces) == 1 else f"{len(faces)} faces"
