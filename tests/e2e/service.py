"""The service as a process of its own, spoken to over HTTP like any client does."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

ANSWER_TIMEOUT_S = 120


class Service:
    """A service that runs, and its first user, signed in."""

    def __init__(self, client: httpx.Client) -> None:
        self._client = client

    def ask(self, method: str, path: str, body: Any = None, *, expects: int | None = None, **query: Any) -> Any:
        """Return the JSON of an answer; fails where its status is not `expects` (none: any that is no error)."""
        answer = self._client.request(method, f"/api/v1{path}", json=body, params=query or None)
        is_right = answer.is_success if expects is None else answer.status_code == expects
        assert is_right, f"{method} {path}: {answer.status_code} {answer.text[:2000]}"
        return answer.json() if answer.content else None

    def get(self, path: str, **query: Any) -> Any:
        return self.ask("GET", path, **query)

    def post(self, path: str, body: Any = None, *, expects: int | None = None) -> Any:
        return self.ask("POST", path, body, expects=expects)

    def patch(self, path: str, body: Any) -> Any:
        return self.ask("PATCH", path, body)

    def pages(self, path: str, **query: Any) -> list[Any]:
        """Return the items of all pages of a list."""
        items: list[Any] = []
        cursor = None
        while True:
            page = self.get(path, **query, **({"cursor": cursor} if cursor else {}))
            items += page["items"]
            if (cursor := page["next_cursor"]) is None:
                return items


@contextmanager
def running_service(home: Path, email: str, password: str) -> Iterator[Service]:
    """Start `calotype serve` without workers on the library in `home`, sign in, and stop it cleanly at the end."""
    mine = {name: value for name, value in os.environ.items() if not name.startswith("CALOTYPE_")}
    process = subprocess.Popen(
        [sys.executable, "-m", "calotype", "serve", "--port", "0", "--no-worker"],
        env={**mine, "CALOTYPE_HOME": str(home), "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True,
    )  # fmt: skip
    try:
        with httpx.Client(base_url=_address(process), timeout=ANSWER_TIMEOUT_S) as client:
            signed_in = client.post("/api/v1/sessions", json={"email": email, "password": password})
            assert signed_in.is_success, signed_in.text
            client.headers["Authorization"] = f"Bearer {signed_in.json()['token']}"
            yield Service(client)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=ANSWER_TIMEOUT_S)
        assert process.returncode == 0
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate(timeout=ANSWER_TIMEOUT_S)


def _address(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    seen = ""
    for line in process.stdout:
        seen += line
        if (found := re.search(r"http://127\.0\.0\.1:\d+", line)) is not None:
            return found[0]
    raise AssertionError(f"the service never said where it is:\n{seen}")
