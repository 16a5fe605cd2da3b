"""How far a long piece of work is, told to whoever wants to know."""

from typing import Protocol


class Progress(Protocol):
    """Tells how far a run is. Cheap to call as often as one likes."""

    async def __call__(self, done: int, total: int, message: str = "") -> None:
        """`total` 0 means that nobody knows yet."""


async def silent(done: int, total: int, message: str = "") -> None:
    """Tell nobody."""
