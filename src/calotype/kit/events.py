"""Events: what happened, told to whoever listens, inside the transaction in which it happened.

A lower room never calls a higher one. It publishes; `reactions.py` says who listens.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Handler = Callable[[Any, Any], Awaitable[None]]


@dataclass(frozen=True)
class Publisher:
    """Calls the handlers of an event, in order, with the connection of the open transaction.

    A handler that raises ends the transaction: the event and all that followed from it are undone together.
    """

    reactions: Mapping[type, Sequence[Handler]]

    async def publish(self, event: object, connection: Any) -> None:
        for handler in self.reactions.get(type(event), ()):
            await handler(event, connection)
