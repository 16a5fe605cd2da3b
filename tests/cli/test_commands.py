"""The commands over a real library."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest

from calotype.cli.terminal import sentence_of
from tests.cli.conftest import Calotype, answer_of


def test_users_are_added_and_listed(calotype: Calotype, ada: str) -> None:
    assert "ada@example.org  Ada  (owner)" in calotype("user", "list").output
    users = answer_of(calotype("user", "list", "--json"))
    assert [(user["email"], user["role"]) for user in users] == [("ada@example.org", "owner")]


def test_an_address_belongs_to_one_user(calotype: Calotype, ada: str) -> None:
    again = calotype("user", "add", "ADA@example.org", "--password-stdin", input="correct horse\n")
    assert again.exception is not None
    assert "already" in sentence_of(again.exception)


def test_an_address_that_is_none(calotype: Calotype) -> None:
    result = calotype("user", "add", "ada", "--password-stdin", input="correct horse\n")
    assert result.exit_code == 2
    assert "ada@example.org" in result.output


def test_a_role_that_is_none(calotype: Calotype) -> None:
    result = calotype("user", "add", "ada@example.org", "--role", "king", "--password-stdin", input="correct horse\n")
    assert result.exit_code == 2
    assert "'king' is not one of" in result.output
    assert "'viewer'" in result.output
    assert "no user yet" in calotype("user", "list").output
    calotype("user", "add", "vera@example.org", "--role", "viewer", "--password-stdin", input="correct horse\n")
    assert "vera@example.org  vera@example.org  (viewer)" in calotype("user", "list").output


def test_a_short_password_is_refused(calotype: Calotype) -> None:
    result = calotype("user", "add", "ada@example.org", "--password-stdin", input="short\n")
    assert result.exit_code != 0
    assert result.exception is not None
    assert "8 characters" in sentence_of(result.exception)
    assert "no user yet" in calotype("user", "list").output


def test_the_setup_link_is_made_until_there_is_an_owner(calotype: Calotype) -> None:
    link = answer_of(calotype("user", "setup-link", "--json"))["url"]
    assert "/setup#token=" in link
    calotype("user", "add", "ada@example.org", "--password-stdin", input="correct horse\n")
    refused = calotype("user", "setup-link")
    assert refused.exception is not None
    assert "already" in sentence_of(refused.exception)


def test_a_new_password(calotype: Calotype, ada: str) -> None:
    assert calotype("user", "set-password", ada, "--password-stdin", input="battery staple\n").exit_code == 0
    unknown = calotype("user", "set-password", "eve@example.org", "--password-stdin", input="battery staple\n")
    assert unknown.exception is not None
    assert "eve@example.org" in sentence_of(unknown.exception)


@pytest.mark.parametrize("command", [("status",), ("search", "cat"), ("import", ".")])
def test_without_a_user_the_sentence_says_what_to_do(calotype: Calotype, command: tuple[str, ...]) -> None:
    result = calotype(*command)
    assert result.exit_code != 0
    assert result.exception is not None
    told = result.output if isinstance(result.exception, SystemExit) else sentence_of(result.exception)
    assert "setup-link" in told


def test_a_library_of_a_newer_calotype_is_left_alone(calotype: Calotype, ada: str) -> None:
    with psycopg.connect(os.environ["CALOTYPE_DATABASE_URL"], autocommit=True) as connection:
        connection.execute("update alembic_version set version_num = '9999_future'")
    refused = calotype("user", "list")
    assert refused.exception is not None
    assert "newer Calotype" in sentence_of(refused.exception)


def test_reprocess_names_the_stages(calotype: Calotype, ada: str) -> None:
    refused = calotype("reprocess", "--stage", "lables")
    assert refused.exception is not None
    assert "labels" in sentence_of(refused.exception)
    assert answer_of(calotype("reprocess", "--stage", "labels", "--json")) == {"stage": "labels", "photos": 0}


def test_the_doctor_finds_a_lost_original(calotype: Calotype, ada: str, photos: Path, home: Path) -> None:
    assert calotype("import", str(photos)).exit_code == 0
    well = calotype("doctor")
    assert well.exit_code == 0, well.output
    next(path for path in (home / "store/originals").rglob("*") if path.is_file()).unlink()
    ill = calotype("doctor")
    assert ill.exit_code == 1
    assert "1 of 3 originals" in " ".join(ill.output.split())


def test_the_doctor_finds_an_original_without_a_photo(calotype: Calotype, ada: str, photos: Path, home: Path) -> None:
    assert calotype("import", str(photos)).exit_code == 0
    orphan = home / "store/originals/ab" / f"ab{'0' * 62}"
    orphan.parent.mkdir(exist_ok=True)
    orphan.write_bytes(b"bytes")
    assert _orphans(calotype) == "ok"  # it may be on its way in
    for path in (home / "store/originals").rglob("*"):
        os.utime(path, (1_700_000_000, 1_700_000_000))
    assert _orphans(calotype) == "warn"
    orphan.unlink()
    assert _orphans(calotype) == "ok"


def _orphans(calotype: Calotype) -> str:
    findings = answer_of(calotype("doctor", "--json"))
    return next(str(finding["level"]) for finding in findings if finding["subject"] == "orphans")


@pytest.mark.parametrize("words", [("-black",), ("-hat",), ("-x", "--jsn")])
def test_a_minus_belongs_to_the_sentence(calotype: Calotype, ada: str, words: tuple[str, ...]) -> None:
    answer = answer_of(calotype("search", "cat", *words, "--json"))
    assert answer["query"] == " ".join(("cat", *words))


def test_a_lone_h_asks_for_help(calotype: Calotype) -> None:
    assert "Usage" in calotype("search", "-h").output


def test_the_status_of_all_users(calotype: Calotype, ada: str, photos: Path) -> None:
    calotype("user", "add", "bob@example.org", "--password-stdin", input="correct horse\n")
    assert calotype("import", str(photos), "--owner", ada).exit_code == 0
    one = calotype("import", str(photos / "IMG_0.png"), "--owner", "bob@example.org")
    assert "1 file: 1 stored" in one.output
    everybody = answer_of(calotype("status", "--json"))
    assert everybody["photos"]["pending"] == 4
    assert everybody["stages"][0]["counts"]["due"] == 4
    assert answer_of(calotype("status", "--json", "--owner", "bob@example.org"))["photos"]["pending"] == 1
    assert "4 photos: " in calotype("status").output
    assert "1 photo: " in calotype("status", "--owner", "bob@example.org").output


def test_who_comes_later_is_a_member(calotype: Calotype, ada: str) -> None:
    added = calotype("user", "add", "bob@example.org", "--password-stdin", input="correct horse\n")
    assert "(member)" in added.output


def test_without_a_terminal_no_password_is_asked_for(calotype: Calotype) -> None:
    result = calotype("user", "add", "ada@example.org", input="correct horse\ncorrect horse\n")
    assert result.exception is not None
    assert "--password-stdin" in sentence_of(result.exception)


@pytest.mark.parametrize(
    "command", [("status",), ("worker",), ("import",), ("reprocess",), ("user", "add"), ("doctor",)]
)
def test_examples_are_indented_under_their_title(calotype: Calotype, command: tuple[str, ...]) -> None:
    lines = [line.rstrip() for line in calotype(*command, "--help", terminal_width=100).output.splitlines()]
    place = lines.index(" Examples")
    assert lines[place + 1] == ""
    assert lines[place + 2].startswith(f"   calotype {command[0]}")


@pytest.mark.parametrize("signals", [1, 2])
def test_an_import_that_is_stopped_tells_how_far_it_came(
    calotype: Calotype, ada: str, tmp_path: Path, signals: int
) -> None:
    folder = tmp_path / "many"
    folder.mkdir()
    for number in range(3000):
        (folder / f"{number}.png").write_bytes(b"\x89PNG\r\n\x1a\n" + number.to_bytes(4))
    report = tmp_path / "report.csv"
    command = [sys.executable, "-m", "calotype", "import", str(folder), "--jobs", "1", "--report", str(report)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as importing:
        deadline = time.monotonic() + 60
        while not (report.exists() and report.read_bytes().count(b"\n") > 1):
            assert importing.poll() is None
            assert time.monotonic() < deadline
        for _ in range(signals):
            importing.send_signal(signal.SIGINT)
        told, complaints = importing.communicate(timeout=60)
    assert importing.returncode == 130
    assert "not looked at yet" in told
    assert "Run it again to continue" in told
    assert "Traceback" not in complaints


@pytest.mark.slow
def test_from_a_folder_to_an_answer(calotype: Calotype, ada: str, photos: Path) -> None:
    assert calotype("import", str(photos)).exit_code == 0
    assert answer_of(calotype("status", "--json"))["photos"]["pending"] == 3
    done = calotype("worker", "--until-idle", "--workers", "1")
    assert done.exit_code == 0, done.output
    status = answer_of(calotype("status", "--json"))
    assert status["photos"] == {"pending": 0, "processing": 0, "completed": 3, "failed": 0}
    assert "3 photos: 3 completed" in calotype("status").output
    answer = answer_of(calotype("search", "red", "--json"))
    assert answer["items"][0]["file_name"] == "IMG_0.png"
    assert answer["items"][0]["reasons"]
    assert "IMG_0.png" in calotype("search", "red").output
    assert answer_of(calotype("reprocess", "--stage", "labels", "--json"))["photos"] == 3
