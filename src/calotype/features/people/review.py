"""The review queue: the questions which settle most come first, and each answer is a decision."""

from uuid import UUID

from calotype.db.engine import Connection, Database
from calotype.features.journal import Fact, Journal
from calotype.features.people import telling
from calotype.features.people.decisions import Decisions, get_person, tell_unnamed
from calotype.features.people.errors import BadAnswer, BadFaceWord, QuestionNotFound
from calotype.features.people.ranking import FACES_EACH, OpenQuestion, find_question, rank_questions, show_questions
from calotype.features.people.repository import faces, people
from calotype.features.people.schemas import Person, Question, Who
from calotype.features.people.words import NAME, PERSON, SKIPPED
from calotype.features.photos import next_change
from calotype.kit.ids import uuid7

SAME, OTHER, SKIP, NO_FACE = "same", "different", "skip", "not_a_face"  # answers
_NOBODY = Who()
_Told = tuple[list[Fact], str]


class Review:
    """Asks, and takes answers."""

    def __init__(self, database: Database, journal: Journal, decisions: Decisions) -> None:
        self._database = database
        self._journal = journal
        self._decisions = decisions

    async def list_questions(self, owner_id: UUID, limit: int) -> list[Question]:
        """Return the questions that settle most."""
        async with self._database.connection() as connection:
            ranked = await rank_questions(connection, owner_id)
            return await show_questions(connection, owner_id, ranked[:limit])

    async def answer(self, owner_id: UUID, actor_id: UUID, question_id: UUID, answer: str, who: Who = _NOBODY) -> None:
        """Write an answer down: `same` (with `who` that is, if it is known), `different`, `skip` or `not_a_face`.

        Raises `QuestionNotFound`, `BadAnswer`, `BadFaceWord`, `BadName`, `PersonNotFound`, and `ToldApart` where
        somebody without a name is said to be one from whom they were told apart.
        """

        async def work(connection: Connection) -> None:
            await next_change(connection, owner_id)  # what is read below is as it stands
            question = await find_question(connection, owner_id, question_id)
            if question is None:
                raise QuestionNotFound
            if answer == SAME:
                facts, summary = await self._same(connection, owner_id, question, who)
            elif who.is_said:
                raise BadAnswer.name_without_same()
            else:
                facts, summary = await _not_the_same(connection, owner_id, question, answer)
            await self._journal.record(connection, owner_id, actor_id, f"people.{answer}", summary, facts)

        await self._database.run_transaction(work)

    async def _same(self, connection: Connection, owner_id: UUID, question: OpenQuestion, who: Who) -> _Told:
        known, name = await _meant(connection, owner_id, question, who)
        into = known or min(
            question.people, key=lambda each: (each.name is None, -each.faces, each.id), default=None
        )  # fmt: skip
        target = uuid7() if into is None else into.id
        facts = [fact for face in question.unknown for fact in telling.tell_this(face, target)]
        summary = f"{telling.counted(question.unknown)}: {telling.called(into, name)}"
        others = [person for person in question.people if person.id != target]
        if into is not None and others:
            # A question is only open between people who were not told apart; somebody who is named may be anybody.
            is_confirmed = known is None or who.is_confirmed
            merged, summary = await self._decisions.tell_merge(
                connection, owner_id, others, into, is_confirmed=is_confirmed
            )
            facts += merged
        elif into is not None:
            facts += await tell_unnamed(connection, owner_id, into)
        if name is not None:
            facts.append(telling.tell_person(target, NAME, name))
            summary = f"Named {telling.called(into)} {name}"
        elif question.is_naming and known is None:
            facts.append(_put_off(question))
            summary = "Somebody without a name is one person"
        return facts, summary


async def _meant(
    connection: Connection, owner_id: UUID, question: OpenQuestion, who: Who
) -> tuple[Person | None, str | None]:
    """Return the person that is meant by an answer, or the name of one who is new; neither where nothing was said."""
    if not who.is_said:
        return None, None
    if who.person_id is not None and who.name is not None:
        raise BadFaceWord
    name = None if who.name is None else telling.clean_name(who.name)
    person_id = who.person_id if name is None else await people.find_by_name(connection, owner_id, name)
    known = None if person_id is None else await get_person(connection, owner_id, person_id)
    if any(person.name is not None and (known is None or person.id != known.id) for person in question.people):
        raise BadAnswer.named_already()
    return known, None if known is not None else name


async def _not_the_same(connection: Connection, owner_id: UUID, question: OpenQuestion, answer: str) -> _Told:
    """Return what an answer that joins nothing says. Raises `BadAnswer`."""
    if answer == SKIP:
        return [_put_off(question)], "Put a question off"
    known, unknown = question.people, question.unknown
    if answer == NO_FACE:
        if question.is_naming:
            unknown = await faces.list_typical_faces(connection, owner_id, [known[0].id], FACES_EACH)
        if not unknown:
            raise BadAnswer.two_people()
        return [telling.tell_no_face(face) for face in unknown], (
            "This is not a face" if len(unknown) == 1 else f"These {telling.counted(unknown)} are none"
        )
    if question.is_naming:
        return await _two_in_one(connection, owner_id, question)
    if len(known) == 1:
        return [telling.tell_not(unknown[0], known[0].id)], f"This face is not {telling.called(known[0])}"
    return await _apart(connection, owner_id, question)


async def _apart(connection: Connection, owner_id: UUID, question: OpenQuestion) -> _Told:
    known = question.people
    apart: list[UUID] = [person.id for person in known] or [uuid7(), uuid7()]
    facts = [telling.tell_different(apart[0], apart[1])]
    if known:
        shown = await faces.list_typical_faces(connection, owner_id, apart, FACES_EACH)
        for person_id in apart:
            facts += telling.tell_untold((face for face in shown if face.person_id == person_id), person_id)
    else:
        for face, person_id in zip(question.unknown, apart, strict=True):
            facts += telling.tell_group([face], person_id)
    names = [telling.called(person) for person in known] or ["one", "the other"]
    return facts, f"Told apart: {names[0]} and {names[1]}"


async def _two_in_one(connection: Connection, owner_id: UUID, question: OpenQuestion) -> _Told:
    """Say that the two faces that were shown of one person are two people: the first stays, the other is somebody new.
    Who the rest is cannot be asked at once, as it may be either: the next run sorts that out."""
    person = question.people[0]
    shown = await faces.list_typical_faces(connection, owner_id, [person.id], FACES_EACH)
    if len(shown) != FACES_EACH:
        raise BadAnswer.one_face()
    other = uuid7()
    facts = [*telling.tell_untold(shown[:1], person.id), *telling.tell_this(shown[1], other)]
    return [*facts, telling.tell_different(person.id, other), _put_off(question)], "Told apart: two faces of one person"


def _put_off(question: OpenQuestion) -> Fact:
    return Fact(PERSON, str(question.id), SKIPPED, value=True)
