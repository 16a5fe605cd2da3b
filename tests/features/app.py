"""An app over a real database, without the parts that a test does not need."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
from argon2 import PasswordHasher
from fastapi import FastAPI

from calotype.db.engine import Database
from calotype.features.accounts import Accounts
from calotype.features.accounts.passwords import Passwords
from calotype.features.accounts.throttle import SignInThrottle
from calotype.features.albums import Albums, Curation
from calotype.features.journal import DecisionsChanged, Journal
from calotype.features.learning import Learning
from calotype.features.moments import Moments
from calotype.features.people import People
from calotype.features.photos import Photos
from calotype.features.places import Places
from calotype.features.stacks import Stacks
from calotype.kit.clock import now_utc
from calotype.kit.events import Handler, Publisher
from calotype.pipeline.record import decode_stages
from calotype.ports.object_store.memory import MemoryObjectStore
from calotype.reactions import bring_into_line
from calotype.server import create_app

BASE_URL = "http://127.0.0.1:8420"


class MovableClock:
    """A clock that a test can turn."""

    def __init__(self) -> None:
        self.now = now_utc()

    def __call__(self) -> datetime:
        return self.now


def follow_decisions(reactions: Mapping[type, Sequence[Handler]] | None = None) -> Publisher:
    """A publisher that brings the tables into line with decisions, as the whole service does, and tells `reactions`."""

    async def project(event: DecisionsChanged, connection: Any) -> None:
        for consequence in await bring_into_line(event, connection):
            await publisher.publish(consequence, connection)

    publisher = Publisher({**(reactions or {}), DecisionsChanged: [project]})
    return publisher


class SmallLibrary(SimpleNamespace):
    """What `create_app` asks of a `Calotype`: the features are real, objects are in memory, nothing is queued."""

    def __init__(self, database: Database, home: Path, publisher: Publisher | None = None) -> None:
        clock = MovableClock()
        objects = MemoryObjectStore()
        publisher = follow_decisions(publisher.reactions if publisher else None)
        journal = Journal(database, publisher)
        services = {
            room: service(database, journal, publisher)
            for room, service in (
                ("people", People), ("places", Places), ("moments", Moments), ("stacks", Stacks),
                ("learning", Learning), ("curation", Curation),
            )
        }  # fmt: skip
        super().__init__(
            clock=clock,
            database=database,
            objects=objects,
            publisher=publisher,
            settings=SimpleNamespace(host="127.0.0.1", public_url=None, web=home / "web"),
            accounts=Accounts(database, clock=clock, passwords=quick_passwords(), throttle=SignInThrottle()),
            photos=Photos(database, objects, publisher, home, read_stages=decode_stages, clock=clock),
            albums=Albums(database, journal, publisher),
            journal=journal,
            **services,
        )


def quick_passwords() -> Passwords:
    """Argon2 with the least work: tests sign in often."""
    return Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


@asynccontextmanager
async def client_of(app: FastAPI, token: str | None = None, **options: Any) -> AsyncIterator[httpx.AsyncClient]:
    """A client that speaks to the app without a network. Errors inside become answers, as they do for people."""
    transport = httpx.ASGITransport(app, raise_app_exceptions=False, client=("127.0.0.1", 50_000))
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    async with httpx.AsyncClient(transport=transport, base_url=BASE_URL, headers=headers, **options) as client:
        yield client


def is_problem(answer: httpx.Response, status: int) -> bool:
    """Whether an answer is a problem with this status and a sentence in it."""
    if answer.status_code != status or answer.headers["content-type"] != "application/problem+json":
        return False
    body = answer.json()
    return body["status"] == status and body["detail"].endswith((".", "?")) and bool(body["title"])


MakeApp = Callable[[SmallLibrary], FastAPI]
make_app: MakeApp = create_app  # type: ignore[assignment]
