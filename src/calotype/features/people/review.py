"""The review queue: the questions which settle most come first, and each answer is a decision."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from calotype.db.engine import Connection, Database
from calotype.features.journal import Fact, Journal, list_standing
from calotype.features.people import telling
from calotype.features.people.decisions import Decisions, tell_unnamed
from calotype.features.people.errors import BadAnswer, QuestionNotFound
from calotype.features.people.repository import decided, faces, people, questions
from calotype.features.people.repository.questions import Likeness
from calotype.features.people.schemas import Face, Person, Question
from calotype.features.people.words import PERSON, SKIPPED, Merges
from calotype.kit.ids import uuid7

SAME_PERSON, IS_THIS = "same_person", "is_this"  # kinds of question
SAME, OTHER, SKIP, NO_FACE = "same", "different", "skip", "not_a_face"  # answers
FACES_EACH = 2


@dataclass(frozen=True)
class _Side:
    """One side of a question: a person, or a face that is nobody's."""

    person: Person | None
    face: Face | None

    @property
    def size(self) -> int:
        return 1 if self.person is None else max(1, self.person.faces)


@dataclass(frozen=True)
class _Open:
    likeness: Likeness
    sides: tuple[_Side, _Side]

    @property
    def settles(self) -> int:
        """How many faces get their person by the answer: those of the smaller side; two where neither has one."""
        one, other = self.sides
        return 2 if one.person is None and other.person is None else min(one.size, other.size)

    @property
    def weight(self) -> float:
        """How many faces an answer is expected to settle: a yes is rare where the likeness is small."""
        return self.settles * (0.02 + self.likeness.likeness**2)


class Review:
    """Asks, and takes answers."""

    def __init__(self, database: Database, journal: Journal, decisions: Decisions) -> None:
        self._database = database
        self._journal = journal
        self._decisions = decisions

    async def list_questions(self, owner_id: UUID, limit: int) -> list[Question]:
        """Return the questions that settle most."""
        async with self._database.connection() as connection:
            ranked = await _rank(connection, owner_id)
            return await _show(connection, owner_id, ranked[:limit])

    async def answer(self, owner_id: UUID, actor_id: UUID, question_id: UUID, answer: str) -> None:
        """Write an answer down: `same`, `different`, `skip` or `not_a_face`. Raises `QuestionNotFound`, `BadAnswer`."""

        async def work(connection: Connection) -> None:
            likeness = await questions.find_likeness(connection, owner_id, question_id)
            opened = [] if likeness is None else await _open(connection, owner_id, [likeness])
            if not opened:
                raise QuestionNotFound
            if answer == SAME:
                await self._same(connection, owner_id, actor_id, opened[0])
            else:
                facts, summary = await self._told(connection, owner_id, opened[0], answer)
                await self._journal.record(connection, owner_id, actor_id, f"people.{answer}", summary, facts)

        await self._database.run_transaction(work)

    async def _same(self, connection: Connection, owner_id: UUID, actor_id: UUID, question: _Open) -> None:
        one, other = question.sides
        if one.person is not None and other.person is not None:
            into, gone = sorted((one.person, other.person), key=lambda each: (each.name is None, -each.faces, each.id))
            await self._decisions.merge_in(
                connection, owner_id, actor_id, [gone.id], into.id, is_confirmed=True
            )  # fmt: skip
            return
        person = one.person or other.person
        meant = uuid7() if person is None else person.id
        unknown = [side.face for side in question.sides if side.face is not None]
        facts = [fact for face in unknown for fact in telling.tell_this(face, meant)]
        if person is not None:
            facts += await tell_unnamed(connection, owner_id, person)
        summary = f"{telling.counted(unknown)}: {telling.called(person)}"
        await self._journal.record(connection, owner_id, actor_id, "people.same", summary, facts)

    async def _told(
        self, connection: Connection, owner_id: UUID, question: _Open, answer: str
    ) -> tuple[list[Fact], str]:
        """Return what an answer that joins nothing says."""
        if answer == SKIP:
            return [Fact(PERSON, str(question.likeness.id), SKIPPED, value=True)], "Put a question off"
        unknown = [side.face for side in question.sides if side.face is not None]
        known = [side.person for side in question.sides if side.person is not None]
        if answer == NO_FACE:
            if not unknown:
                raise BadAnswer
            return [telling.tell_no_face(face) for face in unknown], "This is not a face"
        if len(known) == 1:
            return [telling.tell_not(unknown[0], known[0].id)], f"This face is not {telling.called(known[0])}"
        apart: list[UUID] = [person.id for person in known] or [uuid7(), uuid7()]
        facts = [telling.tell_different(apart[0], apart[1])]
        if known:
            shown = await faces.list_typical_faces(connection, owner_id, apart, FACES_EACH)
            for person_id in apart:
                facts += telling.tell_untold((face for face in shown if face.person_id == person_id), person_id)
        else:
            for face, person_id in zip(unknown, apart, strict=True):
                facts += telling.tell_group([face], person_id)
        names = [telling.called(person) for person in known] or ["one", "the other"]
        return facts, f"Told apart: {names[0]} and {names[1]}"


