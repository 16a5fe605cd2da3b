"""What people say of faces, and whom that makes them. Pure.

A face is named by the content and its box, `<hex sha256>:<x>,<y>,<width>,<height>`, and found again by the overlap of
the boxes: another detector draws them a little otherwise. Fields of a face (topic `face`):

* `this`: the id of the person that somebody said this one face is (null: taken back with another word);
* `person`: the id of the person of a group in which the face was when somebody named, merged or split that group;
* `not:<person>`: true where somebody said that it is not that person;
* `not_a_face`: true; `drawn`: true for a box that a person drew.

A word about the one face wins over a word about its group; of two of a kind, the newer. Fields of a person (topic
`person`): `name`, `is_hidden`, `cover` (a face), `merged_into` (a person), `different:<person>`. A question that was
put off stands under its id with the field `skipped`.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol
from uuid import UUID, uuid5

from calotype.media.rectangles import overlap, shared_area

FACE, PERSON = "face", "person"  # topics
THIS, GROUP, NOT, NOT_A_FACE, DRAWN = "this", "person", "not:", "not_a_face", "drawn"
NAME, IS_HIDDEN, COVER, MERGED, DIFFERENT, SKIPPED = (
    "name", "is_hidden", "cover", "merged_into", "different:", "skipped",
)  # fmt: skip
HAND, FILE = "hand", "file"
"""Providers of faces that no detector found: a person drew them, or a file names a region."""
DRAWN_PROVIDERS = frozenset({HAND, FILE})
SAME_BOX = 0.4
"""Overlap (intersection over union) from which on two boxes are one face."""
SAME_REGION = 0.25
"""The same for what files say: some programs mark the whole head, others the eyes to the chin."""
_INSIDE, _PART = 0.7, 0.1
_FILES = UUID("6e0f0bd5-6a1c-5d0e-9f58-3f1a7f1b1e52")


class Box(NamedTuple):
    """A rectangle of the upright picture, 0..1: left edge, top edge, width, height."""

    x: float
    y: float
    width: float
    height: float


def fit(box: Box, drawn: Box) -> float:
    """Return how well a box fits one that was drawn around a face: the overlap, or `SAME_REGION` at least where it lies
    in it and is no small part of it. People and programs draw wider than detectors."""
    inside = shared_area(box, drawn)
    area, around = box.width * box.height, drawn.width * drawn.height
    is_inside = inside >= _INSIDE * area and area >= _PART * around
    return max(overlap(box, drawn), SAME_REGION if is_inside else 0.0)


def write_subject(sha256: bytes, box: Box) -> str:
    """Return the name of a face."""
    return f"{sha256.hex()}:" + ",".join(f"{side:.4f}" for side in box)


def read_subject(subject: str) -> tuple[bytes, Box] | None:
    """Return content and box of a face, or None for what is no name of one."""
    content, _, sides = subject.partition(":")
    try:
        numbers = [float(side) for side in sides.split(",")]
        return bytes.fromhex(content), Box(*numbers)
    except (ValueError, TypeError):
        return None


def person_of_files(owner_id: UUID, name: str) -> UUID:
    """Return the id of the person whom files call so: the same in every run, whatever the case of the letters."""
    return uuid5(_FILES, f"{owner_id} {fold(name)}")


def question_id(one: str, other: str) -> UUID:
    """Return the id of the question whether two (people's ids, or names of faces) are the same."""
    return uuid5(_FILES, " ".join(sorted((one, other))))


def fold(name: str) -> str:
    """Return a name as it is compared."""
    return " ".join(name.casefold().split())


class Word(Protocol):
    """A fact that stands; `number` grows with time."""

    @property
    def number(self) -> int: ...
    @property
    def subject(self) -> str: ...
    @property
    def field(self) -> str: ...
    @property
    def value(self) -> Any: ...


@dataclass(frozen=True)
class Verdict:
    """What stands about a face: whose it is by somebody's word, whose it is not, and whether it is one at all."""

    person: UUID | None = None
    is_told: bool = False
    is_no_face: bool = False
    is_drawn: bool = False
    forbidden: frozenset[UUID] = field(default_factory=frozenset)


class Merges:
    """Who was merged into whom, and which people were told apart."""

    def __init__(self, words: Iterable[Word]) -> None:
        self.into: dict[UUID, UUID] = {}
        self.ignored: set[UUID] = set()
        self._different: set[tuple[UUID, UUID]] = set()
        for word in sorted(words, key=lambda word: -word.number):
            person = read_id(word.subject)
            if person is None:
                continue
            if word.field == MERGED and word.value:
                self._merge(person, UUID(word.value))
            elif word.field.startswith(DIFFERENT) and word.value:
                self._different.add((person, UUID(word.field.removeprefix(DIFFERENT))))

    def _merge(self, person: UUID, into: UUID) -> None:
        """Take a merge, the newest first. One that would close a circle is ignored: who was merged into each other both
        ways (which an undo that is undone can bring about) is the one that was said last."""
        if self.resolve(into) == person:
            self.ignored.add(person)
        else:
            self.into.setdefault(person, into)

    def resolve(self, person: UUID) -> UUID:
        """Return the person that this one is today."""
        while (now := self.into.get(person)) is not None:
            person = now
        return person

    def are_different(self, one: UUID, other: UUID) -> bool:
        """Whether somebody said that these two (as they are today) are not the same."""
        return (min(one, other), max(one, other)) in self.different

    @property
    def different(self) -> set[tuple[UUID, UUID]]:
        """All pairs that were told apart, as they are today, the smaller id first."""
        pairs = ((self.resolve(one), self.resolve(other)) for one, other in self._different)
        return {(min(pair), max(pair)) for pair in pairs if pair[0] != pair[1]}

    def told_apart(self, one: UUID, other: UUID) -> list[tuple[UUID, UUID]]:
        """Return the pairs, as they were said, that tell these two apart."""
        today = {one, other}
        return [pair for pair in self._different if {self.resolve(pair[0]), self.resolve(pair[1])} == today]


def judge(words: Sequence[Word], merges: Merges) -> Verdict:
    """Return what stands about a face from all words about it, whatever boxes they came with."""
    newest: dict[str, Word] = {}
    for word in sorted(words, key=lambda word: word.number):
        newest[word.field] = word
    denied = {
        merges.resolve(UUID(name.removeprefix(NOT))): word.number
        for name, word in newest.items()
        if name.startswith(NOT) and word.value
    }
    person, is_told = None, False
    for name in (THIS, GROUP):
        said = newest.get(name)
        if said is not None and said.value:
            meant = merges.resolve(UUID(said.value))
            if denied.get(meant, -1) < said.number:
                person, is_told = meant, True
                denied.pop(meant, None)
                break
    return Verdict(
        person, is_told, _is_true(newest, NOT_A_FACE), _is_true(newest, DRAWN), frozenset(denied)
    )  # fmt: skip


def _is_true(newest: Mapping[str, Word], name: str) -> bool:
    return name in newest and bool(newest[name].value)


def match_boxes(
    boxes: Sequence[Box], others: Sequence[Box], least: float, measure: Callable[[Box, Box], float] = overlap
) -> dict[int, int]:
    """Return for the places of `others` the place of the box that each lies on; the best pairs first, each box once."""
    pairs = sorted(
        ((measure(box, other), place, far) for place, box in enumerate(boxes) for far, other in enumerate(others)),
        reverse=True,
    )
    taken: set[int] = set()
    matched: dict[int, int] = {}
    for common, place, far in pairs:
        if common >= least and place not in taken and far not in matched:
            matched[far] = place
            taken.add(place)
    return matched


def words_by_face(boxes: Sequence[Box], words: Iterable[Word]) -> tuple[dict[int, list[Word]], dict[str, list[Word]]]:
    """Sort the words of one photo to its faces: by place of the box, and those that fit none by their subject. What was
    said of a drawn face is said of the one that was found in it, as people draw wider than detectors."""
    words = list(words)
    drawn = {word.subject for word in words if word.field == DRAWN and word.value}
    by_place: dict[int, list[Word]] = {}
    by_subject: dict[str, list[Word]] = {}
    for word in words:
        named = read_subject(word.subject)
        if named is None:
            continue
        measure, least = (fit, SAME_REGION) if word.subject in drawn else (overlap, SAME_BOX)
        best = max(((measure(box, named[1]), place) for place, box in enumerate(boxes)), default=(0.0, -1))
        if best[0] >= least:
            by_place.setdefault(best[1], []).append(word)
        else:
            by_subject.setdefault(word.subject, []).append(word)
    return by_place, by_subject


def read_id(text: str) -> UUID | None:
    """Return an id, or None for what is none."""
    try:
        return UUID(text)
    except ValueError:
        return None
