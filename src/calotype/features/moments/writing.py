"""Writing the difference, at once or in parts."""

from typing import Any, TypeVar
from uuid import UUID

from calotype.db.engine import Database
from calotype.features.moments.repository import columns, moments
from calotype.features.moments.rules.comparing import Difference
from calotype.features.photos import next_change
from calotype.kit.progress import Progress

Connection = moments.Connection
Row = TypeVar("Row")

_ROWS, _PAIRS = 2_000, 20_000  # a transaction


class ToldMeanwhile(Exception):
    """Somebody decided something while a run was under way."""


async def write(connection: Connection, owner_id: UUID, difference: Difference) -> None:
    if difference.is_empty:
        return
    await moments.put_moments(connection, owner_id, difference.put)
    await moments.leave(connection, owner_id, *_ids(difference.leaves))
    await moments.enter(connection, owner_id, *_ids(difference.enters))
    await moments.remove_moments(connection, owner_id, difference.remove)


async def write_in_parts(
    database: Database,
    owner_id: UUID,
    difference: Difference,
    told: int | None,
    progress: Progress,
) -> None:
    """Write in transactions of a second: trips before the events that lie in them, out of moments before into them.

    What was written stays when a run is killed, and the next one finds what is missing. Raises `ToldMeanwhile`.
    """
    parts = _part(difference)
    for number, part in enumerate(parts):
        await progress(number, len(parts), "Writing events and trips")

        async def work(connection: Connection, part: Difference = part) -> None:
            await next_change(connection, owner_id)  # before all else, as every writer of an owner's photos
            await moments.lock_moments(connection, owner_id)
            now = await moments.find_rhythm(connection, owner_id)
            if (None if now is None else now.told) != told:
                raise ToldMeanwhile
            await write(connection, owner_id, part)

        await database.run_transaction(work)


def _part(difference: Difference) -> list[Difference]:
    none = difference.leaves[0][:0], difference.leaves[1][:0]
    leaves, enters = (
        [
            (pairs[0][start : start + _PAIRS], pairs[1][start : start + _PAIRS])
            for start in range(0, len(pairs[0]), _PAIRS)
        ]
        for pairs in (difference.leaves, difference.enters)
    )
    return [
        *(Difference(rows, [], none, none) for rows in _cut(difference.put)),
        *(Difference([], [], pairs, none) for pairs in leaves),
        *(Difference([], [], none, pairs) for pairs in enters),
        *(Difference([], ids, none, none) for ids in _cut(difference.remove)),
    ]


def _cut(rows: list[Row]) -> list[list[Row]]:
    return [rows[start : start + _ROWS] for start in range(0, len(rows), _ROWS)]


def _ids(pairs: tuple[Any, Any]) -> tuple[list[UUID], list[UUID]]:
    return [columns.to_uuid(each) for each in pairs[0].tolist()], [columns.to_uuid(each) for each in pairs[1].tolist()]
