"""What is said of labels and hits is in force on the photo at once, on record, and can be taken back."""

from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest

from calotype.db.engine import Database
from calotype.features.learning import FeedbackGiven, Learning, TrainingWanted, recall_verdicts
from calotype.features.learning.rules import fold_label, fold_question
from calotype.features.learning.schemas import Verdict
from calotype.features.photos import PhotoChanged, PhotoStored
from calotype.kit.events import Publisher
from tests.features.app import SmallLibrary, is_problem
from tests.features.conftest import make_photo
from tests.features.learning.shelf import Shelf

CAT = {"label": "Cat", "is_right": False}


async def labels_of(client: httpx.AsyncClient, photo: UUID) -> list[dict[str, Any]]:
    return (await client.get(f"/api/v1/photos/{photo}")).json()["labels"]


async def photo_of_a_cat(shelf: Shelf) -> UUID:
    photo = await make_photo(shelf.database, shelf.owner, file_name="IMG_7.jpg")
    await shelf.classify([photo], ("cat", 0.8), ("sofa", 0.4))
    return photo


async def test_this_is_no_cat_but_a_dog(client: httpx.AsyncClient, shelf: Shelf) -> None:
    photo = await photo_of_a_cat(shelf)
    answer = await client.post(f"/api/v1/photos/{photo}/labels", json={**CAT, "instead": " Our  DOG "})
    expected = [{"name": "our dog", "confidence": 1.0, "by": "you"}, {"name": "sofa", "confidence": 0.4}]
    assert answer.json() == {"labels": expected}
    assert await labels_of(client, photo) == expected
    (entry,) = (await client.get("/api/v1/journal")).json()["items"]
    assert entry["summary"] == "Said that IMG_7.jpg does not show “cat” but “our dog”"
    assert (entry["kind"], entry["facts"]) == ("learning.label", 2)


async def test_who_what_when_and_whom_it_corrects_is_on_record(client: httpx.AsyncClient, shelf: Shelf) -> None:
    photo = await photo_of_a_cat(shelf)
    await client.post(f"/api/v1/photos/{photo}/labels", json={**CAT, "instead": "dog"})
    await client.post(f"/api/v1/photos/{photo}/wrong-hit", json={"query": "my  CAT"})
    hit, dog, cat = (await client.get("/api/v1/learning")).json()["feedback"]
    assert (hit["kind"], hit["question"], hit["is_right"]) == ("hit", "my cat", False)
    assert (dog["label"], dog["is_right"], dog["corrects"]["model"]) == ("dog", True, None)
    assert (cat["label"], cat["is_right"]) == ("cat", False)
    assert (cat["corrects"]["provider"], cat["corrects"]["model"]) == ("local", "net/1")
    assert {each["photo_id"] for each in (hit, dog, cat)} == {str(photo)}
    assert {each["actor_id"] for each in (hit, dog, cat)} == {str(shelf.owner)}


async def test_undo_brings_the_label_back_and_undoing_that_takes_it(client: httpx.AsyncClient, shelf: Shelf) -> None:
    photo = await photo_of_a_cat(shelf)
    before = await labels_of(client, photo)
    await client.post(f"/api/v1/photos/{photo}/labels", json={**CAT, "instead": "dog"})
    after = await labels_of(client, photo)
    await client.post("/api/v1/journal/undo-last")
    assert await labels_of(client, photo) == before
    newest = (await client.get("/api/v1/journal")).json()["items"][0]
    await client.post(f"/api/v1/journal/{newest['id']}/undo")
    assert await labels_of(client, photo) == after


async def test_null_takes_back_what_was_said_and_is_an_entry_itself(client: httpx.AsyncClient, shelf: Shelf) -> None:
    photo = await photo_of_a_cat(shelf)
    before = await labels_of(client, photo)
    for said in (False, True, None):
        await client.post(f"/api/v1/photos/{photo}/labels", json={"label": "cat", "is_right": said})
    assert await labels_of(client, photo) == before
    await client.post("/api/v1/journal/undo-last")
    assert (await labels_of(client, photo))[0] == {"name": "cat", "confidence": 1.0, "by": "you"}
    assert len((await client.get("/api/v1/journal")).json()["items"]) == 4


async def test_a_wrong_hit_is_kept_under_the_folded_question_and_undone(
    client: httpx.AsyncClient, shelf: Shelf, library: SmallLibrary
) -> None:
    photo = await photo_of_a_cat(shelf)
    await client.post(f"/api/v1/photos/{photo}/wrong-hit", json={"query": " A Cat  on\tthe SOFA "})
    questions = "select question from hit_verdicts where owner_id = %s and is_wrong"
    assert await shelf.column(questions) == ["a cat on the sofa"]
    await library.journal.undo_last(shelf.owner, shelf.owner)
    assert await shelf.column(questions) == []
    await client.post(f"/api/v1/photos/{photo}/wrong-hit", json={"query": "cat"})
    await client.post(f"/api/v1/photos/{photo}/wrong-hit", json={"query": "cat", "is_wrong": None})
    assert await shelf.column(questions) == []


