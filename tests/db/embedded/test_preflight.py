"""What is refused before a start, tried with the texts of other machines."""

import re
from pathlib import Path

import pytest

from calotype.db.embedded import EmbeddedDatabaseUnavailable
from calotype.db.embedded.folder import DatabaseFolder
from calotype.db.embedded.preflight import (
    file_system_type,
    missing_cpu_features,
    refuse_other_major,
    refuse_unfit_cpu,
    refuse_unfit_folder,
    refuse_unfit_platform,
)
from calotype.db.embedded.programs import Programs

HASWELL = "processor\t: 0\nflags\t\t: fpu sse4_2 avx fma bmi1 avx2 bmi2 smep\nbugs\t\t:\n"
NEHALEM = "processor\t: 0\nmodel name\t: Xeon\nflags\t\t: fpu sse4_1 sse4_2 popcnt\n"
ARM = "processor\t: 0\nBogoMIPS\t: 108.00\nFeatures\t: fp asimd evtstrm aes\n"

MOUNTS = """\
22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw
30 22 0:26 / /mnt rw - tmpfs tmpfs rw
31 30 0:40 / /mnt/nas rw,relatime shared:9 - nfs4 nas:/photos rw,vers=4.2
32 22 0:41 / /media/my\\040disk rw - cifs //nas/disk rw
33 22 8:17 / /media/stick rw - vfat /dev/sdb1 rw
34 22 0:50 / /home rw - nfs nas:/home rw
35 34 254:1 / /home rw - xfs /dev/vdb rw
36 22 0:51 / /win rw - 9p drvfs rw
"""


@pytest.mark.parametrize(
    ("cpuinfo", "missing"), [(HASWELL, ()), (NEHALEM, ("avx2", "bmi2", "fma")), (ARM, ()), ("", ())]
)
def test_missing_cpu_features(cpuinfo: str, missing: tuple[str, ...]) -> None:
    assert missing_cpu_features(cpuinfo) == missing


def test_processor_without_avx2_is_refused_in_one_sentence() -> None:
    refuse_unfit_cpu(HASWELL)
    with pytest.raises(EmbeddedDatabaseUnavailable, match="lacks avx2, bmi2, fma") as refusal:
        refuse_unfit_cpu(NEHALEM)
    assert "CALOTYPE_DATABASE_URL" in refusal.value.sentence
    assert is_one_sentence(refusal.value.sentence)


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/var/lib/calotype", "ext4"),
        ("/mnt/nas/photos/home", "nfs4"),
        ("/mnt/nasty", "tmpfs"),  # a name that only begins like a mount point
        ("/media/my disk/home", "cifs"),
        ("/home/ann/calotype", "xfs"),  # mounted over the older one
        ("/win/c/library", "9p"),
    ],
)
def test_file_system_type(path: str, kind: str) -> None:
    assert file_system_type(Path(path), MOUNTS) == kind


@pytest.mark.parametrize("path", ["/mnt/nas/library", "/media/my disk", "/win/c", "/media/stick/library"])
def test_share_and_unfit_disk_are_refused_in_one_sentence(path: str) -> None:
    with pytest.raises(EmbeddedDatabaseUnavailable, match="set CALOTYPE_HOME to a folder on a") as refusal:
        refuse_unfit_folder(Path(path), MOUNTS)
    assert path in refusal.value.sentence
    assert is_one_sentence(refusal.value.sentence)


@pytest.mark.parametrize("path", ["/srv/calotype", "/mnt/scratch", "/home/ann"])
def test_local_folder_is_taken(path: str) -> None:
    refuse_unfit_folder(Path(path), MOUNTS)


def test_broken_mount_table_refuses_nothing() -> None:
    refuse_unfit_folder(Path("/srv"), "no table\n1 2 3 - \n")


def test_other_platform_is_refused() -> None:
    refuse_unfit_platform("linux")
    with pytest.raises(EmbeddedDatabaseUnavailable, match="CALOTYPE_DATABASE_URL"):
        refuse_unfit_platform("darwin")


@pytest.mark.parametrize(
    ("written_by", "words"),
    [
        ("19\n", "written by PostgreSQL 19, and this Calotype runs PostgreSQL 18: install the newer Calotype"),
        ("17\n", "CALOTYPE_PG_BIN=<the bin folder of PostgreSQL 17>"),
        ("", "no whole database"),
    ],
)
def test_other_major_is_refused_in_one_sentence(tmp_path: Path, written_by: str, words: str) -> None:
    folder = DatabaseFolder(tmp_path)
    programs = Programs(Path("/usr/bin"), 18)
    refuse_other_major(folder, programs)  # nothing there yet
    folder.data.mkdir()
    (folder.data / "PG_VERSION").write_text("18\n")
    refuse_other_major(folder, programs)
    (folder.data / "PG_VERSION").write_text(written_by)
    with pytest.raises(EmbeddedDatabaseUnavailable, match=re.escape(words)) as refusal:
        refuse_other_major(folder, programs)
    assert is_one_sentence(refusal.value.sentence)


def is_one_sentence(text: str) -> bool:
    return text.endswith(".") and ". " not in text and "\n" not in text
