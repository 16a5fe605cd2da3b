"""A real `calotype serve` in a temporary home, and a client that costs little."""

import asyncio
import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import uuid
from pathlib import Path
from typing import Any, Self

import psutil
import psycopg

from bench.million import SPACE
from calotype.db.embedded import EmbeddedPostgres
from calotype.features.search import ensure_vector_index

EMAIL, PASSWORD = "bench@example.org", "a-long-bench-password"


def free_port() -> int:
    """Return a port of the loopback address that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Service:
    """The service on a home folder, from start to clean stop."""

    def __init__(self, home: Path, *arguments: str, **settings: object) -> None:
        self.home = home
        self.port = free_port()
        self._arguments = arguments
        self._settings = {f"CALOTYPE_{name.upper()}": str(value) for name, value in settings.items()}
        self.started_in_s = 0.0
        self.token = ""

    def __enter__(self) -> Self:
        environment = {**os.environ, "CALOTYPE_HOME": str(self.home), **self._settings}
        self.home.mkdir(parents=True, exist_ok=True)
        self._log = (self.home / "bench.log").open("ab")
        began = time.perf_counter()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "calotype", "serve", "--port", str(self.port), *self._arguments],
            env=environment, stdout=self._log, stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
        while not self._answers():
            if self.process.poll() is not None:
                raise RuntimeError(f"the service ended: {(self.home / 'bench.log').read_text()[-2000:]}")
            time.sleep(0.01)
        self.started_in_s = time.perf_counter() - began
        return self

    def __exit__(self, *_: object) -> None:
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self._log.close()

    def _answers(self) -> bool:
        try:
            return self.request("GET", "/healthz")[0] == 200
        except OSError:
            return False

    def connect(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)

    def request(
        self, method: str, path: str, body: Any = None, connection: http.client.HTTPConnection | None = None
    ) -> tuple[int, bytes]:
        """Send one request; a dict goes as JSON."""
        own = connection or self.connect()
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        if isinstance(body, dict):
            body, headers["Content-Type"] = json.dumps(body), "application/json"
        own.request(method, path, body, headers)
        answer = own.getresponse()
        content = answer.read()
        if connection is None:
            own.close()
        return answer.status, content

    def get_json(self, path: str) -> Any:
        status, content = self.request("GET", path)
        if status != 200:
            raise RuntimeError(f"{path}: {status} {content[:300]!r}")
        return json.loads(content)

    def sign_up(self) -> None:
        """Make the first owner by the one-time link that the service has printed, or sign in."""
        found = re.search(r"token=([\w-]+)", (self.home / "bench.log").read_text())
        status, content = 0, b""
        if found:
            body = {"token": found[1], "email": EMAIL, "name": "Bench", "password": PASSWORD}
            status, content = self.request("POST", "/api/v1/setup", body)
        if status != 201:
            status, content = self.request("POST", "/api/v1/sessions", {"email": EMAIL, "password": PASSWORD})
        if status != 201:
            raise RuntimeError(f"cannot sign in: {status} {content[:300]!r}")
        self.token = json.loads(content)["token"]

    def upload(self, path: Path, connection: http.client.HTTPConnection) -> float:
        """Send one photo as a browser would; return the seconds until the answer."""
        boundary = uuid.uuid4().hex
        head = (
            f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{path.name}"\r\n'
            "Content-Type: image/jpeg\r\n\r\n"
        )
        body = head.encode() + path.read_bytes() + f"\r\n--{boundary}--\r\n".encode()
        headers = {
            "Authorization": f"Bearer {self.token}",
            "Content-Type": f"multipart/form-data; boundary={boundary}",
        }
        began = time.perf_counter()
        connection.request("POST", "/api/v1/photos", body, headers)
        answer = connection.getresponse()
        content = answer.read()
        if answer.status not in (200, 201):
            raise RuntimeError(f"upload of {path.name}: {answer.status} {content[:300]!r}")
        return time.perf_counter() - began

    def wait_until_done(self, photos: int, timeout_s: float = 3600) -> float:
        """Wait until `photos` photos are completed or failed; return the seconds that it took."""
        began = time.perf_counter()
        while time.perf_counter() - began < timeout_s:
            counts = self.get_json("/api/v1/pipeline")["photos"]
            if counts["completed"] + counts["failed"] >= photos:
                return time.perf_counter() - began
            time.sleep(0.2)
        raise TimeoutError(f"not done after {timeout_s} s: {counts}")

    def wait_until_empty(self, timeout_s: float = 3600) -> None:
        """Wait until no job of a photo waits or runs."""
        began = time.perf_counter()
        while time.perf_counter() - began < timeout_s:
            queue = self.get_json("/api/v1/pipeline")["queue"]
            if queue["develop"] + queue["understand"] == 0:
                return
            time.sleep(0.5)
        raise TimeoutError(f"still {queue} after {timeout_s} s")

    def worker_pids(self) -> list[int]:
        """Return the worker processes."""
        children = psutil.Process(self.process.pid).children(recursive=True)
        return [child.pid for child in children if "calotype.worker.child" in " ".join(child.cmdline())]

    def conninfo(self) -> str:
        """Return how to connect to the embedded database that the service runs on."""
        return EmbeddedPostgres(self.home / "postgres").start()

    def build_vector_index(self) -> float:
        """Build the index that the nightly chore builds; return the seconds that it took."""
        return asyncio.run(self._build_vector_index())

    async def _build_vector_index(self) -> float:
        began = time.perf_counter()
        async with await psycopg.AsyncConnection.connect(self.conninfo(), autocommit=True) as connection:
            await ensure_vector_index(connection, SPACE)
        return time.perf_counter() - began
