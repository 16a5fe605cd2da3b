"""How long it takes to find near hashes among many, and how much memory. The limit: sorting alone.

Each set has 5 % near-duplicates in random forms; the hostile ones are all equal, or near each other in one bucket.
"""

import json
import resource
import subprocess
import sys
import time
from itertools import product
from typing import Any

import numpy as np

from calotype.features.stacks.fingerprints import FORMS, turn
from calotype.features.stacks.organising import pair_hashes
from calotype.kit.ids import uuid7

SIZES = (100_000, 300_000, 1_000_000)
_ONE = (
    "from bench.stacks import measure_one; import json, sys; "
    "print(json.dumps(measure_one(sys.argv[1], int(sys.argv[2]))))"
)


def measure_stacks(largest: int = SIZES[-1]) -> list[dict[str, Any]]:
    """Measure each set in a process of its own, so that the memory is its own."""
    wanted = [("usual", size) for size in SIZES if size <= largest]
    wanted += [("equal", 50_000), ("black", 50_000), ("one bucket", 50_000), ("new ones", largest)]
    runs: list[dict[str, Any]] = []
    for kind, size in wanted:
        run = subprocess.run([sys.executable, "-c", _ONE, kind, str(size)], capture_output=True, text=True, check=True)
        runs.append(json.loads(run.stdout))
    return runs


def measure_one(kind: str, size: int) -> dict[str, Any]:
    """Return seconds (by the clock and of the processor), the highest memory in MB and the number of candidates."""

    values = make_hashes(kind, size)
    ids = [uuid7() for _ in values]
    news = set(ids[:100]) if kind == "new ones" else set(ids)
    packed = values.astype(">i8").tobytes()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    began, worked = time.perf_counter(), time.process_time()
    pairs = pair_hashes(ids, packed, news)
    return {
        "set": kind, "hashes": len(ids), "seconds": round(time.perf_counter() - began, 2),
        "cpu_s": round(time.process_time() - worked, 2), "pairs": len(pairs), "before_mb": before,
        "highest_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }  # fmt: skip


def make_hashes(kind: str, size: int) -> Any:
    """Return hashes as they are stored."""

    chance = np.random.default_rng(1)
    if kind == "black":
        return np.full(size, -(2**63), np.int64)
    telling = np.uint64(0x00000000FFFFFFFF)
    if kind == "equal":
        return np.full(size, telling).view(np.int64)
    if kind == "one bucket":  # one bit of each half flipped: all tell something, all are near each other
        made = np.full(size, telling)
        for _ in range(2):
            made ^= np.uint64(1) << chance.integers(0, 32, size).astype(np.uint64)
            made ^= np.uint64(1) << chance.integers(32, 64, size).astype(np.uint64)
        return made.view(np.int64)
    # Half the bits of each kind (even and odd rows and columns) are set, so they stay half when a mirror flips them.
    kinds = [[place for place in range(64) if (place % 2, place // 8 % 2) == kind] for kind in product((0, 1), (0, 1))]
    order = np.argpartition(chance.random((size, 4, 16), dtype=np.float32), 8, axis=2)
    places = np.take_along_axis(np.array(kinds, np.uint64)[None], order, axis=2)
    made = np.bitwise_or.reduce(np.uint64(1) << places[:, :, :8].reshape(size, 32), axis=1)
    count = size // 20
    near = made[:count].copy()
    for parity, rank in product((0, 1), (0, 8)):  # two bits off and two on
        near ^= np.uint64(1) << places[:count, parity, rank]
    forms = chance.integers(0, FORMS, len(near))
    for form in range(FORMS):
        near[forms == form] = turn(near[forms == form], form)
    return np.concatenate((made, near)).view(np.int64)
