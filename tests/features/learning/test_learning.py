"""A head is learned from examples, goes into force only if it is better, and never speaks against its owner."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import httpx
import pytest

from calotype.features.learning.schemas import Verdict
from calotype.features.photos import PhotoChanged
from calotype.kit.events import Publisher
from tests.features.app import SmallLibrary, is_problem
from tests.features.learning.shelf import SPACES, Shelf, learn

MOST = 12  # of twenty
WON = "select version from learned_heads where owner_id = %s and has_won order by version"


@pytest.fixture
async def things(shelf: Shelf) -> dict[str, list[UUID]]:
    """Thirty photos of Luna, thirty of Rex, a hundred of nothing in common."""
    return {
        "luna": await shelf.add("luna", 30),
        "rex": await shelf.add("rex", 30),
        "nothing": await shelf.add("nothing", 100),
    }


async def tag(client: httpx.AsyncClient, photos: Sequence[UUID], *tags: str) -> None:
    for photo in photos:
        assert (await client.patch(f"/api/v1/photos/{photo}", json={"tags": list(tags)})).status_code == 200


async def label_of(client: httpx.AsyncClient, name: str) -> dict[str, Any]:
    labels = (await client.get("/api/v1/learning")).json()["labels"]
    return next(label for label in labels if label["label"] == name)


async def test_ten_tagged_photos_find_the_others(
    client: httpx.AsyncClient, library: SmallLibrary, shelf: Shelf, things: dict[str, list[UUID]]
) -> None:
    luna = things["luna"]
    await tag(client, luna[:10], "Luna")
    message = await learn(library.learning, shelf.owner)
    given = await shelf.named("luna")
    assert message == f"1 label learned, labels changed on {len(given)} photos."
    assert given <= set(luna[10:]), "nothing else is taken for her"
    assert len(given) >= MOST
    first = (await client.get(f"/api/v1/photos/{min(given)}")).json()["labels"][0]
    assert (first["name"], first["by"]) == ("luna", "learned")
    assert 0.2 < first["confidence"] < 1
    learned = await label_of(client, "luna")
    assert (learned["state"], learned["examples"]["yes"]) == ("in force", 10)
    assert learned["in_force"]["recall"] >= 0.8
    assert learned["in_force"]["precision"] >= 0.6
    assert (learned["before"]["recall"], learned["before"]["precision"]) == (0, None)
    assert learned["message"].startswith("Version 1 is in force: of 10 examples kept apart it finds")


async def test_below_eight_examples_nothing_is_learned(
    client: httpx.AsyncClient, library: SmallLibrary, shelf: Shelf, things: dict[str, list[UUID]]
) -> None:
    await tag(client, things["luna"][:7], "luna")
    await learn(library.learning, shelf.owner, is_whole=True)
    learned = await label_of(client, "luna")
    assert (learned["state"], learned["in_force"], learned["versions"]) == ("needs more examples", None, [])
    assert learned["message"] == "Needs more examples: tag 1 more photo with “luna” (7 of 8)."
    assert await shelf.named("luna") == set()


async def test_the_same_examples_are_not_learned_from_twice(
    client: httpx.AsyncClient, library: SmallLibrary, shelf: Shelf, things: dict[str, list[UUID]]
) -> None:
    await tag(client, things["luna"][:10], "luna")
    await learn(library.learning, shelf.owner)
    assert await learn(library.learning, shelf.owner, is_whole=True) == "No photo has other labels."
    assert await shelf.column("select version from learned_heads where owner_id = %s") == [1]


async def test_new_photos_are_looked_at_and_only_those(
    client: httpx.AsyncClient, library: SmallLibrary, shelf: Shelf, things: dict[str, list[UUID]]
) -> None:
    await tag(client, things["luna"][:10], "luna")
    await learn(library.learning, shelf.owner)
    before = await shelf.named("luna")
    async with shelf.database.transaction() as connection:  # would come back if all were looked at again
        await connection.execute("delete from learned_labels where photo_id = %s", (min(before),))
    new = await shelf.add("luna", 4)
    await shelf.add("nothing", 4)
    await learn(library.learning, shelf.owner)
    found = await shelf.named("luna") - before
    assert found
    assert found <= set(new)
    assert min(before) not in await shelf.named("luna")
    await learn(library.learning, shelf.owner, is_whole=True)
    assert await shelf.named("luna") == before | found


async def test_a_verdict_is_never_overruled(
    client: httpx.AsyncClient, library: SmallLibrary, shelf: Shelf, things: dict[str, list[UUID]]
) -> None:
    luna = things["luna"]
    await tag(client, luna[:10], "luna")
    await learn(library.learning, shelf.owner)
    wrong = min(await shelf.named("luna"))
    await library.learning.say_label(shelf.owner, wrong, Verdict("Luna", False))
    assert wrong not in await shelf.named("luna"), "at once"
    for is_whole in (False, True):
        await learn(library.learning, shelf.owner, is_whole=is_whole)
        assert wrong not in await shelf.named("luna")
    feedback = (await client.get("/api/v1/learning")).json()["feedback"][0]
    assert (feedback["corrects"]["provider"], feedback["corrects"]["version"]) == ("learned", 1)
    await library.journal.undo_last(shelf.owner, shelf.owner)
    await learn(library.learning, shelf.owner)
    assert wrong in await shelf.named("luna"), "what is taken back is looked at again"


async def test_corrections_change_what_is_said_of_photos_alike(
    client: httpx.AsyncClient, library: SmallLibrary, shelf: Shelf, things: dict[str, list[UUID]]
) -> None:
    """First both dogs are "ours", then Rex is said to be not."""
    luna, rex = things["luna"], things["rex"]
    for photo in [*luna[:7], *rex[:7]]:
        await library.learning.say_label(shelf.owner, photo, Verdict("ours", True))
    await learn(library.learning, shelf.owner)
    before = len(await shelf.named("ours") & set(rex[7:]))
    assert before >= 5, "of those that nobody judged"
    for photo in rex[:7]:
        await library.learning.say_label(shelf.owner, photo, Verdict("ours", False))
    for photo in luna[7:14]:
        await library.learning.say_label(shelf.owner, photo, Verdict("ours", True))
    await learn(library.learning, shelf.owner)
    named = await shelf.named("ours")
    assert len(named & set(rex[7:])) <= before // 2
    assert named & set(luna[14:])
    ours = await label_of(client, "ours")
    assert (ours["in_force"]["version"], ours["before"]["by"]) == (2, "version 1")


async def test_a_head_that_is_not_better_stays_out(
    client: httpx.AsyncClient, library: SmallLibrary, shelf: Shelf, things: dict[str, list[UUID]]
) -> None:
    """The packaged classifier knows its cats: there is nothing to win."""
    await shelf.classify(things["luna"], ("Cat", 0.9))
    await tag(client, things["luna"][:12], "cat")
    assert await learn(library.learning, shelf.owner) == "1 no better than before, no photo has other labels."
    learned = await label_of(client, "cat")
    assert (learned["state"], learned["in_force"]) == ("not better", None)
    assert learned["before"] == {"by": "classifier", "precision": 1.0, "recall": 1.0, "f": 1.0}
    assert await shelf.named("cat") == set()


async def test_examples_without_anything_in_common_teach_nothing(
    client: httpx.AsyncClient, library: SmallLibrary, shelf: Shelf, things: dict[str, list[UUID]]
) -> None:
    await tag(client, [*things["nothing"][:4], *things["luna"][:4], *things["rex"][:4]], "misc")
    await learn(library.learning, shelf.owner)
    assert (await label_of(client, "misc"))["state"] == "not better"
    assert await shelf.named("misc") == set()


async def test_roll_back_and_undo(
    client: httpx.AsyncClient, library: SmallLibrary, shelf: Shelf, things: dict[str, list[UUID]]
) -> None:
    luna = things["luna"]
    await tag(client, luna[:10], "luna")
    await learn(library.learning, shelf.owner)
    before = await shelf.named("luna")
    answer = await client.post("/api/v1/learning/labels/Luna/rollback")
    assert (answer.json()["state"], answer.json()["in_force"]) == ("rolled back", None)
    await learn(library.learning, shelf.owner)
    assert await shelf.named("luna") == set()
    assert await shelf.column("select version from learned_heads where owner_id = %s") == [1], "not learned again"
    assert is_problem(await client.post("/api/v1/learning/labels/luna/rollback"), 404)
    entry = (await client.post("/api/v1/journal/undo-last")).json()
    assert entry["summary"] == "Undid: Rolled back version 1 of what was learned of “luna”"
    assert (await label_of(client, "luna"))["state"] == "in force"
    await learn(library.learning, shelf.owner)
    assert await shelf.named("luna") == before


async def test_without_enough_examples_a_head_falls_silent(
    client: httpx.AsyncClient, library: SmallLibrary, shelf: Shelf, things: dict[str, list[UUID]]
) -> None:
    await tag(client, things["luna"][:10], "luna")
    await learn(library.learning, shelf.owner)
    await tag(client, things["luna"][:3])
    await learn(library.learning, shelf.owner)
    assert await shelf.named("luna") == set()
    learned = await label_of(client, "luna")
    assert (learned["state"], learned["examples"]["yes"], learned["examples"]["no"]) == ("needs more examples", 7, 3)


async def test_a_tag_that_is_undone_is_no_example_of_anything(
    client: httpx.AsyncClient, library: SmallLibrary, shelf: Shelf, things: dict[str, list[UUID]]
) -> None:
    await tag(client, things["luna"][:2], "luna")
    await library.journal.undo_last(shelf.owner, shelf.owner)
    examples = (await label_of(client, "luna"))["examples"]
    assert (examples["yes"], examples["no"]) == (1, 0)


async def test_a_wrong_hit_for_a_label_is_an_example_of_what_it_is_not(
    client: httpx.AsyncClient, library: SmallLibrary, shelf: Shelf, things: dict[str, list[UUID]]
) -> None:
    await tag(client, things["luna"][:1], "luna")
    await library.learning.mark_hit(shelf.owner, things["rex"][0], "LUNA")
    assert (await label_of(client, "luna"))["examples"]["no"] == 1


async def test_a_head_whose_space_is_gone_is_not_used_and_is_learned_again(
    client: httpx.AsyncClient, library: SmallLibrary, shelf: Shelf, things: dict[str, list[UUID]]
) -> None:
    luna = things["luna"]
    await tag(client, luna[:10], "luna")
    await learn(library.learning, shelf.owner)
    async with shelf.database.transaction() as connection:
        await connection.execute("delete from embeddings")
    (photo,) = await shelf.add("nothing")
    async with shelf.database.transaction() as connection:
        await connection.execute("delete from embeddings where photo_id = %s", (photo,))
    await learn(library.learning, shelf.owner)
    assert await shelf.named("luna") == set()
    newer = [(name.replace("/1", "/2"), dimensions) for name, dimensions in SPACES]
    for thing, photos in things.items():
        for photo in photos:
            await shelf.embed(photo, thing, newer)
    await learn(library.learning, shelf.owner)
    assert await shelf.named("luna") <= set(luna[10:])
    assert await shelf.named("luna")
    learned = await label_of(client, "luna")
    assert [version["space"] for version in learned["versions"]] == [
        "toy-look/2+toy-search/2", "toy-look/1+toy-search/1",
    ]  # fmt: skip


async def test_photos_with_other_labels_are_indexed_again(
    library: SmallLibrary, shelf: Shelf, things: dict[str, list[UUID]], tmp_path: Any
) -> None:
    told: list[PhotoChanged] = []

    async def listen(event: PhotoChanged, connection: object) -> None:
        told.append(event)

    listening = SmallLibrary(shelf.database, tmp_path / "listening", Publisher({PhotoChanged: [listen]}))
    for photo in things["luna"][:10]:
        await listening.learning.say_label(shelf.owner, photo, Verdict("luna", True))
    told.clear()
    await learn(listening.learning, shelf.owner)
    assert {event.photo_id for event in told} == await shelf.named("luna")
    assert len(told) >= MOST
    assert {event.fields for event in told} == {frozenset({"labels"})}


async def test_heads_are_of_their_owner_alone(
    client: httpx.AsyncClient, library: SmallLibrary, shelf: Shelf, things: dict[str, list[UUID]], stranger: UUID
) -> None:
    theirs = Shelf(shelf.database, stranger)
    theirs._centres = shelf._centres
    photos = await theirs.add("luna", 5)
    await tag(client, things["luna"][:10], "luna")
    await learn(library.learning, shelf.owner)
    await learn(library.learning, stranger, is_whole=True)
    assert await theirs.named("luna") == set()
    assert not set(photos) & await shelf.named("luna")
    assert (await library.learning.get_overview(stranger))["labels"] == []


async def test_heads_are_arrays_of_a_stated_type(
    client: httpx.AsyncClient, library: SmallLibrary, shelf: Shelf, things: dict[str, list[UUID]]
) -> None:
    await tag(client, things["luna"][:25], "luna")
    await learn(library.learning, shelf.owner)
    async with shelf.database.connection() as connection:
        cursor = await connection.execute("select method, dtype, shape, length(weights) from learned_heads")
        (row,) = await cursor.fetchall()
    assert row == ("logistic", "<f4", [1, 72], 72 * 4)
    assert await shelf.column(WON) == [1]
