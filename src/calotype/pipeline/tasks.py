"""The tasks of the queue: thin, each hands over to a service. Only worker processes import this."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from procrastinate import App, JobContext, RetryDecision, RetryStrategy
from procrastinate.connector import BaseConnector
from procrastinate.jobs import Job

from calotype.pipeline.owner_work import ORGANISE, AnotherRun, OwnerWork
from calotype.pipeline.record import DEVELOP, TRIES, UNDERSTAND
from calotype.pipeline.repository import Worker
from calotype.ports.object_store import StoreAway
from calotype.ports.queue import QUEUE_NAME

if TYPE_CHECKING:
    from calotype.pipeline.runner import Runner

STORE_PAUSE_S = 60
ANOTHER_RUN_PAUSE_S = 10
FIRST_PAUSE_S = 4  # then 16, 64, 256


class Patience(RetryStrategy):
    """A few tries with growing pauses; as many as it takes while the store is away or another run has not ended."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        if isinstance(exception, StoreAway):
            return RetryDecision(retry_in={"seconds": STORE_PAUSE_S})
        if isinstance(exception, AnotherRun):
            return RetryDecision(retry_in={"seconds": ANOTHER_RUN_PAUSE_S})
        return super().get_retry_decision(exception=exception, job=job)


@dataclass(frozen=True)
class Chore:
    """Something that is to be done from time to time: its name, a cron line, and the work."""

    name: str
    cron: str
    run: Callable[[], Awaitable[object]]


def make_queue_app(
    connector: BaseConnector,
    get_runner: Callable[[], "Runner"],
    worker: Callable[[], Worker],
    owner_work: OwnerWork,
    chores: list[Chore],
) -> App:
    """Build the procrastinate app of one worker process.

    `get_runner` is asked at the first photo: a worker that rests keeps no codecs in memory. `worker` tells who the
    process is, once it is registered.
    """
    app = App(connector=connector)
    retry = Patience(max_attempts=TRIES - 1, exponential_wait=FIRST_PAUSE_S)

    @app.task(name=DEVELOP, queue=QUEUE_NAME, retry=retry, pass_context=True)
    async def develop(context: JobContext, photo_id: str, again: Sequence[str] = ()) -> None:
        await get_runner().run_lane(DEVELOP, UUID(photo_id), worker(), context.job.attempts, again)

    @app.task(name=UNDERSTAND, queue=QUEUE_NAME, retry=retry, pass_context=True)
    async def understand(context: JobContext, photo_id: str, again: Sequence[str] = ()) -> None:
        await get_runner().run_lane(UNDERSTAND, UUID(photo_id), worker(), context.job.attempts, again)

    @app.task(name=ORGANISE, queue=QUEUE_NAME, retry=retry)
    async def organise(owner_id: str, kind: str, *, is_whole: bool = False) -> None:
        await owner_work.run(UUID(owner_id), kind, is_whole=is_whole)

    for chore in chores:
        _add_chore(app, chore)
    return app


def _add_chore(app: App, chore: Chore) -> None:
    @app.periodic(cron=chore.cron)
    @app.task(name=chore.name, queue=QUEUE_NAME, queueing_lock=chore.name)
    async def run_chore(timestamp: int) -> None:  # noqa: ARG001 - the signature is the queue's
        await chore.run()
