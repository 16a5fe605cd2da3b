"""The users' side of the embedded database: hold the users' lock, see that a keeper works, wait until it answers."""

import contextlib
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote

import calotype
from calotype.db.embedded.errors import EmbeddedDatabaseUnavailable
from calotype.db.embedded.folder import DatabaseFolder, EmbeddedStatus, find_free_lock, open_lock, try_lock
from calotype.db.embedded.preflight import refuse
from calotype.db.embedded.probe import DATABASE, USER, answers
from calotype.db.embedded.programs import find_programs

POLL_S = 0.004
KEEPERS_TRIED = 3
# A keeper needs little of the user's environment; what it does not get cannot surprise it.
KEPT_VARIABLES = ("PATH", "HOME", "TMPDIR", "XDG_RUNTIME_DIR", "LD_LIBRARY_PATH")


class EmbeddedPostgres:
    """One user's hold on the embedded database in `folder` (made where it is missing).

    Any number of processes may hold the same folder. The server runs while at least one of them does, and a process
    that dies lets go by dying. `settings` are PostgreSQL settings that win over ours; those of the process that happens
    to start the server count. All methods are synchronous and may be called from any thread.
    """

    def __init__(
        self,
        folder: Path,
        pg_bin: Path | None = None,
        *,
        settings: Mapping[str, str] | None = None,
        start_timeout_s: float = 300.0,
    ) -> None:
        self._folder = DatabaseFolder(folder.absolute())
        self._pg_bin = pg_bin
        self._settings = dict(settings or {})
        self._start_timeout_s = start_timeout_s
        self._hold: int | None = None
        self._guard = threading.Lock()

    def start(self) -> str:
        """Hold the database and see that it answers; gives a libpq URL. May be called again at any time to revive it.

        Raises `EmbeddedDatabaseUnavailable`; then nothing is held that was not held before.
        """
        with self._guard:
            deadline = time.monotonic() + self._start_timeout_s
            held_before = self._hold is not None
            try:
                if self._hold is None:
                    refuse(self._folder, find_programs(self._pg_bin))
                    self._folder.make()
                    self._hold = self._take_hold(deadline)
                return _url(self._wait_until_it_answers(deadline))
            except BaseException:
                if not held_before:
                    self._let_go()
                raise

    def release(self, *, wait: bool = False, timeout_s: float = 60.0) -> bool:
        """Let go of the database. With `wait`, wait until the server has ended if nobody else holds it.

        Says whether the server is known to have ended.
        """
        with self._guard:
            self._let_go()
            if not self._folder.path.exists():
                return True
            return wait and self._wait_until_it_ends(time.monotonic() + timeout_s)

    def status(self) -> EmbeddedStatus:
        """What is known of the database now, whoever started it."""
        said = self._folder.read_status() or EmbeddedStatus("stopped")
        if said.state in ("failed", "stopped"):
            return said
        lock = find_free_lock(self._folder.keeper_lock)
        if lock is None:
            return said
        os.close(lock)
        return EmbeddedStatus("stopped")  # the keeper died before it could say so

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release(wait=True)

    def _take_hold(self, deadline: float) -> int:
        descriptor = open_lock(self._folder.users_lock)
        # A keeper that is ending holds it alone for as long as the server takes to shut down.
        while not try_lock(descriptor, shared=True):
            if time.monotonic() > deadline:
                os.close(descriptor)
                raise EmbeddedDatabaseUnavailable(
                    f"The database in {self._folder.path} has been shutting down for {self._start_timeout_s:.0f} s: "
                    f"look into {self._folder.log} and start again."
                )
            time.sleep(POLL_S)
        return descriptor

    def _let_go(self) -> None:
        # Closing, not unlocking: a forked child that shares the descriptor keeps its hold.
        if self._hold is not None:
            os.close(self._hold)
            self._hold = None

    def _wait_until_it_answers(self, deadline: float) -> Path:
        """See that a keeper is there and the server answers; gives the socket folder."""
        keepers = 0
        is_awaited = False  # a failure found before any waiting belongs to an earlier keeper
        while True:
            # First the keeper: the server of a keeper that was killed may still answer, and is about to end.
            with contextlib.closing(_KeeperLock(self._folder)) as lock:
                if lock.descriptor is not None:
                    self._refuse_after_failure(keepers, is_awaited=is_awaited)
                    self._start_keeper(lock.descriptor)
                    keepers += 1
            is_awaited = True
            said = self._folder.read_status()
            if said is not None and said.socket_folder and answers(Path(said.socket_folder)):
                return Path(said.socket_folder)
            if time.monotonic() > deadline:
                raise EmbeddedDatabaseUnavailable(
                    f"The database in {self._folder.path} did not answer within {self._start_timeout_s:.0f} s: look "
                    f"into {self._folder.log} and start again."
                )
            time.sleep(POLL_S)

    def _refuse_after_failure(self, keepers: int, *, is_awaited: bool) -> None:
        said = self._folder.read_status()
        if is_awaited and said is not None and said.state == "failed":
            raise EmbeddedDatabaseUnavailable(said.sentence)
        if keepers >= KEEPERS_TRIED:
            words: list[str] = []
            with contextlib.suppress(OSError):
                words = self._folder.keeper_errors.read_text("utf-8", "replace").strip().splitlines()
            raise EmbeddedDatabaseUnavailable(
                f"The keeper of the database in {self._folder.path} ended {keepers} times without a word "
                f"({words[-1] if words else 'was it killed?'}): see whether memory is short and start again."
            )

    def _start_keeper(self, keeper_lock: int) -> None:
        """Start a keeper that inherits the lock, so that there is never a second one."""
        programs = find_programs(self._pg_bin)
        refuse(self._folder, programs)
        self._folder.forget_status()
        task = {
            "folder": os.fspath(self._folder.path),
            "programs": os.fspath(programs.folder),
            "major": programs.major,
            "from_wheel": programs.from_wheel,
            "settings": self._settings,
            "keeper_lock": keeper_lock,
        }
        kept = {name: os.environ[name] for name in KEPT_VARIABLES if name in os.environ}
        source = Path(calotype.__file__).parent.parent
        with self._folder.keeper_errors.open("wb") as errors:
            subprocess.run(
                [sys.executable, "-P", "-S", "-m", "calotype.db.embedded.keeper", json.dumps(task)],
                env={**kept, "LC_ALL": "C.UTF-8", "PYTHONPATH": os.fspath(source)},
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=errors,
                stderr=errors,
                pass_fds=(keeper_lock,),
                start_new_session=True,  # a terminal's Ctrl-C does not reach it
                check=False,  # the loop that called sees what became of it
            )

    def _wait_until_it_ends(self, deadline: float) -> bool:
        while time.monotonic() < deadline:
            if (lock := find_free_lock(self._folder.keeper_lock)) is not None:
                os.close(lock)
                return True
            if self._has_other_users():
                return False
            time.sleep(POLL_S)
        return False

    def _has_other_users(self) -> bool:
        """Whether somebody holds the users' lock shared. (A keeper that is ending holds it alone.)"""
        alone = find_free_lock(self._folder.users_lock)
        if alone is not None:
            os.close(alone)
            return False
        beside = find_free_lock(self._folder.users_lock, shared=True)
        if beside is None:
            return False
        os.close(beside)
        return True


class _KeeperLock:
    """The keeper's lock if it is free, which means that there is no keeper; else `descriptor` is `None`."""

    def __init__(self, folder: DatabaseFolder) -> None:
        self.descriptor = find_free_lock(folder.keeper_lock)

    def close(self) -> None:
        if self.descriptor is not None:
            os.close(self.descriptor)


def _url(socket_folder: Path) -> str:
    return f"postgresql://{USER}@/{DATABASE}?host={quote(os.fspath(socket_folder), safe='')}"
