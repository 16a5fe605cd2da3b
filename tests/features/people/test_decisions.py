"""Each decision holds through a full re-run and a change of the model, and has its way back."""

from collections.abc import Awaitable, Callable
from uuid import UUID

import pytest

from calotype.features.people.errors import BadBox, BadCover, BadSplit, PersonNotFound, ToldApart
from calotype.features.people.repository import faces
from calotype.features.people.words import Box
from calotype.kit.ids import uuid7
from tests.features.people.conftest import ANNA, BEN
from tests.features.people.crowd import NEXT_SPACE, Family

Rerun = Callable[[Family], Awaitable[object]]


async def nothing(family: Family) -> None:
    pass


async def whole(family: Family) -> None:
    await family.sort(is_whole=True)


async def read_again(family: Family) -> None:
    for name in family.photos:
        await family.read_again(name)
    await family.sort()


async def found_again(family: Family) -> None:
    """The stage of the pipeline itself, with another model."""
    for name in family.photos:
        await family.find_again(name, NEXT_SPACE, shift=0.02)
    await family.sort(is_whole=True)


async def another_model(family: Family) -> None:
    await family.change_model()


@pytest.fixture(params=[nothing, whole, read_again, found_again, another_model], ids=lambda each: each.__name__)
def rerun(request: pytest.FixtureRequest) -> Rerun:
    """What happens after the decision."""
    made: Rerun = request.param
    return made


async def name(family: Family, photo: str, name: str | None) -> UUID:
    person = await family.who(photo)
    assert person is not None
    await family.people.decisions.change_person(family.owner, family.owner, person, {"name": name})
    return person


async def test_faces_of_one_person_are_one_group(family: Family) -> None:
    assert await family.groups() == {frozenset(ANNA), frozenset(BEN)}
    assert await family.who("cleo") is None


async def test_unnamed_groups_keep_their_ids(family: Family) -> None:
    before = await family.who("anna0"), await family.who("ben0")
    await family.sort(is_whole=True)
    assert (await family.who("anna0"), await family.who("ben0")) == before


async def test_a_name_stays(family: Family, rerun: Rerun) -> None:
    person = await name(family, "anna0", "Anna")
    await rerun(family)
    assert await family.names(*ANNA) == ["Anna"] * 5
    assert await family.who("anna3") == person
    assert await family.names(*BEN, "cleo") == [None] * 5


async def test_a_name_is_taken_back(family: Family, rerun: Rerun) -> None:
    before = await family.who("anna0")
    await name(family, "anna0", "Anna")
    await rerun(family)
    await family.undo_last()
    assert await family.names(*ANNA) == [None] * 5
    await family.sort(is_whole=True)
    groups = await family.groups()
    assert frozenset(ANNA) in groups
    if rerun not in (another_model, found_again):
        assert await family.who("anna0") == before


async def test_a_new_name_wins_over_the_old_one_and_goes_first(family: Family) -> None:
    await name(family, "anna0", "Anna")
    await name(family, "anna0", "Anne")
    assert await family.names("anna1") == ["Anne"]
    await family.undo_last()
    assert await family.names("anna1") == ["Anna"]


async def test_a_merge_stays(family: Family, rerun: Rerun) -> None:
    anna, ben = await name(family, "anna0", "Anna"), await family.who("ben0")
    assert ben is not None
    await family.people.decisions.merge(family.owner, family.owner, [ben], anna, is_confirmed=False)
    await rerun(family)
    assert await family.names(*ANNA, *BEN) == ["Anna"] * 9
    with pytest.raises(PersonNotFound):
        await family.people.get_portrait(family.owner, ben)


