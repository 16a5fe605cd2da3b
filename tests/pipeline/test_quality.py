"""Quality over both lanes: parts of every picture when it is developed, those of the faces when they are found."""

import io
from typing import Any
from uuid import UUID

import cv2
import numpy as np
import pytest
from PIL import Image

from calotype.pipeline import writing
from calotype.pipeline.record import DEVELOP, UNDERSTAND, VERSIONS, Outcome
from tests.pipeline.conftest import Library, make_jpeg

OF_ALL = ("sharpness", "exposure_quality", "contrast", "noise", "resolution_quality", "subject_sharpness")
OF_FACES = ("face_sharpness", "eyes_open", "faces_in_frame")
SHORTER = 44  # bytes of `photos.stages` before there was a twelfth stage


def portrait(*, left: int = 400) -> bytes:
    """Patterns with a face, in the colour that the fake vision takes for one."""
    rng = np.random.default_rng(3)
    image = np.asarray(cv2.resize(rng.integers(30, 220, (60, 80, 3)).astype(np.uint8), (1000, 750)))
    image[200:500, left : left + 240] = (255, 0, 255)
    image[300:380, left + 90 : left + 150] = (20, 160, 20)
    content = io.BytesIO()
    Image.fromarray(image).save(content, "JPEG", quality=95)
    return content.getvalue()


async def test_parts_come_with_their_lanes(library: Library) -> None:
    photo = await library.store(portrait())
    await library.runner.run_lane(DEVELOP, photo, library.worker)
    developed = await library.row(photo)
    assert all(0 <= developed[column] <= 1000 for column in ("quality", *OF_ALL))
    assert [developed[column] for column in OF_FACES] == [None] * 3
    await library.runner.run_lane(UNDERSTAND, photo, library.worker)
    understood = await library.row(photo)
    assert understood["faces_in_frame"] == 1000
    assert understood["face_sharpness"] is not None
    assert understood["quality"] != developed["quality"]
    assert [understood[column] for column in OF_ALL] == [developed[column] for column in OF_ALL]
    assert (await library.stages(photo))["face_quality"].outcome is Outcome.DONE


async def test_a_face_at_the_border_is_not_whole(library: Library) -> None:
    photo = await library.store(portrait(left=0))
    await library.work(photo)
    assert (await library.row(photo))["faces_in_frame"] == 500


async def test_without_a_face_nothing_is_said_of_one(library: Library) -> None:
    photo = await library.store(make_jpeg())
    await library.work(photo)
    row = await library.row(photo)
    assert [row[column] for column in OF_FACES] == [None] * 3
    assert row["quality"] is not None
    assert (await library.stages(photo))["face_quality"].outcome is Outcome.NONE


async def test_it_runs_alone_on_the_faces_in_the_table(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    photo = await library.store(portrait())
    await library.work(photo)
    before = await library.row(photo)
    await library.all(
        "update photos set face_sharpness = null, faces_in_frame = null, quality = 1 where id = %s", photo
    )
    monkeypatch.setattr("calotype.ports.vision.fake.FakeFaceReader.read_faces", _never)
    await library.runner.run_lane(UNDERSTAND, photo, library.worker, 0, ["face_quality"])
    after = await library.row(photo)
    for column in ("quality", *OF_ALL, *OF_FACES):
        assert after[column] == before[column], column


def _never(*_: Any) -> Any:
    raise AssertionError("nobody asked for faces")


async def test_a_newer_measure_keeps_what_is_known_of_the_faces(library: Library) -> None:
    photo = await library.store(portrait())
    await library.work(photo)
    before = await library.row(photo)
    await library.runner.run_lane(DEVELOP, photo, library.worker, 0, ["quality"])
    after = await library.row(photo)
    assert (after["face_sharpness"], after["faces_in_frame"]) == (before["face_sharpness"], before["faces_in_frame"])
    assert after["quality"] == pytest.approx(before["quality"], abs=30)  # from the print now, not from the original


async def test_new_faces_are_measured_when_they_are_found_again(library: Library) -> None:
    photo = await library.store(portrait())
    await library.work(photo)
    await library.all("update photos set face_sharpness = 1 where id = %s", photo)
    await library.runner.run_lane(UNDERSTAND, photo, library.worker, 0, ["faces"])
    assert (await library.row(photo))["face_sharpness"] != 1


async def _make_old(library: Library, photo: UUID) -> None:
    """Bring a photo into the state of a library that an older Calotype has written."""
    ones = b"\x01\x01\x00\x05" * (SHORTER // 4)
    await library.all(
        "update photos set stages = %s, resolution_quality = null, subject_sharpness = null, face_sharpness = null, "
        "faces_in_frame = null where id = %s",
        ones, photo,
    )  # fmt: skip
    await library.all("delete from procrastinate_jobs")


async def test_an_older_library_becomes_due_and_answers_meanwhile(library: Library) -> None:
    photo = await library.store(portrait())
    await library.work(photo)
    await _make_old(library, photo)
    old = {name: 1 for name in VERSIONS if name != "face_quality"}
    for stage, version in old.items():
        await library.all("insert into stage_versions (stage, version) values (%s, %s)", stage, version)
    status = await library.pipeline.get_status(library.owner)
    assert next(one for one in status["stages"] if one["name"] == "face_quality")["counts"]["due"] == 1
    await library.pipeline.notice_new_versions("fake")
    assert sorted(task for task, _ in await library.waiting()) == [DEVELOP, UNDERSTAND]
    assert await library.all("select 1 from search_documents where photo_id = %s", photo)
    face = await library.all("select id from faces")
    await library.runner.run_lane(UNDERSTAND, photo, library.worker)  # whichever comes first
    await library.runner.run_lane(DEVELOP, photo, library.worker)
    row = await library.row(photo)
    assert all(row[column] is not None for column in ("quality", *OF_ALL, "face_sharpness", "faces_in_frame"))
    stages = await library.stages(photo)
    assert {name: stages[name].version for name in VERSIONS} == VERSIONS
    assert await library.all("select id from faces") == face
    assert await library.pipeline.notice_new_versions("fake") == 0


@pytest.mark.parametrize("stage", ["face_quality", "quality"])
async def test_stages_of_an_older_library_can_be_asked_for(library: Library, stage: str) -> None:
    photo = await library.store(portrait())
    await library.work(photo)
    await _make_old(library, photo)
    assert await library.pipeline.reprocess(stage, library.owner, failed_only=True) == 0
    assert await library.pipeline.reprocess(stage, library.owner) == 1
    await library.work(photo)
    assert (await library.stages(photo))[stage].outcome is Outcome.DONE


@pytest.mark.parametrize(("lane", "again"), [(UNDERSTAND, ["faces"]), (DEVELOP, ["metadata"]), (UNDERSTAND, ["text"])])
async def test_what_people_said_of_faces_stands_after_each_run(
    library: Library, monkeypatch: pytest.MonkeyPatch, lane: str, again: list[str]
) -> None:
    photo = await library.store(portrait())
    await library.work(photo)
    region = "insert into photo_regions values (%s, %s, 'Anna', 0.1, 0.1, 0.2, 0.2, 'mwg')"
    await library.all(region, photo, library.owner)
    told = []

    async def apply(connection: Any, owner_id: UUID, photo_id: UUID, sha256: bytes) -> None:
        told.append((owner_id, photo_id, sha256))

    monkeypatch.setattr(writing, "apply_face_decisions", apply)
    await library.runner.run_lane(lane, photo, library.worker, 0, again)
    sha256 = (await library.row(photo))["sha256"]
    assert told == ([] if again == ["text"] else [(library.owner, photo, sha256)])
