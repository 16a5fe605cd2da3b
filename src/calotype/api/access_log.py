"""One line a request, and the counters behind /metrics. Only the pattern of the address is written down.

Ids, queries, file names and e-mail addresses stay out of logs and metrics.
"""

from time import perf_counter
from typing import Protocol

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from calotype.kit.logs import Log

log = Log("calotype.access")
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})  # others would be labels without end


class RequestMeter(Protocol):
    """Counts requests."""

    def observe(self, method: str, pattern: str, status: int, seconds: float) -> None: ...


class AccessLog:
    """Measures every request, from its first byte to the last byte of its answer."""

    def __init__(self, app: ASGIApp, meter: RequestMeter) -> None:
        self._app = app
        self._meter = meter

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = perf_counter()
        status = 500

        async def watch(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, watch)
        finally:
            seconds = perf_counter() - started
            pattern = _pattern(scope)
            method = scope["method"] if scope["method"] in _METHODS else "other"
            self._meter.observe(method, pattern, status, seconds)
            log.debug("request", method=method, route=pattern, status=status, ms=round(seconds * 1000, 1))


def _pattern(scope: Scope) -> str:
    return getattr(scope.get("route"), "path", None) or "other"
