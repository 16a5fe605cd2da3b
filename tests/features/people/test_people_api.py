"""People over HTTP."""

from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from tests.features.app import is_problem
from tests.features.people.conftest import ANNA, BEN
from tests.features.people.crowd import Family

API = "/api/v1"


async def people(client: httpx.AsyncClient, **query: Any) -> dict[str, Any]:
    answer = await client.get(f"{API}/people", params=query)
    assert answer.status_code == 200
    body: dict[str, Any] = answer.json()
    return body


async def ids(family: Family) -> tuple[str, str]:
    return str(await family.who("anna0")), str(await family.who("ben0"))


async def test_people_are_listed_with_counts_and_covers(family: Family, client: httpx.AsyncClient) -> None:
    body = await people(client)
    assert [person["faces"] for person in body["items"]] == [5, 4]
    assert body["unknown_faces"] == 1
    assert body["next_cursor"] is None
    assert "template" in body["images"]
    first = body["items"][0]
    assert (first["id"], first["name"], first["photos"], first["is_hidden"]) == ((await ids(family))[0], None, 5, False)
    assert UUID(first["cover"]["photo_id"]) in {family.photos[each] for each in ANNA}
    assert first["cover"]["box"] == pytest.approx({"x": 0.05, "y": 0.2, "width": 0.2, "height": 0.3}, abs=1e-4)


async def test_people_are_paged(family: Family, client: httpx.AsyncClient) -> None:
    first = await people(client, limit=1)
    second = await people(client, limit=1, cursor=first["next_cursor"])
    assert [first["items"][0]["id"], second["items"][0]["id"]] == list(await ids(family))
    assert second["next_cursor"] is None
    assert is_problem(await client.get(f"{API}/people", params={"cursor": "nonsense"}), 422)


async def test_a_name_is_given_and_looked_for(family: Family, client: httpx.AsyncClient) -> None:
    anna, _ = await ids(family)
    answer = await client.patch(f"{API}/people/{anna}", json={"name": "  Anna  "})
    assert answer.json()["name"] == "Anna"
    assert [person["id"] for person in (await people(client, named=True))["items"]] == [anna]
    assert len((await people(client, named=False))["items"]) == 1
    assert is_problem(await client.patch(f"{API}/people/{anna}", json={"name": " \u200b "}), 422)
    assert is_problem(await client.patch(f"{API}/people/{anna}", json={"age": 3}), 422)
    assert (await client.patch(f"{API}/people/{anna}", json={"name": None})).json()["name"] is None


async def test_who_is_hidden_is_in_another_list(family: Family, client: httpx.AsyncClient) -> None:
    anna, ben = await ids(family)
    assert (await client.patch(f"{API}/people/{anna}", json={"is_hidden": True})).json()["is_hidden"] is True
    assert [person["id"] for person in (await people(client))["items"]] == [ben]
    assert [person["id"] for person in (await people(client, hidden=True))["items"]] == [anna]


async def test_one_person_has_a_span_photos_and_faces(family: Family, client: httpx.AsyncClient) -> None:
    anna, _ = await ids(family)
    body = (await client.get(f"{API}/people/{anna}")).json()
    assert (body["first_taken"], body["last_taken"]) == ("2015-07-01T00:00:00", "2019-07-01T00:00:00")
    assert body["names_from_files"] == []
    page = (await client.get(f"{API}/people/{anna}/photos", params={"limit": 3})).json()
    rest = (await client.get(f"{API}/people/{anna}/photos", params={"cursor": page["next_cursor"]})).json()
    cards = [UUID(card["id"]) for card in page["items"] + rest["items"]]
    assert cards == [family.photos[each] for each in reversed(ANNA)]
    faces = (await client.get(f"{API}/people/{anna}/faces", params={"limit": 4})).json()
    more = (await client.get(f"{API}/people/{anna}/faces", params={"cursor": faces["next_cursor"]})).json()
    assert len({face["id"] for face in faces["items"] + more["items"]}) == 5
    face = faces["items"][0]
    assert (face["person_id"], face["assigned_by"], face["size_px"]) == (anna, 1, 120)
    assert face["space"] == "mobilefacenet-mirror/1"
    assert 0 < face["quality"] <= 1


