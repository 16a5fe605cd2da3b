"""From what an owner said of a label to a new version of its head, judged beside the one in force."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from uuid import UUID

import numpy as np
from threadpoolctl import threadpool_limits

from calotype.features.learning import judging, training
from calotype.features.learning.heads import Matrix, pack, unpack
from calotype.features.learning.judging import Figures, Pool
from calotype.features.learning.repository.examples import Space
from calotype.features.learning.rules import LEAST_EXAMPLES
from calotype.features.learning.schemas import HeadRow, LabelExamples, LabelHistory
from calotype.features.learning.vectors import Features
from calotype.kit.clock import now_utc
from calotype.kit.ids import uuid7

RECIPE = 1  # raise it when the same examples would make another head
MOST_SAID = 2000  # examples of either kind that are learned from, the newest photos


@dataclass(frozen=True)
class Task:
    """One label to be learned; `library` is how many photos the owner has."""

    owner_id: UUID
    examples: LabelExamples
    digest: str
    spaces: Sequence[Space]
    library: int
    history: LabelHistory


def space_name(spaces: Sequence[Space]) -> str:
    """Return the name under which a head keeps the spaces that it was learned in."""
    return "+".join(space.name for space in spaces)


def digest_of(examples: LabelExamples, spaces: Sequence[Space], library: int) -> str:
    """Return what tells apart what heads are made from; it changes when the library has grown to twice its size."""
    parts = [str(RECIPE), space_name(spaces), str(library.bit_length())]
    parts += [*map(str, sorted(examples.yes)), "-", *map(str, sorted(examples.no))]
    return sha256("\n".join(parts).encode()).hexdigest()[:32]


def teach(
    task: Task, said: Features, rest: Features, classified: Mapping[UUID, set[str]], old: HeadRow | None
) -> HeadRow | None:
    """Train a head and judge it beside the one in force, or else beside the packaged classifier.

    Returns None where fewer than `LEAST_EXAMPLES` examples have vectors. `classified`: the packaged labels.
    """
    yes, no = _places(said, task.examples.yes), _places(said, task.examples.no)
    if len(yes) < LEAST_EXAMPLES:
        return None
    with threadpool_limits(1):  # one core of many: this is work behind all other work
        known = set(said.ids)
        others = np.array([place for place, photo in enumerate(rest.ids) if photo not in known], np.intp)
        others = others[training.without_twins(rest.matrix[others], said.matrix[yes])]
        scale = max(1.0, task.library / max(1, len(rest.ids)))
        given = training.TrainingSet(said.matrix[yes], said.matrix[no], rest.matrix[others], scale)
        learned = training.learn(given)
        sides = ((said, yes), (said, no), (rest, others))
        groups = [[features.ids[place] for place in places] for features, places in sides]
        if old is not None and old.space == space_name(task.spaces):
            pool, threshold, by = _pool_of(old, given, groups), old.threshold, f"version {old.version}"
        else:
            pool, threshold, by = _classified_pool(task.examples.label, classified, groups, scale), 0.5, "classifier"
        before = judging.judge(pool, threshold, learned.hidden)
    return _row(task, learned, groups, before, by)


def _places(features: Features, wanted: frozenset[UUID]) -> list[int]:
    """Return where photos are; of too many the newest ones."""
    return [place for place, photo in enumerate(features.ids) if photo in wanted][-MOST_SAID:]


Groups = Sequence[Sequence[UUID]]


def _pool_of(old: HeadRow, given: training.TrainingSet, groups: Groups) -> Pool:
    """Return the probabilities of a head: of what it learned from, those from when it had not seen it."""
    head, held_out = unpack(old), {UUID(photo): probability for photo, _, probability in old.examples}

    def probabilities(matrix: Matrix, ids: Sequence[UUID]) -> Matrix:
        if not len(ids):
            return np.zeros(0, np.float32)
        found = head.probability(matrix)
        return np.array([held_out.get(photo, found[place]) for place, photo in enumerate(ids)], np.float32)

    yes, no, rest = (
        probabilities(matrix, ids) for matrix, ids in zip((given.yes, given.no, given.rest), groups, strict=True)
    )
    return Pool(yes, no, rest, given.scale)


def _classified_pool(label: str, classified: Mapping[UUID, set[str]], groups: Groups, scale: float) -> Pool:
    """Return 1 where the packaged classifier gives the label, else 0."""
    yes, no, rest = (np.array([label in classified.get(photo, ()) for photo in ids], np.float32) for ids in groups)
    return Pool(yes, no, rest, scale)


def _row(task: Task, learned: training.Learned, groups: Groups, before: Figures, by: str) -> HeadRow:
    figures, head = learned.figures, learned.head
    has_won = judging.is_good_enough(figures, learned.held_out) and figures.f > before.f
    weights, dtype, shape = pack(head.weights)
    versions = [each.version for each in task.history.versions] + list(task.history.rolled_back)
    answers = ((group, is_one, scores) for group, is_one, scores in zip(
        groups[:2], (True, False), (learned.held_out.yes, learned.held_out.no), strict=True))  # fmt: skip
    examples = [[str(photo), is_one, round(float(score), 5)]
                for group, is_one, scores in answers for photo, score in zip(group, scores, strict=True)]  # fmt: skip
    return HeadRow(
        id=uuid7(), owner_id=task.owner_id, label=task.examples.label, version=max(versions, default=0) + 1,
        method=head.method, space=space_name(task.spaces), weights=weights, dtype=dtype, shape=shape,
        offsets=list(head.offsets), threshold=head.threshold,
        figures=_figures(figures, before, by, learned, groups), examples=examples, made_from=task.digest,
        has_won=has_won, trained_at=now_utc(),
    )  # fmt: skip


def _figures(figures: Figures, before: Figures, by: str, learned: training.Learned, groups: Groups) -> dict[str, Any]:
    return {
        "measure": "F0.5 at the threshold, on held-out examples",
        "precision": _share(figures.precision), "recall": _share(figures.recall), "f": _share(figures.f),
        "precision_at_least": _share(figures.at_least), "auc": _share(judging.separate(learned.held_out)),
        "before": {
            "by": by, "precision": _share(before.precision), "recall": _share(before.recall), "f": _share(before.f)
        },
        "yes": len(groups[0]), "no": len(groups[1]), "rest": len(groups[2]), "untagged": round(learned.hidden),
        "has_twins": learned.has_twins,
    }  # fmt: skip


def _share(number: float | None) -> float | None:
    return None if number is None else round(number, 4)
