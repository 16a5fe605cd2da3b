"""What all commands say alike: lines, JSON, and one sentence for a failure. Rich is not imported here (`tables.py`)."""

import json
import os
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import typer


def say(text: str = "") -> None:
    """Write a line to standard output."""
    typer.echo(text)


def complain(text: str) -> None:
    """Write a line to standard error."""
    typer.echo(text, err=True)


def counted(count: int, one: str, many: str = "") -> str:
    """Return "1 photo", "1,200 photos"."""
    return f"{count:,} {one if count == 1 else many or f'{one}s'}"


def show_json(answer: Any) -> None:
    """Write an answer for a script: one JSON document."""
    typer.echo(json.dumps(answer, indent=2, ensure_ascii=False, default=_plain))


def _plain(value: object) -> str | float:
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, UUID | Path):
        return str(value)
    if isinstance(value, bytes):
        return value.hex()
    raise TypeError(f"{type(value).__name__} has no place in JSON")


def is_debugging() -> bool:
    """Say whether the person wants to see where a failure comes from. (The settings may be what failed.)"""
    return os.environ.get("CALOTYPE_LOG_LEVEL", "").lower() == "debug"


def sentence_of(problem: BaseException) -> str:
    """Return one sentence for a failure. Exceptions of ours are sentences already."""
    if isinstance(problem, BaseExceptionGroup):
        return sentence_of(problem.exceptions[0])
    if any(kind.__module__.startswith("calotype.") for kind in type(problem).__mro__):
        return str(problem)
    if isinstance(problem, OSError) and problem.strerror:
        place = f" ({problem.filename})" if problem.filename else ""
        return f"The system refused: {problem.strerror}{place}."
    text = " ".join(str(problem).split()) or "no reason given"
    if type(problem).__module__.startswith("psycopg"):
        return f"The database does not do what was asked ({text}): `calotype doctor` says what is wrong with it."
    return (
        f"This should not have happened: {type(problem).__name__}: {text}. Set CALOTYPE_LOG_LEVEL=debug and try again "
        "to see where."
    )
