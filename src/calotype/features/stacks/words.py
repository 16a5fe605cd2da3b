"""What people said of stacks, in the journal: facts of topic `stack` about contents.

`apart:<set>` names a side: contents on two sides of one set never stand together. `together:<set>` is `lead` or `part`.
A fact with null takes one back.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID, uuid4

from psycopg import AsyncConnection

from calotype.features.journal import Fact, Standing, list_standing
from calotype.features.stacks.grouping import Said
from calotype.features.stacks.repository.stacks import find_ids, list_told_of
from calotype.features.stacks.schemas import LEAD

Connection = AsyncConnection[Any]

TOPIC = "stack"
_TOGETHER = "together:"


async def read_said(connection: Connection, owner_id: UUID, contents: Collection[str] | None = None) -> Said:
    """Return what stands about some contents (hex SHA-256), with all members of their sets by hand; or about all."""
    standing = await list_standing(connection, owner_id, TOPIC, contents)
    if contents is not None:
        sets = {fact.field for fact in standing if fact.field.startswith(_TOGETHER) and fact.value is not None}
        beside = await list_told_of(connection, owner_id, TOPIC, sets) if sets else set[str]()
        more = beside - set(contents)
        if more:
            standing += await list_standing(connection, owner_id, TOPIC, more)
            standing.sort(key=lambda fact: fact.number)
    return await _to_said(connection, owner_id, [fact for fact in standing if fact.value is not None])


async def _to_said(connection: Connection, owner_id: UUID, standing: Sequence[Standing]) -> Said:
    ids = await find_ids(connection, owner_id, {fact.subject for fact in standing})
    apart: dict[UUID, dict[str, str]] = defaultdict(dict)
    together: dict[str, list[UUID]] = defaultdict(list)
    for fact in standing:
        word, _, name = fact.field.partition(":")
        if (photo := ids.get(fact.subject)) is None:
            continue
        if word == "apart":
            apart[photo][name] = str(fact.value)
        elif word == "together":
            together[name].insert(0 if fact.value == LEAD else len(together[name]), photo)
    return Said(apart, {name: chosen for name, chosen in together.items() if len(chosen) > 1})


def tell_apart(sides: Iterable[Sequence[str]]) -> list[Fact]:
    """Return what is told when contents (hex SHA-256) on different sides do not belong together."""
    name = f"apart:{uuid4().hex[:16]}"
    return [Fact(TOPIC, content, name, side[0]) for side in sides for content in side]


def tell_together(contents: Sequence[str]) -> list[Fact]:
    """Return what is told when contents belong together, the lead first."""
    name = f"together:{uuid4().hex[:16]}"
    return [Fact(TOPIC, content, name, "part" if place else LEAD) for place, content in enumerate(contents)]


def take_back_together(said: Said, contents: Mapping[UUID, str]) -> list[Fact]:
    """Return what is told when sets that were made by hand are no more."""
    return [
        Fact(TOPIC, contents[photo], f"together:{name}")
        for name, chosen in said.together.items()
        for photo in chosen
        if photo in contents
    ]
