"""What is refused before the server is started, each with one sentence that says what to do.

The functions take text (of /proc files), so that every machine can be tried on any machine.
"""

import re
import sys
from pathlib import Path

from calotype.db.embedded.errors import EmbeddedDatabaseUnavailable
from calotype.db.embedded.folder import DatabaseFolder
from calotype.db.embedded.programs import Programs, find_wheel_folder

# The pgvector of the wheel is compiled for the machine that built it; these are the extensions that its ordinary
# functions use. Without one of them `CREATE EXTENSION vector` ends the server with SIGILL.
NEEDED_CPU_FEATURES = ("avx2", "bmi2", "fma")

NETWORK_FILE_SYSTEMS = frozenset(
    (
        *("9p", "afs", "beegfs", "ceph", "cifs", "coda", "davfs", "fuse.ceph", "fuse.davfs2", "fuse.gcsfuse"),
        *("fuse.glusterfs", "fuse.rclone", "fuse.s3fs", "fuse.sshfs", "gfs", "gfs2", "glusterfs", "gpfs", "lustre"),
        *("ncpfs", "nfs", "nfs4", "ocfs2", "orangefs", "smb3", "smbfs"),
    )
)
UNFIT_FILE_SYSTEMS = frozenset({"exfat", "fuseblk", "msdos", "ntfs", "ntfs3", "vfat"})  # no owners, no file rights


def missing_cpu_features(cpuinfo_text: str) -> tuple[str, ...]:
    """The needed x86 extensions that a `/proc/cpuinfo` does not name. Other processors have no flags and need none."""
    flags = re.search(r"^flags\s*:(.*)$", cpuinfo_text, re.MULTILINE)
    if flags is None:
        return ()
    present = set(flags[1].split())
    return tuple(feature for feature in NEEDED_CPU_FEATURES if feature not in present)


def file_system_type(path: Path, mountinfo_text: str) -> str:
    """The file system that an absolute path stands on, by the text of `/proc/self/mountinfo`; empty if unknown."""
    best, kind = -1, ""
    for line in mountinfo_text.splitlines():
        before, separator, after = line.partition(" - ")
        fields = before.split(" ")
        if not separator or len(fields) < 5 or not after:
            continue
        mount_point = re.sub(r"\\([0-7]{3})", lambda code: chr(int(code[1], 8)), fields[4])
        # Of two mounts on the same folder the later one is seen.
        if path.is_relative_to(mount_point) and len(Path(mount_point).parts) >= best:
            best, kind = len(Path(mount_point).parts), after.split(" ")[0]
    return kind


def refuse_unfit_platform(platform_name: str = sys.platform) -> None:
    """Raises `EmbeddedDatabaseUnavailable` where the keeper cannot work."""
    if platform_name != "linux":
        raise EmbeddedDatabaseUnavailable(
            f"The built-in database runs on Linux only, and this is {platform_name}: set CALOTYPE_DATABASE_URL "
            "to a PostgreSQL 16 or newer with pgvector."
        )


def refuse_unfit_folder(folder: Path, mountinfo_text: str) -> None:
    """Raises `EmbeddedDatabaseUnavailable` for a folder on a network share or on a file system without file rights."""
    kind = file_system_type(folder, mountinfo_text)
    if kind in NETWORK_FILE_SYSTEMS:
        raise EmbeddedDatabaseUnavailable(
            f"The database folder {folder} is on a network share ({kind}), where a database can be damaged: set "
            "CALOTYPE_HOME to a folder on a disk of this machine (the photos may stay on the share)."
        )
    if kind in UNFIT_FILE_SYSTEMS:
        raise EmbeddedDatabaseUnavailable(
            f"The database folder {folder} is on a {kind} disk, which cannot keep file rights: set CALOTYPE_HOME to a "
            "folder on a Linux file system such as ext4, xfs or btrfs (the photos may stay where they are)."
        )


def refuse_unfit_cpu(cpuinfo_text: str) -> None:
    """Raises `EmbeddedDatabaseUnavailable` where the wheel's pgvector would crash."""
    missing = missing_cpu_features(cpuinfo_text)
    if missing:
        raise EmbeddedDatabaseUnavailable(
            f"This processor lacks {', '.join(missing)}, which the built-in database needs: set CALOTYPE_PG_BIN to a "
            "PostgreSQL with a pgvector made for this machine, or CALOTYPE_DATABASE_URL to a server elsewhere."
        )


def refuse_other_major(folder: DatabaseFolder, programs: Programs) -> None:
    """Raises `EmbeddedDatabaseUnavailable` for a database that another major version wrote."""
    try:
        written_by = int((folder.data / "PG_VERSION").read_text("ascii"))
    except FileNotFoundError:
        return
    except ValueError:
        raise EmbeddedDatabaseUnavailable(
            f"{folder.data / 'PG_VERSION'} does not name a version, so this is no whole database: restore the "
            "folder from a backup, or move it away to begin an empty one."
        ) from None
    if written_by > programs.major:
        raise EmbeddedDatabaseUnavailable(
            f"The database in {folder.path} was written by PostgreSQL {written_by}, and this Calotype runs PostgreSQL "
            f"{programs.major}: install the newer Calotype again, or set CALOTYPE_PG_BIN to PostgreSQL {written_by}."
        )
    if written_by < programs.major:
        old = find_wheel_folder(written_by) if written_by == 16 else None
        raise EmbeddedDatabaseUnavailable(
            f"The database in {folder.path} was written by PostgreSQL {written_by}, and this Calotype runs PostgreSQL "
            f"{programs.major}: set CALOTYPE_PG_BIN={old or f'<the bin folder of PostgreSQL {written_by}>'} to use "
            f"it as it is; to upgrade, save it so with pg_dump -Fc, move {folder.data} away, and fill the new one "
            "with pg_restore."
        )


def refuse(folder: DatabaseFolder, programs: Programs) -> None:
    """All that is checked for a folder of this machine. Raises `EmbeddedDatabaseUnavailable`."""
    refuse_unfit_platform()
    refuse_unfit_folder(folder.path, Path("/proc/self/mountinfo").read_text("utf-8", "surrogateescape"))
    refuse_other_major(folder, programs)
    if programs.from_wheel:
        refuse_unfit_cpu(Path("/proc/cpuinfo").read_text("utf-8", "replace"))
