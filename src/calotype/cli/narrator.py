"""Tells, a line at a time, how the workers get on."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Protocol

from calotype.cli.terminal import counted

LOOK_S = 2.0
SAY_AGAIN_S = 10.0


class Waiting(Protocol):
    """What is asked: jobs by task (`pipeline.service.Pipeline`)."""

    async def count_waiting(self) -> dict[str, int]: ...


class Narrator:
    """Decides whether there is something to say: at the start of work, now and then while it goes on, at its end."""

    def __init__(self) -> None:
        self._was_busy = False
        self._said_at_s = 0.0

    def line_for(self, waiting: dict[str, int], now_s: float) -> str | None:
        """Return what to say about these counts at this time (a monotonic clock), or None."""
        develop, understand = waiting.get("develop", 0), waiting.get("understand", 0)
        if not develop and not understand:
            line = "All photos are developed and understood." if self._was_busy else None
            self._was_busy = False
            return line
        if self._was_busy and now_s - self._said_at_s < SAY_AGAIN_S:
            return None
        self._was_busy, self._said_at_s = True, now_s
        return f"Working: {counted(develop, 'photo')} to develop, {understand:,} to understand."


async def narrate(pipeline: Waiting, say: Callable[[str], None]) -> None:
    """Look every two seconds, until cancelled. A database that does not answer is somebody else's news."""
    narrator, clock = Narrator(), asyncio.get_running_loop().time
    while True:
        await asyncio.sleep(LOOK_S)
        line = None
        with suppress(Exception):  # whatever it is, the service that it tells about goes on
            line = narrator.line_for(await pipeline.count_waiting(), clock())
        if line is not None:
            say(line)
