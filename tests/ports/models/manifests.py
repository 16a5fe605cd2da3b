"""Manifests for tests: entries made around files that a test has made."""

import hashlib
import io
import tarfile
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def write_manifest(path: Path, *rows: Mapping[str, Any]) -> Path:
    lines: list[str] = []
    for row in rows:
        lines.append("[[model]]")
        lines += [f"{key} = {_toml(value)}" for key, value in row.items() if key != "source"]
        lines += ["[model.source]", *(f"{key} = {_toml(value)}" for key, value in row["source"].items())]
    path.write_text("\n".join(lines) + "\n")
    return path


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return "[" + ", ".join(_toml(each) for each in value) + "]"
    return repr(value)


def url_row(name: str, content: bytes, *, url: str = "http://127.0.0.1:9/model.bin", **changes: Any) -> dict[str, Any]:
    """A model that is one file at one address."""
    return {
        "name": name,
        "version": "1",
        "purpose": "tests",
        "licence": "CC0-1.0",
        "default": True,
        "file": f"{name}.bin",
        "file_sha256": sha256(content),
        "source": {"kind": "url", "url": url, "sha256": sha256(content), "size_bytes": len(content)},
    } | changes


def package_row(name: str, archive: Path, member: str, content: bytes, **changes: Any) -> dict[str, Any]:
    """A model that is one member of an archive named like `carrier-1.0…`."""
    packed = archive.read_bytes()
    source = {
        "kind": "package",
        "package": "carrier",
        "package_version": "1.0",
        "archive": archive.name,
        "sha256": sha256(packed),
        "size_bytes": len(packed),
        "member": member,
        "member_sha256": sha256(content),
    }
    return url_row(name, content) | {"source": source} | changes


def make_wheel(folder: Path, members: Mapping[str, bytes]) -> Path:
    path = folder / "carrier-1.0-py3-none-any.whl"
    about = "Metadata-Version: 2.1\nName: carrier\nVersion: 1.0\n"
    tags = "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
        archive.writestr("carrier-1.0.dist-info/METADATA", about)
        archive.writestr("carrier-1.0.dist-info/WHEEL", tags)
        archive.writestr("carrier-1.0.dist-info/RECORD", "")
    return path


def make_source_archive(folder: Path, members: Mapping[str, bytes]) -> Path:
    path = folder / "carrier-1.0.tar.gz"
    with tarfile.open(path, "w:gz") as archive:
        for name, content in members.items():
            entry = tarfile.TarInfo(f"carrier-1.0/{name}")
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return path
