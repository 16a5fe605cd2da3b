"""Importing folders: every file has exactly one outcome, whatever it is called and whatever happens."""

import asyncio
import csv
import os
import tarfile
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from calotype.db.engine import Database
from calotype.features.intake import (
    Attached,
    Duplicate,
    Failed,
    FolderImport,
    Intake,
    Outcome,
    Skipped,
    Stored,
    Totals,
    count_files,
)
from calotype.kit.events import Publisher
from calotype.ports.object_store.filesystem import FilesystemObjectStore
from calotype.ports.object_store.memory import MemoryObjectStore
from tests.features.intake.conftest import quiet_albums

from .conftest import XMP, jobs, padded, picture, rows


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    folder = tmp_path / "photos"
    folder.mkdir()
    return folder


class Run:
    """One import and what it told."""

    def __init__(self, totals: Totals, told: list[tuple[str, Outcome]], top: Path) -> None:
        self.totals = totals
        self.told = told
        self._top = top
        assert len({path for path, _ in told}) == len(told), "each file is told once"
        assert totals.adds_up
        assert totals.outcomes == Counter(outcome.word for _, outcome in told)

    def words(self) -> dict[str, str]:
        return {path.removeprefix(f"{self._top}/"): outcome.word for path, outcome in self.told}

    def of(self, name: str) -> Outcome:
        return next(outcome for path, outcome in self.told if path.removeprefix(f"{self._top}/") == name)


async def run(
    intake: Intake, owner: UUID, *paths: Path, after: Callable[[str], None] = lambda _: None, **wishes: Any
) -> Run:
    told: list[tuple[str, Outcome]] = []
    stop = wishes.pop("stop", asyncio.Event())

    def tell(path: str, outcome: Outcome) -> None:
        told.append((path, outcome))
        after(path)

    totals = await FolderImport(intake, owner, **wishes).run(paths, tell, stop)
    return Run(totals, told, paths[0])


