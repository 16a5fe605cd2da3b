"""From pairs to stacks, in the bounds of what people said. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from calotype.features.photos import PhotoState
from calotype.features.stacks.choosing import keeping_order
from calotype.features.stacks.schemas import LEAD, Kind, Look, Member, Pair, Stack

BY_HAND = "You put these together."
_REASONS = {
    Kind.SAME: "The same picture more than once.",
    Kind.SIMILAR: "Nearly the same picture, or a part of it.",
    Kind.BURST: "Shots taken within seconds.",
}


@dataclass(frozen=True)
class Said:
    """What people said of some photos.

    `apart`: of each photo the sets it is told apart in, and its side there: photos on two sides of one set never stand
    together. `together`: photos that do, the lead first.
    """

    apart: Mapping[UUID, Mapping[str, str]] = field(default_factory=dict)
    together: Mapping[str, Sequence[UUID]] = field(default_factory=dict)


class Sets:
    """Photos in disjoint sets that respect what was told apart (union by size, Tarjan 1975)."""

    def __init__(self, apart: Mapping[UUID, Mapping[str, str]]) -> None:
        self._apart = apart
        self._parents: dict[UUID, UUID] = {}
        self._members: dict[UUID, list[UUID]] = {}
        self._sides: dict[UUID, dict[str, str]] = {}

    def find(self, photo: UUID) -> UUID:
        """Return the photo that stands for the set of this one."""
        root = photo
        while (parent := self._parents.setdefault(root, root)) != root:
            root = parent
        while self._parents[photo] != root:
            self._parents[photo], photo = root, self._parents[photo]
        return root

    def join(self, one: UUID, other: UUID, *, is_said: bool = False) -> bool:
        """Put two sets together unless somebody told members of them apart; say whether they are one now."""
        first, second = self.find(one), self.find(other)
        if first == second:
            return True
        sides, others = self._sides_of(first), self._sides_of(second)
        if not is_said and any(others.get(name, side) != side for name, side in sides.items()):
            return False
        if len(self.members(first)) < len(self.members(second)):
            first, second = second, first
        self._parents[second] = first
        self._members[first] = self.members(first) + self.members(second)
        self._sides[first] = {**sides, **others}
        return True

    def members(self, root: UUID) -> list[UUID]:
        """Return the photos of a set."""
        return self._members.setdefault(root, [root])

    def groups(self, photos: Iterable[UUID]) -> list[list[UUID]]:
        """Return the sets of two and more in which these photos are."""
        roots = dict.fromkeys(self.find(photo) for photo in photos)
        return [self.members(root) for root in roots if len(self.members(root)) > 1]

    def _sides_of(self, root: UUID) -> dict[str, str]:
        if root not in self._sides:
            self._sides[root] = dict(self._apart.get(root, {}))
        return self._sides[root]


def make_stacks(looks: Mapping[UUID, Look], pairs: Sequence[Pair], said: Said) -> list[Stack]:
    """Return the stacks of these photos: variants first, then what is alike among what is left to be seen."""
    known = [pair for pair in pairs if pair.lead in looks and pair.part in looks]
    stacks = _make_variants(looks, known, said)
    stands_for = {member.photo_id: stack.lead for stack in stacks for member in stack.members}
    seen = {one for one, look in looks.items() if stands_for.get(one, one) == one and _is_seen(look)}
    for kind in (Kind.SAME, Kind.BURST, Kind.SIMILAR):
        between = _between(known, kind, stands_for, seen)
        made = _make_similar(looks, between, said) if kind is Kind.SIMILAR else _make_chains(looks, between, said, kind)
        stacks += made
        for stack in made if kind is Kind.SAME else ():
            stands_for |= {member.photo_id: stack.lead for member in stack.members}
            stands_for |= {one: stack.lead for one, lead in stands_for.items() if lead in stack.ids}
    return stacks


def _is_seen(look: Look) -> bool:
    return look.status in (PhotoState.IN_LIBRARY, PhotoState.VARIANT)


def _between(pairs: Sequence[Pair], kind: Kind, stands_for: Mapping[UUID, UUID], seen: set[UUID]) -> list[Pair]:
    """Return the pairs of a kind, each between the photos that stand for the two and are seen."""
    found: dict[frozenset[UUID], Pair] = {}
    for pair in pairs:
        lead, part = stands_for.get(pair.lead, pair.lead), stands_for.get(pair.part, pair.part)
        if pair.kind is kind and lead != part and lead in seen and part in seen:
            found.setdefault(frozenset((lead, part)), Pair(lead, part, kind, pair.role, pair.reason))
    return list(found.values())


def _make_variants(looks: Mapping[UUID, Look], pairs: Sequence[Pair], said: Said) -> list[Stack]:
    sets = Sets(said.apart)
    leads: dict[UUID, None] = {}
    for chosen in said.together.values():
        here = [photo for photo in chosen if photo in looks]
        for photo in here[1:]:
            sets.join(here[0], photo, is_said=True)
        leads |= dict.fromkeys(here[:1])
    variants = sorted((pair for pair in pairs if pair.kind is Kind.VARIANTS), key=_order)
    joined = [pair for pair in variants if sets.join(pair.lead, pair.part)]
    parts = {pair.part: pair for pair in joined}
    stacks = []
    for group in sets.groups(looks):
        rest = sorted(group, key=lambda one: (one not in leads, one in parts, keeping_order(looks[one]), one))
        members = [Member(rest[0], LEAD, _lead_reason(rest[0], leads, joined))]
        for one in rest[1:]:
            pair = parts.get(one)
            members.append(Member(one, pair.role, pair.reason) if pair else Member(one, "part", BY_HAND))
        is_said = any(one in leads for one in group)
        reason = BY_HAND if is_said else next(pair.reason for pair in joined if pair.part in group)
        stacks.append(Stack(Kind.VARIANTS, reason, members))
    return stacks


def _lead_reason(lead: UUID, leads: Mapping[UUID, None], joined: Sequence[Pair]) -> str:
    if lead in leads:
        return "You chose it."
    roles = {pair.role for pair in joined if pair.lead == lead}
    if "original" in roles:
        return "The edited version is shown."
    if "raw" in roles:
        return "The finished picture is shown, not the raw file."
    return "The still is shown."


def _make_chains(looks: Mapping[UUID, Look], pairs: Sequence[Pair], said: Said, kind: Kind) -> list[Stack]:
    """Join along pairs: copies of copies are copies, and a burst is a chain by its nature."""
    sets = Sets(said.apart)
    joined = [pair for pair in sorted(pairs, key=_order) if sets.join(pair.lead, pair.part)]
    reasons: dict[UUID, Pair] = {}
    for pair in joined:
        reasons.setdefault(pair.part, pair)
        reasons.setdefault(pair.lead, pair)
    return [_stack(looks, group, kind, reasons) for group in sets.groups({p.lead for p in joined})]


def _make_similar(looks: Mapping[UUID, Look], pairs: Sequence[Pair], said: Said) -> list[Stack]:
    """Gather around the photo with the most neighbours: what is like the like of a photo need not be like it."""
    near: dict[UUID, dict[UUID, Pair]] = defaultdict(dict)
    for pair in pairs:
        near[pair.lead][pair.part] = near[pair.part][pair.lead] = pair
    stacks, taken = [], set[UUID]()
    for hub in sorted(near, key=lambda one: (-len(near[one]), keeping_order(looks[one]), one)):
        if hub in taken:
            continue
        sets = Sets(said.apart)
        around = [one for one in sorted(near[hub]) if one not in taken and sets.join(hub, one)]
        if around:
            reasons = {one: near[hub][one] for one in around}
            stacks.append(_stack(looks, [hub, *around], Kind.SIMILAR, reasons))
            taken |= {hub, *around}
    return stacks


def _stack(looks: Mapping[UUID, Look], group: Sequence[UUID], kind: Kind, reasons: Mapping[UUID, Pair]) -> Stack:
    ordered = sorted(group, key=lambda one: (keeping_order(looks[one]), one))
    lead, *rest = ordered
    members = [Member(lead, LEAD, "The best of them.")]
    members += [Member(one, reasons[one].role, reasons[one].reason) if one in reasons else
                Member(one, reasons[lead].role, reasons[lead].reason) for one in rest]  # fmt: skip
    return Stack(kind, reasons[rest[0]].reason if len(group) == 2 and rest[0] in reasons else _REASONS[kind], members)


def _order(pair: Pair) -> tuple[UUID, UUID]:
    return (pair.lead, pair.part)


def find_components(pairs: Sequence[Pair], together: Iterable[Sequence[UUID]]) -> list[list[UUID]]:
    """Return the photos that hang together by any pair or word, whatever was told apart."""
    sets = Sets({})
    for pair in pairs:
        sets.join(pair.lead, pair.part)
    for chosen in together:
        for one in chosen[1:]:
            sets.join(chosen[0], one)
    return sets.groups({pair.lead for pair in pairs} | {one for chosen in together for one in chosen})
