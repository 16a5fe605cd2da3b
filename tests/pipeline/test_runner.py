"""A photo on its way: every end that it can come to is on record."""

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest
from PIL import Image

from calotype.features.journal import Fact, Journal
from calotype.features.photos import ProcessingStatus
from calotype.kit.events import Publisher
from calotype.pipeline.lane_run import LaneRun
from calotype.pipeline.lanes import LANES
from calotype.pipeline.record import DEVELOP, TRIES, UNDERSTAND, VERSIONS, Outcome, StageRecord
from calotype.pipeline.repository import Worker, take_photo
from calotype.pipeline.runner import CRASHES_ALLOWED, WillPass
from calotype.ports.object_store import ObjectNotFound, original_key, print_key
from calotype.ports.vision import Vision, VisionUnavailable
from tests.pipeline.conftest import Library, make_jpeg


async def test_a_photo_goes_through_both_lanes(library: Library) -> None:
    photo = await library.store(make_jpeg(taken="2021:07:08 09:10:11"))
    assert await library.waiting() == [("develop", str(photo))]

    await library.runner.run_lane(DEVELOP, photo, library.worker)
    row = await library.row(photo)
    assert row["processing_status"] == ProcessingStatus.PROCESSING
    assert row["taken_local"] == datetime(2021, 7, 8, 9, 10, 11)
    assert (row["width"], row["height"]) == (640, 480)
    for name in ("1200.jpg", "600.webp", "300.webp", "150.webp"):
        assert await library.objects.stat(print_key(row["sha256"], name)), name
    assert ("understand", str(photo)) in await library.waiting()

    await library.runner.run_lane(UNDERSTAND, photo, library.worker)
    row = await library.row(photo)
    assert row["processing_status"] == ProcessingStatus.COMPLETED
    labels = await library.all("select names, provider from photo_labels where photo_id = %s", photo)
    assert labels[0]["names"][0] == "red"
    assert len(await library.all("select 1 from embeddings where photo_id = %s", photo)) == 2
    outcomes = {name: record.outcome for name, record in (await library.stages(photo)).items()}
    assert set(outcomes.values()) <= {Outcome.DONE, Outcome.NONE}
    assert await library.all("select * from photos_in_work") == []
    found = await library.all("select 1 from search_documents where words @@ to_tsquery('english', 'red')")
    assert len(found) == 1


async def test_a_job_that_comes_twice_changes_nothing(library: Library) -> None:
    photo = await library.store(make_jpeg())
    await library.work(photo)
    before = await library.row(photo)
    await library.work(photo)
    assert await library.row(photo) == before


async def test_a_broken_file_is_a_stated_outcome(library: Library) -> None:
    photo = await library.store(b"\xff\xd8\xff\xe0" + b"no picture" * 20)
    await library.runner.run_lane(DEVELOP, photo, library.worker)
    row = await library.row(photo)
    assert row["processing_status"] == ProcessingStatus.FAILED
    assert row["processing_reason"]
    failures = await library.all("select stage, is_final, reason from photo_failures where photo_id = %s", photo)
    assert [(failure["stage"], failure["is_final"]) for failure in failures] == [("previews", True)]
    assert [task for task, _ in await library.waiting()] == ["develop"]  # its own; nothing is to be understood


async def test_a_missing_original_is_a_stated_outcome(library: Library) -> None:
    photo = await library.store(make_jpeg())
    await library.objects.delete(original_key((await library.row(photo))["sha256"]))
    with pytest.raises(ObjectNotFound):  # its disk may be away: it is tried again, and stated when that did not help
        await library.runner.run_lane(DEVELOP, photo, library.worker)
    assert (await library.row(photo))["processing_status"] == ProcessingStatus.PENDING
    await library.runner.run_lane(DEVELOP, photo, library.worker, TRIES - 1)
    assert (await library.row(photo))["processing_reason"] == "The original is not in the object store."


