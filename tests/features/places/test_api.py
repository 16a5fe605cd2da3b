"""Places over HTTP: the tree, the map, own places, corrections; undo of each; strangers."""

from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from calotype.features.photos import PhotoState, move_photo
from tests.features.app import SmallLibrary, is_problem
from tests.features.places.conftest import DACHAU, MUNICH, VIENNA, PutPhoto

HOUSE = {"name": "Grandma's house", "latitude": 48.26, "longitude": 11.43, "radius_m": 300}
WORLD = "-180,-85,180,85"


async def tree(client: httpx.AsyncClient) -> list[Any]:
    return list((await client.get("/api/v1/places")).json()["items"])


def shape(nodes: list[Any]) -> list[Any]:
    """Names and numbers alone."""
    return [(node["kind"], node["name"], node["photos"], shape(node["children"])) for node in nodes]


async def keys(client: httpx.AsyncClient) -> dict[str, str]:
    found: dict[str, str] = {}

    def note(nodes: list[Any]) -> None:
        for node in nodes:
            found[node["kind"] + " " + node["name"]] = node["key"]
            note(node["children"])

    note(await tree(client))
    return found


async def photos_of(client: httpx.AsyncClient, key: str) -> list[str]:
    answer = await client.get(f"/api/v1/places/{key}/photos")
    assert answer.status_code == 200, answer.text
    return [item["id"] for item in answer.json()["items"]]


async def undo_last(client: httpx.AsyncClient) -> None:
    assert (await client.post("/api/v1/journal/undo-last")).status_code == 200


async def test_the_tree_counts_and_covers(client: httpx.AsyncClient, owner: UUID, put_photo: PutPhoto) -> None:
    await put_photo(owner, (48.1, 11.5), MUNICH)
    newest = await put_photo(owner, (48.1, 11.5), MUNICH)
    await put_photo(owner, (48.2, 16.3), VIENNA)
    await put_photo(owner, None, ("At sea", "", "", ""))
    await put_photo(owner, None, ("Luxembourg", "", "Luxembourg", "LU"))
    await put_photo(owner)
    found = await tree(client)
    assert shape(found) == [
        ("country", "Germany", 2, [("region", "Bavaria", 2, [("place", "Munich", 2, [])])]),
        ("place", "At sea", 1, []),
        ("country", "Austria", 1, [("region", "Vienna", 1, [("place", "Vienna", 1, [])])]),
        ("country", "Luxembourg", 1, [("place", "Luxembourg", 1, [])]),
    ]
    germany = found[0]
    assert germany["country_code"] == "DE"
    assert germany["cover_photo_id"] == germany["children"][0]["cover_photo_id"] == str(newest)


async def test_photos_of_a_node_are_paged_newest_first(
    client: httpx.AsyncClient, library: SmallLibrary, owner: UUID, put_photo: PutPhoto
) -> None:
    made = [str(await put_photo(owner, (48.1, 11.5), [MUNICH, DACHAU][number % 2])) for number in range(7)]
    async with library.database.transaction() as connection:
        await move_photo(connection, owner, UUID(made[3]), PhotoState.TRASHED)
    await put_photo(owner, (48.2, 16.3), VIENNA)
    wanted = [photo_id for photo_id in made[::-1] if photo_id != made[3]]
    names = await keys(client)
    for key in ("country Germany", "region Bavaria"):
        seen: list[str] = []
        cursor = ""
        while True:
            page = (await client.get(f"/api/v1/places/{names[key]}/photos?limit=4{cursor}")).json()
            seen += [item["id"] for item in page["items"]]
            if page["next_cursor"] is None:
                break
            cursor = f"&cursor={page['next_cursor']}"
        assert seen == wanted
    assert await photos_of(client, names["place Munich"]) == [made[6], made[4], made[2], made[0]]
    for wrong in ("x", "p", "c%00", "o1", "rZm9v", "pZm9v", names["country Germany"] + "A", uuid4().hex, "%C3%A4"):
        assert is_problem(await client.get(f"/api/v1/places/{wrong}/photos"), 404), wrong
    assert is_problem(await client.get(f"/api/v1/places/{names['place Munich']}/photos?cursor=x"), 422)


