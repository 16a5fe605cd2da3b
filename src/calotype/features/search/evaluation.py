"""How well the search answers a list of questions with known answers.

The list is a CSV with the columns `query`, `kind`, `paths`: files that are right answers, relative to the CSV's folder,
parted by `|`. Photos are matched by the hash of their content, so it does not matter under which names they came in.
The whole ranking is measured, before the cut-off that hides doubtful hits from people.
"""

import asyncio
import csv
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from calotype.db.engine import Database
from calotype.features.search.errors import BadQuestion
from calotype.features.search.repository.contents import list_ids_by_content
from calotype.features.search.service import Search

_DEPTH = 1_000
_COLUMNS = ("query", "kind", "paths")


@dataclass(frozen=True)
class AskedQuery:
    """A question and the contents (SHA-256) that answer it."""

    sentence: str
    kind: str
    contents: tuple[bytes, ...]


@dataclass(frozen=True)
class QueryResult:
    """What became of a question: at which places (from 1) the right photos stand; `expected` is how many there are."""

    query: AskedQuery
    places: tuple[int, ...]
    expected: int

    @property
    def average_precision(self) -> float:
        """Return the mean of the precision at each right photo; photos that are not found count 0."""
        return (
            sum(count / place for count, place in enumerate(self.places, 1)) / self.expected if self.expected else 0.0
        )


def read_queries(path: Path) -> list[AskedQuery]:
    """Read the list. Raises `BadQuestion` where a column or a file is missing."""
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        missing = [name for name in _COLUMNS if name not in (reader.fieldnames or ())]
        if missing:
            raise BadQuestion(f"{path.name} lacks the column {missing[0]!r}: its columns are query, kind and paths.")
        return [
            AskedQuery(
                row["query"], row["kind"], tuple(_hash(path.parent / part) for part in row["paths"].split("|") if part)
            )
            for row in reader
        ]


def _hash(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").digest()
    except OSError as problem:
        raise BadQuestion(
            f"{path} cannot be read ({problem.strerror}): paths are relative to the CSV's folder."
        ) from None


async def evaluate(queries_csv: Path, search: Search, database: Database, owner_id: UUID) -> list[QueryResult]:
    """Ask all questions of the list and return where the right photos stand. Raises `BadQuestion`."""
    queries = await asyncio.to_thread(read_queries, queries_csv)
    async with database.connection() as connection:
        ids = await list_ids_by_content(
            connection, owner_id, sorted({one for query in queries for one in query.contents})
        )
    return [await _ask(search, owner_id, query, ids) for query in queries]


async def _ask(search: Search, owner_id: UUID, query: AskedQuery, ids: Mapping[bytes, UUID]) -> QueryResult:
    right = {ids[content] for content in query.contents if content in ids}
    answer = await search.search(owner_id, query.sentence, limit=_DEPTH, ranks_all=True)
    places = tuple(place for place, hit in enumerate(answer.hits, 1) if hit.photo.id in right)
    # right photos that are not in the library count as not found
    return QueryResult(query, places, len(set(query.contents)))


def summarise(results: Sequence[QueryResult]) -> dict[str, dict[str, float]]:
    """Return `{kind: {"queries", "hit@1", "hit@5", "map"}}`. A hit is any right photo among the first."""
    kinds = dict.fromkeys(result.query.kind for result in results)
    return {kind: _summarise_kind([one for one in results if one.query.kind == kind]) for kind in kinds}


def _summarise_kind(results: Sequence[QueryResult]) -> dict[str, float]:
    count = len(results)
    return {
        "queries": count,
        "hit@1": round(sum(bool(one.places) and one.places[0] == 1 for one in results) / count, 4),
        "hit@5": round(sum(bool(one.places) and one.places[0] <= 5 for one in results) / count, 4),
        "map": round(sum(one.average_precision for one in results) / count, 4),
    }
