"""Which photos are due for a stage: SQL over the bytes of `photos.stages` (record.py has their layout)."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from psycopg import AsyncConnection

from calotype.pipeline.record import (
    LANE_OF,
    NO_VISION,
    UNDERSTAND,
    VERSIONS,
    WHOLE_SQL,
    Outcome,
    outcome_byte,
    version_byte,
)

Connection = AsyncConnection[Any]
CHUNK = 2000  # photos a transaction


def applicable_versions(provider: str) -> dict[str, int]:
    """Return the versions of the stages that run under these settings: without vision, those of `develop` only."""
    if provider != NO_VISION:
        return dict(VERSIONS)
    return {name: version for name, version in VERSIONS.items() if LANE_OF[name] != UNDERSTAND}


async def known_versions(connection: Connection) -> dict[str, int]:
    """Return the versions that this library has been brought to, or has queued."""
    rows = await (await connection.execute("select stage, version from stage_versions")).fetchall()
    return {str(stage): int(version) for stage, version in rows}


async def remember_versions(connection: Connection, versions: Mapping[str, int]) -> None:
    for stage, version in versions.items():
        await connection.execute(
            "insert into stage_versions (stage, version) values (%s, %s) "
            "on conflict (stage) do update set version = excluded.version",
            (stage, version),
        )


async def list_outdated(connection: Connection, versions: Mapping[str, int], after: UUID | None) -> Sequence[UUID]:
    """Return up to `CHUNK` ids of photos, by id, that some stage of `versions` has worked on, but not in that version.

    Photos whose first job still waits are left to it. Those that have no picture are due for a newer decoder, not for
    what comes after it.
    """
    differs = " or ".join(
        f"get_byte({WHOLE_SQL}, {version_byte(stage)}) <> {version:d}" for stage, version in versions.items()
    )
    has_picture = "processing_status <> 3" if any(LANE_OF[stage] == UNDERSTAND for stage in versions) else "true"
    cursor = await connection.execute(
        f"select id from photos where stages is not null and {has_picture} and ({differs}) "
        "and (%(after)s::uuid is null or id > %(after)s) order by id limit %(limit)s",
        {"after": after, "limit": CHUNK},
    )
    return [row[0] for row in await cursor.fetchall()]


def _forgotten(stage: str) -> str:
    return f"set_byte(set_byte({WHOLE_SQL}, {version_byte(stage)}, 0), {outcome_byte(stage)}, {int(Outcome.DUE)})"


async def forget_stage(
    connection: Connection, stage: str, owner_id: UUID | None, after: UUID | None, *, failed_only: bool
) -> Sequence[UUID]:
    """Make up to `CHUNK` photos, by id, due for a stage; return their ids."""
    failed = int(Outcome.FAILED)
    condition = f"get_byte({WHOLE_SQL}, {outcome_byte(stage)}) = {failed}" if failed_only else "true"
    cursor = await connection.execute(
        f"""
        with chosen as (
            select id from photos where stages is not null and {condition}
            and (%(owner)s::uuid is null or owner_id = %(owner)s) and (%(after)s::uuid is null or id > %(after)s)
            order by id limit %(limit)s),
        forgotten as (
            update photos set stages = {_forgotten(stage)} from chosen where photos.id = chosen.id)
        select id from chosen order by id
        """,
        {"owner": owner_id, "after": after, "limit": CHUNK},
    )
    return [row[0] for row in await cursor.fetchall()]


async def forget_stage_of(connection: Connection, stage: str, photo_id: UUID) -> None:
    """Make one photo due for a stage."""
    await connection.execute(
        f"update photos set stages = {_forgotten(stage)} where id = %s and stages is not null", (photo_id,)
    )
