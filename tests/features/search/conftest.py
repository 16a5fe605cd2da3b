"""A search over a real database, with an embedder whose space can be read."""

from uuid import UUID

import pytest

from calotype.db.engine import Database
from calotype.features.search import Search
from tests.features.search.shelf import AxisEmbedder, Shelf


@pytest.fixture
def embedder() -> AxisEmbedder:
    return AxisEmbedder()


@pytest.fixture
def search(database: Database, embedder: AxisEmbedder) -> Search:
    return Search(database, lambda: embedder)


@pytest.fixture
def shelf(database: Database, owner: UUID) -> Shelf:
    return Shelf(database, owner)
