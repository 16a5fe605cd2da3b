"""What the doctor says of a machine."""

import socket
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest

from calotype.cli import machine_checks
from calotype.cli.findings import Level
from calotype.settings import Settings


def settings_of(home: Path, **more: object) -> Settings:
    return Settings(home=home, models=home / "models", **more)  # type: ignore[arg-type]


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        yield taken


def test_a_good_machine(tmp_path: Path) -> None:
    findings = list(machine_checks.check_machine(settings_of(tmp_path, vision="off", port=0)))
    assert {finding.subject for finding in findings} >= {"home", "room", "clock", "port", "models"}
    assert [finding for finding in findings if finding.level is Level.FAIL] == []


def test_missing_models_are_told_with_what_brings_them(tmp_path: Path) -> None:
    findings = {each.subject: each for each in machine_checks.check_machine(settings_of(tmp_path, port=0))}
    assert findings["models"].level is Level.FAIL
    assert "calotype models pull" in findings["models"].sentence


def test_a_home_that_is_a_file(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.write_text("no folder")
    findings = {each.subject: each for each in machine_checks.check_machine(settings_of(home, vision="off", port=0))}
    assert findings["home"].level is Level.FAIL
    assert "CALOTYPE_HOME" in findings["home"].sentence


def test_a_port_that_another_program_has(listener: socket.socket, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine_checks, "HEALTH_TIMEOUT_S", 0.05)
    finding = machine_checks.check_port("127.0.0.1", listener.getsockname()[1])
    assert finding.level is Level.WARN
    assert "--port" in finding.sentence


def test_an_address_that_is_not_ours() -> None:
    assert machine_checks.check_port("192.0.2.1", 8420).level is Level.FAIL


def test_a_clock_from_before_the_program() -> None:
    assert machine_checks._check_clock(datetime(1970, 1, 1, tzinfo=UTC)).level is Level.FAIL


@pytest.mark.parametrize(
    ("free_bytes", "level"), [(100_000_000_000, Level.OK), (2_000_000_000, Level.WARN), (10_000_000, Level.FAIL)]
)
def test_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, free_bytes: int, level: Level) -> None:
    monkeypatch.setattr("calotype.cli.machine_checks.shutil.disk_usage", lambda _: SimpleNamespace(free=free_bytes))
    assert [finding.level for finding in machine_checks._check_room(settings_of(tmp_path))] == [level]
