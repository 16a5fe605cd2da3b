"""The life of an embedded server: started, shared, killed at every place, and stopped with its last user."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from calotype.db.embedded import EmbeddedDatabaseUnavailable, EmbeddedPostgres
from calotype.db.embedded.folder import SOCKET_NAME
from calotype.db.embedded.programs import find_wheel_folder

from .processes import SETTINGS, OtherUser, ask, is_running, until

StartUser = Callable[[Path], OtherUser]


def test_first_start_makes_a_whole_database(empty: Path) -> None:
    modes = {parent: parent.stat().st_mode for parent in empty.parents if parent.exists()}
    with EmbeddedPostgres(empty, settings=SETTINGS) as held:
        url = held.start()
        assert ask(url, "select extname from pg_extension where extname = 'vector'") == "vector"
        assert ask(url, "select '[1,2,3]'::vector <-> '[1,2,4]'::vector") == 1.0
        assert ask(url, "show data_checksums") == "on"
        assert ask(url, "show listen_addresses") == ""
        assert ask(url, "select datlocale from pg_database where datname = 'calotype'") == "C.UTF-8"
        assert ask(url, "show timezone") == "UTC"
        assert ask(url, "show fsync") == "off"  # the caller's settings win
        assert not (empty / "data.new").exists()
        for private in (empty, empty / "data", Path(held.status().socket_folder)):
            assert private.stat().st_mode & 0o777 == 0o700
    assert {parent: parent.stat().st_mode for parent in modes} == modes
    assert held.status().state == "stopped"


def test_existing_database_is_opened_again(held: EmbeddedPostgres) -> None:
    assert ask(held.start(), "select count(*) from kept") == 3
    first = held.status()
    assert first.state == "running"
    assert held.start() == held.start()
    assert held.status() == first  # nothing was started again
    assert held.release(wait=True) is True
    assert not is_running(first.postgres_pid)
    assert held.status().state == "stopped"
    assert ask(held.start(), "select count(*) from kept") == 3
    assert held.status().keeper_pid != first.keeper_pid


def test_keeper_is_out_of_reach_of_the_terminal(held: EmbeddedPostgres) -> None:
    held.start()
    said = held.status()
    assert os.getsid(said.keeper_pid) not in (os.getsid(0), 0)
    assert os.getsid(said.postgres_pid) != os.getsid(0)


def test_two_processes_share_one_server(held: EmbeddedPostgres, folder: Path, other_user: StartUser) -> None:
    url = held.start()
    beside = other_user(folder)
    assert beside.url() == url
    server = held.status().postgres_pid
    assert held.release(wait=True) is False  # the other one is still there
    assert ask(url, "select count(*) from kept") == 3
    assert is_running(server)
    beside.end()
    until(lambda: not is_running(server))
    until(lambda: held.status().state == "stopped")


def test_processes_that_start_at_once_get_one_server(empty: Path, other_user: StartUser) -> None:
    users = [other_user(empty) for _ in range(4)]
    assert len({user.url() for user in users}) == 1
    servers = [
        line for line in (empty / "postgres.log").read_text().splitlines() if "LOG:  starting PostgreSQL 18" in line
    ]
    assert len(servers) == 1


def test_server_ends_when_the_last_user_is_killed(folder: Path, other_user: StartUser) -> None:
    user = other_user(folder)
    user.url()
    said = EmbeddedPostgres(folder).status()
    assert is_running(said.postgres_pid)
    user.end(kill=True)
    until(lambda: not is_running(said.postgres_pid) and not is_running(said.keeper_pid))
    assert not (folder / "data" / "postmaster.pid").exists()  # it was a clean shutdown


def test_killed_keeper_takes_the_server_along_and_is_replaced(held: EmbeddedPostgres) -> None:
    ask(held.start(), "insert into kept values (4)")
    before = held.status()
    os.kill(before.keeper_pid, signal.SIGKILL)
    until(lambda: not is_running(before.postgres_pid))
    until(lambda: held.status().state == "stopped")
    assert ask(held.start(), "select count(*) from kept") == 4
    assert held.status().keeper_pid != before.keeper_pid


def test_keeper_that_is_asked_to_end_stops_the_server(held: EmbeddedPostgres) -> None:
    held.start()
    before = held.status()
    os.kill(before.keeper_pid, signal.SIGTERM)
    until(lambda: not is_running(before.keeper_pid))
    assert not is_running(before.postgres_pid)
    assert ask(held.start(), "select count(*) from kept") == 3


def test_killed_server_is_started_again(held: EmbeddedPostgres) -> None:
    ask(held.start(), "insert into kept values (4)")
    before = held.status()
    os.kill(before.postgres_pid, signal.SIGKILL)
    until(lambda: held.status().postgres_pid not in (0, before.postgres_pid))
    assert ask(held.start(), "select count(*) from kept") == 4
    assert held.status().keeper_pid == before.keeper_pid


def test_killed_keeper_and_server_together(held: EmbeddedPostgres) -> None:
    held.start()
    before = held.status()
    for pid in (before.keeper_pid, before.postgres_pid):
        os.kill(pid, signal.SIGKILL)
    assert ask(held.start(), "select count(*) from kept") == 3


def test_start_while_the_server_is_stopping(held: EmbeddedPostgres) -> None:
    for _ in range(8):
        url = held.start()
        assert ask(url, "select count(*) from kept") == 3
        held.release()


@pytest.mark.parametrize("left", ["", "garbage\nmore\n", "999999\n", "own", "zombie"])
def test_pid_file_that_was_left_behind(left: str, folder: Path, held: EmbeddedPostgres) -> None:
    zombie = None
    if left == "zombie":
        zombie = subprocess.Popen([sys.executable, "-c", ""], stdout=subprocess.DEVNULL)
        os.waitid(os.P_PID, zombie.pid, os.WEXITED | os.WNOWAIT)  # it has ended, and nobody has collected it
    pid = {"own": os.getpid(), "zombie": zombie.pid if zombie else 0}.get(left)
    whole = f"{pid}\n{folder / 'data'}\n1700000000\n5432\n{folder / 'sock'}\n\n 1234 1\nready   \n"
    text = left if pid is None else whole
    (folder / "data" / "postmaster.pid").write_text(text)
    (folder / "sock").mkdir(mode=0o700)
    (folder / "sock" / f"{SOCKET_NAME}.lock").write_text(text)
    assert ask(held.start(), "select count(*) from kept") == 3
    if zombie:
        zombie.wait()


def test_long_path_gets_a_private_socket_elsewhere(seed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    runtime = tmp_path / "run"
    runtime.mkdir(mode=0o700)
    monkeypatch.setenv("XDG_RUNTIME_DIR", os.fspath(runtime))
    far = tmp_path / ("long" * 20) / "postgres"
    with EmbeddedPostgres(far, settings=SETTINGS) as held:
        assert ask(held.start(), "select 1") == 1
        there = Path(held.status().socket_folder)
        assert not there.is_relative_to(far)
        assert there.stat().st_mode & 0o777 == 0o700
        assert len(os.fsencode(there / SOCKET_NAME)) <= 100
        os.kill(held.status().keeper_pid, signal.SIGKILL)
        held.start()
        assert Path(held.status().socket_folder) == there  # one folder, not one more for each keeper
    assert not there.exists()


def test_unfinished_set_up_is_thrown_away(empty: Path) -> None:
    (empty / "data.new" / "base").mkdir(parents=True)
    (empty / "data.new" / "PG_VERSION").write_text("18\n")
    (empty / "data.new" / "base" / "broken").write_text("x")
    with EmbeddedPostgres(empty, settings=SETTINGS) as held:
        assert ask(held.start(), "select 1") == 1
        assert not (empty / "data.new").exists()


def test_keeper_killed_during_the_set_up(empty: Path, other_user: StartUser) -> None:
    first = other_user(empty)
    hold = EmbeddedPostgres(empty, settings=SETTINGS)
    until((empty / "data.new" / "PG_VERSION").exists)
    os.kill(until(lambda: hold.status().keeper_pid), signal.SIGKILL)
    with hold:
        assert ask(hold.start(), "select extname from pg_extension where extname = 'vector'") == "vector"
        assert first.url() == hold.start()


def test_server_that_cannot_be_kept_up_is_given_up_with_its_reason(folder: Path, held: EmbeddedPostgres) -> None:
    conf = folder / "data" / "postgresql.conf"
    good = conf.read_text()
    conf.write_text(good + "\nshared_buffers = 'a lot of'\n")
    with pytest.raises(EmbeddedDatabaseUnavailable, match=r"ended 6 times.*postgresql\.conf"):
        held.start()
    assert held.status().state == "failed"
    conf.write_text(good)
    assert ask(held.start(), "select count(*) from kept") == 3


def test_newer_database_is_refused(folder: Path, held: EmbeddedPostgres) -> None:
    (folder / "data" / "PG_VERSION").write_text("19\n")
    with pytest.raises(EmbeddedDatabaseUnavailable, match=r"PostgreSQL 19.*install the newer Calotype"):
        held.start()
    assert not (folder / "users.lock").exists()  # nothing was touched


def test_older_programs_work_and_their_database_is_refused_by_newer_ones(empty: Path) -> None:
    older = find_wheel_folder(16)
    assert older is not None
    with EmbeddedPostgres(empty, older, settings=SETTINGS) as held:
        assert ask(held.start(), "show server_version_num").startswith("16")
        assert ask(held.start(), "select extname from pg_extension where extname = 'vector'") == "vector"
    with pytest.raises(EmbeddedDatabaseUnavailable) as refusal:
        EmbeddedPostgres(empty).start()
    assert "written by PostgreSQL 16" in refusal.value.sentence
    assert f"CALOTYPE_PG_BIN={older}" in refusal.value.sentence


def test_folder_without_programs_is_refused(empty: Path, tmp_path: Path) -> None:
    with pytest.raises(EmbeddedDatabaseUnavailable, match="CALOTYPE_PG_BIN"):
        EmbeddedPostgres(empty, tmp_path).start()


def test_release_without_start_is_harmless(empty: Path) -> None:
    hold = EmbeddedPostgres(empty)
    assert hold.status().state == "stopped"
    assert hold.release(wait=True) is True
    assert not empty.exists()
