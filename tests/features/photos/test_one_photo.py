"""One photo: what is known, what a person decides, the trash."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import httpx
import pytest
from psycopg import AsyncConnection
from psycopg.types.json import Jsonb

from calotype.db.engine import Database
from calotype.features.photos import (
    PhotoChanged,
    PhotoNotFound,
    PhotoPurged,
    PhotoRestored,
    PhotoTrashed,
    claim_content,
    sweep_contents,
    trash,
)
from calotype.features.photos.contents import forget_unused_content
from calotype.features.photos.repository.purging import Expired
from calotype.features.photos.schemas import PhotoChanges
from calotype.kit.events import Publisher
from calotype.ports.object_store import original_key, print_key
from tests.features.app import SmallLibrary, is_problem
from tests.features.conftest import make_photo
from tests.features.intake.conftest import XMP, picture

DECISIONS = {
    "title": "The harbour",
    "description": "Two lines\nof text",
    "tags": ["sea", "Ships"],
    "rating": 4,
    "is_favourite": True,
    "taken_local": "1999-12-31T23:59:00",
    "utc_offset_min": -210,
    "latitude": 47.5,
    "longitude": -52.7,
    "place": {"name": "St. John's", "region": "Newfoundland", "country": "Canada", "country_code": "CA"},
}


async def test_a_bare_photo_has_every_field(database: Database, owner: UUID, client: httpx.AsyncClient) -> None:
    photo_id = await make_photo(database, owner)
    detail = (await client.get(f"/api/v1/photos/{photo_id}")).json()
    expected = {
        "id", "taken_local", "width", "height", "thumbhash", "is_favourite", "media_type", "duration_ms", "status",
        "file_name", "title", "taken_at", "utc_offset_min", "taken_source", "file_size", "sha256", "sha1", "mime",
        "camera", "lens", "exposure_s", "f_number", "iso", "focal_mm", "latitude", "longitude", "altitude_m", "place",
        "rating",
        "description", "tags", "keywords", "labels", "faces", "text", "colours", "quality", "processing", "albums",
        "linked", "images", "is_animated", "is_damaged",
    }  # fmt: skip
    assert expected <= set(detail)
    assert detail["processing"]["status"] == "pending"
    assert {stage["outcome"] for stage in detail["processing"]["stages"]} == {"due"}
    assert (detail["mime"], detail["taken_source"], detail["taken_at"]) == ("image/jpeg", "exif", None)


async def test_a_full_photo_shows_what_was_found(database: Database, owner: UUID, client: httpx.AsyncClient) -> None:
    photo_id = await make_photo(database, owner)
    other = await make_photo(database, owner)
    async with database.transaction() as connection:
        await fill_in(connection, owner, photo_id, other)
    detail = (await client.get(f"/api/v1/photos/{photo_id}")).json()
    assert detail["camera"] == {"make": "Nikon", "model": "D90"}
    assert detail["lens"] == "50 mm"
    assert detail["taken_at"] == "2023-07-01T10:00:00+00:00"
    assert detail["labels"] == [{"name": "dog", "confidence": 0.92}, {"name": "beach", "confidence": 0.5}]
    assert detail["text"] == "OPEN"
    assert detail["faces"][0]["box"] == {"x": 0.25, "y": 0.5, "width": 0.125, "height": 0.25}
    assert detail["colours"][0] == {"name": "red", "share": 1.0, "region": "whole"}
    assert detail["tones"] == ["night"]
    known = {name: part for name, part in detail["quality"].items() if part is not None}
    assert known == {"total": 0.5, "sharpness": 0.25, "made_by": "hand-made score", "version": 0}
    parts = {"exposure", "contrast", "noise", "resolution", "subject_sharpness"}
    assert set(detail["quality"]) == {*known, *parts, "face_sharpness", "eyes_open", "faces_in_frame"}
    assert detail["albums"][0]["title"] == "Holidays"
    assert detail["linked"] == [{"id": str(other), "kind": "raw_jpeg"}]
    assert detail["processing"]["provider"] == "fake"
    stages = {stage["name"]: stage for stage in detail["processing"]["stages"]}
    assert stages["metadata"] == {"name": "metadata", "version": 3, "outcome": "done", "ms": 260, "reason": None}
    assert stages["text"]["reason"] == "No model."
    assert (await client.get(f"/api/v1/photos/{other}")).json()["linked"] == [{"id": str(photo_id), "kind": "raw_jpeg"}]


async def fill_in(connection: AsyncConnection, owner: UUID, photo_id: UUID, other: UUID) -> None:
    """Write what the stages would have found."""
    red_night = bytearray(34)
    red_night[3], red_night[33] = 255, 0b100
    face, album = uuid4(), uuid4()
    statements: list[tuple[str, tuple]] = [
        ("insert into cameras (make, model) values ('Nikon', 'D90')", ()),
        ("insert into lenses (name) values ('50 mm')", ()),
        (
            "update photos set camera_id = 1, lens_id = 1, utc_offset_min = 120, colours = %s, quality = 500,"
            " sharpness = 250, stages = %s where id = %s",
            (bytes(red_night), bytes((3, 1, 1, 4)), photo_id),
        ),
        (
            "insert into photo_labels values (%s, %s, '{dog,beach}', '{0.92,0.5}', 'fake', %s)",
            (photo_id, owner, Jsonb([])),
        ),
        ("insert into photo_texts values (%s, %s, 'OPEN', %s, 'fake')", (photo_id, owner, Jsonb([]))),
        (
            "insert into faces (id, photo_id, owner_id, x, y, width, height, score, sharpness, size_px, landmarks,"
            " provider) values (%s, %s, %s, 0.25, 0.5, 0.125, 0.25, 0.9, 0.5, 80, '{}', 'fake')",
            (face, photo_id, owner),
        ),
        ("insert into albums (id, owner_id, title) values (%s, %s, 'Holidays')", (album, owner)),
        ("insert into album_photos (album_id, photo_id, owner_id) values (%s, %s, %s)", (album, photo_id, owner)),
        ("insert into photo_links values (%s, %s, %s, 'raw_jpeg')", (owner, photo_id, other)),
        ("insert into photo_failures values (%s, %s, 'text', true, 'No model.')", (photo_id, owner)),
    ]
    for statement, values in statements:
        await connection.execute(statement, values)


async def test_everything_known_is_read_from_the_file(
    library: SmallLibrary, database: Database, owner: UUID, client: httpx.AsyncClient
) -> None:
    photo_id = await make_photo(database, owner)
    missing = (await client.get(f"/api/v1/photos/{photo_id}/metadata")).json()
    assert "not in the object store" in missing["stages"]["metadata"]["problems"][0]
    async with database.transaction() as connection:
        await fill_in(connection, owner, photo_id, await make_photo(database, owner))
        row = await (await connection.execute("select sha256 from photos where id = %s", (photo_id,))).fetchone()
    await library.objects.put(original_key(row[0]), b"not really a JPEG")
    await client.patch(f"/api/v1/photos/{photo_id}", json={"title": "Said"})
    known = (await client.get(f"/api/v1/photos/{photo_id}/metadata")).json()
    assert known["stages"]["labels"]["names"] == ["dog", "beach"]
    assert known["stages"]["faces"]["faces"][0]["size_px"] == 80
    assert known["stages"]["text"]["content"] == "OPEN"
    assert known["stages"]["text"]["reason"] == "No model."
    assert known["decisions"]["title"]["value"] == "Said"


async def test_decisions_are_shown_and_kept_against_the_bytes(
    database: Database, owner: UUID, client: httpx.AsyncClient
) -> None:
    photo_id = await make_photo(database, owner)
    before = (await client.get(f"/api/v1/photos/{photo_id}")).json()
    detail = (await client.patch(f"/api/v1/photos/{photo_id}", json=DECISIONS)).json()
    for name, value in DECISIONS.items():
        assert detail[name] == (pytest.approx(value, abs=1e-4) if isinstance(value, float) else value), name
    assert detail["taken_source"] == detail["offset_source"] == "person"
    assert detail["taken_at"] == "2000-01-01T03:29:00+00:00"
    assert detail["change"] > before["change"]
    async with database.connection() as connection:
        rows = await (await connection.execute("select field, value from decisions")).fetchall()
    assert dict(rows) == DECISIONS


async def test_null_takes_away_and_silence_leaves(database: Database, owner: UUID, client: httpx.AsyncClient) -> None:
    photo_id = await make_photo(database, owner)
    await client.patch(f"/api/v1/photos/{photo_id}", json=DECISIONS)
    cleared = await client.patch(f"/api/v1/photos/{photo_id}", json={"title": None, "place": None, "tags": []})
    detail = cleared.json()
    assert (detail["title"], detail["place"], detail["tags"]) == (None, None, [])
    assert (detail["description"], detail["rating"]) == (DECISIONS["description"], 4)


async def test_a_change_is_told_of_with_its_fields(database: Database, owner: UUID, tmp_path: Path) -> None:
    told: list[object] = []

    async def listen(event: object, connection: AsyncConnection) -> None:
        told.append(event)

    events = (PhotoChanged, PhotoTrashed, PhotoRestored, PhotoPurged)
    library = SmallLibrary(database, tmp_path, Publisher({event: [listen] for event in events}))
    photo_id = await make_photo(database, owner, sha256=b"x" * 32)
    await library.photos.change_photo(owner, photo_id, PhotoChanges(title="A", rating=2))
    await library.photos.change_photo(owner, photo_id, PhotoChanges())
    await library.photos.trash.put(owner, photo_id)
    await library.photos.trash.put(owner, photo_id)
    await library.photos.trash.restore(owner, photo_id)
    await library.photos.trash.put(owner, photo_id)
    library.clock.now += timedelta(days=31)
    await library.photos.purge_expired(30)
    assert told == [
        PhotoChanged(owner, photo_id, frozenset({"title", "rating"})),
        PhotoTrashed(owner, photo_id),
        PhotoRestored(owner, photo_id),
        PhotoTrashed(owner, photo_id),
        PhotoPurged(owner, photo_id, b"x" * 32),
    ]


@pytest.mark.parametrize(
    "body",
    [
        {"colour": "red"},
        {"rating": 6},
        {"rating": -2},
        {"rating": "five"},
        {"latitude": 91, "longitude": 0},
        {"latitude": 1},
        {"latitude": 1, "longitude": None},
        {"taken_local": "2023-07-01T12:00:00Z"},
        {"taken_local": "soon"},
        {"taken_local": "9999-12-31T23:59:59", "utc_offset_min": -840},
        {"taken_local": "0001-01-01T00:00:00", "utc_offset_min": 840},
        {"taken_local": None},
        {"is_favourite": None},
        {"tags": "sea"},
        {"tags": ["x"] * 201},
        {"title": "x" * 501},
        {"place": {"name": ""}},
        {"place": {"name": "x", "country_code": "canada"}},
        {"id": str(uuid4())},
        {"owner_id": str(uuid4())},
        [],
    ],
)
async def test_what_cannot_be_decided_is_a_problem_and_changes_nothing(
    database: Database, owner: UUID, client: httpx.AsyncClient, body: object
) -> None:
    photo_id = await make_photo(database, owner)
    before = (await client.get(f"/api/v1/photos/{photo_id}")).json()
    assert is_problem(await client.patch(f"/api/v1/photos/{photo_id}", json=body), 422)
    assert (await client.get(f"/api/v1/photos/{photo_id}")).json()["change"] == before["change"]


async def test_broken_json_is_a_problem(database: Database, owner: UUID, client: httpx.AsyncClient) -> None:
    photo_id = await make_photo(database, owner)
    headers = {"Content-Type": "application/json"}
    broken = await client.patch(f"/api/v1/photos/{photo_id}", content=b'{"title": ', headers=headers)
    assert is_problem(broken, 400)
    lone = await client.patch(f"/api/v1/photos/{photo_id}", content=b'{"title": "\\ud800"}', headers=headers)
    assert is_problem(lone, 422)
    large = await client.patch(f"/api/v1/photos/{photo_id}", content=b'"' + b"x" * 2_000_000 + b'"', headers=headers)
    assert is_problem(large, 413)

    async def endless() -> AsyncIterator[bytes]:
        for _ in range(20):
            yield b"x" * 100_000

    unannounced = await client.patch(f"/api/v1/photos/{photo_id}", content=endless(), headers=headers)
    assert is_problem(unannounced, 413)


async def test_dangerous_text_is_cleaned(database: Database, owner: UUID, client: httpx.AsyncClient) -> None:
    photo_id = await make_photo(database, owner)
    body = '{"title": "a\\u0000b\\u202ec ", "tags": [" sea ", "SEA", "", "\\u0007"], "description": "x\\r\\ny"}'
    answer = await client.patch(
        f"/api/v1/photos/{photo_id}", content=body.encode(), headers={"Content-Type": "application/json"}
    )
    assert answer.status_code == 200, answer.text
    detail = answer.json()
    assert (detail["title"], detail["tags"], detail["description"]) == ("abc", ["sea"], "x\ny")


async def test_a_moved_photo_changes_its_month(database: Database, owner: UUID, client: httpx.AsyncClient) -> None:
    photo_id = await make_photo(database, owner)
    await client.patch(f"/api/v1/photos/{photo_id}", json={"taken_local": "1984-01-02T03:04:05"})
    months = (await client.get("/api/v1/timeline")).json()["months"]
    assert months == [{"month": "1984-01", "photos": 1}]


async def test_the_trash_and_back(database: Database, owner: UUID, client: httpx.AsyncClient) -> None:
    photo_id = await make_photo(database, owner)
    for _ in range(2):  # twice is as good as once
        assert (await client.delete(f"/api/v1/photos/{photo_id}")).status_code == 204
    assert (await client.get("/api/v1/photos")).json()["items"] == []
    assert (await client.get("/api/v1/timeline")).json()["total"] == 0
    assert [card["id"] for card in (await client.get("/api/v1/photos?trashed=true")).json()["items"]] == [str(photo_id)]
    assert (await client.get(f"/api/v1/photos/{photo_id}")).json()["trashed_at"] is not None
    for _ in range(2):
        assert (await client.post(f"/api/v1/photos/{photo_id}/restore")).json()["id"] == str(photo_id)
    assert (await client.get("/api/v1/timeline")).json()["total"] == 1


async def stored(library: SmallLibrary, owner_id: UUID, sha256: bytes) -> UUID:
    await library.objects.put(original_key(sha256), b"original")
    await library.objects.put(print_key(sha256, "150.webp"), b"print")
    return await make_photo(library.database, owner_id, sha256=sha256)


async def test_the_purge_takes_only_what_is_old_and_nobody_else_has(
    library: SmallLibrary, owner: UUID, stranger: UUID
) -> None:
    mine, shared, recent, kept = (bytes([n]) * 32 for n in range(4))
    photos = {sha256: await stored(library, owner, sha256) for sha256 in (mine, shared, recent, kept)}
    theirs = await stored(library, stranger, shared)
    for sha256 in (mine, shared):
        await library.photos.trash.put(owner, photos[sha256])
    assert await library.photos.purge_expired(30) == 0
    await set_trashed_at(library.database, timedelta(days=31))
    await library.photos.trash.put(owner, photos[recent])
    assert await library.photos.purge_expired(30) == 2
    for sha256, is_there in ((mine, False), (shared, True), (recent, True), (kept, True)):
        assert (await library.objects.stat(original_key(sha256)) is not None) == is_there
        assert (await library.objects.stat(print_key(sha256, "150.webp")) is not None) == is_there
    assert (await library.photos.get_card(stranger, theirs))["id"] == theirs
    with pytest.raises(PhotoNotFound):
        await library.photos.get_card(owner, photos[shared])


async def set_trashed_at(database: Database, age: timedelta) -> None:
    async with database.connection() as connection:
        await connection.execute("update photos set trashed_at = now() - %s where status = 1", (age,))


async def test_bytes_that_a_purge_cannot_delete_are_left_to_the_sweep(
    library: SmallLibrary, owner: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken, fine = b"b" * 32, b"f" * 32
    for sha256 in (broken, fine):
        await library.photos.trash.put(owner, await stored(library, owner, sha256))
    await set_trashed_at(library.database, timedelta(days=31))
    delete = library.objects.delete

    async def refuse(key: str) -> None:
        if broken.hex() in key:
            raise OSError("read-only file system")
        await delete(key)

    with monkeypatch.context() as patched:
        patched.setattr(library.objects, "delete", refuse)
        assert await library.photos.purge_expired(30) == 2
        assert await sweep_contents(library.database, library.objects, 0) == 0
    assert await library.objects.stat(original_key(fine)) is None
    assert await library.objects.stat(original_key(broken)) is not None
    assert await sweep_contents(library.database, library.objects, 0) == 1
    assert [stat async for stat in library.objects.list_keys("")] == []


@pytest.mark.parametrize("batch", [1, 500])
async def test_a_purge_that_does_not_commit_touches_no_bytes_and_blocks_nobody(
    database: Database, tmp_path: Path, owner: UUID, monkeypatch: pytest.MonkeyPatch, batch: int
) -> None:
    monkeypatch.setattr(trash, "_BATCH", batch)
    ids: list[UUID] = []

    async def fail_at_the_commit(event: PhotoPurged, connection: AsyncConnection) -> None:
        if event.photo_id == ids[0]:
            await connection.execute(
                "create temporary table late (x int unique deferrable initially deferred) on commit drop"
            )
            await connection.execute("insert into late values (1), (1)")

    library = SmallLibrary(database, tmp_path, Publisher({PhotoPurged: [fail_at_the_commit]}))
    shas = [bytes([n]) * 32 for n in range(3)]
    for sha256 in shas:
        ids.append(await stored(library, owner, sha256))
        await library.photos.trash.put(owner, ids[-1])
    await set_trashed_at(database, timedelta(days=31))
    assert await library.photos.purge_expired(30) == 2
    assert await sweep_contents(database, library.objects, 0) == 0
    there = [await library.objects.stat(original_key(sha256)) is not None for sha256 in shas]
    assert there == [True, False, False]
    assert (await library.photos.get_card(owner, ids[0]))["id"] == ids[0]


async def test_an_upload_between_the_purge_and_its_deletion_keeps_the_bytes(
    library: SmallLibrary, database: Database, owner: UUID
) -> None:
    sha256 = b"u" * 32
    await library.objects.put(original_key(sha256), b"original")
    async with database.transaction() as connection:
        claimed_at = await claim_content(connection, sha256)
    async with database.transaction() as connection:
        await claim_content(connection, sha256)  # the upload's own
    assert not await forget_unused_content(database, library.objects, sha256, claimed_at)
    assert await library.objects.stat(original_key(sha256)) is not None
    await make_photo(database, owner, sha256=sha256)
    assert await sweep_contents(database, library.objects, 0) == 0
    assert await library.objects.stat(original_key(sha256)) is not None


async def test_a_restored_photo_is_not_purged_by_a_late_purge(library: SmallLibrary, owner: UUID) -> None:
    photo_id = await stored(library, owner, b"r" * 32)
    await library.photos.trash.put(owner, photo_id)
    await set_trashed_at(library.database, timedelta(days=31))
    before = datetime.now().astimezone() - timedelta(days=30)
    await library.photos.trash.restore(owner, photo_id)
    late = Expired(photo_id, owner, b"r" * 32, before)
    assert not await library.photos.trash._purge(late, before)
    assert await library.objects.stat(original_key(b"r" * 32)) is not None


async def test_of_two_sidecars_the_newest_wins(
    library: SmallLibrary, database: Database, owner: UUID, client: httpx.AsyncClient
) -> None:
    photo_id = await make_photo(database, owner, sha256=b"s" * 32)
    await library.objects.put(original_key(b"s" * 32), picture())
    async with database.transaction() as connection:
        for days_ago, name, rating in ((3, "old.xmp", b"1"), (1, "new.xmp", b"4"), (2, "middle.xmp", b"2")):
            await connection.execute(
                "insert into sidecars (id, photo_id, owner_id, file_name, sha256, content, stored_at)"
                " values (gen_random_uuid(), %s, %s, %s, %s, %s, now() - make_interval(days => %s))",
                (photo_id, owner, name, rating, XMP.replace(b'Rating="5"', b'Rating="%s"' % rating), days_ago),
            )
    known = (await client.get(f"/api/v1/photos/{photo_id}/metadata")).json()
    assert known["stages"]["metadata"]["rating"] == 4
    assert [sidecar["file_name"] for sidecar in known["sidecars"]] == ["new.xmp", "middle.xmp", "old.xmp"]