async def test_an_own_place_wins_everywhere_and_every_word_about_it_can_be_undone(
    client: httpx.AsyncClient, owner: UUID, put_photo: PutPhoto
) -> None:
    inside, outside = await put_photo(owner, (48.26, 11.43), DACHAU), await put_photo(owner, (48.27, 11.43), DACHAU)
    sea = await put_photo(owner, (54.0, 6.0))

    async def place_of(photo_id: UUID) -> Any:
        place = (await client.get(f"/api/v1/photos/{photo_id}")).json()["place"]
        return place and place["name"]

    made = await client.post("/api/v1/own-places", json=HOUSE)
    assert made.status_code == 201
    own = made.json()
    assert {**HOUSE, "polygon": None, "photos": 1, "cover_photo_id": str(inside)}.items() <= own.items()
    with_house = [("country", "Germany", 2, [("region", "Bavaria", 2, [
        ("place", "Dachau", 1, []), ("own", "Grandma's house", 1, [])])])]  # fmt: skip
    assert shape(await tree(client)) == with_house
    assert await photos_of(client, own["key"]) == [str(inside)]
    assert await photos_of(client, (await keys(client))["region Bavaria"]) == [str(outside), str(inside)]
    assert [await place_of(each) for each in (inside, outside, sea)] == ["Grandma's house", "Dachau", None]

    url = f"/api/v1/own-places/{own['id']}"
    changed = (await client.patch(url, json={"radius_m": 5000, "name": "The village"})).json()
    assert (changed["photos"], changed["name"], changed["key"]) == (2, "The village", own["key"])
    await undo_last(client)
    assert shape(await tree(client)) == with_house
    assert (await client.patch(url, json={"name": "Oma"})).json()["name"] == "Oma"
    assert await place_of(inside) == "Oma"
    await undo_last(client)
    assert await place_of(inside) == "Grandma's house"

    assert (await client.delete(url)).status_code == 204
    without = [("country", "Germany", 2, [("region", "Bavaria", 2, [("place", "Dachau", 2, [])])])]
    assert shape(await tree(client)) == without
    assert await place_of(inside) == "Dachau"
    assert (await client.get("/api/v1/own-places")).json()["items"] == []
    await undo_last(client)
    assert shape(await tree(client)) == with_house
    assert (await client.get("/api/v1/own-places")).json()["items"][0]["id"] == own["id"]
    await undo_last(client)  # the making of it
    assert shape(await tree(client)) == without
    assert is_problem(await client.patch(url, json={"name": "x"}), 404)


async def test_the_smaller_of_two_own_places_wins_and_a_word_about_the_photo_wins_over_both(
    client: httpx.AsyncClient, owner: UUID, put_photo: PutPhoto
) -> None:
    photo_id = await put_photo(owner, (48.26, 11.43), DACHAU)
    await client.post("/api/v1/own-places", json={**HOUSE, "name": "District", "radius_m": 9000})
    garden = (await client.post("/api/v1/own-places", json={**HOUSE, "name": "Garden", "radius_m": 20})).json()
    await client.post("/api/v1/own-places", json={**HOUSE, "name": "Street", "radius_m": 100})
    detail = (await client.get(f"/api/v1/photos/{photo_id}")).json()
    assert (detail["place"]["name"], detail["own_place_id"]) == ("Garden", garden["id"])
    await client.delete(f"/api/v1/own-places/{garden['id']}")
    assert (await client.get(f"/api/v1/photos/{photo_id}")).json()["place"]["name"] == "Street"
    await client.patch(f"/api/v1/photos/{photo_id}", json={"place": {"name": "The lake"}})
    assert (await client.get(f"/api/v1/photos/{photo_id}")).json()["place"]["name"] == "The lake"
    await undo_last(client)
    assert (await client.get(f"/api/v1/photos/{photo_id}")).json()["place"]["name"] == "Street"


async def test_polygons_hold_what_is_in_them_across_the_date_line_too(
    client: httpx.AsyncClient, owner: UUID, put_photo: PutPhoto
) -> None:
    taveuni = [await put_photo(owner, (-16.8, longitude)) for longitude in (179.9, 180.0, -180.0, -179.9)]
    outside = await put_photo(owner, (-16.8, 179.0))
    corners = [[-17.0, 179.8], [-17.0, -179.8], [-16.5, -179.8], [-16.5, 179.8]]
    own = (await client.post("/api/v1/own-places", json={"name": "Taveuni", "polygon": corners})).json()
    assert (own["photos"], own["polygon"]) == (4, corners)
    assert await photos_of(client, own["key"]) == [str(photo_id) for photo_id in taveuni[::-1]]
    moved = {"latitude": -16.8, "longitude": -179.95, "radius_m": 30_000}
    circle = (await client.patch(f"/api/v1/own-places/{own['id']}", json=moved)).json()
    assert (circle["photos"], circle["polygon"]) == (4, None)
    assert str(outside) not in await photos_of(client, own["key"])


