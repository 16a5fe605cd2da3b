"""Which questions are open, and which of them comes first. Nothing is written here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from calotype.db.engine import Connection
from calotype.features.journal import list_standing
from calotype.features.people.repository import decided, faces, people, questions
from calotype.features.people.repository.questions import Likeness
from calotype.features.people.schemas import Face, Person, Question
from calotype.features.people.words import PERSON, SKIPPED, Merges

SAME_PERSON, IS_THIS, WHO_IS_THIS = "same_person", "is_this", "who_is_this"  # kinds of question
FACES_EACH = 2
_MOST_TO_NAME = 200
_MIN_TO_NAME = 2
_NAMEABLE = 0.1
"""What naming a face is worth beside finding out whose it is. (Chosen, not measured: two groups that are rather alike
are joined before either is named, as one name does then; a large group is named before small ones are joined.)"""


@dataclass(frozen=True)
class Side:
    """One side of a question: a person, or a face that is nobody's."""

    person: Person | None
    face: Face | None

    @property
    def size(self) -> int:
        return 1 if self.person is None else max(1, self.person.faces)


@dataclass(frozen=True)
class OpenQuestion:
    """Whether two sides are the same; or, of one side alone, who that person is. Then the id is the person's own, so
    that it stays over re-runs, and putting it off is a word about the person."""

    id: UUID
    sides: tuple[Side, ...]
    likeness: float

    @property
    def is_naming(self) -> bool:
        return len(self.sides) == 1

    @property
    def people(self) -> list[Person]:
        return [side.person for side in self.sides if side.person is not None]

    @property
    def unknown(self) -> list[Face]:
        """The faces that are nobody's."""
        return [side.face for side in self.sides if side.face is not None]

    @property
    def kind(self) -> str:
        if self.is_naming:
            return WHO_IS_THIS
        return IS_THIS if len(self.people) == 1 else SAME_PERSON

    @property
    def settles(self) -> int:
        """How many faces get their person by the answer: those of the smaller side; two where neither has one."""
        return min(side.size for side in self.sides) if self.people else 2

    @property
    def weight(self) -> float:
        """How many faces an answer is expected to settle: a yes is rare where the likeness is small."""
        return self.settles * (_NAMEABLE if self.is_naming else 0.02 + self.likeness**2)


async def rank_questions(connection: Connection, owner_id: UUID) -> list[OpenQuestion]:
    """Return what is open, what settles most first; a pair that stands twice, after a merge, is asked about once."""
    opened = await _open(connection, owner_id, await questions.list_likenesses(connection, owner_id))
    opened += await _to_name(connection, owner_id)
    best: dict[tuple[UUID, ...], OpenQuestion] = {}
    for one in sorted(opened, key=lambda one: (-one.weight, str(one.id))):
        sides = (*(person.id for person in one.people), *(face.id for face in one.unknown))
        best.setdefault(tuple(sorted(sides)), one)
    return list(best.values())


async def find_question(connection: Connection, owner_id: UUID, question_id: UUID) -> OpenQuestion | None:
    """Return a question that is open."""
    likeness = await questions.find_likeness(connection, owner_id, question_id)
    if likeness is not None:
        opened = await _open(connection, owner_id, [likeness])
        return opened[0] if opened else None
    person = (await people.find_people(connection, owner_id, [question_id])).get(question_id)
    if person is None or not _may_be_named(person):
        return None
    skipped = await _skipped(connection, owner_id, [str(question_id)])
    return None if str(question_id) in skipped else OpenQuestion(person.id, (Side(person, None),), 1.0)


async def show_questions(connection: Connection, owner_id: UUID, ranked: Sequence[OpenQuestion]) -> list[Question]:
    """Return questions with the faces that a person is to look at: at least two."""
    wanted = {person.id for one in ranked for person in one.people}
    typical: dict[UUID | None, list[Face]] = {}
    for face in await faces.list_typical_faces(connection, owner_id, wanted, FACES_EACH):
        typical.setdefault(face.person_id, []).append(face)
    shown = []
    for one in ranked:
        theirs: list[Face] = []
        for side in one.sides:
            theirs += typical.get(side.person.id, []) if side.person else [side.face] if side.face else []
        if len(theirs) > 1:
            shown.append(Question(one.id, one.kind, one.people, theirs, one.settles, round(one.likeness, 3)))
    return shown


def _may_be_named(person: Person) -> bool:
    return person.name is None and not person.is_hidden and person.faces >= _MIN_TO_NAME


async def _to_name(connection: Connection, owner_id: UUID) -> list[OpenQuestion]:
    """Ask who the biggest people without a name are, but for those of whom that was put off."""
    found = await people.list_people(connection, owner_id, _MOST_TO_NAME, None, hidden=False, named=False)
    skipped = await _skipped(connection, owner_id, [str(person.id) for person in found])
    return [
        OpenQuestion(person.id, (Side(person, None),), 1.0)
        for person in found
        if _may_be_named(person) and str(person.id) not in skipped
    ]


async def _skipped(connection: Connection, owner_id: UUID, subjects: Sequence[str]) -> set[str]:
    standing = await list_standing(connection, owner_id, PERSON, subjects)
    return {fact.subject for fact in standing if fact.field == SKIPPED and fact.value}


async def _open(connection: Connection, owner_id: UUID, found: Sequence[Likeness]) -> list[OpenQuestion]:
    """Return those that a person has not answered yet."""
    known = await people.find_people(
        connection, owner_id, {each for one in found for each in (one.person_id, one.other_person_id) if each}
    )
    ids = {each for one in found for each in (one.face_id, one.other_face_id) if each}
    by_id = {face.id: face for face in await faces.list_faces(connection, owner_id, ids)}
    standing = await list_standing(connection, owner_id, PERSON)
    merges, skipped = Merges(standing), {fact.subject for fact in standing if fact.field == SKIPPED and fact.value}
    contents = {bytes(face.sha256) for face in by_id.values()}
    forbidden = await decided.list_forbidden(connection, owner_id, contents, merges)
    opened = []
    for one in found:
        left = _side(known, by_id, one.person_id, one.face_id)
        right = _side(known, by_id, one.other_person_id, one.other_face_id)
        if left is None or right is None or str(one.id) in skipped:
            continue
        question = OpenQuestion(one.id, (left, right), one.likeness)
        if _is_open(question, merges, forbidden):
            opened.append(question)
    return opened


def _side(
    known: Mapping[UUID, Person], by_id: Mapping[UUID, Face], person_id: UUID | None, face_id: UUID | None
) -> Side | None:
    if person_id is not None:
        person = known.get(person_id)
        return None if person is None or person.is_hidden else Side(person, None)
    face = None if face_id is None else by_id.get(face_id)
    return None if face is None or face.is_hidden or face.person_id is not None else Side(None, face)


def _is_open(question: OpenQuestion, merges: Merges, forbidden: Mapping[str, set[UUID]]) -> bool:
    known, unknown = question.people, question.unknown
    if not unknown:
        both_named = all(person.name is not None for person in known)
        return not both_named and not merges.are_different(known[0].id, known[1].id)
    return not known or known[0].id not in forbidden.get(unknown[0].subject, ())
