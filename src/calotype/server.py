"""The ASGI process: every route of the service in one app, and uvicorn around it."""

import asyncio
import signal
from collections.abc import Callable
from contextlib import suppress
from ipaddress import ip_address
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import uvicorn
from fastapi import APIRouter, Depends, FastAPI, HTTPException, Request, Response
from psycopg import Error as DatabaseFailure
from pydantic import BaseModel, ConfigDict, Field

from calotype import __version__
from calotype.api.access_log import AccessLog
from calotype.api.answers import json_answer
from calotype.api.body_limit import BodyLimit
from calotype.api.handlers import install_problem_handlers
from calotype.api.headers import KnownHosts, SecurityHeaders, host_name
from calotype.api.metrics import ApiMetrics
from calotype.api.signed_in import SignedInUser, allowed_user, signed_in_user
from calotype.api.web_pages import WebPages
from calotype.db.engine import DatabaseUnavailable
from calotype.features.accounts.routes import open_router as open_accounts_router
from calotype.features.accounts.routes import router as accounts_router
from calotype.features.albums.curated_routes import router as curated_router
from calotype.features.albums.routes import router as albums_router
from calotype.features.intake.routes import router as intake_router
from calotype.features.journal.routes import router as journal_router
from calotype.features.learning.routes import router as learning_router
from calotype.features.moments.routes import router as moments_router
from calotype.features.people.routes import router as people_router
from calotype.features.photos.routes import open_router as open_images_router
from calotype.features.photos.routes import router as photos_router
from calotype.features.places.routes import router as places_router
from calotype.features.search.routes import router as search_router
from calotype.features.stacks.routes import router as stacks_router

if TYPE_CHECKING:
    from calotype.bootstrap import Calotype

API = "/api/v1"
HEALTH_TIMEOUT_S = 2.0
STOP_TIMEOUT_S = 3
MOST_BODY_BYTES = 1_000_000  # of every request but an upload, which has limits of its own

# Who is not signed in gets 401 everywhere else; tests/server holds the route table to this list.
OPEN_ROUTES = frozenset(
    {
        ("GET", "/healthz"),
        ("GET", f"{API}/setup"),
        ("POST", f"{API}/setup"),
        ("POST", f"{API}/sessions"),
        ("GET", f"{API}/photos/{{photo_id:uuid}}/images/{{size}}"),  # the address is signed
        ("HEAD", f"{API}/photos/{{photo_id:uuid}}/images/{{size}}"),
    }
)


class Reprocessing(BaseModel):
    """What is to be done again. A field that is not known is refused: a slip must not redo a whole library."""

    model_config = ConfigDict(extra="forbid")

    stage: str = Field(max_length=50)
    failed_only: bool = False


house_router = APIRouter(tags=["house"])
GUARDED_ROUTERS = (
    photos_router, intake_router, albums_router, curated_router, people_router, places_router, moments_router,
    stacks_router, learning_router, journal_router, search_router, house_router,
)  # fmt: skip


@house_router.get("/pipeline")
async def get_pipeline(request: Request, user: SignedInUser) -> Response:
    """Count what the pipeline has done, has to do, and could not do."""
    calotype = request.app.state.calotype
    status = await calotype.pipeline.get_status(user.id)
    return json_answer({**status, "organising": await calotype.owner_work.list_states(user.id)})


@house_router.post("/pipeline/reprocess")
async def reprocess(request: Request, user: SignedInUser, asked: Reprocessing) -> Response:
    """Make the photos due again for one stage."""
    pipeline = request.app.state.calotype.pipeline
    return json_answer({"photos": await pipeline.reprocess(asked.stage, user.id, failed_only=asked.failed_only)})


@house_router.get("/openapi.json", include_in_schema=False)
async def get_openapi(request: Request) -> Response:
    """Describe the API (OpenAPI 3.1)."""
    return json_answer(request.app.openapi())


async def get_health(request: Request) -> Response:
    """Answer 200 when the database answers within two seconds."""
    database = request.app.state.calotype.database
    try:
        async with asyncio.timeout(HEALTH_TIMEOUT_S), database.connection() as connection:
            await connection.execute("select 1")
    except (TimeoutError, DatabaseUnavailable, DatabaseFailure):
        return json_answer({"status": "the database does not answer"}, 503, {"Retry-After": "3"})
    return json_answer({"status": "ok"})


