"""The command line as a person meets it: help, versions, and failures in one sentence."""

import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

import calotype
from calotype.cli.app import COMMANDS, make_app

RUNNER = CliRunner()


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the installed command in a process of its own."""
    command = [sys.executable, "-m", "calotype", *arguments]
    return subprocess.run(command, capture_output=True, text=True, env=environment, timeout=60, check=False)


@pytest.mark.parametrize("command", COMMANDS)
def test_help_of_each_command_is_worth_reading(command: str) -> None:
    result = RUNNER.invoke(make_app([command]), [command, "--help"], terminal_width=100)
    assert result.exit_code == 0
    assert len(result.output.split()) > 40


def test_help_names_all_commands() -> None:
    result = RUNNER.invoke(make_app(), ["--help"])
    assert result.exit_code == 0
    assert [name for name in COMMANDS if name not in result.output] == []


def test_only_the_module_of_the_command_is_imported() -> None:
    look = (
        "import sys; from calotype.cli.app import make_app; make_app(['models']);"
        "print([name for name in sys.modules if name.startswith('calotype.cli.')])"
    )
    said = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True).stdout
    assert "calotype.cli.models" in said
    assert "calotype.cli.serve" not in said


def test_the_service_starts_without_engines_and_picture_libraries() -> None:
    heavy = {"alembic", "cv2", "onnx", "onnxruntime", "PIL", "procrastinate", "pyvips", "scipy", "sqlalchemy"}
    look = f"import sys, calotype.cli.serving; print(sorted({heavy} & set(sys.modules)))"
    said = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True).stdout
    assert said.strip() == "[]"


def test_version() -> None:
    result = RUNNER.invoke(make_app(["--version"]), ["--version"])
    assert result.output.strip() == f"Calotype {calotype.__version__}"


def test_an_unknown_command_is_refused() -> None:
    result = RUNNER.invoke(make_app(["develope"]), ["develope"])
    assert result.exit_code == 2
    assert "develope" in result.output


def test_a_bad_setting_is_one_sentence(tmp_path: Path) -> None:
    said = run("status", CALOTYPE_HOME=str(tmp_path), CALOTYPE_PORT="many")
    assert said.returncode == 1
    assert "CALOTYPE_PORT" in said.stderr
    assert "Traceback" not in said.stderr
    assert len(said.stderr.strip().splitlines()) == 1


def test_debugging_shows_where_it_failed(tmp_path: Path) -> None:
    said = run("status", CALOTYPE_HOME=str(tmp_path), CALOTYPE_PORT="many", CALOTYPE_LOG_LEVEL="debug")
    assert said.returncode == 1
    assert "Traceback" in said.stderr
