"""New faces beside known ones, everything from the ground up, and what files say."""

from datetime import datetime
from uuid import UUID

import pytest

from calotype.db.engine import Database
from calotype.features.people.words import Box
from tests.features.people.conftest import ANNA, BEN
from tests.features.people.crowd import Family


async def regions(family: Family, photo: str, *named: tuple[str, Box]) -> None:
    """Say who is where on a photo, as its file would."""
    async with family.database.transaction() as connection:
        await connection.execute(
            "create table if not exists photo_regions (photo_id uuid not null references photos on delete cascade, "
            "owner_id uuid not null, name text not null, x real not null, y real not null, width real not null, "
            "height real not null, source text not null)"
        )
        await connection.execute("delete from photo_regions where photo_id = %s", (family.photos[photo],))
        for name, box in named:
            await connection.execute(
                "insert into photo_regions (photo_id, owner_id, name, x, y, width, height, source) "
                "values (%s, %s, %s, %s, %s, %s, %s, 'mwg')",
                (family.photos[photo], family.owner, name, *box),
            )


async def test_a_new_face_joins_whom_it_is_like(family: Family) -> None:
    anna = await family.who("anna0")
    await family.add("anna5", ("Anna", 5), year=2020)
    assert await family.who("anna5") is None
    await family.sort()
    assert await family.who("anna5") == anna
    assert (await family.people.get_portrait(family.owner, anna or UUID(int=0))).person.faces == 6


async def test_a_stranger_waits_and_begins_a_group_with_the_second_picture(family: Family) -> None:
    await family.sort()
    assert await family.who("cleo") is None
    await family.add("cleo1", ("Cleo", 1))
    await family.sort()
    assert await family.who("cleo") == await family.who("cleo1") is not None


async def test_what_was_sorted_is_not_sorted_again(family: Family) -> None:
    before = await family.rows()
    await family.sort()
    assert await family.rows() == before


async def test_poor_faces_found_no_group_but_join_one(family: Family) -> None:
    for name in ("dora0", "dora1"):
        await family.add(name, ("Dora", int(name[-1])))
        await family.read_again(name, size_px=30)
    await family.add("anna5", ("Anna", 5))
    await family.read_again("anna5", size_px=30)
    for is_whole in (False, True):
        await family.sort(is_whole=is_whole)
        assert await family.who("dora0") is await family.who("dora1") is None
        assert await family.who("anna5") == await family.who("anna0")


async def test_two_faces_of_one_photo_are_two_people(empty_family: Family) -> None:
    for place in range(4):
        await empty_family.add(f"twins{place}", ("Anna", place), ("Anna", place + 10))
    await empty_family.sort(is_whole=True)
    rows = await empty_family.rows()
    assert all(one["person_id"] != other["person_id"] for one, other in rows.values())


async def test_a_child_is_one_person_over_the_years_once_somebody_says_so(empty_family: Family) -> None:
    """The baby and the schoolchild are not alike; both grow on by themselves under the one name."""
    for age in ("baby", "child"):
        for place in range(4):
            await empty_family.add(f"{age}{place}", (age, place), year=2010 if age == "baby" else 2018)
    await empty_family.sort(is_whole=True)
    baby, child = await empty_family.who("baby0"), await empty_family.who("child0")
    assert baby != child
    assert baby is not None
    assert child is not None
    await empty_family.people.decisions.merge(empty_family.owner, empty_family.owner, [child], baby, is_confirmed=False)
    for name, is_whole in (("baby8", False), ("child8", False), ("baby9", True), ("child9", True)):
        await empty_family.add(name, (name[:-1], int(name[-1])), year=2010 if "baby" in name else 2018)
        await empty_family.sort(is_whole=is_whole)
        assert await empty_family.who(name) == baby, name


async def test_a_name_brings_unknown_faces_home(family: Family) -> None:
    """A face that was alone joins when somebody says who another one like it is."""
    await family.add("cleo1", ("Cleo", 1))
    await family.read_again("cleo1", size_px=30)  # too poor to found a group with the other
    await family.sort()
    assert await family.who("cleo1") is None
    await family.people.decisions.assign(family.owner, family.owner, await family.face("cleo"), None, "Cleo")
    await family.sort()
    assert await family.names("cleo", "cleo1") == ["Cleo", "Cleo"]


