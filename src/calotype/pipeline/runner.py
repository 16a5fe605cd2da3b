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
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from calotype.db.engine import Connection, Database
from calotype.features.photos import PhotoUnderstood, apply_decisions, next_change
from calotype.kit.events import Publisher
from calotype.kit.logs import Log
from calotype.media.heads import TooManyPixels, Undecodable
from calotype.pipeline import repository, writing
from calotype.pipeline.lane_run import LaneRun, all_failed, due_stages, has_no_picture, is_due
from calotype.pipeline.lanes import LANES
from calotype.pipeline.record import (
    DEVELOP,
    NO_VISION,
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
from calotype.ports.object_store import ObjectNotFound, ObjectStore, StoreAway, original_key, print_key
from calotype.ports.queue import NewJob, Priority, Queue
from calotype.ports.vision import VisionUnavailable

CRASHES_ALLOWED = 2  # a photo that ended two workers is not given to a third
KILLS_ALLOWED = 5  # being in hand when somebody else ends the worker is bad luck, but not for ever
LARGEST_PRINT = "1200.jpg"
MISSING = "The original is not in the object store."

log = Log("calotype.pipeline")
IndexPhoto = Callable[[Any, UUID, UUID], Awaitable[None]]


class WillPass(Exception):
    """Some stage failed in a way that may pass: the queue brings the job back later."""


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
    publisher: Publisher = field(default_factory=lambda: Publisher({}))  # tells whoever waits for a photo
    _computing: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def run_lane(
        self, lane: str, photo_id: UUID, worker: Worker, attempt: int = 0, again: Collection[str] = ()
    ) -> None:
        """Run the stages of `lane` that are due on a photo, and those of `again` whatever is on record of them.

        Raises `WillPass` where the job should come back.
        """
        async with self.database.connection() as connection:
            row = await repository.take_photo(connection, photo_id, worker)
        if row is None:
            await self._explain_absence(photo_id)
            return
        records = {record.name: record for record in decode_stages(row["stages"])}
        due = due_stages(LANES[lane], records, again)
        if row["crashes"] >= CRASHES_ALLOWED or row["kills"] >= KILLS_ALLOWED:
            await self._write(lane, row, None, _give_up(due or LANES[lane], row["crashes"]))
        elif due or "index" in again or records["index"].version != VERSIONS["index"]:
            await self._try(lane, row, due, worker, is_last_try=attempt + 1 >= TRIES)
        else:
            await self._lay_down(photo_id)  # its job came twice

    async def _explain_absence(self, photo_id: UUID) -> None:
        """A photo that cannot be taken was purged while its job waited, or another worker has it just now."""
        async with self.database.connection() as connection:
            if await repository.has_photo(connection, photo_id):
                raise WillPass("Another worker has the photo in hand.")

    async def _try(
        self, lane: str, row: dict[str, Any], due: list[Stage], worker: Worker, *, is_last_try: bool
    ) -> None:
        """Run the stages; whatever goes wrong around them is on record after the last try, and before it passes on."""
        try:
            run = await self._run_due(lane, row, due, worker, is_last_try=is_last_try)
        except Exception as error:
            if not is_last_try or isinstance(error, StoreAway):
                await self._lay_down(row["id"])
                raise
            reason = MISSING if isinstance(error, ObjectNotFound) else f"{type(error).__name__}: {error}"[:500]
            await self._write(lane, row, None, all_failed(due, reason))
            return
        if run.may_pass:
            raise WillPass(run.reason)

    async def _run_due(
        self, lane: str, row: dict[str, Any], due: list[Stage], worker: Worker, *, is_last_try: bool
    ) -> LaneRun:
        largest_print = await self._read_largest_print(row["sha256"]) if lane == UNDERSTAND else None
        async with self.objects.as_file(original_key(row["sha256"])) as original, self._computing:
            async with self.database.connection() as connection:
                await repository.mark_computing(connection, row["id"], worker)
            photo = PhotoInWork.from_row(row, original, self.ports.limits, largest_print)
            run = await asyncio.to_thread(self._run_stages, photo, due)
        if is_last_try:
            run.settle()
        for name, content in photo.found.prints.items():
            await self.objects.put(print_key(row["sha256"], name), content)
        await self._write(lane, row, photo, run)
        return run

    async def _read_largest_print(self, sha256: bytes) -> bytes | None:
        try:
            return await self.objects.read(print_key(sha256, LARGEST_PRINT))
        except ObjectNotFound:
            return None

    def _run_stages(self, photo: PhotoInWork, due: list[Stage]) -> LaneRun:
        """Run stages one after the other in this thread; each failure is its own."""
        run = LaneRun()
        for stage in due:
            began = time.perf_counter()
            failure, is_found = self._run_stage(stage, photo)
            run.note(stage, failure, round((time.perf_counter() - began) * 1000), is_found=is_found)
            if stage.name == "previews" and failure is not None:
                run.fail_the_rest(due, failure)
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

        async def work(connection: Connection) -> None:
            await next_change(connection, owner_id)  # before the photo's row, as everybody does: no deadlock
            stored = await repository.lock_stages(connection, photo_id)
            if stored is None:
                return  # purged meanwhile
            records = run.onto(decode_stages(stored))
            records["index"] = StageRecord("index", VERSIONS["index"], Outcome.DONE, records["index"].ms)
            is_failed = run.is_abandoned or has_no_picture(records)
            goes_on = lane == DEVELOP and not is_failed and self._understand_is_due(records)
            columns = {"stages": encode_stages(records)}
            columns |= writing.status_columns(photo, run.reason, is_failed=is_failed, goes_on=goes_on)
            if photo is not None:
                columns |= await writing.photo_columns(connection, photo, run.done)
            await repository.update_photo(connection, photo_id, owner_id, columns)
            await apply_decisions(connection, owner_id, photo_id, row["sha256"])  # also one taken a moment ago
            if photo is not None:
                await writing.write_found(connection, photo)
            if run.has_failures or row["stages"] is not None:
                await repository.write_failures(connection, photo_id, owner_id, run.failures)
            await self.index_photo(connection, owner_id, photo_id)
            if goes_on:
                job = NewJob(UNDERSTAND, {"photo_id": str(photo_id)}, Priority.UNDERSTAND)
                await self.queue.defer(connection, [job])
            else:
                await self.publisher.publish(PhotoUnderstood(owner_id, photo_id), connection)
            await repository.lay_down(connection, photo_id)

        await self.database.run_transaction(work)

    async def _lay_down(self, photo_id: UUID) -> None:
        async with self.database.connection() as connection:
            await repository.lay_down(connection, photo_id)

    def _understand_is_due(self, records: Mapping[str, StageRecord]) -> bool:
        if self.provider == NO_VISION:
            return False
        return any(is_due(records[stage.name], stage) for stage in LANES[UNDERSTAND])


def _give_up(due: Sequence[Stage], crashes: int) -> LaneRun:
    ended = "crashed the decoder" if crashes >= CRASHES_ALLOWED else "its worker was killed too often with it"
    return all_failed(due, f"{ended}; it is not tried again.", is_abandoned=True)
