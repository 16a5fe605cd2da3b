"""The main job, whole: a folder of real photos becomes a library that answers plain words."""

import csv
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from tests.e2e.conftest import CommandLine

pytestmark = [pytest.mark.slow, pytest.mark.photos, pytest.mark.models]
Neutral = Callable[[Iterable[Path]], Path]


def test_a_folder_of_photos_answers_plain_words(command: CommandLine, shared_photos: Path, neutral: Neutral) -> None:
    files = [
        path for topic in ("objects", "ocr/easyocr") for path in (shared_photos / topic).iterdir() if path.is_file()
    ]
    report = command.home.parent / "report.csv"
    totals = command.json("import", neutral(files), "--report", report)
    rows = list(csv.DictReader(report.open(encoding="utf-8")))
    assert len(rows) == len(set(files))
    assert {row["outcome"] for row in rows} <= {"stored", "duplicate"}, totals
    command.run("worker", "--until-idle")

    status = command.json("status")
    assert status["photos"]["pending"] == status["photos"]["processing"] == 0
    assert status["photos"]["completed"] == sum(row["outcome"] == "stored" for row in rows)

    zebra = command.json("search", "a zebra")
    assert zebra["items"][0]["match"] == "sure"
    assert any(reason["kind"] == "label" and "zebra" in reason["text"] for reason in zebra["items"][0]["reasons"])
    sign = command.json("search", "NO LITTER")
    assert any(reason["kind"] == "text" for reason in sign["items"][0]["reasons"])
    nothing = command.json("search", "a submarine parliament xylograph")
    assert nothing["verdict"] == "no good match"
    assert not [item for item in nothing["items"] if item["match"] == "sure"]

    figures = command.json("evaluate", shared_photos / "queries.csv")
    assert figures["content"]["queries"] > 50
    assert figures["text in the picture"]["hit@5"] >= 0.5  # all of its photos are here; a floor, not the goal


def test_hostile_files_end_in_a_stated_outcome(command: CommandLine, shared_photos: Path) -> None:
    """Every file of `hostile`: no worker dies for good, nothing hangs, and whatever failed says why."""
    report = command.home.parent / "report.csv"
    command.run("import", shared_photos / "hostile", "--report", report, expects=1)
    rows = list(csv.DictReader(report.open(encoding="utf-8")))
    assert all(row["reason"] for row in rows if row["outcome"] in {"skipped", "failed"})
    command.run("worker", "--until-idle")
    status = command.json("status")
    assert status["photos"]["pending"] == status["photos"]["processing"] == 0
    assert status["queue"]["develop"] == status["queue"]["understand"] == 0
    assert sum(status["photos"].values()) == sum(row["outcome"] == "stored" for row in rows)
    assert status["photos"]["completed"] > status["photos"]["failed"] > 0
    assert all(failure["reason"] for failure in status["failures"])
    assert not (command.home.parent / "evil.jpg").exists()
    outside = {path.name for path in command.home.parent.iterdir()} - {"home", "report.csv", "photos"}
    assert not outside, "a name of an archive or a file led out of its folder"
