"""Two who decide at once, and decisions while a run goes on."""

import asyncio

from tests.features.people.conftest import ANNA, BEN
from tests.features.people.crowd import Family
from tests.features.people.test_decisions import name


async def test_two_who_say_one_new_name_at_once_mean_one_person(family: Family) -> None:
    decisions, owner = family.people.decisions, family.owner
    one, other = await family.face("anna0"), await family.face("ben0")
    await asyncio.gather(
        decisions.assign(owner, owner, one, None, "Zoe"), decisions.assign(owner, owner, other, None, "Zoe")
    )
    assert await family.names("anna0", "ben0") == ["Zoe", "Zoe"]
    assert await family.who("anna0") == await family.who("ben0")


async def test_two_who_merge_both_ways_at_once_lose_nobody(family: Family) -> None:
    anna, ben = await name(family, "anna0", "Anna"), await name(family, "ben0", "Ben")
    decisions, owner = family.people.decisions, family.owner
    await asyncio.gather(
        decisions.merge(owner, owner, [anna], ben, is_confirmed=True),
        decisions.merge(owner, owner, [ben], anna, is_confirmed=True),
        return_exceptions=True,
    )
    for is_whole in (False, True):
        assert await family.names(*ANNA, *BEN) in (["Anna"] * 9, ["Ben"] * 9)
        await family.sort(is_whole=is_whole)
