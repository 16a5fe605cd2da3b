"""What the tests of learning share."""

from uuid import UUID

import pytest

from calotype.db.engine import Database
from tests.features.learning.shelf import Shelf


@pytest.fixture
def shelf(database: Database, owner: UUID) -> Shelf:
    return Shelf(database, owner)