@pytest.mark.parametrize(
    "body",
    [
        {}, {"name": "x"}, {"name": " ", **{k: v for k, v in HOUSE.items() if k != "name"}}, {**HOUSE, "radius_m": 0},
        {**HOUSE, "radius_m": -3}, {**HOUSE, "radius_m": 200_001}, {**HOUSE, "latitude": 91},
        {**HOUSE, "longitude": -181}, {**HOUSE, "polygon": [[0, 0], [0, 1], [1, 1]]}, {**HOUSE, "colour": "red"},
        {"name": "x", "latitude": 1, "longitude": 2}, {"name": "x", "polygon": []},
        {"name": "x", "polygon": [[0, 0], [0, 1]]}, {"name": "x", "polygon": [[0, 0], [1, 1], [0, 1], [1, 0]]},
        {"name": "x", "polygon": [[0, 0, 0], [1, 1], [0, 1]]}, {"name": "x", "polygon": "round"},
        {"name": "x", "polygon": [[95, 0], [1, 1], [0, 1]]},
    ],
)  # fmt: skip
async def test_what_is_no_own_place_gets_a_sentence(client: httpx.AsyncClient, body: dict[str, Any]) -> None:
    assert is_problem(await client.post("/api/v1/own-places", json=body), 422)
    assert (await client.get("/api/v1/own-places")).json()["items"] == []


@pytest.mark.parametrize("number", ["NaN", "Infinity", "1e999", "-Infinity"])
async def test_what_is_no_number_gets_a_sentence(client: httpx.AsyncClient, number: str) -> None:
    for body in (
        f'{{"name":"x","latitude":1,"longitude":1,"radius_m":{number}}}',
        f'{{"name":"x","latitude":{number},"longitude":1,"radius_m":5}}',
        f'{{"name":"x","polygon":[[0,0],[0,1],[1,{number}]]}}',
    ):
        answer = await client.post("/api/v1/own-places", content=body, headers={"Content-Type": "application/json"})
        assert is_problem(answer, 422) or is_problem(answer, 400), answer.text


async def test_a_corrected_name_stays_and_can_be_undone(
    client: httpx.AsyncClient, stranger_client: httpx.AsyncClient, owner: UUID, stranger: UUID, put_photo: PutPhoto
) -> None:
    photo_id = await put_photo(owner, (48.26, 11.43), DACHAU)
    of_stranger = await put_photo(stranger, (48.26, 11.43), DACHAU)
    await put_photo(owner, (48.2, 16.3), VIENNA)
    before = await keys(client)
    key = before["place Dachau"]
    url = f"/api/v1/places/{key}/name"
    named = (await client.put(url, json={"name": "Ampermoching"})).json()
    assert (named["name"], named["key"], named["photos"]) == ("Ampermoching", key, 1)
    place = (await client.get(f"/api/v1/photos/{photo_id}")).json()["place"]
    assert place == {"name": "Ampermoching", "region": "Bavaria", "country": "Germany", "country_code": "DE"}
    later = await put_photo(owner, (48.26, 11.43), DACHAU)  # found by the stage afterwards
    assert (await client.get(f"/api/v1/photos/{later}")).json()["place"]["name"] == "Ampermoching"
    moved = (await client.put(url, json={"name": "Wachau", "region": "Lower Austria", "country": "Austria"})).json()
    assert (moved["key"], moved["country_code"], moved["photos"]) == (key, "AT", 2)
    assert ("country", "Austria", 3, [
        ("region", "Lower Austria", 2, [("place", "Wachau", 2, [])]),
        ("region", "Vienna", 1, [("place", "Vienna", 1, [])]),
    ]) in shape(await tree(client))  # fmt: skip
    assert (await stranger_client.get(f"/api/v1/photos/{of_stranger}")).json()["place"]["name"] == "Dachau"
    await undo_last(client)
    assert (await client.get(f"/api/v1/photos/{photo_id}")).json()["place"]["name"] == "Ampermoching"
    assert (await client.delete(url)).json()["name"] == "Dachau"
    await undo_last(client)
    assert (await client.get(f"/api/v1/photos/{photo_id}")).json()["place"]["name"] == "Ampermoching"
    await undo_last(client)
    assert await keys(client) == before
    assert (await client.get(f"/api/v1/photos/{photo_id}")).json()["place"]["name"] == "Dachau"


async def test_two_rows_under_one_name_are_one_place(
    client: httpx.AsyncClient, owner: UUID, put_photo: PutPhoto
) -> None:
    photo_ids = [str(await put_photo(owner, (48.1, 11.5), place)) for place in (MUNICH, DACHAU)]
    before = await keys(client)
    joined = (await client.put(f"/api/v1/places/{before['place Dachau']}/name", json={"name": "Munich"})).json()
    assert (joined["key"], joined["photos"]) == (before["place Munich"], 2)
    for key in (before["place Munich"], before["place Dachau"]):  # an old address leads there, too
        assert await photos_of(client, key) == photo_ids[::-1]


