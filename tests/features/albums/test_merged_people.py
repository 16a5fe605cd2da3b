"""What was said about the album of somebody holds when that person turns out to be another one."""

from uuid import UUID

from calotype.features.journal import Fact
from tests.features.albums.conftest import Year


async def merge(year: Year, one: UUID, into: UUID) -> UUID:
    async with year.database.transaction() as connection:
        fact = Fact("person", str(one), "merged_into", str(into))
        entry = await year.journal.record(connection, year.owner, year.owner, "people.merge", "Merged", [fact])
    await year.run("update faces set person_id = %(into)s where person_id = %(one)s", {"one": one, "into": into})
    await year.run("delete from people where id = %(one)s", {"one": one})
    return entry


async def test_what_was_removed_and_pinned_stays_so_after_a_merge(year: Year) -> None:
    ids = await year.add(60)
    anna, anna_b = await year.name_person("Anna", ids[:40]), await year.name_person("Anna B", ids[40:])
    await year.organise()
    key = f"person:{anna}"
    picks = await year.ids(key)
    out, pinned = picks[0], next(one for one in ids[:40] if one not in picks)
    await year.decide(out, "remove", key)
    await year.decide(pinned, "pin", key)
    await merge(year, anna, anna_b)
    await year.organise()
    key = f"person:{anna_b}"
    assert [each for each in await year.albums() if each.startswith("person:")] == [key]
    assert out not in await year.ids(key)
    assert pinned in [pick.photo_id for pick in await year.picks(key) if pick.is_pinned]
    await year.decide(pinned, None, key)
    await year.organise()
    assert not any(pick.is_pinned for pick in await year.picks(key))
    await year.journal.undo_last(year.owner, year.owner)
    assert pinned in [pick.photo_id for pick in await year.picks(key) if pick.is_pinned]
