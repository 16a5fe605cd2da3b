"""Headers that every answer carries, and the check of the Host header. Plain ASGI: a few microseconds a request."""

from collections.abc import Collection

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from calotype.api.problems import PROBLEM_TYPE, problem_body

API_CSP = "default-src 'none'; frame-ancestors 'none'"

# A Content-Security-Policy of the answer itself (a page, an image) goes before the one for the API.
_ALWAYS = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-frame-options", b"DENY"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), microphone=(), geolocation=(), browsing-topics=()"),
)


class SecurityHeaders:
    """Adds the security headers to every answer."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = message.setdefault("headers", [])
                headers.extend(_ALWAYS)
                if not any(name == b"content-security-policy" for name, _ in headers):
                    headers.append((b"content-security-policy", API_CSP.encode()))
            await send(message)

        await self._app(scope, receive, send_with_headers)


class KnownHosts:
    """Refuses requests for a host that is not ours.

    A page of another site can point its own name at 127.0.0.1 (DNS rebinding) and would then be of "the same origin" as
    the library; the Host header gives it away.
    """

    def __init__(self, app: ASGIApp, hosts: Collection[str]) -> None:
        self._app = app
        self._hosts = frozenset(host.lower() for host in hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or host_name(Headers(scope=scope).get("host", "")) in self._hosts:
            await self._app(scope, receive, send)
            return
        detail = (
            "This server does not answer to that name. Use its own address, or set CALOTYPE_PUBLIC_URL to this one."
        )
        body = problem_body(421, "Unknown host", detail)
        headers = [(b"content-type", PROBLEM_TYPE.encode()), (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": 421, "headers": headers})
        await send({"type": "http.response.body", "body": body})


def host_name(header: str) -> str:
    """Return the name in a Host header without its port: `localhost`, `127.0.0.1`, `[::1]`."""
    header = header.strip().lower()
    if header.startswith("["):
        return header.partition("]")[0] + "]"
    return header.partition(":")[0]