async def get_metrics(request: Request, _: SignedInUser) -> Response:
    """Give Prometheus' metrics to whoever is signed in; Prometheus itself sends a bearer token.

    Where a request comes from is no permission: a proxy on this machine makes all the world a neighbour.
    """
    metrics: ApiMetrics = request.app.state.metrics
    return Response(metrics.exposition(), media_type="text/plain; version=0.0.4; charset=utf-8")


def create_app(calotype: "Calotype") -> FastAPI:
    """Build the app over an open library."""
    app = FastAPI(title="Calotype", version=__version__, docs_url=None, redoc_url=None, openapi_url=None)
    app.state.calotype = calotype
    app.state.metrics = ApiMetrics()
    app.state.public_url = calotype.settings.public_url
    install_problem_handlers(app)
    for router in (open_accounts_router, open_images_router):
        app.include_router(router, prefix=API)
    # Once more for all, so that a route that forgets to ask is not open.
    app.include_router(accounts_router, prefix=API, dependencies=[Depends(signed_in_user)])  # viewers sign out as well
    for router in GUARDED_ROUTERS:
        app.include_router(router, prefix=API, dependencies=[Depends(allowed_user)])
    app.add_api_route("/healthz", get_health, methods=["GET"], include_in_schema=False)
    app.add_api_route("/metrics", get_metrics, methods=["GET"], include_in_schema=False)
    for path in ("/api", "/api/{rest:path}"):
        app.add_api_route(path, _unknown, methods=["GET", "HEAD"], include_in_schema=False)
    app.mount("/", WebPages(calotype.settings.web or default_web_folder()), name="web")
    _add_middleware(app, calotype)
    return app


async def _unknown() -> Response:
    """Keep the web app's one page from answering for an address of the API that does not exist."""
    raise HTTPException(404)


def _add_middleware(app: FastAPI, calotype: "Calotype") -> None:
    """The one that is added last sees a request first."""
    settings = calotype.settings
    if _is_loopback(settings.host):
        hosts = {"localhost", "127.0.0.1", "[::1]", host_name(settings.host)}
        if settings.public_url:
            hosts.add(host_name(urlsplit(settings.public_url).netloc))
        app.add_middleware(KnownHosts, hosts=hosts)
    app.add_middleware(BodyLimit, most_bytes=MOST_BODY_BYTES, streamed={("POST", f"{API}/photos")})
    app.add_middleware(SecurityHeaders)
    app.add_middleware(AccessLog, meter=app.state.metrics)


def _is_loopback(host: str) -> bool:
    with suppress(ValueError):
        return ip_address(host).is_loopback
    return host == "localhost"


def default_web_folder() -> Path:
    """Return the web build: in the checkout, or shipped inside the package."""
    checkout = Path(__file__).parents[2] / "web" / "build"
    return checkout if checkout.is_dir() else Path(__file__).parent / "web"


class _Server(uvicorn.Server):
    """uvicorn, which says when it listens and on which port."""

    def __init__(self, config: uvicorn.Config, on_ready: Callable[[int], None] | None) -> None:
        super().__init__(config)
        self._on_ready = on_ready

    async def startup(self, sockets: Any = None) -> None:
        await super().startup(sockets)
        if self.started and self._on_ready is not None:
            self._on_ready(self.servers[0].sockets[0].getsockname()[1])

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:  # noqa: ARG002 - the signature is the library's
        """End in good order. uvicorn would raise the signal once more, over whoever still has to close the library."""
        self.force_exit = self.should_exit and sig == signal.SIGINT
        self.should_exit = True


async def run_server(
    calotype: "Calotype", host: str, port: int, *, on_ready: Callable[[int], None] | None = None
) -> None:
    """Serve until SIGINT or SIGTERM; requests in hand get three seconds to end.

    Port 0 takes a free one; `on_ready` is told the port as soon as it listens. Run it under uvloop. Raises `SystemExit`
    where the port cannot be had.
    """
    config = uvicorn.Config(
        create_app(calotype),
        host=host,
        port=port,
        http="httptools",
        ws="none",
        lifespan="off",
        access_log=False,
        log_config=None,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=STOP_TIMEOUT_S,
    )
    await _Server(config, on_ready).serve()
