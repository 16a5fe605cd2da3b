"""The keeper of one embedded database: `python -m calotype.db.embedded.keeper JSON` (started by `EmbeddedPostgres`).

It holds `keeper.lock`, runs the server as its foreground child, starts it again after a crash, and waits for the
exclusive lock on `users.lock`, which it gets when the last user is gone. If the keeper itself is killed, the kernel
asks the server to shut down (PR_SET_PDEATHSIG). Imports stay few: a keeper lives as long as the library is in use.
"""

import fcntl
import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import NoReturn

from calotype.db.embedded.cluster import clear_the_way, initialise
from calotype.db.embedded.errors import EmbeddedDatabaseUnavailable
from calotype.db.embedded.folder import DatabaseFolder, EmbeddedStatus, open_lock
from calotype.db.embedded.identity import Identity, choose_identity
from calotype.db.embedded.log import BoundedLog
from calotype.db.embedded.programs import Programs
from calotype.db.embedded.sizing import command_line, read_machine, server_settings

STOP = frozenset({signal.SIGTERM, signal.SIGINT})
LOOK = frozenset({signal.SIGCHLD, signal.SIGUSR1})
READY_LINE = b"database system is ready to accept connections"
# After a quick failure: wait this long, and give up after the last. A run of STEADY_S forgives what was before.
PAUSES_S = (0.0, 0.1, 0.3, 0.6, 1.2)
STEADY_S = 60.0
FAST_SHUTDOWN_S = 60.0
IMMEDIATE_SHUTDOWN_S = 10.0


class Keeper:
    """Runs one server until it is told to stop (SIGTERM, or no user is left) or the server cannot be kept up."""

    def __init__(self, folder: DatabaseFolder, programs: Programs, settings: dict[str, str]) -> None:
        self._folder = folder
        self._programs = programs
        self._settings = {**server_settings(read_machine(), programs.major), **settings}
        self._identity = Identity()
        self._log = BoundedLog(folder.log)
        self._socket_folder = Path()
        self._server: subprocess.Popen[bytes] | None = None

    def run(self) -> None:
        """Work until the end. The last status says which end it was."""
        signal.pthread_sigmask(signal.SIG_BLOCK, {*STOP, *LOOK, signal.SIGHUP})
        threading.Thread(target=self._wait_for_last_user, daemon=True).start()
        try:
            self._prepare()
            self._keep_up()
            self._say("stopping")
            self._shut_down()
            self._folder.leave_socket_folder()
            self._say("stopped")
        except EmbeddedDatabaseUnavailable as refusal:
            self._say("failed", refusal.sentence)

    def _prepare(self) -> None:
        self._say("starting" if self._folder.exists() else "initialising")
        self._identity = choose_identity(self._folder.path, self._programs.folder / "postgres")
        self._socket_folder = self._folder.socket_folder()
        self._identity.own(self._socket_folder)
        if not self._folder.exists():
            initialise(self._folder, self._programs, self._identity, self._settings)

    def _keep_up(self) -> None:
        """Start the server, and again after each crash, until a stop is asked for."""
        failures = 0
        while True:
            began = time.monotonic()
            clear_the_way(self._folder, self._socket_folder)
            self._start_server()
            self._say("starting")
            if self._is_told_to_stop():
                return
            failures = 1 if time.monotonic() - began > STEADY_S else failures + 1
            if failures > len(PAUSES_S):
                raise EmbeddedDatabaseUnavailable(self._why_it_fails(failures))
            self._say("starting")
            if signal.sigtimedwait(STOP, PAUSES_S[failures - 1]) is not None:
                return

    def _start_server(self) -> None:
        self._log.fatal_lines.clear()
        command = [
            os.fspath(self._programs.folder / "postgres"),
            *("-D", os.fspath(self._folder.data)),
            *("-k", os.fspath(self._socket_folder)),
            *command_line({"listen_addresses": "", "unix_socket_permissions": "0700", **self._settings}),
        ]
        self._server = self._identity.start(
            command, self._folder.data, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        threading.Thread(target=self._copy_log, args=(self._server,), daemon=True).start()

    def _is_told_to_stop(self) -> bool:
        """Wait until a stop is asked for (true) or the server has ended by itself (false)."""
        assert self._server is not None
        while True:
            number = signal.sigwait(STOP | LOOK)
            if number in STOP:
                return True
            if self._server.poll() is not None:
                return False
            if number == signal.SIGUSR1:
                self._say("running")

    def _shut_down(self) -> None:
        """End the server by ever harder requests; a fast shutdown leaves nothing to recover."""
        server = self._server
        if server is None:
            return
        for number, patience_s in ((signal.SIGINT, FAST_SHUTDOWN_S), (signal.SIGQUIT, IMMEDIATE_SHUTDOWN_S)):
            if server.poll() is None:
                server.send_signal(number)
            deadline = time.monotonic() + patience_s
            while server.poll() is None and (left_s := deadline - time.monotonic()) > 0:
                signal.sigtimedwait(LOOK, left_s)
        if server.poll() is None:
            server.kill()
            server.wait()

    def _say(self, state: str, sentence: str = "") -> None:
        server_pid = self._server.pid if self._server is not None and self._server.poll() is None else 0
        # Users knock only where a server is known to listen: each knock during a recovery would be a line in the log.
        socket_folder = os.fspath(self._socket_folder) if state == "running" else ""
        self._folder.write_status(EmbeddedStatus(state, sentence, os.getpid(), server_pid, socket_folder))

    def _why_it_fails(self, failures: int) -> str:
        words = " / ".join(self._log.fatal_lines) or "nothing"
        return (
            f"The database server ended {failures} times in a row right after its start and said “{words}”: "
            f"mend that and start again; more stands in {self._folder.log}."
        )

    def _copy_log(self, server: subprocess.Popen[bytes]) -> None:
        assert server.stdout is not None
        for line in iter(lambda: server.stdout.readline(8192), b""):  # type: ignore[union-attr]
            self._log.write(line)
            if READY_LINE in line:
                os.kill(os.getpid(), signal.SIGUSR1)
        server.stdout.close()

    def _wait_for_last_user(self) -> None:
        fcntl.flock(open_lock(self._folder.users_lock), fcntl.LOCK_EX)
        os.kill(os.getpid(), signal.SIGTERM)


def main() -> NoReturn:
    """Read the task, leave the parent, keep the database. The lock's descriptor is inherited and closed by the end."""
    task = json.loads(sys.argv[1])
    os.set_inheritable(task["keeper_lock"], False)  # noqa: FBT003
    if os.fork():
        os._exit(0)  # the user waits for this, and need not collect the keeper later
    folder = DatabaseFolder(Path(task["folder"]))
    programs = Programs(Path(task["programs"]), task["major"], task["from_wheel"])
    try:
        Keeper(folder, programs, task["settings"]).run()
    except Exception as fault:
        sentence = f"The keeper of the database met a fault ({fault!r}): see {folder.keeper_errors} and start again."
        folder.write_status(EmbeddedStatus("failed", sentence, os.getpid()))
        raise
    # Ends at once, also beside the thread that may still wait for the users' lock.
    os._exit(0)


if __name__ == "__main__":
    main()
