"""Work for later, queued in the transaction of the data that it belongs to.

Obligations of every adapter (held by `tests/ports/queue/contract.py`):

* A job deferred in a transaction exists if, and only if, that transaction commits.
* A job with a `queueing_lock` is not added while another one with the same lock waits; that is no error, and the one
  that waits is not begun before the transaction that asked for it has ended.
* Higher priorities first; within one priority in the order of deferral.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any, Protocol

QUEUE_NAME = "calotype"


class Priority(IntEnum):
    """Who goes first: what a person waits for, then what makes the library wise, then what can wait for the night."""

    DEVELOP = 30
    UNDERSTAND = 20
    HOUSEKEEPING = 10
    AGAIN = 0


@dataclass(frozen=True)
class NewJob:
    """A job to be deferred: the name of a task and its JSON arguments.

    Of the jobs with one `queueing_lock` one waits; of those with one `lock` one is done at a time.
    """

    task: str
    arguments: dict[str, Any] = field(default_factory=dict)
    priority: int = Priority.HOUSEKEEPING
    queueing_lock: str | None = None
    lock: str | None = None


class Queue(Protocol):
    """Where jobs wait."""

    async def defer(self, connection: Any, jobs: Sequence[NewJob]) -> None:
        """Add `jobs` inside the transaction of `connection`."""
