"""The database files: their first making, and the remains of a server that did not end well."""

import os
import signal
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path

from calotype.db.embedded.errors import EmbeddedDatabaseUnavailable
from calotype.db.embedded.folder import SOCKET_NAME, DatabaseFolder
from calotype.db.embedded.identity import Identity
from calotype.db.embedded.probe import DATABASE, USER
from calotype.db.embedded.programs import Programs
from calotype.db.embedded.sizing import command_line

PROGRAM_NAMES = (b"postgres\n", b"initdb\n")
ORPHANS_END_THEMSELVES_S = 5.0
ORPHANS_END_AT_LAST_S = 120.0


def initialise(folder: DatabaseFolder, programs: Programs, identity: Identity, settings: Mapping[str, str]) -> None:
    """Make the database with its extension. It is made under another name and renamed when it is whole.

    Raises `EmbeddedDatabaseUnavailable` with the program's own last words.
    """
    fresh = folder.new_data
    _end_orphans(fresh, patience_s=0.0)
    remove_tree(fresh)
    fresh.mkdir(mode=0o700)
    identity.own(fresh)
    initdb = [os.fspath(programs.folder / "initdb"), "-D", os.fspath(fresh)]
    # A collation of PostgreSQL's own cannot change under an index when the C library is upgraded.
    locale = ["--locale=C.UTF-8"]
    if programs.major >= 17:
        locale += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    _run(
        [*initdb, "-U", USER, "--auth=trust", "--encoding=UTF8", "--data-checksums", "--no-sync", *locale],
        fresh,
        identity,
    )
    alone = [os.fspath(programs.folder / "postgres"), "--single", "-D", os.fspath(fresh), *command_line(settings)]
    _run([*alone, "postgres"], fresh, identity, f"CREATE DATABASE {DATABASE}\n")
    _run([*alone, DATABASE], fresh, identity, "CREATE EXTENSION vector\n")
    if settings.get("fsync") != "off":
        _run([*initdb, "--sync-only"], fresh, identity)
    fresh.rename(folder.data)
    _sync_folder(folder.path)


def _run(command: list[str], cwd: Path, identity: Identity, typed: str = "") -> None:
    process = identity.start(command, cwd, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    said, complaints = (text.decode("utf-8", "replace") for text in process.communicate(typed.encode()))
    # The stand-alone server ends with 0 also after an error.
    bad = [line for line in complaints.splitlines() if any(word in line for word in ("ERROR:", "FATAL:", "PANIC:"))]
    if process.returncode == 0 and not bad:
        return
    last = (bad or complaints.splitlines() or said.splitlines() or [f"it ended with {process.returncode}"])[-1]
    if 'extension "vector" is not available' in complaints:
        raise EmbeddedDatabaseUnavailable(
            f"The PostgreSQL in {Path(command[0]).parent} has no pgvector extension: install pgvector there, or name "
            "another folder in CALOTYPE_PG_BIN."
        )
    raise EmbeddedDatabaseUnavailable(
        f"The database could not be made: {Path(command[0]).name} said “{last.strip()}”; mend that and start again."
    )


def _sync_folder(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def remove_tree(path: Path) -> None:
    """Remove a folder and all in it, or nothing. (`shutil` would cost the keeper a megabyte.)"""
    if not path.exists():
        return
    for folder, folders, files in os.walk(path, topdown=False):
        for name in files:
            Path(folder, name).unlink()
        for name in folders:
            inner = Path(folder, name)
            if inner.is_symlink():
                inner.unlink()
            else:
                inner.rmdir()
    path.rmdir()


def clear_the_way(folder: DatabaseFolder, socket_folder: Path) -> None:
    """Make sure that no earlier server works on the files, and remove what one left that would stop the next.

    Only for the holder of the keeper's lock, who has no server of its own now.
    Raises `EmbeddedDatabaseUnavailable` where an earlier server does not end.
    """
    pid_file = folder.data / "postmaster.pid"
    if not pid_file.exists():
        return
    _end_orphans(folder.data, _read_pid(pid_file))
    pid = _read_pid(pid_file)
    if pid == 0 or _is_alive_or_zombie(pid):
        # PostgreSQL would take a number that now belongs to another program, or a zombie, for a running server. Where
        # the number is free it clears up by itself, with checks of its own.
        pid_file.unlink(missing_ok=True)
    for left in (SOCKET_NAME, SOCKET_NAME + ".lock"):
        (socket_folder / left).unlink(missing_ok=True)


def _end_orphans(data: Path, postmaster_pid: int = 0, patience_s: float = ORPHANS_END_THEMSELVES_S) -> None:
    began = time.monotonic()
    asked = False
    while orphans := processes_in(data):
        waited_s = time.monotonic() - began
        if postmaster_pid in orphans:
            if not asked:
                _send(postmaster_pid, signal.SIGINT)  # fast shutdown; one that is under way goes on
                asked = True
        elif waited_s > patience_s:
            for pid in orphans:  # children of a dead server; crash recovery follows
                _send(pid, signal.SIGKILL)
        if waited_s > ORPHANS_END_AT_LAST_S:
            raise EmbeddedDatabaseUnavailable(
                f"An earlier database server (process {min(orphans)}) still works on {data} and does not end: end it "
                "by hand and start again."
            )
        time.sleep(0.01)


def processes_in(data: Path) -> set[int]:
    """The living processes of PostgreSQL on this data folder: it is their working folder. Zombies have none."""
    wanted = os.fspath(data.resolve())
    found = set()
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            if os.fspath((entry / "cwd").readlink()) == wanted and (entry / "comm").read_bytes() in PROGRAM_NAMES:
                found.add(int(entry.name))
        except OSError:
            if _names_folder_as_postmaster(entry, wanted):
                found.add(int(entry.name))
    return found


def _names_folder_as_postmaster(process: Path, data: str) -> bool:
    # Containers may forbid root to see another user's working folder, but not its command line.
    try:
        words = (process / "cmdline").read_bytes().split(b"\0")
    except OSError:
        return False
    return words[0].endswith(b"/postgres") and os.fsencode(data) in words


def _read_pid(pid_file: Path) -> int:
    """The number in the first line, 0 where there is none."""
    try:
        first = pid_file.read_bytes().split(b"\n", 1)[0].strip()
    except FileNotFoundError:
        return 0
    return int(first) if first.isdigit() else 0


def _is_alive_or_zombie(pid: int) -> bool:
    return Path("/proc", str(pid)).exists()


def _send(pid: int, number: signal.Signals) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return
