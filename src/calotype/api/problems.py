"""Errors that know their sentence and their status (RFC 9457, `application/problem+json`).

No web framework here: services raise these, `api/handlers.py` turns them into answers.
"""

from collections.abc import Mapping

import orjson

PROBLEM_TYPE = "application/problem+json"


class ApiProblem(Exception):
    """A business error. A subclass is the fact (`PhotoNotFound`) and sets `status` and `title`.

    `detail` is one sentence that says what to do. `headers` go with the answer (`Retry-After`).
    """

    status = 400
    title = "The request cannot be answered"

    def __init__(self, detail: str, *, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(detail)
        self.detail = detail
        self.headers = dict(headers or {})


class Unauthenticated(ApiProblem):
    """Nobody is signed in."""

    status = 401
    title = "Not signed in"

    def __init__(self, detail: str = "Sign in first: send a bearer token or the session cookie.") -> None:
        super().__init__(detail, headers={"WWW-Authenticate": 'Bearer realm="calotype"'})


class Forbidden(ApiProblem):
    """Somebody is signed in, or a key is given, but not for this."""

    status = 403
    title = "Not allowed"


class BadValue(ApiProblem):
    """A value of the request cannot be used."""

    status = 422
    title = "A value cannot be used"


def problem_body(status: int, title: str, detail: str, **more: object) -> bytes:
    """Return the JSON of a problem. The type stays `about:blank`: status and title say which it is."""
    return orjson.dumps({"type": "about:blank", "title": title, "status": status, "detail": detail, **more})
