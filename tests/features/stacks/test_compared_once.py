"""Pictures are compared once, also where they turn out to be different ones."""

from typing import Any

import cv2
import numpy as np
import pytest

from calotype.features.stacks import looking
from calotype.ports.object_store import print_key
from tests.features.stacks.conftest import Shelf, look_vector


async def test_a_pair_that_was_refused_is_not_compared_again(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    shelf.stacks._objects = shelf.library.objects
    random = np.random.default_rng(3)
    for n in range(2):
        sha256 = bytes([n + 1]) * 32
        await shelf.add(f"{n}.jpg", seed=1, vector=look_vector(1, 2, 0.4 * n), sha256=sha256)
        blocks = np.kron(random.integers(0, 255, (15, 15)), np.ones((10, 10))).astype(np.uint8)
        await shelf.library.objects.put(print_key(sha256, "150.webp"), cv2.imencode(".webp", blocks)[1].tobytes())
    compare, calls = looking.compare, 0

    def count(*given: Any) -> Any:
        nonlocal calls
        calls += 1
        return compare(*given)

    monkeypatch.setattr(looking, "compare", count)
    await shelf.organise()
    assert calls > 0
    assert await shelf.found() == []
    before = calls
    await shelf.organise(is_whole=True)
    assert calls == before
    async with shelf.database.connection() as connection:
        rows = await (await connection.execute("select cardinality(measures) from compared_pictures")).fetchall()
    assert rows == [(2,)]
