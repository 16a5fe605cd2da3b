"""Root and the server that will not run as root."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from calotype.db.embedded import EmbeddedPostgres
from calotype.db.embedded.identity import INNER_ID, Identity, choose_identity
from calotype.db.embedded.programs import find_wheel_folder

from .processes import ask

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root is in need of another identity")

# Becomes root of a user namespace in which no further namespace may be made, as in a locked-down container.
LOCKED_DOWN = """
import ctypes, json, sys
from pathlib import Path
from calotype.db.embedded import EmbeddedDatabaseUnavailable, EmbeddedPostgres
assert ctypes.CDLL(None).unshare(0x10000000) == 0
print("map me", flush=True)
sys.stdin.readline()
Path("/proc/sys/user/max_user_namespaces").write_text("0")
held = EmbeddedPostgres(Path(sys.argv[1]), settings={"fsync": "off", "shared_buffers": "32MB"})
try:
    held.start()
    owner = Path(f"/proc/{held.status().postgres_pid}").stat().st_uid
    held.release(wait=True)
    print(json.dumps(["runs", owner]))
except EmbeddedDatabaseUnavailable as refusal:
    print(json.dumps(["refused", refusal.sentence]))
"""


def start_locked_down(folder: Path) -> tuple[str, str | int]:
    """What `LOCKED_DOWN` says of a folder."""
    process = subprocess.Popen(
        [sys.executable, "-c", LOCKED_DOWN, os.fspath(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout.readline() == "map me\n"
    for table in ("uid_map", "gid_map"):
        Path(f"/proc/{process.pid}/{table}").write_text("0 0 65536")
    said, complaints = process.communicate("go\n", timeout=60)
    assert process.returncode == 0, complaints
    outcome, what = json.loads(said)
    return outcome, what


@needs_root
def test_root_runs_the_server_in_a_namespace(folder: Path, held: EmbeddedPostgres) -> None:
    folder.parent.chmod(0o700)  # open to root alone, and it stays so
    assert ask(held.start(), "select count(*) from kept") == 3
    process = Path(f"/proc/{held.status().postgres_pid}")
    assert (process / "uid_map").read_text().split() == [str(INNER_ID), "0", "1"]
    assert process.stat().st_uid == 0
    assert folder.parent.stat().st_mode & 0o777 == 0o700


@needs_root
def test_root_without_namespaces_is_told_what_to_do(empty: Path) -> None:
    empty.parent.mkdir(mode=0o700)
    outcome, sentence = start_locked_down(empty)
    assert outcome == "refused"
    assert "start Calotype as an ordinary user" in sentence
    assert empty.stat().st_uid == 0


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every user may reach."""
    with tempfile.TemporaryDirectory(prefix="calotype-open-") as made:
        Path(made).chmod(0o755)
        yield Path(made) / "postgres"
        shutil.rmtree(made + "/postgres", ignore_errors=True)


@needs_root
def test_root_without_namespaces_uses_an_unprivileged_user(open_folder: Path) -> None:
    programs = find_wheel_folder()
    assert programs is not None
    if any(not parent.stat().st_mode & 0o001 for parent in programs.parents):
        pytest.skip("the programs are in a folder that other users may not enter")
    outcome, owner = start_locked_down(open_folder)
    assert outcome == "runs"
    assert owner == open_folder.stat().st_uid != 0
    # The same database is also opened where namespaces are allowed again.
    with EmbeddedPostgres(open_folder) as held:
        assert ask(held.start(), "select 1") == 1


def test_ordinary_user_needs_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert choose_identity(tmp_path, tmp_path / "postgres") == Identity()