async def test_a_merge_that_needs_to_be_confirmed_says_so(family: Family, client: httpx.AsyncClient) -> None:
    anna, ben = await ids(family)
    split = await client.post(
        f"{API}/people/{anna}/split", json={"face_ids": [str(await family.face("anna4"))], "name": "Sister"}
    )
    assert split.status_code == 201
    sister = split.json()["id"]
    refused = await client.post(f"{API}/people/{anna}/merge", json={"others": [sister]})
    assert is_problem(refused, 409)
    assert refused.json()["needs_confirmation"] is True
    assert (await client.post(f"{API}/people/{anna}/merge", json={"others": [sister], "confirm": True})).json()[
        "faces"
    ] == 5
    assert (await client.post(f"{API}/people/{ben}/merge", json={"into": anna})).json()["id"] == anna
    for nothing in ({}, {"others": [anna]}, {"into": anna}, {"into": anna, "others": [anna]}):
        assert is_problem(await client.post(f"{API}/people/{anna}/merge", json=nothing), 422)


async def test_a_face_is_assigned_and_rejected(family: Family, client: httpx.AsyncClient) -> None:
    anna, _ = await ids(family)
    cleo = await family.face("cleo")
    face = (await client.post(f"{API}/faces/{cleo}/assign", json={"name": "Cleo"})).json()
    assert face["assigned_by"] == 2
    assert (await client.get(f"{API}/people/{face['person_id']}")).json()["name"] == "Cleo"
    again = (await client.post(f"{API}/faces/{cleo}/assign", json={"person_id": anna})).json()
    assert again["person_id"] == anna
    assert (await client.post(f"{API}/faces/{cleo}/reject", json={})).json()["person_id"] is None
    gone = (await client.post(f"{API}/faces/{cleo}/reject", json={"not_a_face": True})).json()
    assert gone["is_hidden"] is True
    for nothing in ({}, {"name": "A", "person_id": anna}):
        assert is_problem(await client.post(f"{API}/faces/{cleo}/assign", json=nothing), 422)
    assert is_problem(await client.post(f"{API}/faces/{uuid4()}/assign", json={"name": "A"}), 404)


async def test_a_face_is_drawn(family: Family, client: httpx.AsyncClient) -> None:
    photo = family.photos["cleo"]
    box = {"x": 0.6, "y": 0.6, "width": 0.2, "height": 0.2}
    answer = await client.post(f"{API}/photos/{photo}/faces", json={"box": box, "name": "Dora"})
    assert answer.status_code == 201
    assert answer.json()["box"] == pytest.approx(box, abs=1e-4)
    assert answer.json()["provider"] == "hand"
    nobody = await client.post(f"{API}/photos/{photo}/faces", json={"box": {**box, "y": 0.1}})
    assert nobody.json()["person_id"] is None
    assert is_problem(await client.post(f"{API}/photos/{photo}/faces", json={"box": {**box, "x": 0.9}}), 422)
    assert is_problem(await client.post(f"{API}/photos/{uuid4()}/faces", json={"box": box, "name": "D"}), 404)


async def test_questions_are_asked_and_answered(family: Family, client: httpx.AsyncClient) -> None:
    from calotype.features.people.repository.questions import Likeness, replace_likenesses

    anna, ben = (UUID(each) for each in await ids(family))
    question = Likeness(uuid4(), anna, None, ben, None, 0.5)
    async with family.database.transaction() as connection:
        await replace_likenesses(connection, family.owner, [question])
    body = (await client.get(f"{API}/people/review")).json()
    asked = body["items"][0]
    assert (asked["id"], asked["kind"], asked["settles"], asked["likeness"]) == (
        str(question.id), "same_person", 4, 0.5,
    )  # fmt: skip
    assert len(asked["faces"]) == 4
    assert {person["id"] for person in asked["people"]} == {str(anna), str(ben)}
    address = f"{API}/people/review/{question.id}"
    assert is_problem(await client.post(address, json={"answer": "perhaps"}), 422)
    answer = await client.post(address, json={"answer": "same"})
    (left,) = answer.json()["next"]
    assert (left["kind"], left["settles"], len(left["faces"]), left["likeness"]) == ("who_is_this", 9, 2, 1.0)
    assert [person["faces"] for person in (await people(client))["items"]] == [9]
    assert is_problem(await client.post(address, json={"answer": "same"}), 404)
    address = f"{API}/people/review/{left['id']}"
    assert is_problem(await client.post(address, json={"answer": "different", "name": "Anna"}), 422)
    assert is_problem(await client.post(address, json={"answer": "same", "name": "Anna", "person_id": left["id"]}), 422)
    assert (await client.post(address, json={"answer": "same", "name": "Anna"})).json()["next"] == []
    assert (await people(client))["items"][0]["name"] == "Anna"