async def test_counts_go_by_what_is_in_the_library(family: Family) -> None:
    async with family.database.transaction() as connection:
        await connection.execute("update photos set status = 1 where id = %s", (family.photos["anna0"],))
    await family.sort()
    anna = await family.who("anna1")
    assert anna is not None
    portrait = await family.people.get_portrait(family.owner, anna)
    assert (portrait.person.faces, portrait.person.photos) == (4, 4)
    assert portrait.first_taken == datetime(2016, 7, 1)


async def test_people_without_name_and_face_are_forgotten(family: Family) -> None:
    async with family.database.transaction() as connection:
        for each in BEN:
            await connection.execute("delete from photos where id = %s", (family.photos[each],))
    await family.sort()
    everybody = await family.people.list_people(family.owner, hidden=False, named=None, limit=9, cursor=None)
    assert [person.faces for person in everybody.items] == [5]


async def test_a_run_that_ends_half_way_is_taken_up_again(family: Family, monkeypatch: pytest.MonkeyPatch) -> None:
    from calotype.features.people.repository import vectors

    write = vectors.write_facets

    async def fail(*_: object) -> None:
        raise RuntimeError("the power went")

    await family.add("anna5", ("Anna", 5))
    monkeypatch.setattr(vectors, "write_facets", fail)
    with pytest.raises(RuntimeError):
        await family.sort(is_whole=True)
    monkeypatch.setattr(vectors, "write_facets", write)
    await family.sort()
    assert await family.groups() == {frozenset([*ANNA, "anna5"]), frozenset(BEN)}


async def test_owners_do_not_meet(family: Family, database: Database, stranger: UUID) -> None:
    other = Family(database, stranger)
    for place in range(3):
        await other.add(f"theirs{place}", ("Anna", place + 20))
    await other.sort(is_whole=True)
    assert len(await other.groups()) == 1
    assert await other.who("theirs0") != await family.who("anna0")
    await family.sort(is_whole=True)
    assert frozenset(ANNA) in await family.groups()


async def test_a_file_names_the_face_under_its_region(family: Family) -> None:
    await regions(family, "anna1", ("Anna Example", Box(0.04, 0.15, 0.24, 0.4)))
    for is_whole in (True, False, True):
        await family.sort(is_whole=is_whole)
        assert await family.names(*ANNA) == ["Anna Example"] * 5
    row = (await family.rows())["anna1"][0]
    assert row["assigned_by"] == 3
    portrait = await family.people.get_portrait(family.owner, row["person_id"])
    assert portrait.names_from_files == ["Anna Example"]


async def test_a_region_without_a_face_is_a_face(family: Family) -> None:
    await regions(family, "cleo", ("Dora", Box(0.6, 0.6, 0.2, 0.2)))
    for _ in range(2):
        await family.read_again("cleo")
        rows = (await family.rows())["cleo"]
        assert [(row["provider"], row["name"]) for row in rows] == [("test", None), ("file", "Dora")]
    await regions(family, "cleo")
    await family.read_again("cleo")
    assert len((await family.rows())["cleo"]) == 1


async def test_what_a_person_says_wins_over_the_file(family: Family) -> None:
    await regions(family, "cleo", ("Dora", Box(0.05, 0.2, 0.2, 0.3)))
    await family.read_again("cleo")
    assert await family.names("cleo") == ["Dora"]
    dora = await family.who("cleo")
    assert dora is not None
    await family.people.decisions.change_person(family.owner, family.owner, dora, {"name": "Dorothea"})
    await family.change_model()
    assert await family.names("cleo") == ["Dorothea"]
    await family.undo_last()
    assert await family.names("cleo") == ["Dora"]
    await family.people.decisions.reject(family.owner, family.owner, await family.face("cleo"), dora, is_no_face=False)
    await family.read_again("cleo")
    assert await family.who("cleo") is None


async def test_a_file_and_a_person_with_the_same_word_mean_the_same(family: Family) -> None:
    anna = await family.who("anna0")
    assert anna is not None
    await family.people.decisions.change_person(family.owner, family.owner, anna, {"name": "Anna Example"})
    await regions(family, "cleo", ("anna example", Box(0.05, 0.2, 0.2, 0.3)))
    await family.read_again("cleo")
    assert await family.who("cleo") == anna
