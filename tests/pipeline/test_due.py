"""Again: on demand, and by itself when a stage's version is raised."""

from dataclasses import dataclass
from typing import Any

import pytest

from calotype.pipeline import due, lanes, record
from calotype.pipeline.record import Outcome
from calotype.pipeline.service import UnknownStage
from tests.pipeline.conftest import Library, make_jpeg


async def _finish_jobs(library: Library) -> None:
    await library.all("delete from procrastinate_jobs")


async def test_reprocessing_makes_photos_due_for_that_stage_alone(library: Library) -> None:
    photo = await library.store(make_jpeg())
    await library.work(photo)
    await _finish_jobs(library)
    assert await library.pipeline.reprocess("labels", library.owner) == 1
    stages = await library.stages(photo)
    assert stages["labels"].outcome is Outcome.DUE
    assert stages["faces"].outcome is not Outcome.DUE
    assert await library.waiting() == [("understand", str(photo))]
    await library.work(photo)
    assert (await library.stages(photo))["labels"].outcome is Outcome.DONE


async def test_only_the_failed_ones(library: Library) -> None:
    good = await library.store(make_jpeg())
    bad = await library.store(b"\xff\xd8\xff\xe0" + b"broken" * 30)
    await library.work(good)
    await library.runner.run_lane(record.DEVELOP, bad, library.worker)
    await _finish_jobs(library)
    assert await library.pipeline.reprocess("previews", library.owner, failed_only=True) == 1
    assert await library.waiting() == [("develop", str(bad))]


async def test_another_owners_photos_are_left_alone(library: Library) -> None:
    await library.work(await library.store(make_jpeg()))
    assert await library.pipeline.reprocess("labels", library.owner.__class__(int=5)) == 0


async def test_an_unknown_stage_is_named(library: Library) -> None:
    with pytest.raises(UnknownStage, match="There is no stage called 'lables'"):
        await library.pipeline.reprocess("lables")


@dataclass
class _Newer:
    """A stage in a newer version."""

    old: Any
    version: int = 2

    def __getattr__(self, name: str) -> Any:
        return getattr(self.old, name)


async def test_a_newer_version_queues_by_itself_at_the_lowest_priority(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    photo = await library.store(make_jpeg())
    await library.work(photo)
    await _finish_jobs(library)
    assert await library.pipeline.notice_new_versions("fake") == 0

    monkeypatch.setitem(record.VERSIONS, "labels", 2)
    newer = tuple(_Newer(stage) if stage.name == "labels" else stage for stage in lanes.LANES[record.UNDERSTAND])
    monkeypatch.setitem(lanes.LANES, record.UNDERSTAND, newer)
    fresh = await library.store(make_jpeg((0, 0, 200)))
    assert await library.pipeline.notice_new_versions("fake") == 1
    assert await library.waiting() == [("develop", str(fresh)), ("understand", str(photo))]
    found = await library.all("select 1 from search_documents where photo_id = %s", photo)
    assert found, "search answers from what is there meanwhile"
    await library.work(photo)
    assert (await library.stages(photo))["labels"].version == 2
    assert await library.pipeline.notice_new_versions("fake") == 0


async def test_vision_switched_on_later_understands_what_is_there(library: Library) -> None:
    photo = await library.store(make_jpeg())
    await library.make_runner(provider="off").run_lane(record.DEVELOP, photo, library.worker)
    await library.pipeline.notice_new_versions("off")
    await _finish_jobs(library)
    assert await library.pipeline.notice_new_versions("fake") == 1
    assert await library.waiting() == [("understand", str(photo))]


async def test_status_counts_by_stage_and_outcome(library: Library) -> None:
    await library.work(await library.store(make_jpeg()))
    await library.runner.run_lane(record.DEVELOP, await library.store(b"\xff\xd8\xff\xe0" + b"no" * 99), library.worker)
    await library.store(make_jpeg((1, 2, 250)))
    status = await library.pipeline.get_status(library.owner)
    assert status["photos"] == {"pending": 1, "processing": 0, "completed": 1, "failed": 1}
    labels = next(stage for stage in status["stages"] if stage["name"] == "labels")
    assert labels["counts"]["done"] == 1
    assert status["failures"][0]["stage"] == "previews"
    assert due.applicable_versions("off").keys() < due.applicable_versions("fake").keys()
