"""What the tests of the features share: a migrated database, empty for each test, and somebody who owns photos."""

from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from uuid import UUID, uuid4

import httpx
import psycopg
import pytest
import pytest_asyncio

from calotype.db.engine import Database
from calotype.features.photos import NewPhoto, TakenSource, add_photo
from calotype.kit.events import Publisher
from calotype.kit.ids import uuid7
from calotype.migrations import upgrade
from tests.features.app import SmallLibrary, client_of, make_app

_KEPT = ("alembic_version",)


@pytest.fixture(scope="session")
def _migrated_url(postgres_url: str) -> str:
    upgrade(postgres_url)
    return postgres_url


@pytest.fixture
def library_url(_migrated_url: str) -> str:
    """The URL of a database with the newest schema and not a row in it."""
    with psycopg.connect(_migrated_url, autocommit=True) as connection:
        tables = connection.execute(
            "select string_agg(format('%%I', tablename), ', ') from pg_tables"
            " where schemaname = 'public' and tablename <> all(%s)",
            (list(_KEPT),),
        ).fetchone()
        assert tables is not None
        connection.execute(f"truncate {tables[0]} restart identity cascade")
    return _migrated_url


@pytest_asyncio.fixture
async def database(library_url: str) -> AsyncIterator[Database]:
    """The library's database, open."""
    async with Database(library_url, min_size=1, max_size=6, timeout_s=10) as database:
        yield database


async def make_owner(database: Database, email: str = "ada@example.org") -> UUID:
    """Add a user; return the id."""
    owner_id = uuid7()
    async with database.transaction() as connection:
        await connection.execute(
            "insert into users (id, email, name, password_hash, role) values (%s, %s, 'Ada', 'none', 'owner')",
            (owner_id, email),
        )
    return owner_id


@pytest_asyncio.fixture
async def owner(database: Database) -> UUID:
    """The id of a user who owns what the test makes."""
    return await make_owner(database)


@pytest_asyncio.fixture
async def stranger(database: Database) -> UUID:
    """The id of another user."""
    return await make_owner(database, "eve@example.org")


async def make_photo(database: Database, owner_id: UUID, **facts: object) -> UUID:
    """Add a photo by the real door; `facts` are fields of `NewPhoto` (`sha256`, `taken_local`, ...). Return its id."""
    values: dict[str, object] = {
        "sha256": uuid4().bytes * 2,
        "sha1": bytes(20),
        "size_bytes": 1000,
        "media_type": 1,
        "file_name": "IMG_0001.jpg",
        "taken_local": datetime(2023, 7, 1, 12, 0),
        "taken_source": TakenSource.EXIF,
        "width": 4000,
        "height": 3000,
    }
    new = NewPhoto(owner_id=owner_id, **{**values, **facts})  # type: ignore[arg-type]
    async with database.transaction() as connection:
        return (await add_photo(connection, new, Publisher({}))).id


@pytest.fixture
def library(database: Database, tmp_path: Path) -> SmallLibrary:
    """Accounts and photos over the database, objects in memory."""
    return SmallLibrary(database, tmp_path)


@pytest_asyncio.fixture
async def visitor(library: SmallLibrary) -> AsyncIterator[httpx.AsyncClient]:
    """A client that is not signed in."""
    async with client_of(make_app(library)) as client:
        yield client


async def sign_in_as(library: SmallLibrary, owner_id: UUID) -> str:
    """Return a bearer token of a user."""
    user = next(user for user in await library.accounts.list_users() if user.id == owner_id)
    return (await library.accounts.open_session(user, "test")).token


@pytest_asyncio.fixture
async def client(library: SmallLibrary, owner: UUID) -> AsyncIterator[httpx.AsyncClient]:
    """A client that is signed in as `owner`."""
    async with client_of(make_app(library), await sign_in_as(library, owner)) as client:
        yield client


@pytest_asyncio.fixture
async def stranger_client(library: SmallLibrary, stranger: UUID) -> AsyncIterator[httpx.AsyncClient]:
    """A client that is signed in as `stranger`."""
    async with client_of(make_app(library), await sign_in_as(library, stranger)) as client:
        yield client
