"""Every error becomes problem+json with a sentence that says what to do; nothing of the inside leaks out."""

from collections.abc import Mapping
from uuid import uuid4

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from psycopg import OperationalError
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from calotype.api.problems import PROBLEM_TYPE, ApiProblem, problem_body
from calotype.db.engine import DatabaseUnavailable
from calotype.db.keyset import BadCursor
from calotype.kit.logs import Log
from calotype.ports.object_store import StoreAway, StoreFull

log = Log("calotype.api")

_SENTENCES = {
    404: ("No such address", "There is nothing at this address. See /api/v1/openapi.json for those that exist."),
    405: (
        "Method not allowed",
        "This address does not take this method. See the Allow header for those that it takes.",
    ),
    413: ("Too large", "The body of the request is larger than this address takes. Send less."),
}


def problem_answer(
    status: int, title: str, detail: str, headers: Mapping[str, str] | None = None, **more: object
) -> Response:
    """Return a problem as an answer."""
    return Response(
        problem_body(status, title, detail, **more),
        status,
        {"Cache-Control": "no-store", **(headers or {})},
        PROBLEM_TYPE,
    )


async def _business(_: Request, problem: Exception) -> Response:
    assert isinstance(problem, ApiProblem)
    return problem_answer(problem.status, problem.title, problem.detail, problem.headers)


async def _http(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    title, detail = _SENTENCES.get(error.status_code, ("The request cannot be answered", str(error.detail)))
    return problem_answer(error.status_code, title, detail, error.headers)


async def _validation(_: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    said = [{"field": _field(one["loc"]), "problem": str(one["msg"])} for one in error.errors()]
    if any(one["type"] == "json_invalid" for one in error.errors()):
        return problem_answer(400, "Not JSON", "The body of the request is not valid JSON. Mend it and send it again.")
    detail = "; ".join(f"{one['field']}: {one['problem']}" for one in said[:5]) + "."
    return problem_answer(422, "A value cannot be used", detail, errors=said[:50])


def _field(location: tuple[int | str, ...] | list[int | str]) -> str:
    """Name a field as the client wrote it, without FastAPI's `body` or `query` in front."""
    return ".".join(str(part) for part in location[1:]) or "body"


async def _cursor(_: Request, error: Exception) -> Response:
    assert isinstance(error, BadCursor)
    return problem_answer(422, "Not a cursor of this list", error.sentence)


async def _store_full(_: Request, error: Exception) -> Response:
    return problem_answer(507, "No room left", str(error) or "The store is full. Free some space, then try again.")


async def _store_away(_: Request, error: Exception) -> Response:
    log.warning("the object store is away")
    return problem_answer(503, "The photos are not there just now", str(error), {"Retry-After": "60"})


async def _no_database(_: Request, error: Exception) -> Response:
    log.warning("database unavailable", error=type(error).__name__)
    detail = "The database does not answer just now. Try again in a few seconds."
    return problem_answer(503, "The database does not answer", detail, {"Retry-After": "3"})


class UnexpectedErrors:
    """Catches what nobody else has caught, within the security headers; Starlette's own net hangs outside of them."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_started = False

        async def watch(message: Message) -> None:
            nonlocal is_started
            is_started = is_started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, receive, watch)
        except Exception:
            reference = uuid4().hex[:12]
            log.exception("unexpected error", reference=reference)
            if is_started:
                raise
            detail = f"Something went wrong inside. Try again; if it stays, look for {reference} in the server's log."
            await problem_answer(500, "Unexpected error", detail, reference=reference)(scope, receive, send)


def install_problem_handlers(app: FastAPI) -> None:
    """Make every error of `app` a problem."""
    app.add_exception_handler(ApiProblem, _business)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _validation)
    app.add_exception_handler(BadCursor, _cursor)
    app.add_exception_handler(StoreFull, _store_full)
    app.add_exception_handler(StoreAway, _store_away)
    app.add_exception_handler(DatabaseUnavailable, _no_database)
    app.add_exception_handler(OperationalError, _no_database)
    app.add_middleware(UnexpectedErrors)
