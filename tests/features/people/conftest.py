"""A family: Anna on five photos, Ben on four, one of somebody else."""

from uuid import UUID

import pytest_asyncio

from calotype.db.engine import Database
from tests.features.people.crowd import Family

ANNA = ["anna0", "anna1", "anna2", "anna3", "anna4"]
BEN = ["ben0", "ben1", "ben2", "ben3"]


@pytest_asyncio.fixture
async def empty_family(database: Database, owner: UUID) -> Family:
    """A library without photos."""
    return Family(database, owner)


@pytest_asyncio.fixture
async def family(empty_family: Family) -> Family:
    """Ten photos, sorted."""
    for place, name in enumerate(ANNA):
        await empty_family.add(name, ("Anna", place), year=2015 + place)
    for place, name in enumerate(BEN):
        await empty_family.add(name, ("Ben", place))
    await empty_family.add("cleo", ("Cleo", 0))
    await empty_family.sort(is_whole=True)
    return empty_family