class _Moody:
    """A reader that fails as it is told to."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def read_faces(self, image: Any) -> Any:
        raise self.error

    space = "moody"
    scale = None


def _with_faces(library: Library, error: Exception) -> Any:
    whole = library.ports.vision()
    moody: Vision = replace(whole, faces=_Moody(error))  # type: ignore[arg-type]
    return library.make_runner(ports=replace(library.ports, vision=lambda: moody))


async def test_what_may_pass_is_retried_and_then_stated_once(library: Library) -> None:
    photo = await library.store(make_jpeg())
    await library.runner.run_lane(DEVELOP, photo, library.worker)
    runner = _with_faces(library, ConnectionError("the network is away"))
    for attempt in range(TRIES - 1):
        with pytest.raises(WillPass):
            await runner.run_lane(UNDERSTAND, photo, library.worker, attempt)
        assert (await library.stages(photo))["faces"].outcome is Outcome.RETRYING
        assert (await library.stages(photo))["labels"].outcome is Outcome.DONE  # the others are not held back
    await runner.run_lane(UNDERSTAND, photo, library.worker, TRIES - 1)
    assert (await library.stages(photo))["faces"].outcome is Outcome.FAILED
    failures = await library.all("select * from photo_failures where photo_id = %s", photo)
    assert [(each["stage"], each["is_final"]) for each in failures] == [("faces", True)]
    assert (await library.row(photo))["processing_status"] == ProcessingStatus.COMPLETED


async def test_what_will_never_work_is_stated_at_once(library: Library) -> None:
    photo = await library.store(make_jpeg())
    await library.runner.run_lane(DEVELOP, photo, library.worker)
    await _with_faces(library, VisionUnavailable("The model is missing.")).run_lane(UNDERSTAND, photo, library.worker)
    assert (await library.stages(photo))["faces"].outcome is Outcome.FAILED


async def test_a_failure_that_passed_leaves_no_trace(library: Library) -> None:
    photo = await library.store(make_jpeg())
    await library.runner.run_lane(DEVELOP, photo, library.worker)
    with pytest.raises(WillPass):
        await _with_faces(library, ConnectionError("away")).run_lane(UNDERSTAND, photo, library.worker)
    await library.runner.run_lane(UNDERSTAND, photo, library.worker, 1)
    assert await library.all("select * from photo_failures") == []


@pytest.mark.parametrize("lane", [DEVELOP, UNDERSTAND])
async def test_a_photo_that_crashed_two_workers_is_not_given_to_a_third(library: Library, lane: str) -> None:
    photo = await library.store(make_jpeg())
    if lane == UNDERSTAND:
        await library.runner.run_lane(DEVELOP, photo, library.worker)
    await library.all(
        "insert into photos_in_work (photo_id, owner_id, worker_id, host, pid, crashes) "
        "values (%s, %s, null, 'h', 1, %s)",
        photo, library.owner, CRASHES_ALLOWED,
    )  # fmt: skip
    await library.runner.run_lane(lane, photo, library.worker)
    row = await library.row(photo)
    assert row["processing_status"] == ProcessingStatus.FAILED
    assert "crashed the decoder" in row["processing_reason"]
    assert await library.all("select * from photos_in_work") == []


async def test_a_purged_photo_is_no_error(library: Library) -> None:
    await library.runner.run_lane(DEVELOP, UUID(int=7), library.worker)


async def test_without_vision_a_photo_is_complete_when_it_is_developed(library: Library) -> None:
    photo = await library.store(make_jpeg())
    await library.make_runner(provider="off").run_lane(DEVELOP, photo, library.worker)
    assert (await library.row(photo))["processing_status"] == ProcessingStatus.COMPLETED
    assert (await library.stages(photo))["labels"].outcome is Outcome.DUE
    assert [task for task, _ in await library.waiting()] == ["develop"]


async def test_what_a_person_decided_outlives_every_run(library: Library) -> None:
    photo = await library.store(make_jpeg(taken="2021:07:08 09:10:11"))
    subject = (await library.row(photo))["sha256"].hex()
    said = {"taken_local": "1999-01-01T00:00:00", "title": "Grandma"}
    async with library.database.transaction() as connection:
        await Journal(library.database, Publisher({})).record(
            connection, library.owner, library.owner, "photos.change", "Changed title",
            [Fact("photo", subject, field, value) for field, value in said.items()],
        )  # fmt: skip
    await library.all("update photos set taken_local = '1999-01-01', title = 'Grandma' where id = %s", photo)
    await library.work(photo)
    row = await library.row(photo)
    assert (row["taken_local"], row["title"]) == (datetime(1999, 1, 1), "Grandma")


async def test_every_print_is_upright_and_bounded(library: Library, jpeg: Callable[..., bytes]) -> None:
    photo = await library.store(jpeg(size=(3000, 1000)))
    await library.runner.run_lane(DEVELOP, photo, library.worker)
    content = await library.objects.read(print_key((await library.row(photo))["sha256"], "1200.jpg"))

    assert Image.open(io.BytesIO(content)).size == (1200, 400)


def test_lanes_name_each_stage_once() -> None:
    names = [stage.name for lane in LANES.values() for stage in lane]
    assert len(names) == len(set(names))
    assert sorted([*names, "index"]) == sorted(VERSIONS)


async def test_what_is_asked_for_while_a_lane_runs_is_not_written_over(library: Library) -> None:
    photo = await library.store(make_jpeg())
    await library.work(photo)
    await library.all("delete from procrastinate_jobs")
    row = await library.row(photo)
    async with library.database.transaction() as connection:  # as a sidecar does, while the other lane has the photo
        await library.pipeline.redo_stage(connection, photo, "metadata")
    run = LaneRun(ran={"labels": StageRecord("labels", 1, Outcome.DONE, 5)})
    await library.runner._write(UNDERSTAND, {**row, "decided": []}, None, run)
    assert (await library.stages(photo))["metadata"].outcome is Outcome.DUE
    assert await library.waiting() == [("develop", str(photo))]


async def test_a_stage_runs_again_when_its_job_says_so(library: Library) -> None:
    """Even where the record says done: a lane that had the photo in hand may have written that after the request."""
    photo = await library.store(make_jpeg())
    await library.work(photo)
    await library.all("update photos set thumbhash = null where id = %s returning 1", photo)
    await library.runner.run_lane(DEVELOP, photo, library.worker, 0, ["hashes"])
    assert (await library.row(photo))["thumbhash"] is not None


async def test_a_photo_in_other_hands_is_left_to_them(library: Library) -> None:
    photo = await library.store(make_jpeg())
    async with library.database.connection() as connection:
        await take_photo(connection, photo, Worker(99, "elsewhere", 1))
    with pytest.raises(WillPass):
        await library.runner.run_lane(DEVELOP, photo, library.worker)
    assert len(await library.all("select 1 from photos_in_work where worker_id = 99")) == 1
