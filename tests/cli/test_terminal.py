"""What failures are turned into, and what scripts get."""

import json
from datetime import UTC, datetime
from uuid import UUID

import psycopg
import pytest
from rich.console import Console

from calotype.cli.tables import plain
from calotype.cli.terminal import counted, sentence_of, show_json
from calotype.settings import BadSettings


def test_exceptions_of_ours_are_sentences_already() -> None:
    assert sentence_of(BadSettings("CALOTYPE_PORT: too large.")) == "CALOTYPE_PORT: too large."


def test_a_group_tells_its_first_failure() -> None:
    assert sentence_of(BaseExceptionGroup("two", [BadSettings("One."), ValueError("two")])) == "One."


def test_the_system_s_refusal_names_the_file() -> None:
    said = sentence_of(PermissionError(13, "Permission denied", "/srv/photos"))
    assert said == "The system refused: Permission denied (/srv/photos)."


def test_the_database_s_refusal_leads_to_the_doctor() -> None:
    said = sentence_of(psycopg.OperationalError("server closed\nthe connection"))
    assert "server closed the connection" in said
    assert "calotype doctor" in said


def test_a_mistake_of_ours_says_so() -> None:
    assert sentence_of(KeyError("x")).startswith("This should not have happened: KeyError")


def test_json_has_plain_values(capsys: pytest.CaptureFixture[str]) -> None:
    show_json({"id": UUID(int=1), "at": datetime(2026, 1, 2, tzinfo=UTC), "sha256": b"\x01\xff", "name": "Käfer"})
    said = capsys.readouterr().out
    assert json.loads(said) == {
        "id": "00000000-0000-0000-0000-000000000001",
        "at": "2026-01-02T00:00:00+00:00",
        "sha256": "01ff",
        "name": "Käfer",
    }
    assert "Käfer" in said


def test_file_names_cannot_style_or_steer_the_terminal() -> None:
    console = Console(width=80)
    with console.capture() as captured:
        console.print(plain("[red]x[/red]\x1b[2J\n.jpg"))
    assert captured.get() == "[red]x[/red]�[2J�.jpg\n"


def test_one_is_singular() -> None:
    assert counted(1, "photo") == "1 photo"
    assert counted(1200, "photo") == "1,200 photos"
    assert counted(0, "process", "processes") == "0 processes"
