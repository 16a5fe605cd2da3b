"""Nearest vectors: three methods, one answer; and the plans that make them fast."""

from datetime import datetime
from typing import Any
from uuid import UUID

import numpy as np
import psycopg
import pytest
import pytest_asyncio

from calotype.db.engine import Database
from calotype.features.search.document import owner_lexeme
from calotype.features.search.query import Known, parse
from calotype.features.search.repository import candidates, vector_index, vectors
from calotype.features.search.repository.conditions import Conditions, all_words, build_conditions
from calotype.features.search.repository.vector_index import Space, ensure_vector_index, find_space
from calotype.features.search.repository.vectors import find_nearest, vector_text
from calotype.features.search.schemas import Box, Given
from tests.features.conftest import make_owner

PHOTOS, DIMENSIONS = 3_000, 16
SPACE = "test-many/1"
QUESTION = np.where(np.arange(DIMENSIONS) % 3 == 0, 1, -1).astype(np.float32) / np.float32(DIMENSIONS**0.5)

_FILL_PHOTOS = """
    insert into photos (id, owner_id, taken_local, change, size_bytes, media_type, sha256, sha1, file_name)
    select gen_random_uuid(), %(owner)s, timestamp '2010-01-01' + n * interval '1 day', n, 1, 1, sha256(n::text::bytea),
           '', 'IMG.jpg'
    from generate_series(1, %(n)s) n
"""
_FILL_DOCUMENTS = """
    insert into search_documents (photo_id, owner_id, words)
    select id, owner_id, to_tsvector('english', case when change %% 100 = 0 then 'lighthouse' else 'dog' end)
           || array_to_tsvector(array[%(scope)s, 'y:' || extract(year from taken_local),
                                      'm:' || to_char(taken_local, 'YYYY-MM'), 'ca:camera ' || change %% 40])
    from photos where owner_id = %(owner)s
"""


@pytest_asyncio.fixture
async def many(database: Database, owner: UUID) -> dict[UUID, np.ndarray[Any, Any]]:
    """Three thousand photos with vectors, beside those of somebody else."""
    random = np.random.default_rng(5)
    stranger = await make_owner(database, "many@example.org")
    placed: dict[UUID, np.ndarray[Any, Any]] = {}
    async with database.transaction() as connection:
        space = await _make_space(connection)
        for who in (owner, stranger):
            scope = owner_lexeme(who)
            await connection.execute(_FILL_PHOTOS, {"owner": who, "n": PHOTOS})
            await connection.execute(_FILL_DOCUMENTS, {"owner": who, "scope": scope})
            rows = await (await connection.execute("select id from photos where owner_id = %s", (who,))).fetchall()
            made = random.standard_normal((len(rows), DIMENSIONS)).astype(np.float32)
            made /= np.linalg.norm(made, axis=1, keepdims=True)
            async with (
                connection.cursor() as cursor,
                cursor.copy("copy embeddings (photo_id, owner_id, space_id, vector) from stdin") as copy,
            ):
                for (photo,), vector in zip(rows, made, strict=True):
                    await copy.write_row((photo, who, space.id, vector_text(vector)))
                    if who == owner:
                        placed[photo] = vector
        await connection.execute(
            "insert into embedding_bits select owner_id, space_id, photo_id, binary_quantize(vector) from embeddings"
        )
    async with database.connection() as connection:
        await connection.execute("vacuum analyze")
    return placed


async def _make_space(connection: Any) -> Space:
    row = await (
        await connection.execute(
            "insert into embedding_spaces (name, dimensions) values (%s, %s) returning id", (SPACE, DIMENSIONS)
        )
    ).fetchone()
    return Space(row[0], SPACE, DIMENSIONS)


def exactly(placed: dict[UUID, Any], question: np.ndarray[Any, Any], limit: int) -> list[UUID]:
    return sorted(placed, key=lambda photo: -float(placed[photo] @ question))[:limit]


def are_nearest(found: list[UUID], placed: dict[UUID, Any], limit: int = 20) -> bool:
    """Whether these are the nearest in order, but for what half floats round away."""
    best = [float(placed[photo] @ QUESTION) for photo in exactly(placed, QUESTION, limit)]
    return [float(placed[photo] @ QUESTION) for photo in found] == pytest.approx(best, abs=2e-3)


def conditions_of(owner: UUID, sentence: str = "", **given: Any) -> Conditions:
    known = Known(cameras=tuple(f"camera {number}" for number in range(40)))
    query = parse(sentence, known, datetime(2024, 1, 1).date())
    return build_conditions(owner, query.filters, Given(**given))


async def nearest(
    database: Database, conditions: Conditions, question: np.ndarray[Any, Any], photos: int
) -> list[UUID]:
    async with database.transaction() as connection:
        space = await find_space(connection, SPACE)
        assert space is not None
        return await find_nearest(connection, conditions, space, vector_text(question), owner_photos=photos, limit=20)


async def test_a_small_library_is_compared_exactly(database: Database, owner: UUID, many: dict[UUID, Any]) -> None:
    assert are_nearest(await nearest(database, conditions_of(owner), QUESTION, PHOTOS), many)


