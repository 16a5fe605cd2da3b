"""Albums of the best over a real database: what is in them, when they are made again, and what a person said."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest

from calotype.features.albums.errors import CuratedAlbumNotFound
from calotype.features.journal import list_standing
from calotype.features.photos import PhotoNotFound
from calotype.kit.ids import uuid7
from tests.features.albums.conftest import JULY, Year
from tests.features.app import is_problem
from tests.features.conftest import make_photo

MONTH = "month:2024-07"


async def test_a_year_and_its_months(year: Year) -> None:
    await year.add(60)
    await year.add(30, datetime(2024, 8, 1, 9))
    await year.add(11, datetime(2024, 9, 1, 9))
    assert await year.organise() == "Looked at 4 of 4 years, months, trips and people; 3 albums changed."
    albums = await year.albums()
    assert {key: (album.title, album.photos, album.of_photos) for key, album in albums.items()} == {
        "year:2024": ("Best of 2024", 10, 101),
        "month:2024-07": ("Best of July 2024", 6, 60),
        "month:2024-08": ("Best of August 2024", 5, 30),
    }
    assert next(iter(albums)) == "year:2024"
    picks = await year.picks("year:2024")
    assert all(pick.reason and not pick.is_pinned and 0 <= pick.score <= 1000 for pick in picks)
    assert albums["year:2024"].cover_photo_id == max(picks, key=lambda pick: pick.score).photo_id


async def test_trips_and_people(year: Year) -> None:
    photos = await year.add(40, datetime(2023, 12, 25, 9))
    trip = await year.make_trip("Lisbon, 25 December 2023 – 5 January 2024", photos[:20])
    await year.make_trip("A walk", photos[20:], kind="event")
    anna = await year.name_person("Anna", photos[5:30])
    await year.name_person("Ben", photos, is_hidden=True)
    await year.name_person("Cleo", photos[:3])
    await year.organise()
    albums = await year.albums()
    assert {key: album.title for key, album in albums.items() if not key.startswith(("year", "month"))} == {
        f"moment:{trip}": "Best of Lisbon, 25 December 2023 – 5 January 2024",
        f"person:{anna}": "Best of Anna",
    }
    assert set(await year.ids(f"person:{anna}")) <= set(photos[5:30])
    await year.run("update people set name = 'Anne' where id = %(id)s", {"id": anna})
    await year.run("update moments set is_dismissed = true where id = %(id)s", {"id": trip})
    await year.organise()
    assert (await year.albums())[f"person:{anna}"].title == "Best of Anne"
    assert f"moment:{trip}" not in await year.albums()
    await year.run("update people set is_hidden = true where id = %(id)s", {"id": anna})
    await year.organise()
    assert f"person:{anna}" not in await year.albums()


async def test_what_is_no_good_photo_is_not_in_it(year: Year) -> None:
    good = await year.add(25)
    bad = [
        *await year.add(3, sharpness=100, quality=990),
        *await year.add(2, file_name="Screenshot_2024.png", quality=999),
        *await year.add(2, status=1, quality=999),
        *await year.add(2, status=2, quality=999),
        *await year.add(2, status=3, quality=999),
        *await year.add(2, rating=-1, quality=999),
        *await year.add(2, is_animated=True, quality=999),
        *await year.add(2, taken_source=6, quality=999),
        *await year.add(2, width=100, height=100, quality=999),
    ]
    receipts = await year.add(3, quality=999)
    for photo in receipts[:2]:
        await year.run(
            "insert into photo_labels (photo_id, owner_id, names, scores, provider, raw) "
            "values (%(id)s, %(owner)s, '{web site,menu}', '{0.2,0.2}', 'test', '{}')",
            {"id": photo, "owner": year.owner},
        )
    await year.run(
        "insert into photo_texts (photo_id, owner_id, content, lines, provider) "
        "values (%(id)s, %(owner)s, %(text)s, '[]', 'test')",
        {"id": receipts[2], "owner": year.owner, "text": "a long text " * 10},
    )
    await year.organise()
    assert set(await year.ids()) <= set(good)
    await year.run(
        "insert into label_verdicts (photo_id, owner_id, label, is_right) values (%(id)s, %(owner)s, 'menu', false)",
        {"id": receipts[0], "owner": year.owner},
    )
    await year.organise()
    ids = set(await year.ids())
    assert receipts[0] in ids, "its owner said that it is no menu"
    assert not ids & {*bad, *receipts[1:]}


async def test_nothing_to_choose_from_is_no_album(year: Year) -> None:
    photos = await year.add(11)
    await year.organise()
    assert await year.albums() == {}
    await year.add(1, datetime(2024, 7, 30))
    await year.organise()
    assert set(await year.albums()) == {"year:2024", MONTH}
    await year.set(photos[0], status=1)
    await year.organise()
    assert await year.albums() == {}


async def test_alike_ones_are_not_both_in_it(year: Year) -> None:
    photos = await year.add(40)
    best = [photos[3], photos[20], photos[31]]
    for photo in best:
        await year.set(photo, quality=999, is_favourite=True)
        await year.look(photo, [1.0] * 16)
    same, other = photos[8], photos[9]
    for photo in (same, other):
        await year.set(photo, quality=998, rating=5)
        await year.run(
            "insert into stacks (id, owner_id, kind, lead_photo_id, reason) "
            "values (%(id)s, %(owner)s, 'burst', %(lead)s, 'x') on conflict do nothing",
            {"id": UUID(int=7), "owner": year.owner, "lead": same},
        )
        await year.run(
            "insert into stack_photos (stack_id, photo_id, owner_id, role, reason) "
            "values (%(id)s, %(photo)s, %(owner)s, 'lead', 'x')",
            {"id": UUID(int=7), "photo": photo, "owner": year.owner},
        )
    await year.organise()
    ids = set(await year.ids())
    assert len(ids & set(best)) == 1
    assert len(ids & {same, other}) == 1


async def test_only_what_changed_is_looked_at(year: Year) -> None:
    july, august = await year.add(30), await year.add(30, datetime(2024, 8, 1))
    await year.add(30, datetime(2022, 8, 1))
    assert (await year.organise()).startswith("Looked at 5 of 5")
    assert (await year.organise()).startswith("Looked at 0 of 5")
    await year.set(july[0], rating=5)
    assert (await year.organise()).startswith("Looked at 2 of 5")
    assert july[0] in await year.ids()
    await year.set(august[3], taken_local=datetime(2024, 7, 20))
    assert (await year.organise()).startswith("Looked at 3 of 5")
    await year.run("delete from photos where id = %(id)s", {"id": july[1]})
    assert (await year.organise()).startswith("Looked at 2 of 5")
    before = await year.albums()
    assert await year.organise(is_whole=True) == ("Looked at 5 of 5 years, months, trips and people; 0 albums changed.")
    assert await year.albums() == before, "not even the time when it was made"


async def test_made_anew_from_nothing_it_is_the_same(year: Year) -> None:
    photos = await year.add(60)
    await year.organise()
    first = await year.ids()
    pin = next(photo for photo in photos if photo not in first)
    await year.decide(pin, "pin")
    await year.decide((await year.ids())[0], "remove")
    await year.organise()
    albums, picks = await year.albums(), await year.picks()
    await year.run("delete from curated_albums", {})
    await year.run("delete from curation_marks", {})
    await year.organise()
    assert await year.picks() == picks
    assert {key: album.id for key, album in (await year.albums()).items()} == {
        key: album.id for key, album in albums.items()
    }


async def test_a_pinned_photo_stays_and_a_removed_one_stays_out(year: Year) -> None:
    photos = await year.add(60)
    await year.organise()
    first = await year.ids()
    pin, removed = next(photo for photo in photos if photo not in first), first[2]
    pinning, removing = await year.decide(pin, "pin"), await year.decide(removed, "remove")
    for is_whole in (None, False, True):
        if is_whole is not None:
            await year.organise(is_whole=is_whole)
        ids = await year.ids()
        assert pin in ids, is_whole
        assert removed not in ids, is_whole
    assert len(await year.ids()) == len(first), "the library fills the gap"
    for photo in photos:
        await year.set(photo, quality=999 if photo == removed else 600, sharpness=500)
    await year.set(pin, sharpness=1, quality=1)
    await year.organise()
    assert pin in await year.ids()
    assert removed not in await year.ids()
    await year.journal.undo(year.owner, year.owner, [removing])
    assert removed in await year.ids(), "at once"
    await year.organise()
    assert removed in await year.ids()
    await year.journal.undo(year.owner, year.owner, [pinning])
    assert pin not in await year.ids()
    await year.organise()
    assert pin not in await year.ids()


async def test_each_word_is_an_entry_and_goes_back_at_once(year: Year) -> None:
    photos = await year.add(30)
    await year.organise()
    before = await year.picks()
    chosen, other = before[1].photo_id, next(p for p in photos if p not in {pick.photo_id for pick in before})
    words = [
        await year.decide(chosen, "pin"), await year.decide(other, "pin"), await year.decide(other, "remove"),
        await year.decide(chosen, "remove"), await year.decide(chosen, None),
    ]  # fmt: skip
    assert await year.decide(chosen, None) == words[-1], "the same again is not news"
    assert [pick.is_pinned for pick in await year.picks()] == [False] * 5
    entries = (await year.journal.list_entries(year.owner, cursor=None, limit=9)).entries
    assert [entry.summary for entry in entries] == [
        "Left IMG_0001.jpg in “Best of July 2024” to the library", "Removed IMG_0001.jpg from “Best of July 2024”",
        "Removed IMG_0001.jpg from “Best of July 2024”", "Pinned IMG_0001.jpg in “Best of July 2024”",
        "Pinned IMG_0001.jpg in “Best of July 2024”",
    ]  # fmt: skip
    seen = []
    for entry in words[::-1]:
        await year.journal.undo(year.owner, year.owner, [entry])
        picks = await year.picks()
        seen.append((chosen in [pick.photo_id for pick in picks], other in [pick.photo_id for pick in picks]))
    assert seen == [(False, False), (True, False), (True, True), (True, False), (True, False)]
    assert await year.picks() == before
    assert await year.organise() == "Looked at 0 of 2 years, months, trips and people; 0 albums changed."


async def test_an_album_does_not_shrink_away_under_its_owners_hands(year: Year) -> None:
    await year.add(20)
    await year.organise()
    for _ in range(12):
        await year.decide((await year.ids())[0], "remove")
        await year.organise()
    assert len(await year.ids()) == 5
    for photo in (await year.ids())[:3]:
        await year.decide(photo, "pin")
    await year.run("update photos set quality = 1, change = change + 1000", {})
    await year.organise()
    assert len(await year.ids()) == 3, "pins alone keep an album"


async def test_a_pin_from_another_month_and_pins_that_are_alike(year: Year) -> None:
    photos = await year.add(30)
    (elsewhere,) = await year.add(1, datetime(2020, 1, 1))
    await year.organise()
    twins = photos[10:12]
    for photo in twins:
        await year.look(photo, [1.0] * 16)
    for photo in (elsewhere, *twins):
        await year.decide(photo, "pin")
    await year.organise()
    assert {elsewhere, *twins} <= set(await year.ids())
    assert (await year.ids())[0] == elsewhere, "in the order of time"
    await year.set(elsewhere, status=1)
    assert elsewhere not in await year.ids()


async def test_pins_of_bytes_outlive_their_photo(year: Year) -> None:
    await year.add(30)
    sha256 = bytes(range(32))
    first = await make_photo(year.database, year.owner, sha256=sha256, taken_local=JULY + timedelta(days=3))
    await year.set(first, quality=600, sharpness=500)
    await year.organise()
    await year.decide(first, "pin")
    await year.run("delete from photos where id = %(id)s", {"id": first})
    await year.organise()
    again = await make_photo(year.database, year.owner, sha256=sha256, taken_local=JULY + timedelta(days=3))
    await year.organise()
    assert again in await year.ids()


async def test_a_word_that_falls_during_a_run_is_not_lost(year: Year, monkeypatch: pytest.MonkeyPatch) -> None:
    photos = await year.add(30)
    await year.organise()
    first = await year.ids()
    pin = next(photo for photo in photos if photo not in first)
    spoken: list[UUID] = []
    work = year.database.run_transaction

    async def speak_before_the_album_is_written(*arguments: Any, **options: Any) -> Any:
        if not spoken:
            spoken.append(pin)
            await year.decide(pin, "pin", "year:2024")
        return await work(*arguments, **options)

    monkeypatch.setattr(year.database, "run_transaction", speak_before_the_album_is_written)
    await year.organise(is_whole=True)
    assert spoken
    assert pin in await year.ids("year:2024")
    assert (await year.organise()).startswith("Looked at 1 of 2")
    assert pin in await year.ids("year:2024")


class TestOverHttp:
    @pytest.fixture
    async def album_id(self, year: Year) -> UUID:
        await year.add(30)
        await year.organise()
        return (await year.albums())[MONTH].id

    async def test_list_show_decide(self, client: httpx.AsyncClient, year: Year, album_id: UUID) -> None:
        answer = (await client.get("/api/v1/curated")).json()
        assert [item["key"] for item in answer["items"]] == ["year:2024", MONTH]
        assert answer["images"]
        only = (await client.get("/api/v1/curated", params={"kind": "month"})).json()["items"]
        assert [(item["id"], item["kind"], item["photos"]) for item in only] == [(str(album_id), "month", 5)]
        url = f"/api/v1/curated/{album_id}"
        album = (await client.get(url)).json()
        assert album["title"] == "Best of July 2024"
        assert len(album["items"]) == 5
        photo = album["items"][0]["photo"]["id"]
        album = (await client.post(f"{url}/photos/{photo}", json={"pick": "pin"})).json()
        assert [item["reason"] for item in album["items"] if item["is_pinned"]] == ["you pinned it"]
        album = (await client.post(f"{url}/photos/{photo}", json={"pick": "remove"})).json()
        assert photo not in [item["photo"]["id"] for item in album["items"]]
        album = (await client.post(f"{url}/photos/{photo}", json={"pick": None})).json()
        assert album["items"][0]["photo"]["id"] == photo
        assert album["items"][0]["reason"] != "you pinned it"

    async def test_wrong_input_gets_a_sentence(self, client: httpx.AsyncClient, year: Year, album_id: UUID) -> None:
        (photo,) = await year.add(1)
        url = f"/api/v1/curated/{album_id}/photos"
        for body in ({}, {"pick": "like"}, {"pick": "pin", "more": 1}):
            assert is_problem(await client.post(f"{url}/{photo}", json=body), 422), body
        assert is_problem(await client.post(f"{url}/{uuid7()}", json={"pick": "pin"}), 404)
        assert is_problem(await client.get(f"/api/v1/curated/{uuid7()}"), 404)
        assert is_problem(await client.get("/api/v1/curated", params={"kind": "week"}), 422)

    async def test_strangers(
        self, stranger_client: httpx.AsyncClient, year: Year, album_id: UUID, stranger: UUID
    ) -> None:
        theirs = await make_photo(year.database, stranger)
        assert (await stranger_client.get("/api/v1/curated")).json()["items"] == []
        assert is_problem(await stranger_client.get(f"/api/v1/curated/{album_id}"), 404)
        mine = (await year.ids())[0]
        for photo in (theirs, mine):
            url = f"/api/v1/curated/{album_id}/photos/{photo}"
            assert is_problem(await stranger_client.post(url, json={"pick": "remove"}), 404)
        with pytest.raises(PhotoNotFound):
            await year.curation.decide(year.owner, album_id, theirs, "pin")
        with pytest.raises(CuratedAlbumNotFound):
            await year.curation.get_album(stranger, album_id)
        async with year.database.connection() as connection:
            assert await list_standing(connection, year.owner, "curated") == []
            assert await list_standing(connection, stranger, "curated") == []
