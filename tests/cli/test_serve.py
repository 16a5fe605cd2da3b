"""`calotype serve` as a process: up, answering, and down without a trace."""

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import httpx
import pytest

from calotype.cli.serve import AddressRefused, PortTaken, _refuse_taken_port

START_TIMEOUT_S = 120


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    mine = {name: value for name, value in os.environ.items() if not name.startswith("CALOTYPE_")}
    return mine | {"CALOTYPE_HOME": str(tmp_path / "home"), "CALOTYPE_VISION": "off", "PYTHONUNBUFFERED": "1"}


@pytest.fixture
def service(environment: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "calotype", "serve", "--port", "0", "--workers", "1"]
    process = subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate(timeout=60)


def read_until(stream: IO[str] | None, pattern: str) -> str:
    """Read lines until one matches; the process's own end (and the test's time limit) is what ends the wait."""
    assert stream is not None
    seen = ""
    for line in stream:
        seen += line
        if re.search(pattern, line):
            return seen
    raise AssertionError(f"{pattern!r} never came:\n{seen}")


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["Ctrl-C", "SIGTERM"])
def test_it_answers_and_stops_cleanly(service: subprocess.Popen[str], number: signal.Signals, tmp_path: Path) -> None:
    said = read_until(service.stdout, "Ctrl-C stops it")
    link = re.search(r"(http://127\.0\.0\.1:\d+)/setup#token=(\S+)", said)
    assert link is not None
    assert httpx.get(f"{link[1]}/healthz", timeout=30).json() == {"status": "ok"}
    owner = {"token": link[2], "email": "ada@example.org", "name": "Ada", "password": "correct horse"}
    made = httpx.post(f"{link[1]}/api/v1/setup", json=owner, timeout=30)
    assert made.status_code == 201
    service.send_signal(number)
    rest, _ = service.communicate(timeout=START_TIMEOUT_S)
    assert service.returncode == 0
    assert rest.rstrip().endswith("Stopped.")
    assert "Traceback" not in said + rest
    assert not (tmp_path / "home/postgres/data/postmaster.pid").exists()


@pytest.mark.slow
def test_ctrl_c_in_a_terminal_reaches_every_process_at_once(service: subprocess.Popen[str]) -> None:
    read_until(service.stdout, "Ctrl-C stops it")
    os.killpg(service.pid, signal.SIGINT)
    rest, _ = service.communicate(timeout=START_TIMEOUT_S)
    assert service.returncode == 0
    assert "Traceback" not in rest


def test_a_taken_port_is_told_before_anything_starts(environment: dict[str, str], tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        command = [sys.executable, "-m", "calotype", "serve", "--port", port]
        said = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert said.returncode == 1
    assert said.stderr.startswith(f"Port {port} of 127.0.0.1 is taken")
    assert len(said.stderr.splitlines()) == 1
    assert not (tmp_path / "home").exists()


def test_a_database_that_is_not_there(environment: dict[str, str]) -> None:
    environment["CALOTYPE_DATABASE_URL"] = "postgresql://nobody@127.0.0.1:1/none"
    command = [sys.executable, "-m", "calotype", "serve", "--port", "0"]
    said = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert said.returncode == 1
    assert "Traceback" not in said.stderr
    assert len(said.stderr.splitlines()) == 1


def test_port_zero_is_always_free() -> None:
    _refuse_taken_port("127.0.0.1", 0)


def test_an_address_of_another_machine() -> None:
    with pytest.raises(AddressRefused):
        _refuse_taken_port("192.0.2.1", 8420)


def test_a_port_in_use() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(PortTaken):
            _refuse_taken_port("127.0.0.1", taken.getsockname()[1])