async def test_the_scan_of_signs_finds_the_same(
    database: Database, owner: UUID, many: dict[UUID, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vectors, "EXACT_UP_TO", 10)
    found = await nearest(database, conditions_of(owner), QUESTION, PHOTOS)
    assert len(set(found) & set(exactly(many, QUESTION, 20))) >= 15  # 16 signs say little; the best 1,000 are compared


async def test_the_graph_finds_nearly_the_same_and_only_ones_own(
    database: Database, library_url: str, owner: UUID, many: dict[UUID, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vectors, "EXACT_UP_TO", 10)
    monkeypatch.setattr(vectors, "SCANNED_UP_TO", 100)
    monkeypatch.setattr(vector_index, "SCANNED_UP_TO", 100)
    async with await psycopg.AsyncConnection.connect(library_url, autocommit=True) as alone:
        assert await ensure_vector_index(alone, SPACE) == 2  # one for each large owner
        assert await ensure_vector_index(alone, SPACE) == 0
        try:
            found = await nearest(database, conditions_of(owner), QUESTION, PHOTOS)
            assert set(found) <= set(many)
            assert len(set(found) & set(exactly(many, QUESTION, 20))) >= 17
            in_a_year = await nearest(database, conditions_of(owner, "not in 2012"), QUESTION, PHOTOS)
            assert len(in_a_year) == 20
            plans = await _plan(database, conditions_of(owner))
            assert "embeddings_hnsw" in plans
        finally:
            rows = await (
                await alone.execute("select indexname from pg_indexes where indexname like 'embeddings_hnsw%'")
            ).fetchall()
            for (name,) in rows:
                await alone.execute(f"drop index {name}")


async def _plan(database: Database, conditions: Conditions) -> str:
    """Return the plan of the graph walk, by asking the database instead of running it."""
    async with database.transaction() as connection:
        space = await find_space(connection, SPACE)
        assert space is not None
        await connection.execute("set local enable_sort = off")
        clause, values = conditions.where_photos()
        rows = await connection.execute(
            "explain select e.photo_id from embeddings e join photos p on p.id = e.photo_id where e.space_id = "
            f"{space.id} and e.owner_id = '{conditions.owner_id}'::uuid and {clause} "
            f"order by e.vector::halfvec({DIMENSIONS}) <=> %s::halfvec({DIMENSIONS}) limit 20",
            (*values, vector_text(QUESTION)),
            prepare=False,
        )
        return "\n".join(row[0] for row in await rows.fetchall())


async def test_a_narrow_scope_is_compared_as_a_whole(
    database: Database, owner: UUID, many: dict[UUID, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vectors, "EXACT_UP_TO", 10)
    in_may = {
        row[0]
        for row in await _rows(database, "select id from photos where owner_id = %s and taken_local between "
                               "'2012-05-01' and '2012-05-31 23:59'", (owner,))
    }  # fmt: skip
    for sentence in ("in may 2012", "2012-05", "from 1 may 2012 to 31 may 2012"):
        found = await nearest(database, conditions_of(owner, sentence), QUESTION, PHOTOS)
        assert are_nearest(found, {photo: many[photo] for photo in in_may})
    by_camera = await nearest(database, conditions_of(owner, "taken with camera 7"), QUESTION, PHOTOS)
    of_camera = {
        row[0]
        for row in await _rows(database, "select id from photos where owner_id = %s and change %% 40 = 7", (owner,))
    }
    assert are_nearest(by_camera, {photo: many[photo] for photo in of_camera})


async def _rows(database: Database, query: str, values: tuple[Any, ...]) -> list[tuple[Any, ...]]:
    async with database.connection() as connection:
        return await (await connection.execute(query, values)).fetchall()


# -- plans -----------------------------------------------------------------------------------------------------


class Explained:
    """A connection that asks for plans in place of rows."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        self.plans = ""

    async def execute(self, query: str, values: Any = None, **_: Any) -> "Explained":
        cursor = await self._connection.execute("explain " + query, values, prepare=False)
        self.plans += "\n".join(row[0] for row in await cursor.fetchall())
        return self

    async def fetchall(self) -> list[Any]:
        return []


async def test_words_are_found_by_their_index(database: Database, owner: UUID, many: dict[UUID, Any]) -> None:
    async with database.connection() as connection:
        explained = Explained(connection)
        question = all_words(["lighthouse"])
        assert question is not None
        await candidates.find_by_words(explained, conditions_of(owner, "in 2012"), [question], 100)  # type: ignore[arg-type]
    assert "search_documents_words" in explained.plans
    assert "Sort" not in explained.plans  # whatever comes first is ranked afterwards


@pytest.mark.parametrize("sentence", ["", "in 2012", "before 2015", "last summer"])
async def test_a_list_by_date_walks_the_timeline(
    database: Database, owner: UUID, many: dict[UUID, Any], sentence: str
) -> None:
    async with database.connection() as connection:
        explained = Explained(connection)
        await candidates.list_by_date(explained, conditions_of(owner, sentence), None, 100)  # type: ignore[arg-type]
    assert "photos_timeline" in explained.plans
    assert "search_documents" not in explained.plans
    assert "Sort" not in explained.plans


async def test_a_rare_scope_is_found_by_the_index_of_words(
    database: Database, owner: UUID, many: dict[UUID, Any]
) -> None:
    async with database.connection() as connection:
        explained = Explained(connection)
        await candidates.list_by_date(explained, conditions_of(owner, "lighthouse", label="lighthouse"), None, 1000)  # type: ignore[arg-type]
    assert "search_documents_words" in explained.plans


async def test_the_map_narrows_by_its_index(database: Database, owner: UUID, many: dict[UUID, Any]) -> None:
    async with database.connection() as connection:
        explained = Explained(connection)
        await candidates.list_by_date(explained, conditions_of(owner, box=Box(0, 0, 1, 1)), None, 100)  # type: ignore[arg-type]
    assert "photos_map" in explained.plans