async def test_a_merge_of_two_named_people_taken_back_gives_both_back(family: Family, rerun: Rerun) -> None:
    anna, ben = await name(family, "anna0", "Anna"), await name(family, "ben0", "Ben")
    await family.people.decisions.merge(family.owner, family.owner, [ben], anna, is_confirmed=False)
    await rerun(family)
    assert await family.names("ben0") == ["Anna"]
    await family.undo_last()
    for again in (nothing, rerun):
        await again(family)
        assert await family.names(*ANNA, *BEN) == ["Anna"] * 5 + ["Ben"] * 4
        assert (await family.who("anna0"), await family.who("ben0")) == (anna, ben)
        assert (await family.people.get_portrait(family.owner, ben)).person.faces == 4


async def test_a_merge_of_unnamed_groups_taken_back_gives_both_back_at_once(family: Family) -> None:
    anna, ben = await family.who("anna0"), await family.who("ben0")
    assert anna is not None
    assert ben is not None
    await family.people.decisions.merge(family.owner, family.owner, [ben], anna, is_confirmed=False)
    assert await family.who("ben2") == anna
    await family.undo_last()
    assert (await family.who("anna0"), await family.who("ben2")) == (anna, ben)


async def test_the_name_of_the_one_is_the_name_of_both(family: Family) -> None:
    anna, ben = await family.who("anna0"), await name(family, "ben0", "Ben")
    assert anna is not None
    await family.people.decisions.merge(family.owner, family.owner, [ben], anna, is_confirmed=False)
    assert await family.names("anna0", "ben0") == ["Ben", "Ben"]
    await family.undo_last()
    assert await family.names("anna0", "ben0") == [None, "Ben"]


async def test_a_split_stays(family: Family, rerun: Rerun) -> None:
    anna = await name(family, "anna0", "Anna")
    chosen = [await family.face("anna3"), await family.face("anna4")]
    sister = await family.people.decisions.split(family.owner, family.owner, anna, chosen, "Sister")
    await rerun(family)
    assert await family.names(*ANNA) == ["Anna"] * 3 + ["Sister"] * 2
    assert await family.who("anna4") == sister.id


async def test_a_split_is_taken_back(family: Family, rerun: Rerun) -> None:
    anna = await name(family, "anna0", "Anna")
    await family.people.decisions.split(family.owner, family.owner, anna, [await family.face("anna3")], "Sister")
    await rerun(family)
    await family.undo_last()
    assert await family.names(*ANNA) == ["Anna"] * 5


async def test_a_split_needs_some_of_the_faces_and_leaves_some(family: Family) -> None:
    anna = await family.who("anna0")
    assert anna is not None
    for chosen in ([await family.face(each) for each in ANNA], [await family.face("ben0")], []):
        with pytest.raises(BadSplit):
            await family.people.decisions.split(family.owner, family.owner, anna, chosen, None)


async def test_not_this_person_stays(family: Family, rerun: Rerun) -> None:
    anna = await name(family, "anna0", "Anna")
    await family.people.decisions.reject(family.owner, family.owner, await family.face("anna2"), anna, is_no_face=False)
    await rerun(family)
    assert await family.who("anna2") != anna
    assert await family.names("anna0", "anna1", "anna3", "anna4") == ["Anna"] * 4
    await family.undo_last()
    assert await family.names("anna2") == ["Anna"]


async def test_not_this_unnamed_person_stays_and_is_taken_back_at_once(family: Family) -> None:
    anna = await family.who("anna0")
    await family.people.decisions.reject(family.owner, family.owner, await family.face("anna2"), anna, is_no_face=False)
    await family.sort(is_whole=True)
    assert await family.who("anna2") is None
    assert await family.who("anna0") == anna
    await family.undo_last()
    assert await family.who("anna2") == anna


async def test_this_is_stays(family: Family, rerun: Rerun) -> None:
    anna = await name(family, "anna0", "Anna")
    await family.people.decisions.assign(family.owner, family.owner, await family.face("cleo"), anna, None)
    await rerun(family)
    assert await family.names("cleo") == ["Anna"]
    await family.undo_last()
    assert await family.who("cleo") is None


