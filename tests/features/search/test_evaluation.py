"""Measuring the search with questions whose answers are known."""

import hashlib
from pathlib import Path

import pytest

from calotype.features.search import BadQuestion, Search, evaluate, summarise
from tests.features.search.shelf import Shelf


def write_list(folder: Path, rows: list[tuple[str, str, str]]) -> Path:
    path = folder / "queries.csv"
    path.write_text(
        "query,kind,paths\n" + "".join(f'"{q}",{kind},"{paths}"\n' for q, kind, paths in rows), encoding="utf-8"
    )
    return path


async def test_hits_are_counted_by_content_and_kind(search: Search, shelf: Shelf, tmp_path: Path) -> None:
    for name in ("one", "two", "other"):
        (tmp_path / f"{name}.jpg").write_bytes(name.encode())
    for name, label in (("one", {"tabby": 0.9}), ("two", {"tabby": 0.5}), ("other", {"espresso": 0.9})):
        await shelf.add(labels=label, sha256=hashlib.sha256(name.encode()).digest(), file_name="neutral.jpg")
    queries = write_list(
        tmp_path,
        [
            ("a cat", "content", "one.jpg|two.jpg"),
            ("coffee", "content", "other.jpg"),
            ("cat", "wrong", "other.jpg"),
            ("espresso", "none", "missing-in-the-library.jpg"),
            ("espresso", "half", "other.jpg|missing-in-the-library.jpg"),
        ],
    )
    (tmp_path / "missing-in-the-library.jpg").write_bytes(b"?")
    figures = summarise(await evaluate(queries, search, shelf.database, shelf.owner))
    assert figures["content"] == {"queries": 2, "hit@1": 1.0, "hit@5": 1.0, "map": 1.0}
    assert figures["wrong"]["hit@1"] == 0
    assert figures["half"] == {"queries": 1, "hit@1": 1.0, "hit@5": 1.0, "map": 0.5}
    assert figures["none"] == {"queries": 1, "hit@1": 0, "hit@5": 0, "map": 0}


async def test_a_list_that_cannot_be_read_is_refused(search: Search, shelf: Shelf, tmp_path: Path) -> None:
    with pytest.raises(BadQuestion, match="relative to the CSV's folder"):
        await evaluate(write_list(tmp_path, [("a", "b", "gone.jpg")]), search, shelf.database, shelf.owner)
    (tmp_path / "other.csv").write_text("question,kind\n", encoding="utf-8")
    with pytest.raises(BadQuestion, match="lacks the column 'query'"):
        await evaluate(tmp_path / "other.csv", search, shelf.database, shelf.owner)
