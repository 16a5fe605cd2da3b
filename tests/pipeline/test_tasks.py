"""How long a job is tried."""

from procrastinate.jobs import Job

from calotype.pipeline.record import TRIES
from calotype.pipeline.tasks import Patience
from calotype.ports.object_store import StoreAway


def _job(attempts: int) -> Job:
    return Job(
        id=1, queue="calotype", task_name="develop", lock=None, queueing_lock=None, attempts=attempts, priority=0
    )


def test_a_failure_is_tried_a_few_times() -> None:
    patience = Patience(max_attempts=TRIES - 1, exponential_wait=4)
    tried = [patience.get_retry_decision(exception=ValueError("no"), job=_job(n)) is not None for n in range(TRIES)]
    assert tried == [True] * (TRIES - 1) + [False]


def test_a_store_that_is_away_is_waited_for() -> None:
    patience = Patience(max_attempts=TRIES - 1, exponential_wait=4)
    decision = patience.get_retry_decision(exception=StoreAway("away"), job=_job(10_000))
    assert decision is not None
    assert decision.retry_at is not None
