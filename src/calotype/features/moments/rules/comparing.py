"""What is to be written: the difference between what was found and what the tables hold."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from calotype.features.moments.rules.keeping import Kept, Known
from calotype.features.moments.rules.timeline import Ints
from calotype.features.moments.schemas import MomentRow

Ids = NDArray[np.bytes_]


@dataclass(frozen=True)
class Difference:
    """Rows to write, ids to remove, and pairs of moment and photo to take out and to put in (`S16`)."""

    put: list[MomentRow]
    remove: list[UUID]
    leaves: tuple[Ids, Ids]
    enters: tuple[Ids, Ids]

    @property
    def is_empty(self) -> bool:
        """Whether all is as it should be."""
        return not (self.put or self.remove or len(self.leaves[0]) or len(self.enters[0]))


def place_of(ids: Ids, asked: Ids) -> Ints:
    """Return the place of each asked id among `ids`, -1 where it is not there."""
    if not len(ids):
        return np.full(len(asked), -1, np.int64)
    order = np.argsort(ids)
    found = np.minimum(np.searchsorted(ids, asked, sorter=order), len(ids) - 1)
    places: Ints = np.where(ids[order[found]] == asked, order[found], -1)
    return places


def know(places: Ints, moments: Ids, made: NDArray[np.bool_], photos: int) -> Known:
    """Return what the tables hold of one kind: `places` of the photos in the timeline (none is -1), their moments."""
    ids, first, number = np.unique(moments, return_index=True, return_inverse=True)
    moment = np.full(photos, -1, np.int64)
    moment[places] = number
    return Known(moment, [_to_uuid(each) for each in ids.tolist()], [not each for each in made[first].tolist()])


def compare(
    photo_ids: Ids, kept: Sequence[Kept], rows: Sequence[MomentRow], before: Mapping[UUID, MomentRow],
    pairs: tuple[Ids, Ids], is_trip: NDArray[np.bool_],
) -> Difference:  # fmt: skip
    """Return what leads from `before` and `pairs` (moment, photo) to `rows` and `kept` (events, trips)."""
    leaves, enters = [], []
    for kind, each in enumerate(kept):
        mine = is_trip == bool(kind)
        moments, photos = pairs[0][mine], pairs[1][mine]
        places = place_of(photo_ids, photos)
        names = np.array([b"", *(moment_id.bytes if moment_id else b"" for moment_id in each.ids)], "S16")
        now = names[each.moment + 1]
        stays = (places >= 0) & (now[places] == moments) if len(photo_ids) else places >= 0
        leaves.append((moments[~stays], photos[~stays]))
        settled = np.zeros(len(photo_ids), np.bool_)
        settled[places[stays]] = True
        enter = (each.moment >= 0) & ~settled
        enters.append((now[enter], photo_ids[enter]))
    put = [row for row in rows if before.get(row.id) != row]
    return Difference(put, sorted(before.keys() - {row.id for row in rows}), _join(leaves), _join(enters))


def _join(pairs: Sequence[tuple[Ids, Ids]]) -> tuple[Ids, Ids]:
    return np.concatenate([pair[0] for pair in pairs]), np.concatenate([pair[1] for pair in pairs])


def _to_uuid(content: Any) -> UUID:
    return UUID(bytes=bytes(content).ljust(16, b"\0"))
