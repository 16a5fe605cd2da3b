"""What people may know of the pipeline and ask of it: counts, failures, and to do something again."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from psycopg.rows import dict_row

from calotype.api.problems import ApiProblem
from calotype.db.engine import Database
from calotype.features.photos import ProcessingStatus
from calotype.pipeline import due
from calotype.pipeline.record import DEVELOP, LANE_OF, STAGE_ORDER, VERSIONS, WHOLE_SQL, Outcome, outcome_byte
from calotype.ports.queue import NewJob, Priority, Queue

NEWEST_FAILURES = 50
COUNTING_SHARE = 0.05
VisionState = Callable[[], dict[str, Any]]
_STATUS = ("pending", "processing", "completed", "failed")
_OUTCOME = {Outcome.DUE: "due", Outcome.DONE: "done", Outcome.NONE: "none", Outcome.FAILED: "failed",
            Outcome.RETRYING: "retrying"}  # fmt: skip


class UnknownStage(ApiProblem):
    """No stage has this name."""

    status = 422
    title = "No such stage"

    def __init__(self, name: str) -> None:
        super().__init__(f"There is no stage called {name!r}. The stages are: {', '.join(STAGE_ORDER)}.")


@dataclass(frozen=True)
class _Counts:
    """Counts, and how long (`time.monotonic`) they are good enough."""

    rows: Sequence[dict[str, Any]]
    good_until: float


class Pipeline:
    """The service behind `GET /pipeline`, `calotype status` and `calotype reprocess`."""

    def __init__(self, database: Database, queue: Queue, vision_state: VisionState) -> None:
        self._database = database
        self._queue = queue
        self._vision_state = vision_state
        self._counts: dict[UUID, _Counts] = {}

    async def get_status(self, owner_id: UUID) -> dict[str, Any]:
        """Return counts of photos by status, of each stage by outcome, what waits, and the newest failures."""
        rows = await self._count(owner_id)
        async with self._database.connection() as connection, connection.cursor(row_factory=dict_row) as cursor:
            await cursor.execute(
                "select f.photo_id, p.file_name, f.stage, f.reason, f.is_final from photo_failures f "
                "join photos p on p.id = f.photo_id where f.owner_id = %s and p.status = 0 "
                "order by f.failed_at desc limit %s",
                (owner_id, NEWEST_FAILURES),
            )
            failures = await cursor.fetchall()
        waiting = await self.count_waiting()
        return {
            "photos": _count_statuses(rows),
            "stages": [_count_stage(rows, name) for name in STAGE_ORDER],
            "queue": {
                "develop": waiting.pop("develop", 0),
                "understand": waiting.pop("understand", 0),
                "other": sum(waiting.values()),
            },
            "vision": self._vision_state(),
            "failures": [{**row, "photo_id": str(row["photo_id"])} for row in failures],
        }

    async def count_waiting(self) -> dict[str, int]:
        """Return how many jobs of each task wait or are in hand, of all owners."""
        async with self._database.connection() as connection:
            cursor = await connection.execute(
                "select task_name, count(*) from procrastinate_jobs where status in ('todo', 'doing') group by 1"
            )
            return {str(name): int(count) for name, count in await cursor.fetchall()}

    async def _count(self, owner_id: UUID) -> Sequence[dict[str, Any]]:
        """Count photos by status and outcomes. It reads every row of the owner, so the last answer is kept for as long
        as asking again and again would cost more than `COUNTING_SHARE` of a core: 0.1 s for thousands of photos, some
        ten seconds for a million.
        """
        kept = self._counts.get(owner_id)
        began = time.monotonic()
        if kept is not None and began < kept.good_until:
            return kept.rows
        outcomes = ", ".join(
            f"coalesce(get_byte({WHOLE_SQL}, {outcome_byte(name)}), 0) as {name}" for name in STAGE_ORDER
        )
        columns = ", ".join(str(place + 1) for place in range(len(STAGE_ORDER) + 1))
        async with self._database.connection() as connection, connection.cursor(row_factory=dict_row) as cursor:
            await cursor.execute(
                f"select processing_status, {outcomes}, count(*) as n from photos "
                f"where owner_id = %s and status = 0 group by {columns}",
                (owner_id,),
            )
            rows = await cursor.fetchall()
        ended = time.monotonic()
        self._counts[owner_id] = _Counts(rows, ended + (ended - began) / COUNTING_SHARE)
        return rows

    async def reprocess(self, stage: str, owner_id: UUID | None = None, *, failed_only: bool = False) -> int:
        """Make the photos of one owner, or of all, due again for one stage; return how many. Raises `UnknownStage`."""
        if stage not in VERSIONS:
            raise UnknownStage(stage)
        count = 0
        chunk: Sequence[UUID] | None = None
        while chunk is None or len(chunk) == due.CHUNK:
            async with self._database.transaction() as connection:
                after = None if chunk is None else chunk[-1]
                chunk = await due.forget_stage(connection, stage, owner_id, after, failed_only=failed_only)
                await self._defer(connection, LANE_OF[stage], chunk, [stage])
            count += len(chunk)
        return count

    async def notice_new_versions(self, provider: str) -> int:
        """Queue, at the lowest priority, whatever the code knows a newer version of than the library has seen."""
        versions = due.applicable_versions(provider)
        async with self._database.transaction() as connection:
            known = await due.known_versions(connection)
        newer = [stage for stage, version in versions.items() if known.get(stage) != version]
        count = 0
        for lane in sorted({LANE_OF[stage] for stage in newer}):
            stages = [stage for stage in newer if LANE_OF[stage] == lane]
            count += await self._queue_outdated(lane, {stage: versions[stage] for stage in stages})
        if newer:
            async with self._database.transaction() as connection:
                await due.remember_versions(connection, versions)
        return count

    async def _queue_outdated(self, lane: str, versions: dict[str, int]) -> int:
        count, chunk = 0, None
        while chunk is None or len(chunk) == due.CHUNK:
            async with self._database.transaction() as connection:
                after = None if chunk is None else chunk[-1]
                chunk = await due.list_outdated(connection, versions, after)
                await self._defer(connection, lane, chunk)
            count += len(chunk)
        return count

    async def _defer(self, connection: Any, lane: str, photo_ids: Sequence[UUID], again: Sequence[str] = ()) -> None:
        """`again` names the stages in the job itself: a lane that has the photo in hand may write over the request."""
        if photo_ids:
            told = {"again": list(again)} if again else {}
            jobs = [NewJob(lane, {"photo_id": str(photo_id), **told}, Priority.AGAIN) for photo_id in photo_ids]
            await self._queue.defer(connection, jobs)

    async def start_photo(self, connection: Any, photo_id: UUID) -> None:
        """Queue a photo that has just been stored, in the transaction that stores it."""
        await self._queue.defer(connection, [NewJob(DEVELOP, {"photo_id": str(photo_id)}, Priority.DEVELOP)])

    async def redo_stage(self, connection: Any, photo_id: UUID, stage: str) -> None:
        """Make one photo due again for one stage, in the transaction that changed what the stage reads."""
        await due.forget_stage_of(connection, stage, photo_id)
        arguments = {"photo_id": str(photo_id), "again": [stage]}
        await self._queue.defer(connection, [NewJob(LANE_OF[stage], arguments, Priority.DEVELOP)])


def _count_statuses(rows: Sequence[dict[str, Any]]) -> dict[str, int]:
    counts = dict.fromkeys(_STATUS, 0)
    for row in rows:
        counts[_STATUS[row["processing_status"]]] += row["n"]
    return counts


def _count_stage(rows: Sequence[dict[str, Any]], name: str) -> dict[str, Any]:
    counts = dict.fromkeys(_OUTCOME.values(), 0)
    for row in rows:
        outcome = Outcome(row[name])
        if outcome is Outcome.DUE and row["processing_status"] == ProcessingStatus.FAILED:
            outcome = Outcome.FAILED  # there is no picture for it to work on
        counts[_OUTCOME[outcome]] += row["n"]
    return {"name": name, "version": VERSIONS[name], "counts": counts}
