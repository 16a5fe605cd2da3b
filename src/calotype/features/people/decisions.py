"""What a person decides about people and faces; each is one line of the journal, with its way back."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from calotype.db.engine import Connection, Database
from calotype.features.journal import Fact, Journal
from calotype.features.people import telling
from calotype.features.people.errors import (
    BadCover,
    BadFaceWord,
    BadMerge,
    BadSplit,
    FaceNotFound,
    PersonNotFound,
    ToldApart,
)
from calotype.features.people.repository import decided, faces, people, questions
from calotype.features.people.schemas import Face, Person
from calotype.features.people.words import (
    COVER,
    DRAWN,
    FACE,
    IS_HIDDEN,
    NAME,
    THIS,
    Box,
    write_subject,
)
from calotype.features.photos import PhotoNotFound, next_change
from calotype.kit.ids import uuid7
from calotype.media.rectangles import overlap


class Decisions:
    """Writes what people say. Whoever calls is the owner; `actor_id` stands in the history."""

    def __init__(self, database: Database, journal: Journal) -> None:
        self._database = database
        self._journal = journal

    async def change_person(self, owner_id: UUID, actor_id: UUID, person_id: UUID, fields: dict[str, Any]) -> Person:
        """Name, hide or show a person, or choose their cover. Raises `PersonNotFound`, `BadName`, `BadCover`."""

        async def work(connection: Connection) -> Person:
            await next_change(connection, owner_id)  # what is read below is as it stands
            person = await get_person(connection, owner_id, person_id)
            facts: list[Fact] = []
            said: list[str] = []
            if "name" in fields:
                name = None if fields["name"] is None else telling.clean_name(fields["name"])
                facts.append(telling.tell_person(person_id, NAME, name))
                if name is not None:
                    there = await faces.list_faces_of_people(connection, owner_id, [person_id])
                    facts += telling.tell_untold(there, person_id)
                said.append(f"Named {telling.called(person)} {name}" if name else f"{telling.called(person)}: no name")
            if "is_hidden" in fields:
                facts.append(telling.tell_person(person_id, IS_HIDDEN, bool(fields["is_hidden"])))
                said.append(
                    f"{'Hid' if fields['is_hidden'] else 'Showed'} {telling.called(person, fields.get('name'))}"
                )
            if fields.get("cover_face_id") is not None:
                face = await get_face(connection, owner_id, fields["cover_face_id"])
                if face.person_id != person_id:
                    raise BadCover
                facts.append(telling.tell_person(person_id, COVER, face.subject))
                said.append(f"Chose a cover for {telling.called(person, fields.get('name'))}")
            if facts and fields.get("name") is None:
                facts += await tell_unnamed(connection, owner_id, person)  # else the group comes back as somebody new
            if facts:
                await self._journal.record(connection, owner_id, actor_id, "people.change", "; ".join(said), facts)
            return await get_person(connection, owner_id, person_id)

        return await self._database.run_transaction(work)

    async def merge(
        self, owner_id: UUID, actor_id: UUID, others: Sequence[UUID], into: UUID, *, is_confirmed: bool
    ) -> Person:
        """Say that some people are one. Raises `PersonNotFound`, `BadMerge`, `ToldApart`."""

        async def work(connection: Connection) -> Person:
            await next_change(connection, owner_id)  # what is read below is as it stands
            target = await get_person(connection, owner_id, into)
            merged = [await get_person(connection, owner_id, other) for other in dict.fromkeys(others)]
            facts, summary = await self.tell_merge(connection, owner_id, merged, target, is_confirmed=is_confirmed)
            await self._journal.record(connection, owner_id, actor_id, "people.merge", summary, facts)
            return await get_person(connection, owner_id, into)

        return await self._database.run_transaction(work)

    async def tell_merge(
        self, connection: Connection, owner_id: UUID, merged: Sequence[Person], target: Person, *, is_confirmed: bool
    ) -> tuple[list[Fact], str]:
        """Return what a merge says, and its sentence for the history. Raises `BadMerge`, `ToldApart`."""
        if not merged or target.id in {one.id for one in merged}:
            raise BadMerge
        merges = await decided.read_merges(connection, owner_id)
        everybody = [target, *merged]
        apart = [
            pair
            for place, one in enumerate(everybody)
            for other in everybody[place + 1 :]
            for pair in merges.told_apart(one.id, other.id)
        ]
        if apart and not is_confirmed:
            raise ToldApart
        facts = [telling.tell_different(*pair, are_different=False) for pair in apart]
        moved = await faces.list_faces_of_people(connection, owner_id, [one.id for one in merged])
        facts += telling.tell_group(moved, target.id)
        facts += telling.tell_untold(await faces.list_faces_of_people(connection, owner_id, [target.id]), target.id)
        asked = await questions.find_between(connection, owner_id, target.id, [one.id for one in merged])
        facts += [telling.tell_merged(one.id, target.id, asked.get(one.id)) for one in merged]
        names = [one.name for one in merged if one.name]
        if target.name is None and names:
            facts.append(telling.tell_person(target.id, NAME, names[0]))
        who = ", ".join(telling.called(one) for one in merged)
        return facts, f"Merged {who} into {telling.called(target, names[0] if names else None)}"

    async def split(
        self, owner_id: UUID, actor_id: UUID, person_id: UUID, face_ids: Sequence[UUID], name: str | None
    ) -> Person:
        """Say that some faces of a person are somebody else. Raises `PersonNotFound`, `BadSplit`, `BadName`."""

        async def work(connection: Connection) -> Person:
            await next_change(connection, owner_id)  # what is read below is as it stands
            person = await get_person(connection, owner_id, person_id)
            there = await faces.list_faces_of_people(connection, owner_id, [person_id])
            chosen = [face for face in there if face.id in set(face_ids)]
            if len(chosen) != len(set(face_ids)) or not 0 < len(chosen) < len(there):
                raise BadSplit
            new_id = uuid7()
            facts = [fact for face in chosen for fact in telling.tell_this(face, new_id)]
            facts += telling.tell_untold((face for face in there if face.id not in set(face_ids)), person_id)
            facts.append(telling.tell_different(person_id, new_id))
            if name is not None:
                facts.append(telling.tell_person(new_id, NAME, telling.clean_name(name)))
            summary = f"Split {telling.counted(chosen)} off {telling.called(person)}"
            await self._journal.record(connection, owner_id, actor_id, "people.split", summary, facts)
            return await get_person(connection, owner_id, new_id)

        return await self._database.run_transaction(work)

    async def assign(
        self, owner_id: UUID, actor_id: UUID, face_id: UUID, person_id: UUID | None, name: str | None
    ) -> Face:
        """Say who a face is. Raises `FaceNotFound`, `PersonNotFound`, `BadFaceWord`, `BadName`."""

        async def work(connection: Connection) -> Face:
            await next_change(connection, owner_id)  # what is read below is as it stands
            face = await get_face(connection, owner_id, face_id)
            meant, called, facts = await self._meant(connection, owner_id, person_id, name)
            facts += telling.tell_this(face, meant)
            if face.is_hidden:
                facts.append(Fact(FACE, face.subject, "not_a_face", value=False))
            await self._journal.record(connection, owner_id, actor_id, "people.assign", f"This face is {called}", facts)
            return await get_face(connection, owner_id, face_id)

        return await self._database.run_transaction(work)

    async def reject(
        self, owner_id: UUID, actor_id: UUID, face_id: UUID, person_id: UUID | None, *, is_no_face: bool
    ) -> Face:
        """Say who a face is not (of nobody named: who it is taken for), or that it is none.

        Raises `FaceNotFound`, `PersonNotFound`, `BadFaceWord`.
        """

        async def work(connection: Connection) -> Face:
            await next_change(connection, owner_id)  # what is read below is as it stands
            face = await get_face(connection, owner_id, face_id)
            if is_no_face:
                fact, summary = telling.tell_no_face(face), "This is not a face"
            else:
                denied = person_id or face.person_id
                if denied is None:
                    raise BadFaceWord
                person = await get_person(connection, owner_id, denied)
                fact, summary = telling.tell_not(face, denied), f"This face is not {telling.called(person)}"
            await self._journal.record(connection, owner_id, actor_id, "people.reject", summary, [fact])
            return await get_face(connection, owner_id, face_id)

        return await self._database.run_transaction(work)

    async def draw(
        self, owner_id: UUID, actor_id: UUID, photo_id: UUID, box: Box, person_id: UUID | None, name: str | None
    ) -> Face:
        """Draw a box around a face that was not found, and say who it is if that is known.

        Raises `PhotoNotFound`, `PersonNotFound`, `BadBox`, `BadName`.
        """

        async def work(connection: Connection) -> Face:
            await next_change(connection, owner_id)  # what is read below is as it stands
            content = await faces.find_content(connection, owner_id, photo_id)
            if content is None:
                raise PhotoNotFound
            subject = write_subject(content, telling.check_box(box))
            facts, called = [Fact(FACE, subject, DRAWN, value=True)], None
            if person_id is not None or name is not None:
                meant, called, more = await self._meant(connection, owner_id, person_id, name)
                facts += [*more, Fact(FACE, subject, THIS, str(meant))]
            summary = f"Drew the face of {called}" if called else "Drew a face"
            await self._journal.record(connection, owner_id, actor_id, "people.draw", summary, facts)
            there = await faces.list_faces_of_photos(connection, owner_id, [photo_id])
            return max(there, key=lambda face: (overlap(face.box, box), face.id))

        return await self._database.run_transaction(work)

    async def _meant(
        self, connection: Connection, owner_id: UUID, person_id: UUID | None, name: str | None
    ) -> tuple[UUID, str, list[Fact]]:
        """Return who is meant, how they are called, and what is to be said of somebody who is new."""
        if (person_id is None) == (name is None):
            raise BadFaceWord
        if person_id is not None:
            person = await get_person(connection, owner_id, person_id)
            return person_id, telling.called(person), await tell_unnamed(connection, owner_id, person)
        assert name is not None
        cleaned = telling.clean_name(name)
        known = await people.find_by_name(connection, owner_id, cleaned)
        if known is not None:
            return known, cleaned, []
        new_id = uuid7()
        return new_id, cleaned, [telling.tell_person(new_id, NAME, cleaned)]


async def tell_unnamed(connection: Connection, owner_id: UUID, person: Person) -> list[Fact]:
    """Return what is said of the other faces of a person without a name, of whom one face is told: the group is meant,
    and without a word about it the one face alone would be that person in the next run."""
    if person.name is not None:
        return []
    return telling.tell_untold(await faces.list_faces_of_people(connection, owner_id, [person.id]), person.id)


async def get_person(connection: Connection, owner_id: UUID, person_id: UUID) -> Person:
    """Return a person of the owner. Raises `PersonNotFound`."""
    found = await people.find_people(connection, owner_id, [person_id])
    if person_id not in found:
        raise PersonNotFound
    return found[person_id]


async def get_face(connection: Connection, owner_id: UUID, face_id: UUID) -> Face:
    """Return a face of the owner. Raises `FaceNotFound`."""
    found = await faces.list_faces(connection, owner_id, [face_id])
    if not found:
        raise FaceNotFound
    return found[0]