async def test_a_known_name_needs_to_be_confirmed_for_somebody_told_apart(
    family: Family, client: httpx.AsyncClient
) -> None:
    anna, _ = await ids(family)
    await client.patch(f"{API}/people/{anna}", json={"name": "Anna"})
    chosen = [str(await family.face(each)) for each in ("anna3", "anna4")]
    other = (await client.post(f"{API}/people/{anna}/split", json={"face_ids": chosen})).json()["id"]
    address = f"{API}/people/review/{other}"
    refused = await client.post(address, json={"answer": "same", "name": "Anna"})
    assert is_problem(refused, 409)
    assert refused.json()["needs_confirmation"] is True
    assert (await client.post(address, json={"answer": "same", "name": "Anna", "confirm": True})).status_code == 200
    assert [person["faces"] for person in (await people(client))["items"]] == [5, 4]


async def test_one_face_that_was_split_off_is_in_the_list(family: Family, client: httpx.AsyncClient) -> None:
    anna, ben = await ids(family)
    one = str(await family.face("anna4"))
    other = (await client.post(f"{API}/people/{anna}/split", json={"face_ids": [one]})).json()["id"]
    assert [(person["id"], person["faces"]) for person in (await people(client, named=False))["items"]][-1] == (
        other,
        1,
    )
    await family.sort(is_whole=True)
    assert {person["id"] for person in (await people(client))["items"]} == {anna, ben, other}


async def test_every_decision_is_in_the_history_with_a_sentence(family: Family, client: httpx.AsyncClient) -> None:
    anna, ben = await ids(family)
    await client.patch(f"{API}/people/{anna}", json={"name": "Anna"})
    await client.post(f"{API}/people/{ben}/merge", json={"into": anna})
    entries = (await client.get(f"{API}/journal")).json()["items"]
    assert [entry["summary"] for entry in entries] == ["Merged somebody into Anna", "Named somebody Anna"]
    assert (
        await client.post(f"{API}/journal/undo", json={"ids": [entry["id"] for entry in entries]})
    ).status_code < 300
    assert [(person["name"], person["faces"]) for person in (await people(client))["items"]] == [(None, 5), (None, 4)]


async def test_a_stranger_sees_nothing(family: Family, stranger_client: httpx.AsyncClient) -> None:
    anna, ben = await ids(family)
    face = await family.face("anna0")
    body = await people(stranger_client)
    assert (body["items"], body["unknown_faces"]) == ([], 0)
    for path in (f"/people/{anna}", f"/people/{anna}/photos", f"/people/{anna}/faces"):
        assert is_problem(await stranger_client.get(API + path), 404)
    for path, said in (
        (f"/people/{anna}/merge", {"into": ben}),
        (f"/people/{anna}/split", {"face_ids": [str(face)]}),
        (f"/faces/{face}/assign", {"name": "Mine"}),
        (f"/faces/{face}/reject", {"not_a_face": True}),
        (f"/photos/{family.photos['anna0']}/faces", {"box": {"x": 0, "y": 0, "width": 0.1, "height": 0.1}}),
    ):
        assert is_problem(await stranger_client.post(API + path, json=said), 404), path
    assert is_problem(await stranger_client.patch(f"{API}/people/{anna}", json={"name": "Mine"}), 404)
    assert await family.groups() == {frozenset(ANNA), frozenset(BEN)}
