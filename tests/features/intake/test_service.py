"""Taking in: what is stored, what is the same, what is refused, and what is left when something breaks."""

import asyncio
import hashlib
import tracemalloc
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from calotype.db.engine import Database
from calotype.features.intake import (
    Attached,
    Duplicate,
    FileRefused,
    Intake,
    IntakeLimits,
    Offer,
    Sidecar,
    SourceFile,
    Stored,
    Swept,
)
from calotype.features.intake.errors import (
    BadSidecar,
    FileEmpty,
    FileTooLarge,
    PictureBroken,
    PictureTooLarge,
    UnsupportedKind,
)
from calotype.features.photos import PhotoNotFound, PhotoStored
from calotype.kit.events import Publisher
from calotype.kit.ids import uuid7
from calotype.media.heads import PixelLimits
from calotype.media.sniff import MediaType
from calotype.ports.object_store import StoreFull, original_key
from calotype.ports.object_store.filesystem import PARTS_FOLDER, FilesystemObjectStore
from calotype.ports.object_store.memory import MemoryObjectStore
from tests.features.intake.conftest import quiet_albums

from .conftest import XMP, chunks_of, jobs, originals, padded, picture, rows

OLD = "update intake_claims set claimed_at = now() - interval '2 hours' returning 1"

WAITING = "select from pg_locks where locktype = 'advisory' and not granted"


async def take_in(intake: Intake, owner: UUID, content: bytes, name: str = "a.jpg", **more: Any) -> Stored | Duplicate:
    return await intake.take_in(owner, chunks_of(content), Offer(name, **more))


def parts_in(root: Path) -> list[Path]:
    return list((root / PARTS_FOLDER).iterdir())


class TestStoring:
    async def test_a_photo_is_stored(
        self, intake: Intake, database: Database, owner: UUID, objects: FilesystemObjectStore, root: Path
    ) -> None:
        content = picture(size=(60, 20))
        file_time = datetime(2020, 5, 6, 7, 8, 9, tzinfo=UTC)
        outcome = await take_in(intake, owner, content, "IMG_1.jpg", file_time=file_time)
        assert isinstance(outcome, Stored)
        sha256, sha1 = hashlib.sha256(content).digest(), hashlib.sha1(content).digest()
        assert await objects.read(original_key(sha256)) == content
        facts = "id, sha256, sha1, size_bytes, width, height, media_type, file_name, taken_local, file_time, change"
        assert await rows(database, f"select {facts} from photos where owner_id = %s", [owner]) == [
            (outcome.id, sha256, sha1, len(content), 60, 20, MediaType.JPEG, "IMG_1.jpg",
             file_time.replace(tzinfo=None), file_time, 1)
        ]  # fmt: skip
        assert await jobs(database) == [("develop", outcome.id)]
        assert parts_in(root) == []
        assert await rows(database, "select * from intake_claims") == []

    async def test_the_same_bytes_are_the_same_photo(self, intake: Intake, database: Database, owner: UUID) -> None:
        first = await take_in(intake, owner, picture())
        assert await take_in(intake, owner, picture(), "other name.jpg") == Duplicate(first.id)
        assert len(await jobs(database)) == 1
        await rows(database, "update photos set status = 1, trashed_at = now() returning 1")
        assert await take_in(intake, owner, picture()) == Duplicate(first.id, in_trash=True)

    async def test_two_owners_have_two_photos_of_one_original(
        self, intake: Intake, owner: UUID, stranger: UUID, objects: FilesystemObjectStore
    ) -> None:
        first, second = await take_in(intake, owner, picture()), await take_in(intake, stranger, picture())
        assert isinstance(second, Stored)
        assert first.id != second.id
        assert len(await originals(objects)) == 1

    async def test_uploads_of_the_same_bytes_at_the_same_instant_make_one_photo(
        self, intake: Intake, database: Database, owner: UUID, stranger: UUID
    ) -> None:
        content = padded(2_000_000)
        outcomes = await asyncio.gather(*(take_in(intake, person, content) for person in [owner, stranger] * 6))
        assert [type(outcome) for outcome in outcomes].count(Stored) == 2
        assert len({outcome.id for outcome in outcomes}) == 2
        assert len(await rows(database, "select from photos")) == 2
        assert len(await jobs(database)) == 2

    async def test_the_type_comes_from_the_content(self, intake: Intake, database: Database, owner: UUID) -> None:
        await take_in(intake, owner, picture(kind="PNG"), "photo.jpg")
        await take_in(intake, owner, picture("blue", kind="WEBP"), "no ending")
        await take_in(intake, owner, picture("green"), "photo.mp4")
        assert await rows(database, "select media_type from photos order by id") == [
            (MediaType.PNG,), (MediaType.WEBP,), (MediaType.JPEG,)
        ]  # fmt: skip

    async def test_a_name_is_text(self, intake: Intake, database: Database, owner: UUID) -> None:
        await take_in(intake, owner, picture(), "../../etc/\x1b[31mpass\u202ewd\0.jpg")
        assert await rows(database, "select file_name from photos") == [("passwd.jpg",)]

    async def test_it_goes_into_an_album_with_its_sidecars_and_the_ledger(
        self, intake: Intake, database: Database, owner: UUID
    ) -> None:
        source = SourceFile("/photos/a.jpg", 10, 20)
        stored = await take_in(intake, owner, picture(), album="Sea", sidecars=(Sidecar("a.xmp", XMP),), source=source)
        assert await rows(database, "select photo_id, content from sidecars") == [(stored.id, XMP)]
        assert await rows(database, "select title, photo_id from albums join album_photos on id = album_id") == [
            ("Sea", stored.id)
        ]
        assert await rows(database, "select path, outcome, photo_id from import_entries") == [
            (source.path, "stored", stored.id)
        ]
        assert await jobs(database) == [("develop", stored.id)], "nothing is to be read again"

    async def test_large_files_take_little_memory(self, intake: Intake, owner: UUID) -> None:
        async def large() -> AsyncIterator[bytes]:
            yield picture()
            for _ in range(1600):
                yield b"\0" * (1 << 17)

        tracemalloc.start()
        try:
            stored = await intake.take_in(owner, large(), Offer("large.jpg"))
            _, peak_bytes = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        assert isinstance(stored, Stored)
        assert peak_bytes < 16_000_000


