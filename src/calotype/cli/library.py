"""Commands that need the library open: it is opened, the work is done, it is closed."""

import asyncio
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TypeVar
from uuid import UUID

from calotype.bootstrap import Calotype, open_library
from calotype.settings import read_settings

CONNECTIONS = 3  # a command asks one thing after the other
T = TypeVar("T")


def with_library(work: Callable[[Calotype], Awaitable[T]]) -> T:
    """Open the library that the settings name, do `work` on it, close it, and return what `work` gave."""

    async def inside() -> T:
        async with open_library(read_settings(), connections=CONNECTIONS) as library:
            return await work(library)

    return asyncio.run(inside())


async def owner_of(library: Calotype, email: str | None) -> UUID:
    """Return the user whose photos are meant: the named one, or the only one there is."""
    if email is None:
        return await library.accounts.only_owner()
    return (await library.accounts.get_user_by_email(email)).id


async def owners_of(library: Calotype) -> list[UUID]:
    """Return all users, the first one first. Raises `NoOwner`."""
    users = await library.accounts.list_users()
    return [user.id for user in users] or [await library.accounts.only_owner()]


@asynccontextmanager
async def stop_signals() -> AsyncIterator[asyncio.Event]:
    """Give an event that Ctrl-C and SIGTERM set. A second signal ends the process at once."""
    loop, event = asyncio.get_running_loop(), asyncio.Event()
    numbers = (signal.SIGINT, signal.SIGTERM)

    def stop() -> None:
        event.set()
        for number in numbers:
            loop.remove_signal_handler(number)

    for number in numbers:
        loop.add_signal_handler(number, stop)
    try:
        yield event
    finally:
        for number in numbers:
            loop.remove_signal_handler(number)
