"""Uploads over HTTP: in the process, and over a real socket where connections break."""

import asyncio
import hashlib
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import httpx
import pytest
import uvicorn
from fastapi import FastAPI

from calotype.api.handlers import install_problem_handlers
from calotype.api.signed_in import signed_in_user
from calotype.db.engine import Database
from calotype.features.intake import Intake, IntakeLimits
from calotype.features.intake.routes import router
from calotype.features.intake.uploading import OVERHEAD_BYTES
from calotype.features.photos import list_cards_by_id
from calotype.media.heads import PixelLimits
from calotype.ports.object_store.filesystem import PARTS_FOLDER, FilesystemObjectStore

from .conftest import XMP, chunks_of, originals, padded, picture, rows

URL = "/api/v1/photos"
HEAD = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\n\r\n'
TAIL = b"\r\n--b--\r\n"


@pytest.fixture
def limits() -> IntakeLimits:
    return IntakeLimits(max_upload_bytes=3_000_000, pixels=PixelLimits(max_megapixels=1))


def names_in(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def parts_of(root: Path) -> list[str]:
    return sorted(names_in(root / PARTS_FOLDER))


class Cards:
    """Of the photos' service, what the route needs."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def get_card(self, owner_id: UUID, photo_id: UUID) -> dict[str, Any]:
        async with self._database.connection() as connection:
            return (await list_cards_by_id(connection, owner_id, [photo_id]))[0]


@pytest.fixture
def app(intake: Intake, database: Database, owner: UUID) -> FastAPI:
    app = FastAPI()
    install_problem_handlers(app)
    app.include_router(router, prefix="/api/v1")
    app.state.calotype = SimpleNamespace(intake=intake, photos=Cards(database))
    app.dependency_overrides[signed_in_user] = lambda: SimpleNamespace(id=owner)
    return app


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://library") as client:
        yield client


def problem(answer: httpx.Response, status: int) -> str:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    said = answer.json()
    assert said["status"] == status
    assert said["detail"].endswith((".", ")."))
    return str(said["detail"])


class TestAnswers:
    async def test_a_new_photo_then_the_same_again(self, client: httpx.AsyncClient, database: Database) -> None:
        files = {"file": ("IMG_1.jpg", picture())}
        answer = await client.post(URL, files=files, data={"file_time": "2020-05-06T07:08:09Z", "album": "Sea"})
        assert answer.status_code == 201
        said = answer.json()
        assert said["outcome"] == "stored"
        assert said["photo"]["id"] == said["id"]
        assert said["photo"]["taken_local"] == "2020-05-06T07:08:09"
        assert said["photo"]["status"] == "pending"
        assert await rows(database, "select title from albums join album_photos on id = album_id") == [("Sea",)]
        again = await client.post(URL, files=files)
        assert (again.status_code, again.json()) == (200, {"outcome": "duplicate", "id": said["id"], "in_trash": False})
        await rows(database, "update photos set status = 1, trashed_at = now() returning 1")
        assert (await client.post(URL, files=files)).json()["in_trash"] is True

    async def test_fields_and_sidecars_may_come_in_any_order(
        self, client: httpx.AsyncClient, database: Database
    ) -> None:
        parts: list[tuple[str, Any]] = [
            ("file", ("a.jpg", picture("red"))),
            ("file_time", (None, "1588748889000")),
            ("sidecar", ("a.xmp", XMP)),
            ("unknown", (None, "x" * 100_000)),
        ]
        for number, order in enumerate((parts, parts[::-1])):
            order[order.index(next(part for part in order if part[0] == "file"))] = (
                "file", ("a.jpg", picture((90 * number, 0, 0)))
            )  # fmt: skip
            answer = await client.post(URL, files=order)
            assert answer.status_code == 201, answer.text
            assert answer.json()["photo"]["taken_local"] == "2020-05-06T07:08:09"
        assert len(await rows(database, "select from sidecars")) == 2

    async def test_sidecars_are_bounded_together(
        self, client: httpx.AsyncClient, database: Database, objects: FilesystemObjectStore
    ) -> None:
        large = XMP + b" " * (3_000_000 - len(XMP))
        two = [("file", ("a.jpg", picture("red")))] + [("sidecar", (f"{n}.xmp", large + b" " * n)) for n in range(2)]
        assert (await client.post(URL, files=two)).status_code == 201
        three = [("file", ("b.jpg", picture("blue")))] + [("sidecar", (f"{n}.xmp", large)) for n in range(3)]
        assert "together" in problem(await client.post(URL, files=three), 413)
        assert len(await rows(database, "select from photos")) == 1
        assert len(await originals(objects)) == 1

    @pytest.mark.parametrize(
        ("content", "status", "words"),
        [
            (b"", 422, "empty"),
            (b"just text, no picture", 415, "text"),
            (b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + bytes(9999), 415, "videos are not supported yet"),
            (b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", 415, "SVG"),
            (padded(3_000_001), 413, "the limit is 3 MB"),
            (padded(3_000_001 + OVERHEAD_BYTES), 413, "the limit is 3 MB"),
            (picture(size=(1001, 1000)), 422, "the limit is 1."),
            (picture()[:40], 422, ""),
        ],
    )
    async def test_refusals_have_a_status_and_a_sentence(
        self, client: httpx.AsyncClient, objects: FilesystemObjectStore, content: bytes, status: int, words: str
    ) -> None:
        assert words in problem(await client.post(URL, files={"file": ("a.jpg", content)}), status)
        assert await originals(objects) == set()

    async def test_requests_that_are_not_uploads(self, client: httpx.AsyncClient, database: Database) -> None:
        assert "part called file" in problem(await client.post(URL, data={"album": "x"}), 400)
        assert "part called file" in problem(await client.post(URL, json={}), 400)
        assert "called file" in problem(await client.post(URL, files={"photo": ("a.jpg", picture())}), 400)
        twice = [("file", ("a.jpg", picture("red"))), ("file", ("b.jpg", picture("blue")))]
        assert "two parts" in problem(await client.post(URL, files=twice), 400)
        file = {"file": ("a.jpg", picture())}
        assert "ISO 8601" in problem(await client.post(URL, files=file, data={"file_time": "yesterday"}), 422)
        assert "too long" in problem(await client.post(URL, files=file, data={"album": "x" * 5000}), 400)
        assert "title" in problem(await client.post(URL, files=file, data={"album": "\u200b"}), 422)
        assert "XMP" in problem(await client.post(URL, files={**file, "sidecar": ("a.xmp", b"MZ")}), 422)
        assert "too large" in problem(await client.post(URL, files={**file, "sidecar": ("a.xmp", bytes(5 << 20))}), 422)
        assert await rows(database, "select from photos") == []

    async def test_a_name_is_never_a_path(self, client: httpx.AsyncClient, root: Path, database: Database) -> None:
        names = [
            "../../../../tmp/x.jpg",
            "/etc/passwd.jpg",
            "..",
            "a\\..\\b.jpg",
            "con.jpg",
            "%00.jpg",
            "\u202egpj.exe",
            " ",
        ]
        for number, name in enumerate(names):
            answer = await client.post(URL, files={"file": (name, picture((0, 30 * number, 0)))})
            assert answer.status_code == 201, (name, answer.text)
        assert len(await rows(database, "select from photos where file_name !~ '/'")) == len(names)
        assert names_in(root) == {"originals", PARTS_FOLDER}

    @pytest.mark.parametrize("size", [1, 2, 3, 7, 64, 1000])
    async def test_the_network_may_cut_the_body_anywhere(
        self, client: httpx.AsyncClient, objects: FilesystemObjectStore, size: int
    ) -> None:
        content = picture() + b"\r\n--b\r--\r\n\r\n--"
        field = b'--b\r\nContent-Disposition: form-data; name="file_time"\r\n\r\n1588748889000\r\n'
        headers = {"Content-Type": "multipart/form-data; boundary=b"}
        for body in (field + HEAD + content + TAIL, HEAD + content + b"\r\n" + field + b"--b--"):
            answer = await client.post(URL, content=chunks_of(body, size), headers=headers)
            assert answer.status_code in (200, 201), answer.text
        assert await originals(objects) == {hashlib.sha256(content).hexdigest()}

    async def test_nobody_uploads_without_signing_in(self, app: FastAPI, client: httpx.AsyncClient) -> None:
        app.dependency_overrides.clear()
        assert (await client.post(URL, files={"file": ("a.jpg", picture())})).status_code == 401


@asynccontextmanager
async def served(app: FastAPI) -> AsyncIterator[int]:
    """Serve on a free port of the loopback; give the port."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="off"))
        started = asyncio.Event()
        startup = server.startup

        async def begin(sockets: Any = None) -> None:
            await startup(sockets)
            started.set()

        server.startup = begin  # type: ignore[method-assign]
        serving = asyncio.create_task(server.serve([listening]))
        try:
            async with asyncio.timeout(20):
                await started.wait()
            yield listening.getsockname()[1]
        finally:
            server.should_exit = True
            await serving


def request(length: int, *more: str) -> bytes:
    lines = ["POST /api/v1/photos HTTP/1.1", "Host: x", "Content-Type: multipart/form-data; boundary=b",
             f"Content-Length: {length}", *more]  # fmt: skip
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


async def answer_of(reader: asyncio.StreamReader) -> tuple[int, dict[str, Any]]:
    async with asyncio.timeout(20):
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        length = next(int(line.split(":")[1]) for line in head.splitlines() if line.startswith("content-length"))
        return int(head.split()[1]), json.loads(await reader.readexactly(length))


class TestOverASocket:
    async def test_a_dropped_connection_leaves_nothing(
        self, app: FastAPI, database: Database, root: Path, objects: FilesystemObjectStore
    ) -> None:
        content = padded(2_500_000)
        async with served(app) as port, asyncio.timeout(30):
            for stop in (10, 1000, len(content)):
                _, writer = await asyncio.open_connection("127.0.0.1", port)
                writer.write(request(len(HEAD) + len(content) + len(TAIL)) + HEAD + content[:stop])
                await writer.drain()
                while not parts_of(root):  # noqa: ASYNC110 - until the server has begun to write
                    await asyncio.sleep(0)
                writer.transport.abort()
                while parts_of(root):  # noqa: ASYNC110 - until the server has cleared away
                    await asyncio.sleep(0)
        assert await rows(database, "select from photos") == []
        assert await originals(objects) == set()

    async def test_what_is_too_large_is_refused_before_it_is_sent(self, app: FastAPI) -> None:
        async with served(app) as port:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(request(10**12, "Expect: 100-continue"))
            status, said = await answer_of(reader)
            assert status == 413
            assert "the limit is 3 MB" in said["detail"]
            writer.close()

    async def test_a_video_is_refused_while_it_is_sent_and_the_sentence_arrives(self, app: FastAPI) -> None:
        content = b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + bytes(2_900_000)
        async with served(app) as port:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            for upload, expected in ((content, 415), (picture(), 201)):  # the second on the same connection
                writer.write(request(len(HEAD) + len(upload) + len(TAIL)) + HEAD + upload + TAIL)
                await writer.drain()
                status, said = await answer_of(reader)
                assert status == expected, said
            writer.close()

    async def test_a_body_that_does_not_tell_its_length_is_held_to_the_limit(self, app: FastAPI, root: Path) -> None:
        async with served(app) as port:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(request(0).replace(b"Content-Length: 0", b"Transfer-Encoding: chunked"))
            answering = asyncio.create_task(answer_of(reader))
            for content in [HEAD + picture(), *[bytes(1 << 16)] * 64]:
                writer.write(f"{len(content):x}\r\n".encode() + content + b"\r\n")
                await writer.drain()
            status, said = await answering
            assert status == 413
            assert "the limit is 3 MB" in said["detail"]
            assert parts_of(root) == []
            writer.close()
