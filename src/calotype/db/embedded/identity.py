"""As whom the server runs. PostgreSQL refuses to run as root; this finds a way that opens no folder and makes no user.

An ordinary user: as that user. Root: in a user namespace of its own, where root's files belong to an ordinary number
(user_namespaces(7)). Root where namespaces are refused: as an unprivileged user, if that one can reach the files.
"""

import ctypes
import os
import pwd
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from calotype.db.embedded.errors import EmbeddedDatabaseUnavailable

CLONE_NEWUSER = 0x10000000  # linux/sched.h
PR_SET_PDEATHSIG = 1  # linux/prctl.h
INNER_ID = 1000

_libc = ctypes.CDLL(None, use_errno=True)


class Identity(NamedTuple):
    """`namespace`: run in a user namespace. `uid`, `gid`: become this user first; -1 means stay."""

    namespace: bool = False
    uid: int = -1
    gid: int = -1

    def start(self, command: list[str], cwd: Path, **streams: int) -> subprocess.Popen[bytes]:
        """Start a program so, in the working folder `cwd`.

        When the calling thread dies, the program gets SIGINT, which is PostgreSQL's request for a fast shutdown.
        """
        parent = os.getpid()

        def enter() -> None:
            # Runs in the child between fork and exec.
            if self.namespace:
                enter_namespace()
            signal.pthread_sigmask(signal.SIG_SETMASK, [])
            _libc.prctl(PR_SET_PDEATHSIG, signal.SIGINT, 0, 0, 0)
            if os.getppid() != parent:  # it died before it could be watched
                os._exit(1)

        become = {} if self.uid < 0 else {"user": self.uid, "group": self.gid, "extra_groups": []}
        return subprocess.Popen(command, preexec_fn=enter, cwd=cwd, **streams, **become)  # type: ignore[call-overload, no-any-return]  # noqa: PLW1509 - the caller's threads hold no lock that this needs

    def own(self, path: Path) -> None:
        """Give a file or folder to the identity, where it is another user."""
        if self.uid >= 0:
            os.chown(path, self.uid, self.gid)


def enter_namespace() -> None:
    """Move this (single-threaded) process into a new user namespace that shows its user as `INNER_ID`.

    Raises `OSError` where the system refuses.
    """
    uid, gid = os.geteuid(), os.getegid()
    if _libc.unshare(CLONE_NEWUSER) != 0:
        raise OSError(ctypes.get_errno(), "user namespaces are refused")
    Path("/proc/self/setgroups").write_text("deny", "ascii")
    Path("/proc/self/uid_map").write_text(f"{INNER_ID} {uid} 1", "ascii")
    Path("/proc/self/gid_map").write_text(f"{INNER_ID} {gid} 1", "ascii")


def choose_identity(folder: Path, program: Path) -> Identity:
    """As whom to run `program` on the files in `folder`.

    Raises `EmbeddedDatabaseUnavailable` where neither way is open to root.
    """
    if os.geteuid() != 0:
        return Identity()
    if _can_reach(enter_namespace, folder, program):
        return Identity(namespace=True)
    owner = folder.stat()
    user = pwd.getpwuid(owner.st_uid) if owner.st_uid else _unprivileged_user()
    # Only the folder itself changes hands; its parents stay as they are.
    os.chown(folder, user.pw_uid, user.pw_gid)

    def become() -> None:
        os.setgroups([])
        os.setgid(user.pw_gid)
        os.setuid(user.pw_uid)

    if _can_reach(become, folder, program):
        return Identity(uid=user.pw_uid, gid=user.pw_gid)
    os.chown(folder, owner.st_uid, owner.st_gid)
    raise EmbeddedDatabaseUnavailable(
        "PostgreSQL does not run as root, this system refuses user namespaces, and the user "
        f"{user.pw_name} cannot reach {folder} and {program}: start Calotype as an ordinary user, or install it "
        "and set CALOTYPE_HOME where every user may enter, such as /opt and /var/lib/calotype."
    )


def _unprivileged_user() -> pwd.struct_passwd:
    for name in ("calotype", "postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    return pwd.getpwuid(65534)


def _can_reach(become: Callable[[], None], folder: Path, program: Path) -> bool:
    """Try it in a child process: become that user, and ask for the rights on folder and program."""
    child = os.fork()
    if child == 0:
        answer = 1
        try:
            become()
            answer = 0 if os.access(folder, os.R_OK | os.W_OK | os.X_OK) and os.access(program, os.X_OK) else 1
        except (OSError, ValueError):
            answer = 1
        finally:
            os._exit(answer)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
