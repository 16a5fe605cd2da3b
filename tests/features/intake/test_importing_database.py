"""Imports and the database: what concerns one file ends one file, what concerns all ends the import."""

from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from psycopg import OperationalError, errors

from calotype.db.engine import Database, DatabaseUnavailable
from calotype.features.albums import PhotosPutIntoAlbum
from calotype.features.intake import Intake
from calotype.features.photos import PhotoStored
from calotype.kit.events import Publisher
from calotype.ports.object_store.filesystem import FilesystemObjectStore
from tests.features.intake.conftest import quiet_albums

from .conftest import originals, picture
from .test_importing import photos, run

__all__ = ["photos"]


@pytest.mark.parametrize("problem", [errors.DeadlockDetected, errors.LockNotAvailable, errors.QueryCanceled])
async def test_a_deadlock_is_the_matter_of_one_file(
    database: Database, objects: FilesystemObjectStore, owner: UUID, photos: Path, problem: type[Exception]
) -> None:
    for name in "abc":
        (photos / f"{name}.jpg").write_bytes(picture((90 * "abc".index(name), 0, 0)))

    async def lose(event: PhotoStored, connection: Any) -> None:
        row = await (
            await connection.execute("select file_name from photos where id = %s", [event.photo_id])
        ).fetchone()
        if row == ("b.jpg",):
            raise problem("somebody else was quicker")

    intake = Intake(database, objects, Publisher({PhotoStored: [lose]}), quiet_albums(database))
    told = await run(intake, owner, photos, jobs=1)
    assert told.words() == {"a.jpg": "stored", "b.jpg": "failed", "c.jpg": "stored"}
    assert told.totals.halted_because is None


@pytest.mark.parametrize(
    "problem", [OperationalError("gone"), errors.AdminShutdown("bye"), DatabaseUnavailable("It is away.")]
)
async def test_a_lost_database_ends_the_import(
    intake: Intake, owner: UUID, photos: Path, monkeypatch: pytest.MonkeyPatch, problem: Exception
) -> None:
    for name in "abc":
        (photos / f"{name}.jpg").write_bytes(picture((90 * "abc".index(name), 0, 0)))

    async def lose(owner_id: UUID, chunks: Any, offer: Any) -> Any:
        raise problem

    monkeypatch.setattr(intake, "take_in", lose)
    told = await run(intake, owner, photos, jobs=1)
    assert told.words() == {"a.jpg": "failed"}
    assert told.totals.halted_because == str(problem)


async def test_a_deadlock_that_passes_is_not_noticed(
    database: Database, objects: FilesystemObjectStore, owner: UUID, photos: Path
) -> None:
    (photos / "a.jpg").write_bytes(picture())
    tries = 0

    async def lose_once(event: object, connection: object) -> None:
        nonlocal tries
        tries += 1
        if tries == 1:
            raise errors.DeadlockDetected

    listening = Publisher({PhotoStored: [lose_once], PhotosPutIntoAlbum: [lose_once]})
    intake = Intake(database, objects, listening, quiet_albums(database, listening))
    assert (await run(intake, owner, photos)).words() == {"a.jpg": "stored"}
    assert tries == 2
    assert len(await originals(objects)) == 1
    tries = 0
    again = await run(intake, owner, photos, album="Sea")
    assert again.words() == {"a.jpg": "duplicate"}
    assert (tries, again.totals.halted_because) == (2, None)
