"""The schema of the library and the way to its newest version.

`upgrade` is called by every process at its start. It asks one question of the database and returns in a millisecond
where nothing is to be done; Alembic (and SQLAlchemy under it) is imported only where a migration must run.
"""

from importlib import import_module
from pathlib import Path

import psycopg

VERSIONS = Path(__file__).parent / "versions"
_UPGRADE_LOCK = 0x43414C4F  # advisory lock: one process migrates, the others wait for it


class SchemaTooNew(Exception):
    """The library was written by a newer Calotype."""


def newest_version() -> str:
    """Return the revision that the code expects: the name of the last file under `versions/`."""
    return max(path.stem for path in VERSIONS.glob("[0-9]*.py"))


def _version_of(connection: psycopg.Connection[tuple[object, ...]]) -> str | None:
    row = connection.execute("select to_regclass('alembic_version') is not null").fetchone()
    if row is None or not row[0]:
        return None
    version = connection.execute("select version_num from alembic_version").fetchone()
    return None if version is None else str(version[0])


def upgrade(conninfo: str) -> bool:
    """Bring the schema of the database at `conninfo` to the newest version; return whether anything ran.

    Raises `SchemaTooNew` where the database is ahead of the code.
    """
    with psycopg.connect(conninfo, autocommit=True) as connection:
        if _version_of(connection) == newest_version():
            return False
        connection.execute("select pg_advisory_lock(%s)", (_UPGRADE_LOCK,))
        current = _version_of(connection)
        if current == newest_version():
            return False
        if current is not None and current > newest_version():
            raise SchemaTooNew(
                f"This library was written by a newer Calotype (schema {current}, this one knows "
                f"{newest_version()}). Update Calotype and start again."
            )
        import_module("calotype.migrations.run").run_to_newest(conninfo)
        return True