async def test_what_was_said_of_the_bytes_stands_when_they_come_in_again(
    library: SmallLibrary, shelf: Shelf, owner: UUID
) -> None:
    content = bytes(range(32))
    photo = await make_photo(shelf.database, owner, sha256=content)
    await library.learning.say_label(owner, photo, Verdict("cat", False, "dog"))
    await library.learning.mark_hit(owner, photo, "cat")
    async with shelf.database.transaction() as connection:
        await connection.execute("delete from photos where id = %s", (photo,))
    assert await shelf.column("select label from label_verdicts where owner_id = %s") == []
    again = await make_photo(shelf.database, owner, sha256=content)
    async with shelf.database.transaction() as connection:
        await recall_verdicts(PhotoStored(owner, again), connection)
    said = "select label || ' ' || is_right from label_verdicts where owner_id = %s and photo_id = %s order by 1"
    assert await shelf.column(said, again) == ["cat false", "dog true"]
    assert await shelf.column("select question from hit_verdicts where owner_id = %s") == ["cat"]


async def test_the_photo_is_indexed_again_and_learning_is_asked_for(
    database: Database, shelf: Shelf, tmp_path: Path
) -> None:
    told: list[object] = []

    async def listen(event: object, connection: object) -> None:
        told.append(event)

    publisher = Publisher({PhotoChanged: [listen], FeedbackGiven: [listen], TrainingWanted: [listen]})
    library = SmallLibrary(database, tmp_path, publisher)
    photo = await photo_of_a_cat(shelf)
    await library.learning.say_label(shelf.owner, photo, Verdict("cat", False))
    assert told == [PhotoChanged(shelf.owner, photo, frozenset({"labels"})), FeedbackGiven(shelf.owner)]
    await library.learning.say_label(shelf.owner, photo, Verdict("cat", False))
    assert [type(event) for event in told[2:]] == [FeedbackGiven], "nothing changed on the photo"
    await library.learning.ask_for_training(shelf.owner)
    assert told[3:] == [TrainingWanted(shelf.owner)]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("labels", {"label": "cat", "is_right": False}),
        ("wrong-hit", {"query": "cat"}),
        ("views", None),
    ],
)
async def test_of_the_photos_of_others_nothing_is_said(
    stranger_client: httpx.AsyncClient, shelf: Shelf, path: str, body: Any
) -> None:
    photo = await photo_of_a_cat(shelf)
    answer = await stranger_client.post(f"/api/v1/photos/{photo}/{path}", json=body)
    assert is_problem(answer, 404)
    assert (await stranger_client.get("/api/v1/learning")).json()["feedback"] == []


@pytest.mark.parametrize(
    "body",
    [
        {"label": "\u200b", "is_right": True},
        {"label": "cat"},
        {"label": "cat", "is_right": True, "instead": "dog"},
        {"label": "cat", "is_right": False, "instead": "CAT "},
        {"label": "cat", "is_right": False, "instead": "\u200b"},
    ],
)
async def test_what_cannot_be_meant_is_refused(client: httpx.AsyncClient, shelf: Shelf, body: Any) -> None:
    photo = await photo_of_a_cat(shelf)
    answer = await client.post(f"/api/v1/photos/{photo}/labels", json=body)
    assert is_problem(answer, 422)
    assert await shelf.column("select label from label_verdicts where owner_id = %s") == []


async def test_looks_are_counted_once_a_minute(client: httpx.AsyncClient, shelf: Shelf) -> None:
    (photo,) = await shelf.add("nothing")
    views = "select views from photo_views where owner_id = %s"
    for _ in range(3):
        assert (await client.post(f"/api/v1/photos/{photo}/views")).status_code == 204
    assert await shelf.column(views) == [1]
    async with shelf.database.transaction() as connection:
        await connection.execute("update photo_views set last_viewed_at = now() - interval '61 seconds'")
    await client.post(f"/api/v1/photos/{photo}/views")
    assert await shelf.column(views) == [2]


def test_one_label_however_it_is_written() -> None:
    assert fold_label(" Größe\u200b  XL\n") == fold_label("GRÖSSE xl") == "grösse xl"
    assert fold_question("  Luna\tON the  Beach ") == "luna on the beach"


async def test_training_is_asked_for(client: httpx.AsyncClient, library: SmallLibrary) -> None:
    answer = await client.post("/api/v1/learning/train", json={})
    assert (answer.status_code, answer.json()) == (202, {"state": "waiting"})
    assert isinstance(library.learning, Learning)
