"""Two who decide at once, and decisions while a run goes on."""

import asyncio
from collections.abc import Awaitable, Callable
from uuid import UUID

import pytest

from calotype.features.people.sorting import Sorting
from tests.features.people.conftest import ANNA, BEN
from tests.features.people.crowd import NEXT_SPACE, Family
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


@pytest.fixture
def during(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], Awaitable[object]]], None]:
    """Do something in the next run, once it has read all it goes by."""
    read = Sorting._forbidden

    def arrange(act: Callable[[], Awaitable[object]]) -> None:
        async def then_act(self: Sorting, owner_id: UUID, known: object) -> object:
            found = await read(self, owner_id, known)  # type: ignore[arg-type]
            monkeypatch.setattr(Sorting, "_forbidden", read)
            await act()
            return found

        monkeypatch.setattr(Sorting, "_forbidden", then_act)

    return arrange


During = Callable[[Callable[[], Awaitable[object]]], None]


@pytest.mark.parametrize("is_whole", [False, True])
async def test_who_a_face_is_not_is_obeyed_by_the_run_that_goes_on(
    family: Family, during: During, is_whole: bool
) -> None:
    anna = await name(family, "anna0", "Anna")
    await family.add("new", ("Anna", 7))
    face, owner = await family.face("new"), family.owner
    during(lambda: family.people.decisions.reject(owner, owner, face, anna, is_no_face=False))
    await family.sort(is_whole=is_whole)
    await family.sort()
    assert await family.who("new") != anna


@pytest.mark.parametrize("is_whole", [False, True])
async def test_a_merge_during_a_run_brings_nobody_back(family: Family, during: During, is_whole: bool) -> None:
    anna, ben = await name(family, "anna0", "Anna"), await name(family, "ben0", "Ben")
    await family.add("new", ("Anna", 7))
    owner = family.owner
    during(lambda: family.people.decisions.merge(owner, owner, [anna], ben, is_confirmed=True))
    await family.sort(is_whole=is_whole)
    assert await family.names(*ANNA, *BEN, "new") == ["Ben"] * 10
    assert anna not in await family.people.find_people(owner, [anna])


async def test_a_face_that_another_model_has_seen_meanwhile_is_left_to_the_next_run(
    family: Family, during: During
) -> None:
    await family.add("new", ("Anna", 7))
    during(lambda: family.find_again("new", NEXT_SPACE))
    await family.sort()
    async with family.database.connection() as connection:
        cursor = await connection.execute(
            "select is_sorted, person_id from faces where id = %s", (await family.face("new"),)
        )
        assert await cursor.fetchone() == (False, None)


async def test_a_run_for_new_faces_counts_whoever_has_lost_some(family: Family) -> None:
    """What happens to photos asks for no more than such a run."""
    anna = await family.who("anna0")
    assert anna is not None
    await family.people.decisions.change_person(family.owner, family.owner, anna, {"name": "Anna"})
    async with family.database.transaction() as connection:
        for each in ANNA[:2]:
            await connection.execute("delete from photos where id = %s", (family.photos.pop(each),))
    await family.sort()
    person = (await family.people.get_portrait(family.owner, anna)).person
    assert (person.faces, person.photos) == (3, 3)
    assert person.cover_photo_id in {family.photos[each] for each in ANNA[2:]}
