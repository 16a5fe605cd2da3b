"""Faces that stay the same row when the stage runs again, and the names that files have for them."""

from typing import Any
from uuid import UUID

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from calotype.kit.ids import uuid7
from calotype.media.regions import NamedRegion
from calotype.pipeline import face_rows
from calotype.pipeline.face_rows import StoredFace, likeness, match_faces
from calotype.pipeline.record import DEVELOP
from calotype.ports.vision import Box, Face, FaceResult
from tests.media.test_regions import _sidecar
from tests.pipeline.conftest import Library, make_jpeg

SPACE = "tested/1"


def face(x: float, y: float, side: float = 0.2, *, axis: int = 0, is_described: bool = True) -> Face:
    vector = np.eye(8, dtype=np.float32)[axis] if is_described else None
    landmarks = np.full((5, 2), 0.5, np.float32)
    return Face(Box(x, y, side, side), 0.9, landmarks, vector, SPACE, 0.5, 100)


async def write(library: Library, photo: UUID, *faces: Face, model: str = "m/1") -> list[dict[str, Any]]:
    async with library.database.transaction() as connection:
        await face_rows.write_faces(connection, photo, library.owner, FaceResult(faces, "local", model))
    return await rows(library, photo)


async def rows(library: Library, photo: UUID) -> list[dict[str, Any]]:
    return await library.all("select * from faces where photo_id = %s order by x", photo)


async def draw(library: Library, photo: UUID, box: Box, provider: str = "hand") -> UUID:
    number = uuid7()
    await library.all(
        "insert into faces (id, photo_id, owner_id, x, y, width, height, score, sharpness, size_px, landmarks, "
        "provider) values (%s, %s, %s, %s, %s, %s, %s, 1, 0, 0, '{}', %s)",
        number, photo, library.owner, *box, provider,
    )  # fmt: skip
    return number


async def test_a_face_that_is_found_again_is_the_same_row(library: Library) -> None:
    photo = await library.store(make_jpeg())
    before = await write(library, photo, face(0.1, 0.1), face(0.6, 0.1, axis=1))
    after = await write(library, photo, face(0.62, 0.12, axis=2), face(0.11, 0.1, axis=3), model="m/2")
    assert [row["id"] for row in after] == [row["id"] for row in before]
    assert {row["model"] for row in after} == {"m/2"}
    assert [round(row["x"], 2) for row in after] == [0.11, 0.62]
    assert [str(row["embedding"]) for row in after] != [str(row["embedding"]) for row in before]


async def test_only_the_others_come_and_go(library: Library) -> None:
    photo = await library.store(make_jpeg())
    left, _right = await write(library, photo, face(0.1, 0.1), face(0.6, 0.1))
    after = await write(library, photo, face(0.1, 0.1), face(0.4, 0.7))
    assert after[0]["id"] == left["id"]
    assert [round(row["x"], 1) for row in after] == [0.1, 0.4]
    assert await write(library, photo) == []


async def test_what_people_said_of_a_face_stays_with_it(library: Library) -> None:
    """Whatever columns of theirs other rooms add: the row is not made anew."""
    photo = await library.store(make_jpeg())
    await write(library, photo, face(0.1, 0.1))
    await library.all("alter table faces add column if not exists tested_mark int")
    try:
        await library.all("update faces set tested_mark = 7")
        (row,) = await write(library, photo, face(0.12, 0.1), model="m/2")
        assert row["tested_mark"] == 7
    finally:
        await library.all("alter table faces drop column tested_mark")


async def test_no_detector_takes_away_what_was_drawn_or_named(library: Library) -> None:
    photo = await library.store(make_jpeg())
    drawn = await draw(library, photo, Box(0.1, 0.1, 0.2, 0.2))
    named = await draw(library, photo, Box(0.6, 0.6, 0.2, 0.2), "file")
    assert [row["id"] for row in await write(library, photo)] == [drawn, named]


async def test_a_drawn_box_learns_what_the_detector_finds_in_it(library: Library) -> None:
    photo = await library.store(make_jpeg())
    drawn = await draw(library, photo, Box(0.1, 0.1, 0.4, 0.4))
    (row,) = await write(library, photo, face(0.2, 0.2))
    assert row["id"] == drawn
    assert row["provider"] == "hand"
    assert row["embedding"] is not None
    assert (round(row["x"], 2), round(row["width"], 2)) == (0.1, 0.4), "the box is as it was drawn"


async def test_a_face_in_the_crowd_behind_is_not_the_one_that_was_drawn(library: Library) -> None:
    photo = await library.store(make_jpeg())
    await draw(library, photo, Box(0.1, 0.1, 0.8, 0.8))
    assert len(await write(library, photo, face(0.4, 0.4, 0.05))) == 2


async def test_another_owner_is_not_touched(library: Library) -> None:
    photo = await library.store(make_jpeg())
    await write(library, photo, face(0.1, 0.1))
    async with library.database.transaction() as connection:
        await face_rows.write_faces(connection, photo, uuid7(), FaceResult((), "local", "m/1"))
    assert len(await rows(library, photo)) == 1


async def test_regions_are_replaced_at_each_run(library: Library) -> None:
    photo = await library.store(make_jpeg())
    async with library.database.transaction() as connection:
        regions = [NamedRegion("Anna", 0.1, 0.2, 0.3, 0.4, "mwg"), NamedRegion("Ben", 0.5, 0.2, 0.3, 0.4, "mwg")]
        assert await face_rows.write_regions(connection, photo, library.owner, regions)
        assert await face_rows.write_regions(connection, photo, library.owner, regions[1:])
        assert await face_rows.write_regions(connection, photo, library.owner, [])
        assert not await face_rows.write_regions(connection, photo, library.owner, [])


async def test_a_sidecar_that_comes_later_brings_its_names(library: Library) -> None:
    photo = await library.store(make_jpeg())
    await library.work(photo)
    assert await library.all("select 1 from photo_regions") == []
    await library.all(
        "insert into sidecars (id, photo_id, owner_id, file_name, sha256, content) "
        "values (%s, %s, %s, 'a.xmp', '\\x01', %s)",
        uuid7(), photo, library.owner, _sidecar("Anna", "Ben"),
    )  # fmt: skip
    await library.runner.run_lane(DEVELOP, photo, library.worker, 0, ["metadata"])
    found = await library.all("select name, owner_id from photo_regions order by name")
    assert [(row["name"], row["owner_id"]) for row in found] == [("Anna", library.owner), ("Ben", library.owner)]


places = st.tuples(st.floats(0, 0.7), st.floats(0, 0.7), st.floats(0.02, 0.3))
stored_faces = st.builds(
    lambda place, provider: StoredFace(uuid7(), *place, place[2], provider),
    places,
    st.sampled_from(["local", "hand", "file"]),
)
found_faces = st.builds(lambda place: face(*place), places)


@given(st.lists(stored_faces, max_size=6), st.lists(found_faces, max_size=6))
def test_every_face_is_matched_once_or_new(stored: list[StoredFace], found: list[Face]) -> None:
    matches, new = match_faces(stored, found)
    assert len(matches) + len(new) == len(found)
    assert len({match.stored.id for match in matches}) == len(matches)
    assert len({id(match.face) for match in matches} | {id(one) for one in new}) == len(found)
    assert all(likeness(match.stored, match.face) > 0 for match in matches)


@given(st.lists(found_faces, max_size=6))
def test_the_same_faces_again_are_all_the_same(found: list[Face]) -> None:
    stored = [StoredFace(uuid7(), *one.box, "local") for one in found]
    matches, new = match_faces(stored, found)
    assert not new
    assert len(matches) == len(found)