async def test_regions_and_countries_are_named_by_their_places_and_own_places_renamed(
    client: httpx.AsyncClient, owner: UUID, put_photo: PutPhoto
) -> None:
    await put_photo(owner, (48.26, 11.43), DACHAU)
    names = await keys(client)
    for key in (names["region Bavaria"], names["country Germany"]):
        assert is_problem(await client.put(f"/api/v1/places/{key}/name", json={"name": "x"}), 422)
        assert is_problem(await client.delete(f"/api/v1/places/{key}/name"), 422)
    for body in ({}, {"name": ""}, {"name": "\u200b"}, {"name": "x", "country_code": "de"}, {"name": 5}):
        assert is_problem(await client.put(f"/api/v1/places/{names['place Dachau']}/name", json=body), 422)
    own = (await client.post("/api/v1/own-places", json=HOUSE)).json()
    assert (await client.put(f"/api/v1/places/{own['key']}/name", json={"name": "Oma"})).json()["name"] == "Oma"
    assert (await client.get("/api/v1/own-places")).json()["items"][0]["name"] == "Oma"


async def test_the_map_gathers_by_zoom_and_forgets_what_is_out_of_sight(
    client: httpx.AsyncClient, library: SmallLibrary, owner: UUID, put_photo: PutPhoto
) -> None:
    places = [(48.1371, 11.5754), (48.1372, 11.5756), (48.2082, 16.3738), (-17.0, 179.99), (-17.0, -179.99)]
    photo_ids = [await put_photo(owner, place) for place in places]
    world = (await client.get(f"/api/v1/map?box={WORLD}&zoom=0")).json()
    assert (world["total"], sorted(cell["photos"] for cell in world["cells"])) == (5, [1, 1, 3])
    assert {cell["photo_id"] for cell in world["cells"]} <= {str(photo_id) for photo_id in photo_ids}
    town = (await client.get("/api/v1/map?box=11,48,12,49&zoom=12")).json()
    assert [(cell["photos"], cell["latitude"], cell["longitude"]) for cell in town["cells"]] == [
        (2, pytest.approx(48.13715, abs=2e-6), pytest.approx(11.5755, abs=2e-6))
    ]
    street = (await client.get("/api/v1/map?box=11.57,48.13,11.58,48.14&zoom=20")).json()
    assert sorted(cell["photos"] for cell in street["cells"]) == [1, 1]
    for box in ("179,-18,-179,-16", "179,-18,181,-16", "-181,-18,-179,-16"):
        assert (await client.get(f"/api/v1/map?box={box}&zoom=8")).json()["total"] == 2
    async with library.database.transaction() as connection:
        await move_photo(connection, owner, photo_ids[0], PhotoState.HIDDEN)
    town = (await client.get("/api/v1/map?box=11,48,12,49&zoom=12")).json()
    assert (town["total"], town["cells"][0]["photo_id"]) == (1, str(photo_ids[1]))


@pytest.mark.parametrize(
    "query",
    ["", "zoom=3", f"box={WORLD}", f"box={WORLD}&zoom=21", f"box={WORLD}&zoom=-1", f"box={WORLD}&zoom=x",
     "box=1,2,3&zoom=3", "box=nan,0,1,1&zoom=3", "box=0,5,1,5&zoom=3", "box=0,50,1,5&zoom=3", "box=0,0,inf,5&zoom=3"],
)  # fmt: skip
async def test_what_is_no_part_of_the_map_gets_a_sentence(client: httpx.AsyncClient, query: str) -> None:
    assert is_problem(await client.get(f"/api/v1/map?{query}"), 422)


async def test_to_a_stranger_there_is_nothing(
    client: httpx.AsyncClient, stranger_client: httpx.AsyncClient, owner: UUID, put_photo: PutPhoto
) -> None:
    await put_photo(owner, (48.26, 11.43), DACHAU)
    await put_photo(owner, (48.1, 11.5), MUNICH)
    own = (await client.post("/api/v1/own-places", json=HOUSE)).json()
    before = await tree(client)
    assert await tree(stranger_client) == []
    assert (await stranger_client.get(f"/api/v1/map?box={WORLD}&zoom=3")).json()["cells"] == []
    assert (await stranger_client.get("/api/v1/own-places")).json()["items"] == []
    for key in (await keys(client)).values():
        assert is_problem(await stranger_client.get(f"/api/v1/places/{key}/photos"), 404)
        wanted = 422 if key[0] in "cr" else 404
        assert is_problem(await stranger_client.put(f"/api/v1/places/{key}/name", json={"name": "x"}), wanted)
    url = f"/api/v1/own-places/{own['id']}"
    assert is_problem(await stranger_client.patch(url, json={"name": "x"}), 404)
    assert is_problem(await stranger_client.delete(url), 404)
    # a place of the stranger's own around it all changes nothing for the owner
    await stranger_client.post("/api/v1/own-places", json={**HOUSE, "radius_m": 10})
    assert await tree(client) == before