class TestRefusing:
    async def refused(self, intake: Intake, owner: UUID, content: bytes, name: str = "a.jpg") -> FileRefused:
        with pytest.raises(FileRefused) as refusal:
            await take_in(intake, owner, content, name)
        assert refusal.value.detail.endswith((".", ")."))
        return refusal.value

    @pytest.fixture(autouse=True)
    async def _leaves_nothing(
        self, database: Database, root: Path, objects: FilesystemObjectStore
    ) -> AsyncIterator[None]:
        yield
        assert await rows(database, "select from photos") == []
        assert await rows(database, "select from intake_claims") == []
        assert await originals(objects) == set()
        assert parts_in(root) == []

    async def test_what_is_no_photo(self, intake: Intake, owner: UUID) -> None:
        assert isinstance(await self.refused(intake, owner, b"plain text, not a picture"), UnsupportedKind)
        video = await self.refused(intake, owner, b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + bytes(200_000), "v.jpg")
        assert "videos are not supported yet" in video.detail
        assert video.status == 415

    async def test_a_video_is_refused_by_its_head(self, intake: Intake, owner: UUID) -> None:
        read = 0

        async def endless() -> AsyncIterator[bytes]:
            nonlocal read
            yield b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom"
            while True:
                read += 1
                yield bytes(1 << 16)

        with pytest.raises(UnsupportedKind):
            await intake.take_in(owner, endless(), Offer("film.mp4"))
        assert read == 1

    async def test_nothing(self, intake: Intake, owner: UUID) -> None:
        assert isinstance(await self.refused(intake, owner, b""), FileEmpty)

    async def test_a_broken_header(self, intake: Intake, owner: UUID) -> None:
        assert isinstance(await self.refused(intake, owner, picture()[:40]), PictureBroken)

    async def test_a_picture_named_like_a_page(self, intake: Intake, owner: UUID) -> None:
        assert isinstance(await self.refused(intake, owner, picture(), "a.html"), UnsupportedKind)

    async def test_a_sidecar_that_is_none(self, intake: Intake, owner: UUID) -> None:
        with pytest.raises(BadSidecar):
            await take_in(intake, owner, picture(), sidecars=(Sidecar("a.xmp", b"MZ"),))

    class TestWithSmallLimits:
        @pytest.fixture
        def limits(self) -> IntakeLimits:
            return IntakeLimits(max_upload_bytes=200_000, pixels=PixelLimits(max_megapixels=1))

        async def test_the_limit_is_in_the_text(self, intake: Intake, owner: UUID) -> None:
            with pytest.raises(FileTooLarge, match=r"limit is 0\.2 MB"):
                await take_in(intake, owner, padded(200_001))
            with pytest.raises(PictureTooLarge, match=r"limit is 1\b"):
                await take_in(intake, owner, picture(size=(1001, 1000)))

        async def test_the_limit_itself_is_allowed(
            self, intake: Intake, owner: UUID, database: Database, objects: FilesystemObjectStore
        ) -> None:
            stored = await take_in(intake, owner, padded(200_000))
            assert isinstance(stored, Stored)
            await rows(database, "delete from photos returning 1")
            async for found in objects.list_keys("originals/"):
                await objects.delete(found.key)


