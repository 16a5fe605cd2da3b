"""Reads the manifest of models: what each is for, its licence, where it comes from and its hashes."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import urlsplit

from .errors import ManifestRefused

MANIFEST_PATH = Path(__file__).with_name("manifest.toml")

_SHA256 = re.compile(r"[0-9a-f]{64}")
_FILE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


@dataclass(frozen=True)
class PackageSource:
    """One member of one archive of the ordinary package index."""

    package: str
    package_version: str
    archive: str
    sha256: str
    size_bytes: int
    member: str
    member_sha256: str

    def __post_init__(self) -> None:
        _check_hashes(self.sha256, self.member_sha256)
        _check_file_name(self.archive)
        if not self.archive.endswith((".whl", ".zip", ".tar.gz")):
            raise ManifestRefused(f"{self.archive} is no archive that can be opened")

    @property
    def is_wheel(self) -> bool:
        return self.archive.endswith(".whl")

    @property
    def raw_name(self) -> str:
        return PurePosixPath(self.member).name

    @property
    def raw_sha256(self) -> str:
        return self.member_sha256


@dataclass(frozen=True)
class UrlSource:
    """One file at one address that never changes (pinned by commit or version, and by hash)."""

    url: str
    sha256: str
    size_bytes: int

    def __post_init__(self) -> None:
        _check_hashes(self.sha256)
        if urlsplit(self.url).scheme not in {"https", "http"}:
            raise ManifestRefused(f"{self.url} is not a web address")

    @property
    def raw_name(self) -> str:
        return PurePosixPath(urlsplit(self.url).path).name

    @property
    def raw_sha256(self) -> str:
        return self.sha256


@dataclass(frozen=True)
class ModelEntry:
    """One model: its file in the folder of models, and how to get it."""

    name: str
    version: str
    purpose: str
    licence: str
    default: bool
    file: str
    file_sha256: str
    source: PackageSource | UrlSource
    conversion: str | None = None
    also_named: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        _check_hashes(self.file_sha256)
        for name in (self.file, *self.also_named):
            _check_file_name(name)
        if self.conversion is None and self.file_sha256 != self.source.raw_sha256:
            raise ManifestRefused(f"{self.name} is not converted, so its two hashes must be the same")


def read_manifest(path: Path = MANIFEST_PATH) -> tuple[ModelEntry, ...]:
    """All entries, in the file's order. Raises ManifestRefused."""
    try:
        entries = tuple(_entry(row) for row in tomllib.loads(path.read_text("utf-8"))["model"])
    except (tomllib.TOMLDecodeError, KeyError, TypeError) as fault:
        raise ManifestRefused(f"The manifest of models {path} cannot be read: {fault}") from fault
    names = [entry.name for entry in entries] + [entry.file for entry in entries]
    if len(set(names)) != len(names):
        raise ManifestRefused("Two models share a name or a file.")
    return entries


def _entry(row: dict[str, Any]) -> ModelEntry:
    source = dict(row.pop("source"))
    kind = source.pop("kind")
    if kind not in {"package", "url"}:
        raise ManifestRefused(f"A source of kind {kind!r} is not known.")
    row["source"] = PackageSource(**source) if kind == "package" else UrlSource(**source)
    row["also_named"] = tuple(row.get("also_named", ()))
    return ModelEntry(**row)


def _check_hashes(*hashes: str) -> None:
    for sha256 in hashes:
        if not _SHA256.fullmatch(sha256):
            raise ManifestRefused(f"{sha256!r} is not a SHA-256 in lower-case hexadecimal")


def _check_file_name(name: str) -> None:
    if not _FILE_NAME.fullmatch(name):
        raise ManifestRefused(f"{name!r} is not a plain file name")
