"""How much a request may bring along. Uploads are let through: they are streamed and have limits of their own."""

from collections.abc import Collection

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from calotype.api.problems import PROBLEM_TYPE, problem_body


class BodyLimit:
    """Answers 413 to bodies that are larger than `most_bytes`, whether they say so in front or not."""

    def __init__(self, app: ASGIApp, most_bytes: int, streamed: Collection[tuple[str, str]]) -> None:
        """`streamed` are method and path of what has no limit here."""
        self._app = app
        self._most_bytes = most_bytes
        self._streamed = frozenset(streamed)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or (scope["method"], scope["path"]) in self._streamed:
            await self._app(scope, receive, send)
            return
        announced = Headers(scope=scope).get("content-length", "0")
        if not announced.isdecimal() or int(announced) > self._most_bytes:
            await self._refuse(send)
            return
        received = 0
        is_refused = False

        async def count() -> Message:
            """Pass the body on; one that grows too large looks like a client that went away."""
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            return message if received <= self._most_bytes else {"type": "http.disconnect"}

        async def answer(message: Message) -> None:
            nonlocal is_refused
            if received <= self._most_bytes:
                await send(message)
            elif not is_refused:
                is_refused = True
                await self._refuse(send)

        await self._app(scope, count, answer)

    async def _refuse(self, send: Send) -> None:
        detail = f"The body of the request is larger than {self._most_bytes:,} bytes. Send less."
        body = problem_body(413, "Too large", detail)
        headers = [
            (b"content-type", PROBLEM_TYPE.encode()),
            (b"content-length", str(len(body)).encode()),
            (b"connection", b"close"),
        ]
        await send({"type": "http.response.start", "status": 413, "headers": headers})
        await send({"type": "http.response.body", "body": body})