async def test_this_is_somebody_new_stays(family: Family, rerun: Rerun) -> None:
    face = await family.people.decisions.assign(family.owner, family.owner, await family.face("cleo"), None, "Cleo")
    await rerun(family)
    assert await family.names("cleo") == ["Cleo"]
    assert await family.who("cleo") == face.person_id
    again = await family.people.decisions.assign(family.owner, family.owner, await family.face("ben3"), None, "cleo")
    assert again.person_id == face.person_id


async def test_a_word_about_one_face_wins_over_a_later_one_about_its_group(family: Family, rerun: Rerun) -> None:
    ben = await name(family, "ben0", "Ben")
    await family.people.decisions.assign(family.owner, family.owner, await family.face("anna2"), ben, None)
    await name(family, "anna0", "Anna")
    await rerun(family)
    assert await family.names("anna2", "anna1") == ["Ben", "Anna"]


async def test_not_a_face_stays(family: Family, rerun: Rerun) -> None:
    await family.people.decisions.reject(family.owner, family.owner, await family.face("anna1"), None, is_no_face=True)
    await rerun(family)
    row = (await family.rows())["anna1"][0]
    assert (row["is_hidden"], row["person_id"]) == (True, None)
    await family.undo_last()
    await family.sort(is_whole=True)
    assert await family.who("anna1") == await family.who("anna0")


async def test_hidden_stays(family: Family, rerun: Rerun) -> None:
    anna = await name(family, "anna0", "Anna")
    await family.people.decisions.change_person(family.owner, family.owner, anna, {"is_hidden": True})
    await rerun(family)
    hidden = await family.people.list_people(family.owner, hidden=True, named=None, limit=9, cursor=None)
    assert [person.id for person in hidden.items] == [anna]
    await family.undo_last()
    assert not (await family.people.list_people(family.owner, hidden=True, named=None, limit=9, cursor=None)).items


async def test_a_cover_stays(family: Family, rerun: Rerun) -> None:
    anna = await name(family, "anna0", "Anna")
    before = (await family.people.get_portrait(family.owner, anna)).person.cover_photo_id
    other = next(each for each in ANNA if family.photos[each] != before)
    face_id = await family.face(other)
    await family.people.decisions.change_person(family.owner, family.owner, anna, {"cover_face_id": face_id})
    await rerun(family)
    assert (await family.people.get_portrait(family.owner, anna)).person.cover_photo_id == family.photos[other]
    with pytest.raises(BadCover):
        await family.people.decisions.change_person(
            family.owner, family.owner, anna, {"cover_face_id": await family.face("ben0")}
        )


async def test_a_drawn_face_stays(family: Family, rerun: Rerun) -> None:
    box = Box(0.6, 0.6, 0.2, 0.2)
    drawn = await family.people.decisions.draw(family.owner, family.owner, family.photos["cleo"], box, None, "Dora")
    assert drawn.person_id is not None
    await rerun(family)
    rows = (await family.rows())["cleo"]
    assert [row["name"] for row in rows] == [None, "Dora"]
    await family.undo_last()
    assert len((await family.rows())["cleo"]) == 1


async def test_a_drawn_face_that_is_found_later_is_one_face(family: Family) -> None:
    box = Box(0.6, 0.6, 0.2, 0.2)
    await family.people.decisions.draw(family.owner, family.owner, family.photos["cleo"], box, None, "Dora")
    family.looks["cleo"].append(("Dora", 0, Box(0.61, 0.6, 0.2, 0.2)))
    await family.read_again("cleo")
    rows = (await family.rows())["cleo"]
    assert [(row["name"], row["provider"]) for row in rows] == [(None, "test"), ("Dora", "test")]


