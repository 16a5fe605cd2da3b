"""What stands in the folder of an embedded database, and the two locks that say who uses it and who keeps it.

`users.lock` is held shared by every process that uses the database; `keeper.lock` is held exclusively by the keeper.
Both are `flock` locks: the kernel drops them when a process ends, however it ends.
"""

import fcntl
import json
import os
from pathlib import Path
from typing import NamedTuple

SOCKET_NAME = ".s.PGSQL.5432"
# sockaddr_un.sun_path holds 108 bytes with the closing zero (unix(7)); a margin is left for PostgreSQL's own lock file.
LONGEST_SOCKET_PATH_BYTES = 100


class EmbeddedStatus(NamedTuple):
    """What the keeper last said.

    `state` is one of `initialising`, `starting`, `running`, `stopping`, `stopped`, `failed`. `sentence` is the reason
    of a failure, else empty. The process ids are 0 where there is no such process.
    """

    state: str
    sentence: str = ""
    keeper_pid: int = 0
    postgres_pid: int = 0
    socket_folder: str = ""


class DatabaseFolder:
    """Paths, status file and locks of one embedded database."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.data = path / "data"
        self.new_data = path / "data.new"  # an unfinished first set-up; never a database
        self.log = path / "postgres.log"
        self.keeper_errors = path / "keeper.err"
        self.users_lock = path / "users.lock"
        self.keeper_lock = path / "keeper.lock"
        self._status = path / "status.json"
        self._socket_folder_note = path / "socket-folder"

    def exists(self) -> bool:
        """Whether a complete database stands here."""
        return (self.data / "PG_VERSION").exists()

    def make(self) -> None:
        """Create the folder, open to its owner only."""
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)

    def read_status(self) -> EmbeddedStatus | None:
        """The last status that a keeper wrote, `None` where there is none."""
        try:
            return EmbeddedStatus(**json.loads(self._status.read_text("utf-8")))
        except (FileNotFoundError, ValueError, TypeError):
            return None

    def write_status(self, status: EmbeddedStatus) -> None:
        """Replace the status in one step, so that no reader sees half of it."""
        fresh = self._status.with_suffix(".tmp")
        fresh.write_text(json.dumps(status._asdict()), "utf-8")
        fresh.replace(self._status)

    def forget_status(self) -> None:
        """Remove what an earlier keeper said. Only for the holder of the keeper's lock."""
        self._status.unlink(missing_ok=True)

    def socket_folder(self) -> Path:
        """The 0700 folder of the server's socket: inside this folder, or elsewhere if that path would be too long."""
        own = self.path / "sock"
        if len(os.fsencode(own / SOCKET_NAME)) <= LONGEST_SOCKET_PATH_BYTES:
            own.mkdir(mode=0o700, exist_ok=True)
            return own
        try:
            noted = Path(self._socket_folder_note.read_text("utf-8"))
        except FileNotFoundError:
            noted = None
        if noted is not None and self._is_private(noted):
            return noted
        made = _make_private_folder()
        self._socket_folder_note.write_text(str(made), "utf-8")
        return made

    def leave_socket_folder(self) -> None:
        """Remove a socket folder that stands elsewhere, once no server uses it."""
        try:
            noted = Path(self._socket_folder_note.read_text("utf-8"))
        except FileNotFoundError:
            return
        self._socket_folder_note.unlink()
        if self._is_private(noted) and not any(noted.iterdir()):
            noted.rmdir()

    def _is_private(self, folder: Path) -> bool:
        # Under root the server may run as the user to whom this folder was given.
        return _is_private(folder, (os.geteuid(), self.path.stat().st_uid))


def _is_private(folder: Path, owners: tuple[int, ...]) -> bool:
    try:
        seen = folder.lstat()
    except OSError:
        return False
    return folder.is_dir() and not folder.is_symlink() and seen.st_uid in owners and seen.st_mode & 0o077 == 0


def _make_private_folder() -> Path:
    """A new 0700 folder with an unguessable name under the user's run-time folder, else the folder for temporary files.

    (`tempfile.mkdtemp` does the same; its imports would cost the keeper a megabyte.)
    """
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    if not (runtime and _is_private(Path(runtime), (os.geteuid(),))):
        runtime = os.environ.get("TMPDIR", "/tmp")  # noqa: S108 - the folder made in it is private
    parent = Path(runtime)
    if len(os.fsencode(parent)) > LONGEST_SOCKET_PATH_BYTES - 40:
        parent = Path("/tmp")  # noqa: S108 - the folder made in it is private
    made = parent / f"calotype-{os.urandom(6).hex()}"
    made.mkdir(mode=0o700)
    return made


def open_lock(path: Path) -> int:
    """A new descriptor of a lock file, which is made where it is missing. Child programs do not inherit it."""
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)


def try_lock(descriptor: int, *, shared: bool = False) -> bool:
    """Take the lock if it is free now; says whether it was."""
    try:
        fcntl.flock(descriptor, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def find_free_lock(path: Path, *, shared: bool = False) -> int | None:
    """A descriptor that holds the lock, or `None` if somebody else holds it."""
    descriptor = open_lock(path)
    if try_lock(descriptor, shared=shared):
        return descriptor
    os.close(descriptor)
    return None
