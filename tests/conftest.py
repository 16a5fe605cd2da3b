"""What all tests share: a real PostgreSQL, and the shared photos where they are."""

import os
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from psycopg import conninfo, sql

from calotype.db.embedded import EmbeddedPostgres

# Tests want speed, not survival of a power cut.
QUICK_SETTINGS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "shared_buffers": "64MB"}


@pytest.fixture(scope="session")
def postgres_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of an empty database with pgvector at hand, one per test process.

    It is an embedded server of its own, or a new database on the server that `CALOTYPE_TEST_DATABASE_URL` names.
    """
    outside = os.environ.get("CALOTYPE_TEST_DATABASE_URL")
    if outside:
        yield from _database_on(outside)
        return
    server = EmbeddedPostgres(tmp_path_factory.mktemp("library") / "postgres", settings=QUICK_SETTINGS)
    try:
        yield server.start()
    finally:
        server.release(wait=True)


def _database_on(server_url: str) -> Iterator[str]:
    name = f"calotype_test_{uuid4().hex}"
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(sql.SQL("create database {}").format(sql.Identifier(name)))
    try:
        yield _with_database(server_url, name)
    finally:
        with psycopg.connect(server_url, autocommit=True) as connection:
            connection.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))


def _with_database(server_url: str, name: str) -> str:
    """The same server, another database; URL stays URL."""
    if "://" not in server_url:
        return conninfo.make_conninfo(server_url, dbname=name)
    scheme, _, rest = server_url.partition("://")
    place, _, query = rest.partition("?")
    return f"{scheme}://{place.partition('/')[0]}/{name}{'?' + query if query else ''}"


@pytest.fixture(scope="session")
def shared_photos() -> Path:
    """The folder of shared test photos: beside the checkout, or in the folder that `CALOTYPE_SHARED` names."""
    named = os.environ.get("CALOTYPE_SHARED")
    shared = Path(named) if named else Path(__file__).resolve().parents[2] / "shared"
    photos = shared / "photos" if (shared / "photos").is_dir() else shared
    if not (photos / "MANIFEST.csv").is_file():
        pytest.skip(f"the shared photos are not in {photos}; name their folder in CALOTYPE_SHARED")
    return photos