@pytest.mark.parametrize("is_row_kept", [True, False])
async def test_a_drawn_face_and_the_one_that_is_found_in_it_are_one(family: Family, is_row_kept: bool) -> None:
    """People draw wider than detectors."""
    wide, owner = Box(0.5, 0.5, 0.4, 0.4), family.owner
    drawn = await family.people.decisions.draw(owner, owner, family.photos["cleo"], wide, None, "Dora")
    family.looks["cleo"].append(("Dora", 0, Box(0.6, 0.6, 0.22, 0.22)))
    again = family.find_again if is_row_kept else family.read_again
    for _ in range(2):
        await again("cleo")
        await family.sort()
        rows = (await family.rows())["cleo"]
        assert [row["name"] for row in rows] == [None, "Dora"]
    async with family.database.connection() as connection:
        (found,) = await faces.list_faces(connection, owner, [rows[1]["id"]])
    assert found.space is not None
    if is_row_kept:
        assert (found.id, found.provider) == (drawn.id, "hand")
        assert found.box == pytest.approx(wide)


@pytest.mark.parametrize("box", [Box(0.9, 0.1, 0.2, 0.1), Box(-0.1, 0, 0.1, 0.1), Box(0, 0, 0, 0.1)])
async def test_a_box_lies_in_the_picture(family: Family, box: Box) -> None:
    with pytest.raises(BadBox):
        await family.people.decisions.draw(family.owner, family.owner, family.photos["cleo"], box, None, "Dora")


async def test_merging_who_was_told_apart_asks_first(family: Family, rerun: Rerun) -> None:
    anna = await name(family, "anna0", "Anna")
    sister = await family.people.decisions.split(
        family.owner, family.owner, anna, [await family.face("anna3"), await family.face("anna4")], None
    )
    await rerun(family)
    with pytest.raises(ToldApart):
        await family.people.decisions.merge(family.owner, family.owner, [sister.id], anna, is_confirmed=False)
    await family.people.decisions.merge(family.owner, family.owner, [sister.id], anna, is_confirmed=True)
    assert await family.names(*ANNA) == ["Anna"] * 5
    await family.undo_last()
    with pytest.raises(ToldApart):
        await family.people.decisions.merge(family.owner, family.owner, [anna], sister.id, is_confirmed=False)


async def test_an_undo_undone_is_the_decision_again(family: Family) -> None:
    await name(family, "anna0", "Anna")
    await family.undo_last()
    undone = (await family.journal.list_entries(family.owner, cursor=None, limit=1)).entries[0]
    await family.journal.undo(family.owner, family.owner, [undone.id])
    assert await family.names(*ANNA) == ["Anna"] * 5


async def test_a_chain_of_merges_is_taken_back_one_by_one(family: Family) -> None:
    anna, ben = await name(family, "anna0", "Anna"), await name(family, "ben0", "Ben")
    cleo = await family.people.decisions.assign(family.owner, family.owner, await family.face("cleo"), None, "Cleo")
    assert cleo.person_id is not None
    await family.people.decisions.merge(family.owner, family.owner, [cleo.person_id], ben, is_confirmed=False)
    await family.people.decisions.merge(family.owner, family.owner, [ben], anna, is_confirmed=False)
    assert await family.names("cleo", "ben1") == ["Anna", "Anna"]
    await family.undo_last()
    assert await family.names("cleo", "ben1", "anna1") == ["Ben", "Ben", "Anna"]
    await family.undo_last()
    assert await family.names("cleo", "ben1", "anna1") == ["Cleo", "Ben", "Anna"]


async def test_nobody_reaches_the_people_of_others(family: Family, stranger: UUID) -> None:
    anna = await name(family, "anna0", "Anna")
    with pytest.raises(PersonNotFound):
        await family.people.decisions.change_person(stranger, stranger, anna, {"name": "Mine"})
    with pytest.raises(PersonNotFound):
        await family.people.decisions.merge(stranger, stranger, [uuid7()], anna, is_confirmed=True)
    assert await family.names("anna0") == ["Anna"]


