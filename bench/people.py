"""Faces into people: drawn crowds that look like the vectors of the models, how long they take and how right they are.

    python -m bench.people 100000

A crowd is drawn so that its cosines are those of dlib's vectors: two pictures of one person 0.97 in the middle, two
people 0.82 with a deviation of 0.032 (measured on 178 faces). People have as many faces as they do in libraries: few
have thousands, most have one or two (Zipf), and a third of all faces are strangers who come once.
"""

import json
import os
import resource
import subprocess
import sys
import time
from typing import Any
from uuid import UUID

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
    """Sort one crowd from the ground up in this process: groups, people, facets, questions; without the database."""
    from calotype.features.people.asking import find_likenesses  # noqa: PLC0415 - peak memory is ours alone
    from calotype.features.people.assigning import assign_all, facets_of  # noqa: PLC0415
    from calotype.features.people.thresholds import scale_of  # noqa: PLC0415

    vectors, people = draw_crowd(faces)
    known = make_faces(vectors)
    before_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    began, cpu = time.perf_counter(), time.process_time()
    found = assign_all(known, {})
    facets = facets_of(known, found)
    unknown = known.chosen([place for place, person in enumerate(found) if person is None])
    scale = scale_of(known.space)
    asked = find_likenesses(facets, unknown, {}, scale, scale.join_among(faces))
    took, cpu = time.perf_counter() - began, time.process_time() - cpu
    numbers = {person: number for number, person in enumerate(facets.people)}
    precision, recall = score(np.array([-1 if person is None else numbers[person] for person in found]), people)
    return {
        "faces": faces, "seconds": took, "cpu_s": cpu, "drawing_peak_mb": before_mb,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, "load": os.getloadavg()[0],
        "groups": len(facets.people), "questions": len(asked), "precision": precision, "recall": recall,
    }  # fmt: skip


def make_faces(vectors: Any) -> Any:
    """Return drawn vectors as faces of nobody, one a photo, each good enough to found a group."""
    from calotype.features.people.repository.vectors import Faces  # noqa: PLC0415

    count = len(vectors)
    ids = [UUID(int=number) for number in range(count)]
    return Faces(
        space="dlib-resnet/1", ids=ids, photo_ids=ids, people=[None] * count, assigned_by=np.zeros(count, np.int16),
        size_px=np.full(count, 120, np.int32), score=np.full(count, 0.9, np.float32),
        sharpness=np.full(count, 0.7, np.float32), years=np.arange(count, dtype=np.int32) % 15 + 2010,
        is_sorted=np.zeros(count, bool), subjects=[str(number) for number in range(count)], vectors=vectors,
    )  # fmt: skip


def measure_people() -> dict[str, Any]:
    """Group crowds of growing size, each in a process of its own."""
    found = {}
    for faces in SIZES:
        command = [sys.executable, "-m", "bench.people", str(faces)]
        found[str(faces)] = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return found


if __name__ == "__main__":
    print(json.dumps(measure_one(int(sys.argv[1]))))
