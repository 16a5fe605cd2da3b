"""Faces into people: drawn crowds that look like the vectors of the models, how long they take and how right they are.

    python -m bench.people 100000

A crowd is drawn so that its cosines are those of dlib's vectors: two pictures of one person 0.97 in the middle, two
people 0.82 with a deviation of 0.032 (measured on 178 faces). People have as many faces as they do in libraries: few
have thousands, most have one or two (Zipf), and a third of all faces are strangers who come once.
"""

import json
import resource
import subprocess
import sys
import time
from typing import Any

import numpy as np

DIMENSIONS = 128
SHARED, IDENTITY, NOISE = 0.82, 0.148, 0.032
"""Shares of the square of a vector's length: what all faces have in common, what a person has, what a picture has."""
FREE = 32
"""Dimensions in which people differ: gives strangers' cosines their deviation."""
SIZES = (10_000, 30_000, 100_000)


def draw_crowd(faces: int, seed: int = 1) -> tuple[Any, Any]:
    """Return vectors, float32 [faces, 128] of length 1, and the number of the person of each."""
    dice = np.random.default_rng(seed)
    known = faces * 2 // 3
    weights = 1 / np.arange(1, max(2, faces // 60) + 1)
    people = dice.choice(len(weights), known, p=weights / weights.sum())
    people = np.concatenate([people, len(weights) + np.arange(faces - known)])
    dice.shuffle(people)
    identities = dice.normal(size=(people.max() + 1, FREE)) @ dice.normal(size=(FREE, DIMENSIONS))
    common = _unit(dice.normal(size=DIMENSIONS))
    own = _unit(identities)[people] * np.sqrt(IDENTITY)
    noise = _unit(dice.normal(size=(faces, DIMENSIONS))) * np.sqrt(NOISE * dice.uniform(0.3, 2.7, (faces, 1)))
    return _unit(common * np.sqrt(SHARED) + own + noise).astype(np.float32), people


def _unit(vectors: Any) -> Any:
    return vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)


def score(labels: Any, people: Any) -> tuple[float, float]:
    """Return precision and recall of pairs, counted without making them."""

    def pairs(numbers: Any) -> float:
        counts = np.unique(numbers, return_counts=True)[1].astype(float)
        return float((counts * (counts - 1) / 2).sum())

    is_in = labels >= 0
    right = pairs(labels[is_in].astype(np.int64) * (people.max() + 1) + people[is_in])
    return right / max(1.0, pairs(labels[is_in])), right / pairs(people)


def measure_one(faces: int) -> dict[str, float]:
    """Group one crowd in this process."""
    from calotype.features.people.clustering import Crowd, group_faces  # noqa: PLC0415 - peak memory is ours alone
    from calotype.features.people.thresholds import scale_of  # noqa: PLC0415

    vectors, people = draw_crowd(faces)
    before_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    crowd = Crowd(vectors, np.arange(faces), np.full(faces, -1), np.ones(faces, bool))
    began, cpu = time.perf_counter(), time.process_time()
    labels = group_faces(crowd, scale_of("dlib-resnet/1").join_among(faces))
    took, cpu = time.perf_counter() - began, time.process_time() - cpu
    precision, recall = score(labels, people)
    return {
        "faces": faces, "seconds": took, "cpu_s": cpu, "drawing_peak_mb": before_mb,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "groups": len(np.unique(labels[labels >= 0])), "precision": precision, "recall": recall,
    }  # fmt: skip


def measure_people() -> dict[str, Any]:
    """Group crowds of growing size, each in a process of its own."""
    found = {}
    for faces in SIZES:
        command = [sys.executable, "-m", "bench.people", str(faces)]
        found[str(faces)] = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return found


if __name__ == "__main__":
    print(json.dumps(measure_one(int(sys.argv[1]))))