class TestOutcomes:
    async def test_each_kind(self, intake: Intake, database: Database, owner: UUID, photos: Path) -> None:
        (photos / "deep" / "er").mkdir(parents=True)
        (photos / "deep" / "er" / "a.jpg").write_bytes(picture("red"))
        (photos / "same.jpg").write_bytes(picture("red"))
        (photos / "b.png").write_bytes(picture("blue", kind="PNG"))
        (photos / "b.png.xmp").write_bytes(XMP)
        (photos / "c.txt").write_text("not a photo at all")
        (photos / "film.mp4").write_bytes(b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom")
        (photos / "photo.jpg.json").write_text("{}")
        (photos / "all.zip").write_bytes(b"PK\x03\x04" + bytes(50))
        (photos / "empty.jpg").touch()
        (photos / "cut.jpg").write_bytes(picture()[:40])
        told = await run(intake, owner, photos)
        assert told.totals.found == 10
        assert told.totals.outcomes == {"stored": 2, "duplicate": 1, "attached": 1, "skipped": 5, "failed": 1}
        assert told.of("film.mp4") == Skipped("The file is a video; videos are not supported yet.")
        assert told.of("b.png.xmp") == Attached(told.of("b.png").id)  # type: ignore[arg-type]
        assert isinstance(told.of("cut.jpg"), Failed)
        assert all(outcome.reason for _, outcome in told.told if not isinstance(outcome, Stored | Attached))
        ledger = await rows(database, "select path, outcome, photo_id from import_entries where owner_id = %s", [owner])
        assert {path: (word, photo_id) for path, word, photo_id in ledger} == {
            path: (outcome.word, outcome.id) for path, outcome in told.told
        }
        assert count_files([photos]) == 10

    async def test_the_originals_are_left_as_they_are(self, intake: Intake, owner: UUID, photos: Path) -> None:
        (photos / "a.jpg").write_bytes(picture())
        os.utime(photos / "a.jpg", (1_500_000_000, 1_500_000_000))
        before = (photos / "a.jpg").stat()
        await run(intake, owner, photos)
        after = (photos / "a.jpg").stat()
        assert (after.st_mtime_ns, after.st_mode, after.st_size) == (before.st_mtime_ns, before.st_mode, before.st_size)

    async def test_the_time_of_the_file_comes_along(
        self, intake: Intake, database: Database, owner: UUID, photos: Path
    ) -> None:
        (photos / "a.jpg").write_bytes(picture())
        os.utime(photos / "a.jpg", (1_500_000_000, 1_500_000_000))
        await run(intake, owner, photos)
        assert await rows(database, "select extract(epoch from file_time)::int, taken_source from photos") == [
            (1_500_000_000, 6)
        ]

    async def test_files_may_be_named_one_by_one_and_twice(self, intake: Intake, owner: UUID, photos: Path) -> None:
        (photos / "a.jpg").write_bytes(picture())
        (photos / "x").mkdir()
        (photos / "x" / "b.jpg").write_bytes(picture("blue"))
        told = await run(intake, owner, photos / "x", photos / "x" / "..", photos, photos / "nothing")
        assert told.totals.outcomes == {"stored": 2, "failed": 1}
        one = photos / "a.jpg"
        assert (await run(intake, owner, one, one)).totals.outcomes == {"duplicate": 1}

    async def test_an_album(self, intake: Intake, database: Database, owner: UUID, photos: Path) -> None:
        (photos / "a.jpg").write_bytes(picture("red"))
        (photos / "b.jpg").write_bytes(picture("blue"))
        await run(intake, owner, photos)
        await run(intake, owner, photos, album="Sea")  # all known from the ledger
        (photos / "c.jpg").write_bytes(picture("green"))
        (photos / "b.xmp").write_bytes(XMP)
        await run(intake, owner, photos, album="Sea")
        assert await rows(
            database, "select title, count(*) from albums join album_photos on id = album_id group by 1"
        ) == [("Sea", 3)]


class TestAgain:
    async def test_a_second_run_does_not_read_what_it_knows(
        self, intake: Intake, database: Database, owner: UUID, photos: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for number in range(3):
            (photos / f"{number}.jpg").write_bytes(picture((90 * number, 0, 0)))
        first = await run(intake, owner, photos)
        opened: list[str] = []
        plain_open = os.open

        def watched_open(path: Any, *more: Any, **options: Any) -> int:
            opened.append(os.fspath(path))
            return plain_open(path, *more, **options)

        monkeypatch.setattr(os, "open", watched_open)
        (photos / "1.jpg").write_bytes(picture((90, 90, 0)))
        again = await run(intake, owner, photos)
        assert [path for path in opened if path.endswith(".jpg")] == [str(photos / "1.jpg")]
        assert again.words() == {"0.jpg": "duplicate", "1.jpg": "stored", "2.jpg": "duplicate"}
        assert again.of("0.jpg") == Duplicate(first.of("0.jpg").id)  # type: ignore[arg-type]
        assert len(await jobs(database)) == 4

    async def test_a_purged_photo_can_be_imported_again(
        self, intake: Intake, database: Database, owner: UUID, photos: Path
    ) -> None:
        (photos / "a.jpg").write_bytes(picture())
        await run(intake, owner, photos)
        await rows(database, "delete from photos returning 1")
        assert (await run(intake, owner, photos)).words() == {"a.jpg": "stored"}

    async def test_another_owner_starts_anew(self, intake: Intake, owner: UUID, stranger: UUID, photos: Path) -> None:
        (photos / "a.jpg").write_bytes(picture())
        await run(intake, owner, photos)
        assert (await run(intake, stranger, photos)).words() == {"a.jpg": "stored"}

    async def test_stopped_and_run_again_it_goes_on(
        self, intake: Intake, database: Database, owner: UUID, photos: Path
    ) -> None:
        for number in range(40):
            (photos / f"{number:02}.jpg").write_bytes(picture((0, 6 * number, 0), kind="PNG"))
        stop = asyncio.Event()
        seen: list[str] = []

        def stop_soon(path: str) -> None:
            seen.append(path)
            if len(seen) == 5:
                stop.set()

        first = await run(intake, owner, photos, stop=stop, after=stop_soon, jobs=2)
        assert first.totals.is_stopped
        assert 5 <= first.totals.done < 10
        assert first.totals.left == 40 - first.totals.done
        assert len(await rows(database, "select from photos")) == first.totals.done
        second = await run(intake, owner, photos)
        assert second.totals.outcomes == {"duplicate": first.totals.done, "stored": first.totals.left}


class TestTogether:
    async def test_sidecars_are_attached_to_their_photos(
        self, intake: Intake, database: Database, owner: UUID, photos: Path
    ) -> None:
        (photos / "a.jpg").write_bytes(picture("red"))
        (photos / "A.XMP").write_bytes(XMP)
        (photos / "b.jpg").write_bytes(picture("blue"))
        (photos / "b.jpg.xmp").write_bytes(XMP)
        (photos / "alone.xmp").write_bytes(XMP)
        (photos / "fake.jpg").write_bytes(picture("green"))
        (photos / "fake.xmp").write_bytes(b"MZ")
        (photos / "text.jpg").write_text("not a photo at all")
        (photos / "text.xmp").write_bytes(XMP)
        (photos / "elsewhere").mkdir()
        (photos / "elsewhere" / "b.xmp").write_bytes(XMP)
        told = await run(intake, owner, photos)
        assert told.of("A.XMP").id == told.of("a.jpg").id
        assert told.of("b.jpg.xmp").id == told.of("b.jpg").id
        for name in ("alone.xmp", "fake.xmp", "text.xmp", "elsewhere/b.xmp"):
            assert isinstance(told.of(name), Skipped), name
        assert "without its photo" in told.of("alone.xmp").reason
        assert len(await rows(database, "select from sidecars")) == 2
        assert len(await jobs(database)) == 3
        again = await run(intake, owner, photos)
        assert isinstance(again.of("b.jpg.xmp"), Attached)
        assert len(await jobs(database)) == 3, "nothing new was said"

    async def test_a_sidecar_that_comes_later_is_attached(
        self, intake: Intake, database: Database, owner: UUID, photos: Path
    ) -> None:
        (photos / "a.jpg").write_bytes(picture("red"))
        stored = (await run(intake, owner, photos)).of("a.jpg")
        (photos / "a.xmp").write_bytes(XMP)
        assert (await run(intake, owner, photos)).of("a.xmp") == Attached(stored.id)  # type: ignore[arg-type]
        assert [task for task, _ in await jobs(database)] == ["develop", "metadata"]

    async def test_raw_beside_jpeg_is_linked_in_both_orders(
        self, intake: Intake, database: Database, owner: UUID, photos: Path, shared_photos: Path
    ) -> None:
        raw = (shared_photos / "formats/photoprism/canon_eos_6d.dng").read_bytes()
        (photos / "A.dng").write_bytes(raw)
        (photos / "other").mkdir()
        (photos / "other" / "A.jpg").write_bytes(picture("blue"))
        await run(intake, owner, photos)
        assert await rows(database, "select from photo_links") == [], "another folder is another shot"
        (photos / "A.jpg").write_bytes(picture("red"))
        (photos / "B.jpg").write_bytes(picture("green"))
        told = await run(intake, owner, photos)
        expected = (told.of("A.jpg").id, told.of("A.dng").id, "raw_jpeg")
        assert await rows(database, "select photo_id, part_id, kind from photo_links") == [expected]
        (photos / "A.dng").rename(photos / "B.dng")
        told = await run(intake, owner, photos)
        assert (told.of("B.jpg").id, told.of("B.dng").id, "raw_jpeg") in await rows(
            database, "select photo_id, part_id, kind from photo_links"
        )


class TestOddPlaces:
    async def test_links_are_never_followed(self, intake: Intake, owner: UUID, photos: Path, tmp_path: Path) -> None:
        outside = tmp_path / "outside"
        outside.mkdir()
        (outside / "secret.jpg").write_bytes(picture("black"))
        (photos / "a.jpg").write_bytes(picture("red"))
        (photos / "loop").symlink_to(photos)
        (photos / "out").symlink_to(outside)
        (photos / "file.jpg").symlink_to(outside / "secret.jpg")
        (photos / "dangling.jpg").symlink_to(photos / "nothing")
        told = await run(intake, owner, photos)
        assert told.words() == {
            "a.jpg": "stored", "loop": "skipped", "out": "skipped", "file.jpg": "skipped", "dangling.jpg": "skipped"
        }  # fmt: skip
        (tmp_path / "named").symlink_to(outside)
        assert (await run(intake, owner, tmp_path / "named")).totals.outcomes == {"stored": 1}, "a named link is meant"

    async def test_pipes_and_sockets_are_not_waited_for(self, intake: Intake, owner: UUID, photos: Path) -> None:
        os.mkfifo(photos / "pipe.jpg")
        async with asyncio.timeout(20):
            assert isinstance((await run(intake, owner, photos)).of("pipe.jpg"), Skipped)

    async def test_what_systems_leave_is_passed_by_with_a_reason(
        self, intake: Intake, owner: UUID, photos: Path
    ) -> None:
        for name in (".DS_Store", "._a.jpg", "Thumbs.db", "desktop.ini", ".trashed-1690000000-IMG.jpg", ".hidden.jpg",
                     "@eaDir/a.jpg/thumb.jpg", ".git/objects/aa", "__MACOSX/a.jpg"):  # fmt: skip
            (photos / name).parent.mkdir(parents=True, exist_ok=True)
            (photos / name).write_bytes(picture())
        (photos / "....jpg").write_bytes(picture("blue"))
        told = await run(intake, owner, photos)
        assert told.totals.outcomes == {"stored": 1, "skipped": 9}
        assert "hidden folder .git" in told.of(".git/objects/aa").reason
        hidden = photos / ".git"
        assert (await run(intake, owner, hidden)).totals.outcomes == {"stored": 1}, "a named folder is meant"

    async def test_the_library_does_not_import_itself(
        self, intake: Intake, owner: UUID, tmp_path: Path, root: Path
    ) -> None:
        (tmp_path / "a.jpg").write_bytes(picture())
        told = await run(intake, owner, tmp_path, avoid=[root])
        assert told.words() == {"a.jpg": "stored", "store": "skipped"}

    async def test_what_cannot_be_read_has_failed(
        self, intake: Intake, owner: UUID, photos: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (photos / "closed").mkdir()
        (photos / "a.jpg").write_bytes(picture("red"))
        (photos / "b.jpg").write_bytes(picture("blue"))
        plain_open = os.open

        def guarded(path: Any, *more: Any, **options: Any) -> int:  # tests may run as root, whom no mode stops
            if str(path).endswith(("closed", "b.jpg")):
                raise PermissionError(13, "Permission denied", path)
            return plain_open(path, *more, **options)

        monkeypatch.setattr(os, "open", guarded)
        told = await run(intake, owner, photos)
        assert told.words() == {"a.jpg": "stored", "b.jpg": "failed", "closed": "failed"}
        assert "no permission" in told.of("b.jpg").reason
        assert "folder cannot be read" in told.of("closed").reason

    async def test_a_file_that_changes_meanwhile_has_failed(
        self, intake: Intake, database: Database, owner: UUID, photos: Path
    ) -> None:
        (photos / "a.jpg").write_bytes(padded(100_000))
        (photos / "b.jpg").write_bytes(picture("blue"))

        def write_on(path: str) -> None:
            (photos / "b.jpg").write_bytes(picture("blue") + b"more")

        told = await run(intake, owner, photos, jobs=1, after=write_on)
        assert told.words() == {"a.jpg": "stored", "b.jpg": "failed"}
        assert "was changed" in told.of("b.jpg").reason
        assert (await run(intake, owner, photos)).words()["b.jpg"] == "stored"

    async def test_names_that_are_no_text(self, intake: Intake, database: Database, owner: UUID, photos: Path) -> None:
        names = [
            b"\xff\xfe.jpg",
            "é.jpg".encode("latin-1"),
            b"line\nbreak.jpg",
            b"tab\t.jpg",
            b"\x1b[2J.jpg",
            b"\\xff.jpg",
        ]
        for number, name in enumerate(names):
            (photos / os.fsdecode(name)).write_bytes(picture((0, 0, 40 * number)))
        assert (await run(intake, owner, photos)).totals.outcomes == {"stored": 6}
        assert (await run(intake, owner, photos)).totals.outcomes == {"duplicate": 6}
        shown = {name for (name,) in await rows(database, "select file_name from photos")}
        assert shown >= {"line break.jpg", "é.jpg", "\\xff.jpg"}

    async def test_case_twins_are_two_photos(self, intake: Intake, owner: UUID, photos: Path) -> None:
        (photos / "IMG_1.JPG").write_bytes(picture("red"))
        (photos / "img_1.jpg").write_bytes(picture("blue"))
        assert (await run(intake, owner, photos)).totals.outcomes == {"stored": 2}


class TestBreaking:
    async def test_a_full_store_ends_the_import_and_says_so(
        self, database: Database, owner: UUID, publisher: Publisher, photos: Path
    ) -> None:
        for number in range(20):
            (photos / f"{number:02}.jpg").write_bytes(padded(50_000 + number))
        full = Intake(database, MemoryObjectStore(capacity_bytes=320_000), publisher, quiet_albums(database))
        told = await run(full, owner, photos, jobs=1)
        assert told.totals.outcomes["stored"] == 6
        assert told.totals.outcomes["failed"] == 1
        assert told.totals.left == 13
        assert "Free some space" in str(told.totals.halted_because)

    async def test_one_file_that_breaks_something_does_not_stop_the_others(
        self, intake: Intake, owner: UUID, photos: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for name in "abc":
            (photos / f"{name}.jpg").write_bytes(picture((90 * "abc".index(name), 0, 0)))
        take_in = intake.take_in

        async def breaking(owner_id: UUID, chunks: Any, offer: Any) -> Any:
            if offer.file_name == "b.jpg":
                raise ZeroDivisionError
            return await take_in(owner_id, chunks, offer)

        monkeypatch.setattr(intake, "take_in", breaking)
        assert (await run(intake, owner, photos)).words() == {"a.jpg": "stored", "b.jpg": "failed", "c.jpg": "stored"}


def manifest_of_hostile(shared: Path) -> Iterator[tuple[str, str]]:
    with (shared / "MANIFEST.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["path"].startswith("hostile/"):
                yield row["path"], row["content"].partition("expected:")[2]


@pytest.mark.photos
class TestHostileFiles:
    """Every file of strangers ends in a stated outcome."""

    @pytest.fixture
    def hostile(self, shared_photos: Path, tmp_path: Path) -> Path:
        """The hostile files, with those whose name is the attack, as one tree that can be written to."""
        top = tmp_path / "hostile"
        top.mkdir()
        for folder in (shared_photos / "hostile").iterdir():
            if folder.is_dir():
                (top / folder.name).symlink_to(folder)
        with tarfile.open(shared_photos / "hostile" / "names.tar") as names:
            names.extractall(top, filter="data")
        return top

    async def test_every_row_of_the_manifest_has_its_outcome(
        self, intake: Intake, database: Database, owner: UUID, hostile: Path, shared_photos: Path,
        objects: FilesystemObjectStore, root: Path,
    ) -> None:  # fmt: skip
        told: dict[str, Outcome] = {}
        for name, real in folders_in(hostile).items():
            done = await run(intake, owner, real)
            told |= {f"hostile/{name}/{path.removeprefix(f'{real}/')}": outcome for path, outcome in done.told}
        expected = dict(manifest_of_hostile(shared_photos))
        missing = expected.keys() - told.keys()
        assert missing == set()
        for path, wanted in expected.items():
            outcome = told[path]
            assert outcome.id is not None or outcome.reason, path
            if is_to_be_accepted(path, wanted):
                assert isinstance(outcome, Stored | Duplicate), (path, outcome, wanted)
            if is_to_be_refused_at_the_door(path):
                assert isinstance(outcome, Skipped | Failed), (path, outcome, wanted)
        stored = [outcome for outcome in told.values() if isinstance(outcome, Stored)]
        assert len(await rows(database, "select from photos")) == len(stored)
        assert len([key async for key in objects.list_keys("originals/")]) == len(stored)
        assert files_below(root) == files_below(root / "originals"), "nothing lies anywhere else"


def folders_in(top: Path) -> dict[str, Path]:
    return {folder.name: folder.resolve() for folder in sorted(top.iterdir())}


def files_below(top: Path) -> set[Path]:
    return {path for path in top.rglob("*") if path.is_file()}


def is_to_be_accepted(path: str, wanted: str) -> bool:
    is_photo = not path.startswith("hostile/archives/") and not path.endswith(".json")
    return is_photo and "accept" in wanted and "reject" not in wanted


def is_to_be_refused_at_the_door(path: str) -> bool:
    """What the head of the file gives away; the rest fails in the pipeline, where pixels are decoded."""
    by_folder = path.startswith(("hostile/archives/", "hostile/svg/")) or path.endswith(
        (".json", ".mp4", ".xmp", ".psd")
    )
    by_name = ("text_as.jpg", "only_zeros.jpg", "mz_as.jpg", "zero_bytes.jpg", "one_byte.png", "truncated_header.jpg",
               "mvg_as.jpg", "jpeg_html.html", "jpeg_header_65500.jpg", "png_header_max_0.png", "png_zero_width.png",
               "png_1bit_60000x60000.png", "png_rgb_16000x16000.png", "tiff_huge_strip.tif", "beach.jpg")  # fmt: skip
    return (by_folder and not path.endswith("jpeg_named.mp4")) or path.rpartition("/")[2] in by_name