async def _rank(connection: Connection, owner_id: UUID) -> list[_Open]:
    """Return what is open, what settles most first; a pair that stands twice, after a merge, is asked about once."""
    opened = await _open(connection, owner_id, await questions.list_likenesses(connection, owner_id))
    best: dict[tuple[UUID, ...], _Open] = {}
    for one in sorted(opened, key=lambda one: (-one.weight, str(one.likeness.id))):
        likeness = one.likeness
        sides = (likeness.person_id, likeness.face_id, likeness.other_person_id, likeness.other_face_id)
        best.setdefault(tuple(sorted(side for side in sides if side is not None)), one)
    return list(best.values())


async def _open(connection: Connection, owner_id: UUID, found: Sequence[Likeness]) -> list[_Open]:
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
        sides = (
            _side(known, by_id, one.person_id, one.face_id),
            _side(known, by_id, one.other_person_id, one.other_face_id),
        )
        if None not in sides and str(one.id) not in skipped and _is_open(sides, merges, forbidden):  # type: ignore[arg-type]
            opened.append(_Open(one, sides))  # type: ignore[arg-type]
    return opened


def _side(
    known: Mapping[UUID, Person], by_id: Mapping[UUID, Face], person_id: UUID | None, face_id: UUID | None
) -> _Side | None:
    if person_id is not None:
        person = known.get(person_id)
        return None if person is None or person.is_hidden else _Side(person, None)
    face = None if face_id is None else by_id.get(face_id)
    return None if face is None or face.is_hidden or face.person_id is not None else _Side(None, face)


def _is_open(sides: tuple[_Side, _Side], merges: Merges, forbidden: Mapping[str, set[UUID]]) -> bool:
    one, other = sides
    if one.person is not None and other.person is not None:
        both_named = one.person.name is not None and other.person.name is not None
        return not both_named and not merges.are_different(one.person.id, other.person.id)
    person = one.person or other.person
    face = one.face or other.face
    return person is None or face is None or person.id not in forbidden.get(face.subject, ())


async def _show(connection: Connection, owner_id: UUID, ranked: Sequence[_Open]) -> list[Question]:
    wanted = {side.person.id for one in ranked for side in one.sides if side.person is not None}
    typical: dict[UUID | None, list[Face]] = {}
    for face in await faces.list_typical_faces(connection, owner_id, wanted, FACES_EACH):
        typical.setdefault(face.person_id, []).append(face)
    shown = []
    for one in ranked:
        sides = one.sides
        theirs = [face for side in sides for face in ([side.face] if side.face else typical.get(side.person.id, []))]  # type: ignore[union-attr]
        persons = [side.person for side in sides if side.person is not None]
        kind = IS_THIS if len(persons) == 1 else SAME_PERSON
        likeness = round(one.likeness.likeness, 3)
        if len(theirs) > 1:
            shown.append(Question(one.likeness.id, kind, persons, theirs, one.settles, likeness))
    return shown
