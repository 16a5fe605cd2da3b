"""The store in memory keeps the promises."""

import pytest

from calotype.ports.object_store.memory import MemoryObjectStore

from .contract import ObjectStoreContract


class TestMemoryObjectStore(ObjectStoreContract):
    @pytest.fixture
    def objects(self) -> MemoryObjectStore:
        return MemoryObjectStore()

    @pytest.fixture
    def small_store(self) -> MemoryObjectStore:
        return MemoryObjectStore(capacity_bytes=2_500_000)
