import io
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from calotype.ports.models import ModelHashMismatch, ModelNotObtained, PackageSource, UrlSource
from calotype.ports.models.sources import download_archive, download_url, extract_member

from .manifests import make_source_archive, make_wheel, sha256

CONTENT = b"numbers" * 1000


def _source(archive: Path, *, member: str = "carrier/model.bin", **changes: str) -> PackageSource:
    content = archive.read_bytes()
    fields = {"package": "carrier", "package_version": "1.0", "sha256": sha256(content)} | changes
    return PackageSource(
        archive=archive.name,
        size_bytes=len(content),
        member=member,
        member_sha256=sha256(CONTENT),
        **fields,  # type: ignore[arg-type]
    )


@pytest.fixture
def scratch(tmp_path: Path) -> Path:
    folder = tmp_path / "scratch"
    folder.mkdir()
    return folder


def test_a_wheel_is_fetched_with_pip(index: Path, scratch: Path) -> None:
    archive = make_wheel(index, {"carrier/model.bin": CONTENT})

    fetched = download_archive(_source(archive), scratch)

    assert fetched.read_bytes() == archive.read_bytes()


def test_a_source_archive_is_fetched_and_its_setup_is_not_run(index: Path, scratch: Path, tmp_path: Path) -> None:
    marker = tmp_path / "setup-was-run"
    setup = f"open({str(marker)!r}, 'w').close()\nfrom setuptools import setup\nsetup(name='carrier', version='1.0')\n"
    archive = make_source_archive(index, {"setup.py": setup.encode(), "carrier/model.bin": CONTENT})

    fetched = download_archive(_source(archive), scratch)

    assert fetched.read_bytes() == archive.read_bytes()
    assert not marker.exists()


def test_another_archive_than_the_pinned_one_is_refused(index: Path, scratch: Path) -> None:
    archive = make_wheel(index, {"carrier/model.bin": CONTENT})

    with pytest.raises(ModelHashMismatch, match=r"carrier 1\.0 is not the one that is pinned"):
        download_archive(_source(archive, sha256="0" * 64), scratch)


def test_a_package_that_is_not_there_is_stated(index: Path, scratch: Path) -> None:
    archive = make_wheel(index, {"carrier/model.bin": CONTENT})

    with pytest.raises(ModelNotObtained, match=r"carrier could not be fetched.*9\.9"):
        download_archive(_source(archive, package_version="9.9"), scratch)


@pytest.mark.parametrize("make", [make_wheel, make_source_archive])
def test_one_member_is_taken_out(tmp_path: Path, make: Callable[..., Path]) -> None:
    archive = make(tmp_path, {"carrier/model.bin": CONTENT, "carrier/other.bin": b"other"})
    root = "carrier-1.0/" if archive.name.endswith(".tar.gz") else ""

    extract_member(archive, f"{root}carrier/model.bin", tmp_path / "out", sha256(CONTENT))

    assert (tmp_path / "out").read_bytes() == CONTENT


@pytest.mark.parametrize("make", [make_wheel, make_source_archive])
def test_a_member_that_is_missing_or_another_leaves_nothing(tmp_path: Path, make: Callable[..., Path]) -> None:
    archive = make(tmp_path, {"carrier/model.bin": CONTENT})
    root = "carrier-1.0/" if archive.name.endswith(".tar.gz") else ""

    with pytest.raises(ModelNotObtained):
        extract_member(archive, "carrier/absent.bin", tmp_path / "out", sha256(CONTENT))
    with pytest.raises(ModelHashMismatch):
        extract_member(archive, f"{root}carrier/model.bin", tmp_path / "out", "0" * 64)
    assert not (tmp_path / "out").exists()


def test_a_link_in_an_archive_is_not_followed(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_bytes(CONTENT)
    with tarfile.open(tmp_path / "carrier-1.0.tar.gz", "w:gz") as archive:
        entry = tarfile.TarInfo("model.bin")
        entry.type, entry.linkname = tarfile.SYMTYPE, str(secret)
        archive.addfile(entry)

    with pytest.raises(ModelNotObtained):
        extract_member(tmp_path / "carrier-1.0.tar.gz", "model.bin", tmp_path / "out", sha256(CONTENT))


def test_a_member_named_to_escape_is_written_where_we_say(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "carrier-1.0.tar.gz", "w:gz") as archive:
        entry = tarfile.TarInfo("../../escaped.bin")
        entry.size = len(CONTENT)
        archive.addfile(entry, io.BytesIO(CONTENT))

    extract_member(tmp_path / "carrier-1.0.tar.gz", "../../escaped.bin", tmp_path / "out", sha256(CONTENT))

    assert (tmp_path / "out").read_bytes() == CONTENT
    assert not list(tmp_path.parent.glob("escaped.bin"))


@pytest.mark.parametrize("content", [b"", b"not an archive", b"\x1f\x8b\x08junk", b"PK\3\4junk"])
@pytest.mark.parametrize("name", ["a.whl", "a.tar.gz"])
def test_a_broken_archive_is_stated(tmp_path: Path, content: bytes, name: str) -> None:
    (tmp_path / name).write_bytes(content)

    with pytest.raises(ModelNotObtained):
        extract_member(tmp_path / name, "model.bin", tmp_path / "out", sha256(CONTENT))


def test_an_address_is_streamed_and_the_progress_told(web: Callable[[bytes], str], tmp_path: Path) -> None:
    content = bytes(range(256)) * 16_384
    heard: list[int] = []

    download_url(UrlSource(web(content), sha256(content), len(content)), tmp_path / "out", heard.append)

    assert (tmp_path / "out").read_bytes() == content
    assert heard == sorted(heard)
    assert heard[-1] == len(content)


@pytest.mark.parametrize("served", [CONTENT[:-1], CONTENT + b"!", b"x" * len(CONTENT), b""])
def test_other_bytes_than_pinned_are_refused(web: Callable[[bytes], str], tmp_path: Path, served: bytes) -> None:
    source = UrlSource(web(served), sha256(CONTENT), len(CONTENT))

    with pytest.raises(ModelHashMismatch):
        download_url(source, tmp_path / "out", lambda _done: None)
    assert not (tmp_path / "out").exists()


def test_an_address_without_answer_is_stated(web: Callable[[bytes], str], tmp_path: Path) -> None:
    absent = web(CONTENT).replace("model.bin", "absent.bin")

    with pytest.raises(ModelNotObtained, match="404"):
        download_url(UrlSource(absent, sha256(CONTENT), len(CONTENT)), tmp_path / "out", lambda _done: None)
