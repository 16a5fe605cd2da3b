"""From decisions to tables: what stands about faces and people, brought into force, forwards and backwards."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from psycopg import AsyncConnection

from calotype.features.journal import Standing, Told, list_standing, list_told
from calotype.features.people.events import PeopleChanged
from calotype.features.people.repository import decided, faces, people, questions, sorting
from calotype.features.people.repository.questions import Likeness
from calotype.features.people.schemas import AssignedBy, Face
from calotype.features.people.words import (
    COVER,
    DRAWN_PROVIDERS,
    FACE,
    FILE,
    HAND,
    IS_HIDDEN,
    MERGED,
    NAME,
    PERSON,
    SAME_BOX,
    SAME_REGION,
    Box,
    Merges,
    Verdict,
    fit,
    judge,
    match_boxes,
    person_of_files,
    question_id,
    read_id,
    read_subject,
    words_by_face,
)
from calotype.media.rectangles import overlap

Connection = AsyncConnection[Any]
Assignment = tuple[UUID | None, AssignedBy, bool]

_CHUNK = 500
_NOBODY: Assignment = (None, AssignedBy.NOBODY, False)


async def project_people(
    connection: Connection, owner_id: UUID, topic: str, subjects: Collection[str]
) -> Sequence[object]:
    """Bring the tables into line with what stands about these subjects; return the events that follow."""
    touched = await (_project_faces if topic == FACE else _project_persons)(connection, owner_id, subjects)
    await people.refresh_people(connection, owner_id, touched)
    await sorting.forget_facets(connection, owner_id, sorted(touched))
    return (PeopleChanged(owner_id, frozenset(touched)),) if touched else ()


async def apply_face_decisions(connection: Connection, owner_id: UUID, photo_id: UUID, sha256: bytes) -> None:
    """Bring into force what stands about the faces of one photo, whose rows have just been written anew. How many there
    are of each person is counted by the run for new faces, which is due: here it would be all their faces a photo."""
    touched = await settle_photos(connection, owner_id, {photo_id: sha256})
    if touched:
        await _point_covers(connection, owner_id, touched)


async def _project_faces(connection: Connection, owner_id: UUID, subjects: Collection[str]) -> set[UUID]:
    named = [read_subject(subject) for subject in subjects]
    contents = sorted({face[0] for face in named if face is not None})
    touched: set[UUID] = set()
    for begin in range(0, len(contents), _CHUNK):
        found = await faces.find_photos(connection, owner_id, contents[begin : begin + _CHUNK])
        photos = {photo_id: content for content, photo_id in found.items()}
        touched |= await settle_photos(connection, owner_id, photos, changed=frozenset(subjects))
    return touched


async def _project_persons(connection: Connection, owner_id: UUID, subjects: Collection[str]) -> set[UUID]:
    merges = await decided.read_merges(connection, owner_id)
    due = {person for person in map(read_id, subjects) if person is not None}
    due |= await _concerned(connection, owner_id, merges)
    standing = await list_standing(connection, owner_id, PERSON, [str(person) for person in due])
    told = await list_told(connection, owner_id, PERSON, [str(person) for person in due])
    touched: set[UUID] = set()
    for person_id in sorted(due):
        into, subject = merges.resolve(person_id), str(person_id)
        said = {fact.field: fact.value for fact in standing if fact.subject == subject}
        before = [fact for fact in told if fact.subject == subject]
        if into != person_id:
            await people.ensure_people(connection, owner_id, [into])
            await faces.move_faces(connection, owner_id, person_id, into)
            await questions.move_questions(connection, owner_id, person_id, into)
            await people.remove_person(connection, owner_id, person_id)
            touched.add(into)
        elif await _is_known(connection, owner_id, person_id, said, before):
            name, is_hidden = said.get(NAME), bool(said.get(IS_HIDDEN))
            await people.write_person(connection, owner_id, person_id, name, is_hidden=is_hidden)
            await _ask_again(connection, owner_id, person_id, before)
            if said.get(COVER) is None and any(fact.field == COVER for fact in before):
                await people.forget_cover(connection, owner_id, person_id)
            touched.add(person_id)
    await _point_covers(connection, owner_id, touched)
    return touched


async def _concerned(connection: Connection, owner_id: UUID, merges: Merges) -> set[UUID]:
    """Return the people who are merged and have a row, and those whose merge is ignored: where two were merged into
    each other both ways, what is said of the one decides about the other."""
    return {*await people.find_people(connection, owner_id, list(merges.into)), *merges.ignored}


async def _is_known(
    connection: Connection, owner_id: UUID, person_id: UUID, said: Mapping[str, Any], told: Sequence[Told]
) -> bool:
    """Whether there is (or is to be) a row of this person; a question that was put off is none."""
    if said.get(NAME) or any(fact.field == MERGED for fact in told):
        return True
    return person_id in await people.find_people(connection, owner_id, [person_id])


async def _ask_again(connection: Connection, owner_id: UUID, person_id: UUID, told: Sequence[Told]) -> None:
    """Ask at once what was asked about somebody before a merge that was taken back; the next run measures it anew."""
    found = []
    for fact in told:
        if fact.field == MERGED and fact.is_taken_back and fact.value and fact.replaced:
            into = UUID(fact.value)
            likeness = float(fact.replaced["likeness"])
            found.append(Likeness(question_id(fact.subject, str(into)), person_id, None, into, None, likeness))
    if found:
        await questions.add_likenesses(connection, owner_id, list({one.id: one for one in found}.values()))


async def _point_covers(connection: Connection, owner_id: UUID, person_ids: Collection[UUID]) -> None:
    """Show each person by the face that was chosen, where that is (still, or again) theirs."""
    chosen = await decided.list_covers(connection, owner_id, person_ids)
    named = {person: read_subject(subject) for person, subject in chosen.items()}
    contents = {face[0] for face in named.values() if face is not None}
    if not contents:
        return
    photos = await faces.find_photos(connection, owner_id, contents)
    found = await faces.list_faces_of_photos(connection, owner_id, photos.values())
    covers: dict[UUID, UUID] = {}
    for person, cover in named.items():
        if cover is None:
            continue
        alike = [
            (overlap(face.box, cover[1]), face.id)
            for face in found
            if face.person_id == person and bytes(face.sha256) == cover[0]
        ]
        best = max(alike, default=(0.0, None))
        if best[1] is not None and best[0] >= SAME_BOX:
            covers[person] = best[1]
    await people.set_covers(connection, owner_id, covers)


@dataclass(frozen=True)
class _Said:
    """All that bears on the faces of some photos."""

    words: Mapping[bytes, Sequence[Standing]]
    before: Mapping[bytes, Sequence[tuple[str, Mapping[str, Any]]]]
    merges: Merges
    regions: Mapping[UUID, Sequence[tuple[str, Box]]]
    changed: frozenset[str]


async def settle_photos(
    connection: Connection, owner_id: UUID, photos: Mapping[UUID, bytes], *, changed: frozenset[str] = frozenset()
) -> set[UUID]:
    """Bring into force what stands about the faces of some photos, and what the files say; return who is touched.

    `changed` names the faces of which something was taken back or said just now: where nothing stands of them any more,
    they are again what the library had thought before.
    """
    words = await decided.list_face_words(connection, owner_id, set(photos.values()))
    regions = await faces.list_regions(connection, owner_id, photos)
    before = await decided.list_before(connection, owner_id, set(photos.values())) if changed else {}
    is_told = bool(words or regions or before)
    merges = await decided.read_merges(connection, owner_id) if is_told else Merges(())
    said = _Said(words, before, merges, regions, changed)
    found = await faces.list_faces_of_photos(connection, owner_id, photos)
    touched = {face.person_id for face in found if face.person_id is not None}
    by_photo = _by_photo(found)
    has_drawn = [
        await _draw_missing(connection, owner_id, photo_id, by_photo.get(photo_id, []), said, content)
        for photo_id, content in photos.items()
    ]
    if any(has_drawn):
        by_photo = _by_photo(await faces.list_faces_of_photos(connection, owner_id, photos))
    assignments: dict[UUID, Assignment] = {}
    for photo_id, there in by_photo.items():
        names = await _names_from_files(connection, owner_id, there, said.regions.get(photo_id, []), said.merges)
        assignments |= _assign(there, said, names)
    wanted = {person for person, _, _ in assignments.values() if person is not None}
    await people.ensure_people(connection, owner_id, wanted)
    await faces.assign_faces(connection, owner_id, assignments)
    return touched | wanted


def _by_photo(found: Sequence[Face]) -> dict[UUID, list[Face]]:
    by_photo: dict[UUID, list[Face]] = {}
    for face in found:
        by_photo.setdefault(face.photo_id, []).append(face)
    return by_photo


async def _draw_missing(
    connection: Connection, owner_id: UUID, photo_id: UUID, there: Sequence[Face], said: _Said, content: bytes
) -> bool:
    """Add the faces that a person or a file drew and no detector found; remove those that nobody says any more."""
    words = said.words.get(content, ())
    regions = [box for _, box in said.regions.get(photo_id, ())]
    found = [face.box for face in there if face.provider not in DRAWN_PROVIDERS]
    drawn = [
        named[1]
        for subject in dict.fromkeys(word.subject for word in words)
        if judge([word for word in words if word.subject == subject], said.merges).is_drawn
        and (named := read_subject(subject)) is not None
    ]
    old = {face.id: (face.provider, _rounded(face.box)) for face in there if face.provider in DRAWN_PROVIDERS}
    due: list[tuple[str, Box]] = []
    for provider, boxes in ((HAND, drawn), (FILE, regions)):
        known = [*found, *(box for _, box in due)]
        standing = [box for box in boxes if (provider, _rounded(box)) in old.values()]
        new = [box for box in boxes if box not in standing]
        # A face that lies in a drawn one which has a row already is another: the detector's is that row.
        for these, least, measure in ((standing, SAME_BOX, overlap), (new, SAME_REGION, fit)):
            matched = match_boxes(known, these, least, measure)
            due += [(provider, box) for place, box in enumerate(these) if place not in matched]
    wanted = {(provider, _rounded(box)) for provider, box in due}
    gone = [face_id for face_id, key in old.items() if key not in wanted]
    await faces.remove_faces(connection, owner_id, gone)
    missing = [(provider, box) for provider, box in due if (provider, _rounded(box)) not in old.values()]
    for provider, box in missing:
        await faces.draw_face(connection, owner_id, photo_id, box, provider)
    return bool(gone or missing)


def _rounded(box: Box) -> tuple[float, ...]:
    return tuple(round(side, 3) for side in box)


async def _names_from_files(
    connection: Connection, owner_id: UUID, there: Sequence[Face], regions: Sequence[tuple[str, Box]], merges: Merges
) -> dict[UUID, UUID]:
    """Return the person whom the file names, by face."""
    matched = match_boxes([face.box for face in there], [box for _, box in regions], SAME_REGION, fit)
    named: dict[UUID, UUID] = {}
    for region, place in matched.items():
        name = regions[region][0]
        own = person_of_files(owner_id, name)
        person = merges.resolve(own)
        if person == own:
            person = await people.find_by_name(connection, owner_id, name) or own
        if person == own:
            await people.name_from_file(connection, owner_id, own, name)
        named[there[place].id] = person
    return named


def _assign(there: Sequence[Face], said: _Said, names: Mapping[UUID, UUID]) -> dict[UUID, Assignment]:
    content = bytes(there[0].sha256)
    by_place, _ = words_by_face([face.box for face in there], said.words.get(content, ()))
    assignments: dict[UUID, Assignment] = {}
    for place, face in enumerate(there):
        verdict = judge(by_place.get(place, []), said.merges)
        if verdict.is_no_face:
            assignments[face.id] = (None, AssignedBy.PERSON, True)
        elif verdict.is_told:
            assignments[face.id] = (verdict.person, AssignedBy.PERSON, False)
        elif face.id in names and names[face.id] not in verdict.forbidden:
            assignments[face.id] = (names[face.id], AssignedBy.FILE, False)
        else:
            assignments[face.id] = _left_alone(face, verdict, said)
    return assignments


def _left_alone(face: Face, verdict: Verdict, said: _Said) -> Assignment:
    """Return whose a face is of which nobody says who it is: what the library thinks, or thought before."""
    person, by = face.person_id, AssignedBy(face.assigned_by)
    if by is not AssignedBy.LIBRARY:
        person, by = _before(face, said)
    if person is not None:
        person = said.merges.resolve(person)
    return _NOBODY if person is None or person in verdict.forbidden else (person, by, False)


def _before(face: Face, said: _Said) -> tuple[UUID | None, AssignedBy]:
    for subject, replaced in said.before.get(bytes(face.sha256), ()):
        named = read_subject(subject)
        if named is None or overlap(named[1], face.box) < SAME_BOX or not _is_changed(face, said):
            continue
        if replaced.get("person") and replaced.get("by") == AssignedBy.LIBRARY:
            return UUID(replaced["person"]), AssignedBy.LIBRARY
    return None, AssignedBy.NOBODY


def _is_changed(face: Face, said: _Said) -> bool:
    content = bytes(face.sha256)
    named = (read_subject(subject) for subject in said.changed if subject.startswith(content.hex()))
    return any(one is not None and overlap(one[1], face.box) >= SAME_BOX for one in named)
