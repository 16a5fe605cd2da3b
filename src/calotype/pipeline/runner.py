"""Takes one photo through one lane: take it in hand, run the stages that are due, write what they found, lay it down.

What can happen, and what is on record then (the fifth law: no surprise):

* a stage finds out that it never will succeed: FAILED with the reason; the other stages run on;
* a stage fails in a way that may pass: RETRYING, and the job comes back later, a few times, with growing pauses;
* the process dies: the photo's row in `photos_in_work` stays and tells the next worker. A photo that a decoder
  crashed on twice is not tried again;
* a stage takes too long: the watchdog ends the process, which is a crash like any other.
"""

import asyncio
import faulthandler
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from calotype.db.engine import Database
from calotype.features.photos import apply_decisions
from calotype.kit.logs import Log
from calotype.media.heads import TooManyPixels, Undecodable
from calotype.pipeline import repository, writing
from calotype.pipeline.lanes import LANES
from calotype.pipeline.record import (
    DEVELOP,
    TRIES,
    UNDERSTAND,
    VERSIONS,
    Failure,
    Outcome,
    StageRecord,
    decode_stages,
    encode_stages,
)
from calotype.pipeline.repository import Worker
from calotype.pipeline.work import PhotoInWork, Ports, Stage
from calotype.ports.object_store import ObjectNotFound, ObjectStore, original_key, print_key
from calotype.ports.queue import NewJob, Priority, Queue
from calotype.ports.vision import VisionUnavailable

CRASHES_ALLOWED = 2  # a photo that ended two workers is not given to a third
KILLS_ALLOWED = 5  # being in hand when somebody else ends the worker is bad luck, but not for ever
LARGEST_PRINT = "1200.jpg"
NO_VISION = "off"

log = Log("calotype.pipeline")
IndexPhoto = Callable[[Any, UUID, UUID], Awaitable[None]]


class WillPass(Exception):
    """Some stage failed in a way that may pass: the queue brings the job back later."""


@dataclass
class LaneRun:
    """The outcome of one run of a lane."""

    records: dict[str, StageRecord]
    failures: dict[str, Failure | None]
    is_abandoned: bool = False

    @property
    def reason(self) -> str | None:
        """The first thing that a person should know."""
        return next((failure.reason for failure in self.failures.values() if failure is not None), None)

    @property
    def done(self) -> set[str]:
        """The stages that ran and went well."""
        return {stage for stage, failure in self.failures.items() if failure is None}

    @property
    def has_failures(self) -> bool:
        return len(self.done) < len(self.failures)

    @property
    def has_no_picture(self) -> bool:
        """Whether the photo as a whole has failed: its pixels cannot be had, or it ends whoever tries."""
        return self.is_abandoned or self.records["previews"].outcome is Outcome.FAILED


