"""A library of the first schema comes to the newest one with all that was decided in it."""

from collections.abc import Iterator
from uuid import UUID

import psycopg
import pytest
from alembic import command
from alembic.config import Config
from psycopg.types.json import Jsonb
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from calotype import migrations
from calotype.kit.ids import uuid7
from calotype.migrations import newest_version, upgrade

OWNER, PHOTO = UUID(int=1), UUID(int=2)
SHA256 = bytes(range(32))


@pytest.fixture
def first_schema(postgres_url: str) -> Iterator[str]:
    """The URL of a database that has stopped at the first version."""
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute("drop schema public cascade; create schema public")
    config = Config()
    config.set_main_option("script_location", str(migrations.VERSIONS.parent))
    config.set_main_option("path_separator", "os")
    engine = create_engine("postgresql+psycopg://", creator=lambda: psycopg.connect(postgres_url), poolclass=NullPool)
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001_library")
    engine.dispose()
    yield postgres_url
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute("drop schema public cascade; create schema public")
    upgrade(postgres_url)  # whoever tests after this in the same process finds what they expect


def test_decisions_of_the_first_schema_are_kept(first_schema: str) -> None:
    with psycopg.connect(first_schema, autocommit=True) as connection:
        connection.execute(
            "insert into users (id, email, name, password_hash, role) values (%s, 'a@example.org', 'A', 'x', 'owner')",
            (OWNER,),
        )
        connection.execute(
            "insert into photos (id, owner_id, taken_local, change, size_bytes, media_type, sha256, sha1, file_name, "
            "title) values (%s, %s, '2020-01-01', 1, 1, 1, %s, %s, 'a.jpg', 'Quay')",
            (PHOTO, OWNER, SHA256, bytes(20)),
        )
        connection.execute(
            "insert into photos (id, owner_id, taken_local, change, size_bytes, media_type, sha256, sha1, file_name, "
            "status, trashed_at) values (%s, %s, '2020-01-01', 2, 1, 1, %s, %s, 'b.jpg', 1, now() - interval '1 day')",
            (UUID(int=3), OWNER, b"t" * 32, bytes(20)),
        )
        for field, value in (("title", "Quay"), ("tags", ["sea"])):
            connection.execute(
                "insert into decisions (owner_id, sha256, field, value) values (%s, %s, %s, %s)",
                (OWNER, SHA256, field, Jsonb(value)),
            )
    assert upgrade(first_schema)
    assert not upgrade(first_schema)
    with psycopg.connect(first_schema) as connection:
        assert connection.execute("select version_num from alembic_version").fetchone() == (newest_version(),)
        facts = connection.execute(
            "select d.topic, d.subject, d.field, d.value, d.is_taken_back, j.owner_id, j.undone_by "
            "from decisions d join journal j on j.id = d.entry_id where d.field <> 'is_trashed' order by d.field"
        ).fetchall()
        assert facts == [
            ("photo", SHA256.hex(), "tags", ["sea"], False, OWNER, None),
            ("photo", SHA256.hex(), "title", "Quay", False, OWNER, None),
        ]
        assert connection.execute("select title, status from photos where id = %s", (PHOTO,)).fetchone() == ("Quay", 0)
        ids = [row[0] for row in connection.execute("select id from journal order by decided_at").fetchall()]
        assert ids == sorted(ids), "the journal goes by its ids"
        assert ids[-1] < uuid7(), "what is decided from now on comes after what was decided before"
        trashed = connection.execute("select kind, subject, value from decisions d join journal j on j.id = d.entry_id "
                                     "where field = 'is_trashed'").fetchall()  # fmt: skip
        assert trashed == [("photos.trash", (b"t" * 32).hex(), True)]
