from pathlib import Path
from typing import Any

import pytest

from calotype.ports.models import ManifestRefused, PackageSource, read_manifest
from calotype.ports.models.conversion import CONVERSIONS

from .manifests import url_row, write_manifest

GOOD = url_row("good", b"bytes")


def test_the_packaged_manifest_names_what_vision_needs() -> None:
    entries = {entry.name: entry for entry in read_manifest()}

    defaults = {name for name, entry in entries.items() if entry.default}
    assert defaults == {
        "efficientnet-lite0",
        "minilm-l6",
        "minilm-l6-vocabulary",
        "centerface",
        "dlib-face-resnet",
        "ppocr-detection",
        "ppocr-recognition",
    }
    assert "mobilefacenet" in entries
    assert all(entry.conversion is None or entry.conversion in CONVERSIONS for entry in entries.values())
    assert all(entry.licence and entry.purpose for entry in entries.values())


def test_entries_of_one_archive_agree_on_it() -> None:
    archives: dict[str, tuple[str, int]] = {}
    for entry in read_manifest():
        if isinstance(entry.source, PackageSource):
            pinned = entry.source.sha256, entry.source.size_bytes
            assert archives.setdefault(entry.source.archive, pinned) == pinned


@pytest.mark.parametrize(
    "row",
    [
        GOOD | {"file": "../outside.bin"},
        GOOD | {"file": "/etc/passwd"},
        GOOD | {"file": ".hidden"},
        GOOD | {"also_named": ["a/b"]},
        GOOD | {"file_sha256": "abc"},
        GOOD | {"file_sha256": GOOD["file_sha256"].upper()},
        GOOD | {"file_sha256": "0" * 64},
        GOOD | {"unknown_key": 1},
        GOOD | {"source": GOOD["source"] | {"url": "file:///etc/passwd"}},
        GOOD | {"source": GOOD["source"] | {"url": "ftp://example.org/m"}},
        GOOD | {"source": GOOD["source"] | {"kind": "torrent"}},
        GOOD | {"source": GOOD["source"] | {"sha256": "1" * 63}},
    ],
)
def test_a_wrong_entry_is_refused(tmp_path: Path, row: dict[str, Any]) -> None:
    with pytest.raises(ManifestRefused):
        read_manifest(write_manifest(tmp_path / "m.toml", row))


def test_two_models_may_not_share_a_file(tmp_path: Path) -> None:
    with pytest.raises(ManifestRefused, match="share"):
        read_manifest(write_manifest(tmp_path / "m.toml", GOOD, GOOD | {"name": "other"}))


@pytest.mark.parametrize("text", ["", "model = 3", "[[model]]\nname = 'a'", "not toml ["])
def test_what_is_no_manifest_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "m.toml").write_text(text)

    with pytest.raises(ManifestRefused):
        read_manifest(tmp_path / "m.toml")