class TestBreaking:
    async def test_a_dropped_connection_leaves_nothing(
        self, intake: Intake, database: Database, owner: UUID, root: Path, objects: FilesystemObjectStore
    ) -> None:
        async def dropped() -> AsyncIterator[bytes]:
            yield padded(1_500_000)
            raise ConnectionResetError

        with pytest.raises(ConnectionResetError):
            await intake.take_in(owner, dropped(), Offer("a.jpg"))
        assert await rows(database, "select from photos") == []
        assert await originals(objects) == set()
        assert parts_in(root) == []

    async def test_a_death_between_the_store_and_the_row_leaves_what_a_sweep_removes(
        self, intake: Intake, database: Database, owner: UUID, objects: FilesystemObjectStore, publisher: Publisher
    ) -> None:
        class PowerCut(BaseException):
            pass

        async def die(event: object, connection: object) -> None:
            raise PowerCut

        kept = await take_in(intake, owner, picture("green"))
        dying = Intake(database, objects, Publisher({PhotoStored: [die]}), quiet_albums(database))
        with pytest.raises(PowerCut):
            await take_in(dying, owner, picture("red"))
        assert len(await rows(database, "select from photos")) == 1
        assert len(await originals(objects)) == 2
        assert await intake.sweep() == Swept(parts=0, originals=0), "it is not old enough"
        await rows(database, OLD)
        assert await intake.sweep() == Swept(parts=0, originals=1)
        assert await originals(objects) == {hashlib.sha256(picture("green")).hexdigest()}
        assert await intake.sweep() == Swept(parts=0, originals=0)
        again = await take_in(intake, owner, picture("red"))
        assert isinstance(again, Stored)
        assert again.id != kept.id

    async def test_a_sweep_never_removes_what_a_photo_needs(
        self, intake: Intake, database: Database, stranger: UUID, objects: FilesystemObjectStore
    ) -> None:
        content = picture()
        await take_in(intake, stranger, content)
        await rows(database, "insert into intake_claims (sha256) values (sha256(%s)) returning 1", [content])
        await rows(database, OLD)
        assert await intake.sweep() == Swept(parts=0, originals=0)
        assert len(await originals(objects)) == 1
        assert await rows(database, "select from intake_claims") == []

    async def test_a_sweep_keeps_originals_whose_rows_a_restored_backup_does_not_know(
        self, intake: Intake, database: Database, owner: UUID, objects: FilesystemObjectStore
    ) -> None:
        await take_in(intake, owner, picture())
        await rows(database, "delete from photos returning 1")
        assert await intake.sweep(older_than_s=0) == Swept(parts=0, originals=0)
        assert len(await originals(objects)) == 1

    async def test_a_sweep_waits_for_who_is_taking_the_bytes_in(
        self, intake: Intake, database: Database, owner: UUID, objects: FilesystemObjectStore
    ) -> None:
        content = picture()
        reached, go_on = asyncio.Event(), asyncio.Event()

        async def hold(event: object, connection: object) -> None:
            reached.set()
            await go_on.wait()

        slow = Intake(database, objects, Publisher({PhotoStored: [hold]}), quiet_albums(database))
        storing = asyncio.create_task(take_in(slow, owner, content))
        await reached.wait()
        await rows(database, OLD)
        sweeping = asyncio.create_task(intake.sweep())
        async with asyncio.timeout(20):
            while not await rows(database, WAITING):  # noqa: ASYNC110 - only the database knows
                await asyncio.sleep(0)
        go_on.set()
        assert isinstance(await storing, Stored)
        assert await sweeping == Swept(parts=0, originals=0)
        assert len(await originals(objects)) == 1

    async def test_a_lost_or_damaged_original_is_healed_by_its_own_bytes(
        self, intake: Intake, owner: UUID, objects: FilesystemObjectStore, root: Path
    ) -> None:
        content = picture()
        key = original_key(hashlib.sha256(content).digest())
        first = await take_in(intake, owner, content)
        await objects.delete(key)
        assert await take_in(intake, owner, content) == Duplicate(first.id)
        assert await objects.read(key) == content
        (root / key).chmod(0o644)
        (root / key).write_bytes(content[:20])
        assert await take_in(intake, owner, content) == Duplicate(first.id)
        assert await objects.read(key) == content

    async def test_a_full_store_is_said(self, database: Database, owner: UUID, publisher: Publisher) -> None:
        full = Intake(database, MemoryObjectStore(capacity_bytes=1000), publisher, quiet_albums(database))
        with pytest.raises(StoreFull):
            await take_in(full, owner, padded(3_000_000))
        assert await rows(database, "select from photos") == []