@dataclass
class Runner:
    """Works through lanes; one photo computes at a time, while others wait for the disk or the database."""

    database: Database
    objects: ObjectStore
    queue: Queue
    ports: Ports
    index_photo: IndexPhoto
    provider: str  # who looks at the pictures; "off" where nobody does
    stage_timeout_s: float
    _computing: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def run_lane(self, lane: str, photo_id: UUID, worker: Worker, attempt: int = 0) -> None:
        """Run the due stages of `lane` on a photo. Raises `WillPass` where the job should come back."""
        async with self.database.connection() as connection:
            row = await repository.take_photo(connection, photo_id, worker)
        if row is None:
            return  # purged while its job waited
        records = {record.name: record for record in decode_stages(row["stages"])}
        if row["crashes"] >= CRASHES_ALLOWED or row["kills"] >= KILLS_ALLOWED:
            run = _give_up(lane, records, row["crashes"])
            await self._write(lane, row, None, run)
            return
        is_last_try = attempt + 1 >= TRIES
        try:
            await self._run_due(lane, row, records, is_last_try=is_last_try)
        except WillPass:
            raise
        except Exception as error:
            if is_last_try:
                failure = Failure(is_final=True, reason=f"{type(error).__name__}: {error}"[:500])
                await self._write(lane, row, None, _all_failed(lane, records, failure))
            raise

    async def _run_due(
        self, lane: str, row: dict[str, Any], records: dict[str, StageRecord], *, is_last_try: bool
    ) -> None:
        due = [stage for stage in LANES[lane] if _is_due(records[stage.name], stage)]
        if not due and records["index"].version == VERSIONS["index"]:
            async with self.database.connection() as connection:
                await repository.lay_down(connection, row["id"])  # its job came twice
            return
        largest_print = await self._read_largest_print(row["sha256"]) if lane == UNDERSTAND else None
        try:
            async with self.objects.as_file(original_key(row["sha256"])) as original, self._computing:
                photo = PhotoInWork.from_row(row, original, self.ports.limits, largest_print)
                run = await asyncio.to_thread(self._run_stages, photo, due, records)
        except ObjectNotFound:
            failure = Failure(is_final=True, reason="The original is not in the object store.")
            await self._write(lane, row, None, _all_failed(lane, records, failure))
            return
        if is_last_try:
            _settle(run)
        for name, content in photo.found.prints.items():
            await self.objects.put(print_key(row["sha256"], name), content)
        await self._write(lane, row, photo, run)
        if run.has_failures and not all(failure is None or failure.is_final for failure in run.failures.values()):
            raise WillPass(run.reason)

    async def _read_largest_print(self, sha256: bytes) -> bytes | None:
        try:
            return await self.objects.read(print_key(sha256, LARGEST_PRINT))
        except ObjectNotFound:
            return None

    def _run_stages(self, photo: PhotoInWork, due: list[Stage], records: Mapping[str, StageRecord]) -> LaneRun:
        """Run stages one after the other in this thread; each failure is its own."""
        run = LaneRun(dict(records), {})
        for stage in due:
            began = time.perf_counter()
            failure, is_found = self._run_stage(stage, photo)
            ms = round((time.perf_counter() - began) * 1000)
            run.failures[stage.name] = failure
            run.records[stage.name] = StageRecord(stage.name, stage.version, _outcome(failure, is_found), ms)
            if stage.name == "previews" and failure is not None:
                _fail_the_rest(run, due, failure)
                break
        return run

    def _run_stage(self, stage: Stage, photo: PhotoInWork) -> tuple[Failure | None, bool]:
        faulthandler.dump_traceback_later(self.stage_timeout_s, exit=True)
        try:
            return None, stage.run(photo, self.ports)
        except (Undecodable, TooManyPixels, VisionUnavailable) as error:
            return Failure(is_final=True, reason=str(error)), False
        except MemoryError:
            return Failure(is_final=True, reason="It needs more memory than a worker may use."), False
        except Exception as error:  # noqa: BLE001 - a stage must not take the others with it; the reason is on record
            log.warning("stage failed", stage=stage.name, photo_id=str(photo.id), error=repr(error))
            return Failure(is_final=False, reason=f"{type(error).__name__}: {error}"[:500]), False
        finally:
            faulthandler.cancel_dump_traceback_later()

    async def _write(self, lane: str, row: dict[str, Any], photo: PhotoInWork | None, run: LaneRun) -> None:
        """Write all that a lane found, in one transaction, with the job for what comes next."""
        photo_id, owner_id = row["id"], row["owner_id"]
        goes_on = lane == DEVELOP and self._understand_is_due(run)
        run.records["index"] = StageRecord("index", VERSIONS["index"], Outcome.DONE, run.records["index"].ms)
        async with self.database.transaction() as connection:
            columns = {"stages": encode_stages(run.records)}
            columns |= writing.status_columns(photo, run.reason, is_failed=run.has_no_picture, goes_on=goes_on)
            if photo is not None:
                columns |= await writing.photo_columns(connection, photo, run.done)
            if not await repository.update_photo(connection, photo_id, owner_id, columns):
                return
            await apply_decisions(connection, owner_id, photo_id, row["sha256"])  # also one taken a moment ago
            if photo is not None:
                await writing.write_found(connection, photo)
            if run.has_failures or row["stages"] is not None:
                await repository.write_failures(connection, photo_id, owner_id, run.failures)
            await self.index_photo(connection, owner_id, photo_id)
            if goes_on:
                job = NewJob(UNDERSTAND, {"photo_id": str(photo_id)}, Priority.UNDERSTAND)
                await self.queue.defer(connection, [job])
            await repository.lay_down(connection, photo_id)

    def _understand_is_due(self, run: LaneRun) -> bool:
        if self.provider == NO_VISION or run.has_no_picture:
            return False
        return any(_is_due(run.records[stage.name], stage) for stage in LANES[UNDERSTAND])


def _is_due(record: StageRecord, stage: Stage) -> bool:
    return record.version != stage.version or record.outcome in {Outcome.DUE, Outcome.RETRYING}


def _outcome(failure: Failure | None, is_found: bool) -> Outcome:  # noqa: FBT001 - the two facts of one run
    if failure is not None:
        return Outcome.FAILED if failure.is_final else Outcome.RETRYING
    return Outcome.DONE if is_found else Outcome.NONE


def _fail_the_rest(run: LaneRun, due: list[Stage], failure: Failure) -> None:
    """No picture: whatever needs pixels shares the fate of the decoder."""
    outcome = Outcome.FAILED if failure.is_final else Outcome.RETRYING
    for stage in due:
        if stage.name not in run.failures and stage.name != "place":
            run.records[stage.name] = StageRecord(stage.name, stage.version, outcome)


def _all_failed(lane: str, records: Mapping[str, StageRecord], failure: Failure) -> LaneRun:
    run = LaneRun(dict(records), {}, is_abandoned=True)
    for stage in LANES[lane]:
        if _is_due(records[stage.name], stage):
            run.records[stage.name] = StageRecord(stage.name, stage.version, Outcome.FAILED)
    first = "previews" if lane == DEVELOP else "labels"
    run.records[first] = StageRecord(first, VERSIONS[first], Outcome.FAILED)
    run.failures[first] = failure
    return run


def _give_up(lane: str, records: Mapping[str, StageRecord], crashes: int) -> LaneRun:
    ended = "crashed the decoder" if crashes >= CRASHES_ALLOWED else "its worker was killed too often with it"
    return _all_failed(lane, records, Failure(is_final=True, reason=f"{ended}; it is not tried again."))


def _settle(run: LaneRun) -> None:
    """The last try is over: what may pass did not."""
    for stage, failure in run.failures.items():
        if failure is not None and not failure.is_final:
            run.failures[stage] = Failure(is_final=True, reason=failure.reason)
    for name, record in run.records.items():
        if record.outcome is Outcome.RETRYING:
            run.records[name] = StageRecord(name, record.version, Outcome.FAILED, record.ms)
