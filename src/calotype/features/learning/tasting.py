"""What an owner likes, from favourites, ratings, looks and words: a ridge over the embedding and the measured quality.

It goes into force only if, on photos that it has not seen, it tells liked ones from the rest of the library: the area
under the curve must be `LEAST_AUC` or more, the lower end of its 95 % interval (Hanley and McNeil 1982) above chance,
and it must beat the one in force.
"""

import asyncio
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any
from uuid import UUID

import numpy as np
from sklearn.linear_model import Ridge
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GroupKFold
from threadpoolctl import threadpool_limits

from calotype.db.engine import Database
from calotype.features.learning.heads import Head, Matrix, pack, unpack
from calotype.features.learning.repository import examples as reading
from calotype.features.learning.repository import heads as keeping
from calotype.features.learning.repository.examples import Space
from calotype.features.learning.rules import LEAST_LIKED, LIKED, TASTE, liking
from calotype.features.learning.schemas import HeadRow, LabelHistory
from calotype.features.learning.teaching import space_name
from calotype.features.learning.training import group_twins
from calotype.features.learning.vectors import Features, read_features
from calotype.kit.clock import now_utc
from calotype.kit.ids import uuid7

PER_MILLE = 1000
REST = 2000  # photos of the library without a sign of liking
MOST_JUDGED = 2000
FOLDS = 5
LEAST_AUC = 0.6  # chance is 0.5
ALPHA = 10.0
QUANTILES = 101
QUALITY_WEIGHT = 0.25  # of the five parts of quality beside an embedding of length 1
MIDDLE = 500.0  # of a part of quality that was not measured
RECIPE = 1


def add_qualities(features: Features, qualities: Mapping[UUID, Sequence[float | None]]) -> Matrix:
    """Return the features with five columns of measured quality behind them, each about -0.125..0.125."""
    unknown: Sequence[float | None] = [None] * 5
    parts = [[MIDDLE if part is None else part for part in qualities.get(photo, unknown)] for photo in features.ids]
    measured = (np.array(parts, np.float32).reshape(-1, 5) / PER_MILLE - np.float32(0.5)) * np.float32(QUALITY_WEIGHT)
    return np.hstack([features.matrix, measured])


async def learn_taste(database: Database, owner_id: UUID, spaces: Sequence[Space], history: LabelHistory) -> None:
    """Train taste where there are signs enough and they changed; write the version, be it better or not."""
    async with database.connection() as connection:
        signs = {row["id"]: liking(row) for row in await reading.list_likings(connection, owner_id)}
        signs = dict(sorted(signs.items())[-MOST_JUDGED:])
        digest = _digest(signs, spaces)
        if sum(sign >= LIKED for sign in signs.values()) < LEAST_LIKED:
            return
        if history.versions and history.versions[0].made_from == digest:
            return
        sampled = await reading.sample_photos(connection, owner_id, spaces, REST)
        features = await read_features(connection, owner_id, spaces, sorted({*signs, *sampled}))
        qualities = await reading.list_qualities(connection, owner_id, features.ids)
        before = history.in_force
        old = await keeping.list_heads(connection, owner_id, [before.id]) if before else []
    matrix = add_qualities(features, qualities)
    usable = old[0] if old and old[0].space == space_name(spaces) else None
    row = await asyncio.to_thread(_teach, owner_id, (features.ids, matrix), signs, usable, digest)
    if row is not None:
        row = HeadRow(**{**vars(row), "space": space_name(spaces), "version": _next_version(history)})
        async with database.transaction() as connection:
            await keeping.add_head(connection, row)
            await keeping.forget_old(
                connection, owner_id, TASTE, row.version - 10, [row.id, *([before.id] if before else [])]
            )


def _next_version(history: LabelHistory) -> int:
    return max((each.version for each in history.versions), default=0) + 1


def _digest(signs: Mapping[UUID, float], spaces: Sequence[Space]) -> str:
    lines = [str(RECIPE), space_name(spaces), *(f"{photo} {sign:.2f}" for photo, sign in signs.items())]
    return sha256("\n".join(lines).encode()).hexdigest()[:32]


def _teach(
    owner_id: UUID, photos: tuple[list[UUID], Matrix], signs: Mapping[UUID, float], old: HeadRow | None, digest: str
) -> HeadRow | None:
    ids, matrix = photos
    wanted = np.array([signs.get(photo, 0.0) for photo in ids], np.float32)
    is_liked = wanted >= LIKED
    if is_liked.sum() < LEAST_LIKED or is_liked.all():
        return None
    with threadpool_limits(1):
        scores = np.zeros(len(ids), np.float32)
        groups = group_twins(matrix[:, :-5])
        for train, test in GroupKFold(min(FOLDS, len(set(groups.tolist())))).split(matrix, groups=groups):
            scores[test] = _fit(matrix[train], wanted[train]).score(matrix[test])
        auc = float(roc_auc_score(is_liked, scores))
        before = 0.5 if old is None else float(roc_auc_score(is_liked, _old_scores(old, ids, matrix)))
        head = _fit(matrix, wanted)
    error = _standard_error(auc, int(is_liked.sum()), int((~is_liked).sum()))
    has_won = auc >= LEAST_AUC and auc - 1.96 * error > 0.5 and auc > before
    quantiles = np.quantile(head.score(matrix), np.linspace(0, 1, QUANTILES))
    head = Head("ridge", head.weights, (head.offsets[0], *quantiles.tolist()))
    weights, dtype, shape = pack(head.weights)
    figures = {
        "measure": "area under the curve, liked photos against the rest, held out", "auc": round(auc, 4),
        "error": round(error, 4), "before": round(before, 4),
        "liked": int(is_liked.sum()), "rest": int((~is_liked).sum()),
    }  # fmt: skip
    shares = head.calibrate(scores)
    held_out = [[str(photo), True, round(float(shares[place]), 5)] for place, photo in enumerate(ids) if photo in signs]
    return HeadRow(
        id=uuid7(), owner_id=owner_id, label=TASTE, version=0, method=head.method, space="", weights=weights,
        dtype=dtype, shape=shape, offsets=list(head.offsets), threshold=0.5, figures=figures, examples=held_out,
        made_from=digest, has_won=has_won, trained_at=now_utc(),
    )  # fmt: skip


def _fit(matrix: Matrix, wanted: Matrix) -> Head:
    model = Ridge(alpha=ALPHA).fit(matrix, wanted)
    return Head("ridge", np.asarray(model.coef_, np.float32).reshape(1, -1), (float(model.intercept_),))


def _old_scores(old: HeadRow, ids: Sequence[UUID], matrix: Matrix) -> Any:
    """Return what the head in force says, of the photos that it learned from what it said before it had seen them."""
    held_out = {UUID(photo): share for photo, _, share in old.examples}
    shares = unpack(old).probability(matrix)
    return np.array([held_out.get(photo, shares[place]) for place, photo in enumerate(ids)])


def _standard_error(auc: float, liked: int, others: int) -> float:
    """Return the standard error of an area under the curve (Hanley and McNeil 1982, exponential approximation)."""
    q1, q2 = auc / (2 - auc), 2 * auc * auc / (1 + auc)
    variance = auc * (1 - auc) + (liked - 1) * (q1 - auc * auc) + (others - 1) * (q2 - auc * auc)
    return float(np.sqrt(max(variance, 0.0) / (liked * others)))
