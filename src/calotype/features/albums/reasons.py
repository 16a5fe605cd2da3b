"""Why a photo was chosen, in plain words that are true. Pure."""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Hashable, Iterator, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from calotype.features.albums.rules import Candidate

PINNED = "you pinned it"
FEW = 3  # to be the best of two says nothing
MUCH_TASTE = 800  # of 1000
UNLIKE = 0.35  # likeness to the other picks, 0..1, below which a photo is something else
_PARTS = ((5, "night"), (12, "morning"), (17, "afternoon"), (22, "evening"), (24, "night"))
_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
           "November", "December")  # fmt: skip


class Reasons:
    """Knows all photos among which an album was chosen, so that what it says of one of them is so.

    `kind` is `year`, `month`, `moment` or `person`; `names` are those of the people in `Candidate.people`.
    """

    def __init__(
        self,
        kind: str,
        photos: Sequence[Candidate],
        goodness: Mapping[UUID, float],
        names: Mapping[UUID, str],
        of_person: UUID | None = None,
    ) -> None:
        self._kind, self._goodness, self._names, self._of_person = kind, goodness, names, of_person
        self._all = len(photos)
        self._places = {
            photo_id: place for place, photo_id in enumerate(sorted(goodness, key=lambda one: (-goodness[one], one)), 1)
        }
        sure = [photo for photo in photos if photo.is_time_sure]
        self._people = _Groups(photos, lambda photo: photo.people, goodness)
        self._stacks = _Groups(photos, lambda photo: photo.stacks, goodness)
        self._parts = _Groups(sure, lambda photo: [_part_of_day(photo.taken_local)], goodness)
        self._spans = _Groups(sure, lambda photo: [self._span(photo.taken_local)], goodness)

    def why(self, photo: Candidate, likeness: float) -> str:
        """Return the first reason that holds for a pick; `likeness` is to the other picks, 0..1."""
        return next(self._reasons(photo, likeness))

    def _reasons(self, photo: Candidate, likeness: float) -> Iterator[str]:
        yield from _said(photo)
        yield from self._only_one_with(photo)
        for stack in photo.stacks:
            if self._stacks.is_best(photo, stack):
                yield f"the best of {self._stacks.sizes[stack]} nearly alike"
        yield from self._of_its_time(photo)
        for person in self._others(photo):
            if self._people.sizes[person] >= FEW and self._people.is_best(photo, person):
                yield f"the best of {self._people.sizes[person]} with {self._names[person]}"
        if (photo.taste or 0) >= MUCH_TASTE:
            yield "much to your taste"
        if likeness < UNLIKE:
            yield "unlike the others"
        yield f"number {self._places[photo.id]} of {self._all} by quality" if photo.id in self._places else "a good one"

    def _only_one_with(self, photo: Candidate) -> Iterator[str]:
        for person in self._others(photo):
            if self._people.sizes[person] == 1:
                yield f"the only one with {self._names[person]}"

    def _of_its_time(self, photo: Candidate) -> Iterator[str]:
        if not photo.is_time_sure:
            return
        part = _part_of_day(photo.taken_local)
        if (size := self._parts.sizes[part]) >= FEW:
            if self._parts.is_sharpest(photo, part):
                yield f"the sharpest of {size} that {part[1]}"
            if self._parts.is_best(photo, part):
                yield f"the best of {size} that {part[1]}"
        span = self._span(photo.taken_local)
        if self._spans.sizes[span] == 1:
            yield f"the only one {self._when(photo.taken_local)}"
        elif self._spans.sizes[span] >= FEW and self._spans.is_best(photo, span):
            yield f"the best of {self._spans.sizes[span]} {self._when(photo.taken_local)}"

    def _others(self, photo: Candidate) -> list[UUID]:
        people = [person for person in photo.people if person != self._of_person and person in self._names]
        return sorted(people, key=lambda person: (self._names[person], person))

    def _span(self, taken: datetime) -> Hashable:
        """Return the month in the album of a year, the year in that of a person, else the day."""
        if self._kind == "year":
            return taken.month
        return taken.year if self._kind == "person" else taken.date()

    def _when(self, taken: datetime) -> str:
        if self._kind == "year":
            return f"from {_MONTHS[taken.month - 1]}"
        return f"from {taken.year}" if self._kind == "person" else "that day"


class _Groups:
    """Photos in groups: how many each has, and which are the best and the sharpest of it."""

    def __init__(
        self,
        photos: Sequence[Candidate],
        keys: Callable[[Candidate], Collection[Hashable]],
        goodness: Mapping[UUID, float],
    ) -> None:
        self.sizes: Counter[Hashable] = Counter()
        self._goodness = goodness
        self._best: dict[Hashable, float] = defaultdict(float)
        self._sharpest: dict[Hashable, int] = defaultdict(int)
        for photo in photos:
            for key in keys(photo):
                self.sizes[key] += 1
                self._best[key] = max(self._best[key], goodness.get(photo.id, 0.0))
                self._sharpest[key] = max(self._sharpest[key], photo.sharpness or 0)

    def is_best(self, photo: Candidate, key: Hashable) -> bool:
        return self.sizes[key] > 1 and photo.id in self._goodness and self._goodness[photo.id] >= self._best[key]

    def is_sharpest(self, photo: Candidate, key: Hashable) -> bool:
        return photo.sharpness is not None and photo.sharpness >= self._sharpest[key]


def _said(photo: Candidate) -> Iterator[str]:
    if photo.is_favourite:
        yield "your favourite"
    elif photo.is_liked:
        yield f"you gave it {photo.rating} stars"


def _part_of_day(taken: datetime) -> tuple[object, str]:
    """Return the day and its part; the hours after midnight are of the night before."""
    name = next(name for until, name in _PARTS if taken.hour < until)
    return (taken.toordinal() - (1 if taken.hour < _PARTS[0][0] else 0), name)