async def last_entry(family: Family) -> UUID:
    return (await family.journal.list_entries(family.owner, cursor=None, limit=1)).entries[0].id


async def test_merges_both_ways_leave_one_name_and_all_faces(family: Family, rerun: Rerun) -> None:
    anna, ben = await name(family, "anna0", "Anna"), await name(family, "ben0", "Ben")
    owner, decisions = family.owner, family.people.decisions
    await decisions.merge(owner, owner, [anna], ben, is_confirmed=True)
    (undone,) = await family.journal.undo(owner, owner, [await last_entry(family)])
    await decisions.merge(owner, owner, [ben], anna, is_confirmed=True)
    second = await last_entry(family)
    await family.journal.undo(owner, owner, [undone.id])  # the first merge stands again: the newer one wins
    for again in (nothing, rerun):
        await again(family)
        assert await family.names(*ANNA, *BEN) == ["Anna"] * 9
        assert (await family.people.get_portrait(owner, anna)).person.faces == 9
    await family.journal.undo(owner, owner, [second])
    for again in (nothing, rerun):
        await again(family)
        assert await family.names(*ANNA, *BEN) == ["Ben"] * 9
        with pytest.raises(PersonNotFound):
            await family.people.get_portrait(owner, anna)


async def test_an_older_merge_gives_way_where_the_newer_one_stands_again(family: Family) -> None:
    anna, ben = await name(family, "anna0", "Anna"), await name(family, "ben0", "Ben")
    owner, decisions = family.owner, family.people.decisions
    undone = []
    for one, into in ((ben, anna), (anna, ben)):
        await decisions.merge(owner, owner, [one], into, is_confirmed=True)
        undone += await family.journal.undo(owner, owner, [await last_entry(family)])
    for entry, called in zip(undone, ("Anna", "Ben"), strict=True):
        await family.journal.undo(owner, owner, [entry.id])
        assert await family.names(*ANNA, *BEN) == [called] * 9


async def test_a_cover_is_taken_back(family: Family) -> None:
    anna = await name(family, "anna0", "Anna")

    async def cover() -> UUID | None:
        return (await family.people.get_portrait(family.owner, anna)).person.cover_photo_id

    before = await cover()
    others = [each for each in ANNA if family.photos[each] != before][:2]
    for other in others:
        chosen = {"cover_face_id": await family.face(other)}
        await family.people.decisions.change_person(family.owner, family.owner, anna, chosen)
        assert await cover() == family.photos[other]
    await family.undo_last()
    assert await cover() == family.photos[others[0]]
    await family.undo_last()
    assert await cover() == before


async def test_an_unnamed_group_that_was_hidden_stays_hidden(family: Family, rerun: Rerun) -> None:
    anna = await family.who("anna0")
    assert anna is not None

    async def hidden() -> list[int]:
        found = await family.people.list_people(family.owner, hidden=True, named=None, limit=9, cursor=None)
        return [person.faces for person in found.items]

    await family.people.decisions.change_person(family.owner, family.owner, anna, {"is_hidden": True})
    assert await hidden() == [5]
    await rerun(family)
    await family.sort(is_whole=True)
    assert await hidden() == [5]
    assert await family.who("anna0") == anna
    await family.undo_last()
    await family.sort(is_whole=True)
    assert await hidden() == []
    assert frozenset(ANNA) in await family.groups()


async def test_the_cover_of_an_unnamed_group_stays(family: Family, rerun: Rerun) -> None:
    anna = await family.who("anna0")
    assert anna is not None
    before = (await family.people.get_portrait(family.owner, anna)).person.cover_photo_id
    other = next(each for each in ANNA if family.photos[each] != before)
    chosen = {"cover_face_id": await family.face(other)}
    await family.people.decisions.change_person(family.owner, family.owner, anna, chosen)
    await rerun(family)
    assert (await family.people.get_portrait(family.owner, anna)).person.cover_photo_id == family.photos[other]