class TestSidecars:
    async def test_a_sidecar_makes_the_metadata_due_again(
        self, intake: Intake, database: Database, owner: UUID
    ) -> None:
        stored = await take_in(intake, owner, picture())
        assert await intake.attach_sidecar(owner, stored.id, XMP, "a.xmp") == Attached(stored.id)
        assert await jobs(database) == [("develop", stored.id), ("metadata", stored.id)]
        await intake.attach_sidecar(owner, stored.id, XMP, "a.xmp")
        assert len(await jobs(database)) == 2, "the same sidecar again says nothing new"
        newer = XMP.replace(b'"5"', b'"3"')
        await intake.attach_sidecar(owner, stored.id, newer, "a.xmp")
        assert await rows(database, "select content from sidecars") == [(newer,)]
        assert len(await jobs(database)) == 3

    async def test_a_sidecar_comes_with_a_duplicate(self, intake: Intake, database: Database, owner: UUID) -> None:
        stored = await take_in(intake, owner, picture())
        await take_in(intake, owner, picture(), sidecars=(Sidecar("b.xmp", XMP),))
        assert await rows(database, "select photo_id, file_name from sidecars") == [(stored.id, "b.xmp")]
        assert ("metadata", stored.id) in await jobs(database)

    async def test_only_for_your_own_photos(
        self, intake: Intake, database: Database, owner: UUID, stranger: UUID
    ) -> None:
        stored = await take_in(intake, owner, picture())
        for person, photo_id in ((stranger, stored.id), (owner, uuid7())):
            with pytest.raises(PhotoNotFound):
                await intake.attach_sidecar(person, photo_id, XMP, "a.xmp")
        with pytest.raises(BadSidecar):
            await intake.attach_sidecar(owner, stored.id, XMP, "a.jpg")
        with pytest.raises(BadSidecar, match=r"4\.2 MB"):
            await intake.attach_sidecar(owner, stored.id, XMP + bytes(5_000_000), "a.xmp")
        assert await rows(database, "select from sidecars") == []
