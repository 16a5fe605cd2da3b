"""The command: its summary, its report, its exit code, and Ctrl-C."""

import asyncio
import csv
import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from uuid import UUID

import psycopg
import pytest
from typer.testing import CliRunner

from calotype.cli.app import make_app
from calotype.db.engine import Database
from calotype.features.albums import Albums
from calotype.features.intake import Intake
from calotype.features.journal import Journal
from calotype.kit.events import Publisher
from calotype.kit.ids import uuid7
from calotype.ports.object_store.filesystem import FilesystemObjectStore

from .conftest import XMP, picture


@pytest.fixture
def environment(library_url: str, tmp_path: Path) -> dict[str, str]:
    """The settings of a library with one owner, on the database of the tests."""
    with psycopg.connect(library_url) as connection:
        connection.execute(
            "insert into users (id, email, name, password_hash, role) values (%s, 'ada@x.org', 'Ada', '', 'owner')",
            (uuid7(),),
        )
    return {"CALOTYPE_HOME": str(tmp_path / "home"), "CALOTYPE_DATABASE_URL": library_url}


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    folder = tmp_path / "photos"
    folder.mkdir()
    return folder


def call(environment: dict[str, str], *arguments: object) -> tuple[int, str, str]:
    words = ["import", *map(str, arguments)]
    result = CliRunner().invoke(make_app(words), words, env=environment)
    return result.exit_code, result.stdout, result.stderr


def rows_of(report: Path) -> list[dict[str, str]]:
    with report.open(encoding="utf-8", errors="surrogateescape", newline="") as file:
        return list(csv.DictReader(file))


def test_the_report_has_a_row_per_file_and_the_totals_add_up(
    environment: dict[str, str], photos: Path, tmp_path: Path
) -> None:
    (photos / 'a, "b"\n=c.jpg').write_bytes(picture("red"))
    (photos / "same.jpg").write_bytes(picture("red"))
    (photos / "b.jpg").write_bytes(picture("blue"))
    (photos / "b.xmp").write_bytes(XMP)
    (photos / "c.txt").write_text("not a photo at all")
    (photos / os.fsdecode(b"\xff.jpg")).write_bytes(picture("green"))
    report = tmp_path / "report.csv"
    code, out, _ = call(environment, photos, "--report", report, "--album", "Sea")
    assert code == 0
    assert "6 files: 3 stored, 1 duplicate, 1 attached, 1 skipped." in out
    assert "The totals add up" in out
    found = {row["path"]: row for row in rows_of(report)}
    assert {Path(path) for path in found} == set(photos.iterdir())
    assert all(UUID(row["id"]) for row in found.values() if row["outcome"] in ("stored", "duplicate", "attached"))
    assert all(row["reason"] for row in found.values() if row["outcome"] in ("duplicate", "skipped"))
    with psycopg.connect(environment["CALOTYPE_DATABASE_URL"]) as connection:
        assert connection.execute("select count(*) from album_photos").fetchone() == (3,)


def test_a_failure_is_named_and_is_the_exit_code(environment: dict[str, str], photos: Path) -> None:
    (photos / "a.jpg").write_bytes(picture())
    (photos / "cut\x1b[2J.jpg").write_bytes(picture()[:40])
    code, out, err = call(environment, photos)
    assert code == 1
    assert "1 stored, 1 failed" in out
    assert re.search(r"failed: .*/cut�\[2J\.jpg: The JPEG", err)


def test_json(environment: dict[str, str], photos: Path) -> None:
    (photos / "a.jpg").write_bytes(picture())
    code, out, _ = call(environment, photos, photos / "nothing", "--json")
    said = json.loads(out)
    assert code == 1
    assert (said["files"], said["stored"], said["failed"], said["adds_up"]) == (2, 1, 1, True)
    assert said["failures"][0]["path"] == str(photos / "nothing")


def test_a_user_who_does_not_exist(environment: dict[str, str], photos: Path) -> None:
    code, _, _ = call(environment, photos, "--owner", "nobody@example.org")
    assert code == 1


def test_ctrl_c_ends_what_is_in_hand_and_the_next_run_goes_on(
    environment: dict[str, str], photos: Path, tmp_path: Path
) -> None:
    for number in range(600):
        (photos / f"{number:04}.png").write_bytes(picture((number % 256, number // 256, 0), size=(2, 2), kind="PNG"))
    report = tmp_path / "report.csv"
    command = [sys.executable, "-m", "calotype", "import", str(photos), "--jobs", "2", "--report", str(report)]
    with subprocess.Popen(command, env={**os.environ, **environment}, stdout=subprocess.PIPE, text=True) as running:
        while running.poll() is None and (not report.exists() or report.read_text().count("\n") < 20):
            pass
        running.send_signal(signal.SIGINT)
        out, _ = running.communicate(timeout=60)
    assert running.returncode == 130, out
    done = rows_of(report)
    assert 19 <= len(done) < 600
    assert "Run it again to continue" in out
    with psycopg.connect(environment["CALOTYPE_DATABASE_URL"]) as connection:
        assert connection.execute("select count(*) from photos").fetchone() == (len(done),)
    code, out, _ = call(environment, photos, "--json")
    said = json.loads(out)
    assert code == 0
    assert (said["duplicate"], said["stored"]) == (len(done), 600 - len(done))


def test_an_import_that_is_killed_loses_and_doubles_nothing(
    environment: dict[str, str], photos: Path, tmp_path: Path
) -> None:
    """SIGKILL at odd moments: what was told is there, the next run brings the rest, the sweep takes what is left."""
    for number in range(200):
        (photos / f"{number:04}.png").write_bytes(picture((number, 0, 1), size=(2, 2), kind="PNG"))
    command = [sys.executable, "-m", "calotype", "import", str(photos), "--jobs", "4", "--json", "--report"]
    for rows_before in (1, 30, 90):
        report = tmp_path / f"{rows_before}.csv"
        with subprocess.Popen(
            [*command, str(report)], env={**os.environ, **environment}, stdout=subprocess.PIPE
        ) as dying:
            while dying.poll() is None and (not report.exists() or report.read_text().count("\n") < rows_before + 1):
                pass
            dying.kill()
        with psycopg.connect(environment["CALOTYPE_DATABASE_URL"]) as connection:
            known = {str(photo_id) for (photo_id,) in connection.execute("select id from photos")}
        assert {row["id"] for row in rows_of(report)} <= known, "nothing is reported that is not there"
    code, out, _ = call(environment, photos, "--json")
    said = json.loads(out)
    assert (code, said["stored"] + said["duplicate"], said["failed"]) == (0, 200, 0)
    store = Path(environment["CALOTYPE_HOME"]) / "store"
    asyncio.run(sweep_all(environment["CALOTYPE_DATABASE_URL"], store))
    with psycopg.connect(environment["CALOTYPE_DATABASE_URL"]) as connection:
        named = {bytes(sha256).hex() for (sha256,) in connection.execute("select sha256 from photos")}
        assert connection.execute("select count(*) from procrastinate_jobs where task_name = 'develop'").fetchone() == (
            200,
        )
        assert connection.execute("select count(*) from intake_claims").fetchone() == (0,)
    assert len(named) == 200
    assert {path.name for path in store.rglob("*") if path.is_file()} == named | {".calotype-store"}


async def sweep_all(url: str, store: Path) -> None:
    """Sweep as if hours had passed."""
    async with Database(url) as database:
        publisher = Publisher({})
        albums = Albums(database, Journal(database, publisher), publisher)
        intake = Intake(database, FilesystemObjectStore(store), publisher, albums)
        await intake.sweep(older_than_s=-1)
