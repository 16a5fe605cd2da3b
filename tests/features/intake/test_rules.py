"""Names, times and who belongs to whom."""

import contextlib
import os
import unicodedata
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calotype.features.intake.errors import BadFileTime
from calotype.features.intake.rules import (
    MAX_NAME_CHARS,
    clean_file_name,
    file_time_of,
    find_owner_of_sidecar,
    ledger_path,
    read_file_time,
    stem_of,
)

NOW = datetime(2026, 1, 1, tzinfo=UTC)


@given(st.text(max_size=600))
def test_a_clean_name_can_be_kept_and_shown(name: str) -> None:
    clean = clean_file_name(name)
    assert 0 < len(clean) <= MAX_NAME_CHARS
    assert "/" not in clean
    assert not any(unicodedata.category(char) in ("Cc", "Cs") for char in clean)
    assert clean_file_name(clean) == clean
    clean.encode("utf-8")


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("IMG_0001.JPG", "IMG_0001.JPG"),
        ("../../etc/passwd", "passwd"),
        ("a/", "unnamed"),
        ("", "unnamed"),
        ("photo\u202egpj.exe", "photogpj.exe"),
        ("back\\slash.jpg", "back\\slash.jpg"),
        ("....jpg", "....jpg"),
        ("日本語 写真 (1).jpg", "日本語 写真 (1).jpg"),
        ("👨‍👩‍👧‍👦 holiday.jpg", "👨‍👩‍👧‍👦 holiday.jpg"),
        ("line\nbreak\r\n.jpg", "line break .jpg"),
        ("x" * 300 + ".jpeg", "x" * 250 + ".jpeg"),
    ],
)
def test_names(name: str, clean: str) -> None:
    assert clean_file_name(name) == clean


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2023-07-01T12:00:00+02:00", datetime(2023, 7, 1, 10, tzinfo=UTC)),
        ("2023-07-01T12:00:00Z", datetime(2023, 7, 1, 12, tzinfo=UTC)),
        ("2023-07-01T12:00:00", datetime(2023, 7, 1, 12, tzinfo=UTC)),
        ("1688205600000", datetime(2023, 7, 1, 10, tzinfo=UTC)),
        (" 1688205600123 ", datetime(2023, 7, 1, 10, 0, 0, 123000, tzinfo=UTC)),
        ("", None),
        ("0", None),
        ("-5", None),
        ("9" * 30, None),
        ("9999-12-31T23:59:59-12:00", None),
        ("2099-01-01", None),
    ],
)
def test_file_times(text: str, moment: datetime | None) -> None:
    assert read_file_time(text, NOW) == moment


@given(st.text(max_size=40) | st.datetimes(timezones=st.just(timezone(timedelta(hours=3)))).map(datetime.isoformat))
def test_a_file_time_is_plausible_or_none_or_refused(text: str) -> None:
    with contextlib.suppress(BadFileTime):
        moment = read_file_time(text, NOW)
        assert moment is None or datetime(1971, 1, 1, tzinfo=UTC) <= moment <= NOW + timedelta(days=1)


@given(st.integers(min_value=-(2**63), max_value=2**63))
def test_any_file_time_of_a_disk_can_be_read(modified_ns: int) -> None:
    moment = file_time_of(modified_ns, NOW)
    assert moment is None or moment.year >= 1971


@given(st.lists(st.binary(min_size=1, max_size=8).filter(lambda name: b"\0" not in name), unique=True, min_size=2))
def test_different_paths_stay_different_in_the_ledger(names: list[bytes]) -> None:
    paths = [os.fsdecode(b"/" + name) for name in names]
    in_ledger = [ledger_path(path) for path in paths]
    assert len(set(in_ledger)) == len(set(paths))
    for path in in_ledger:
        path.encode("utf-8")


@pytest.mark.parametrize(
    ("name", "stem"),
    [
        ("a.jpg", "a"),
        ("a.jpg.xmp", "a"),
        ("a.xmp", "a"),
        ("a.b.jpg", "a.b"),
        ("a", "a"),
        (".jpg", ".jpg"),
        ("A.XMP", "A"),
    ],
)
def test_stems(name: str, stem: str) -> None:
    assert stem_of(name) == stem


@pytest.mark.parametrize(
    ("sidecar", "photos", "photo"),
    [
        ("a.jpg.xmp", ["a.jpg", "a.png"], "a.jpg"),
        ("a.xmp", ["a.jpg"], "a.jpg"),
        ("a.xmp", ["a.jpg", "a.dng"], "a.dng"),
        ("a.dng.xmp", ["a.jpg", "a.dng"], "a.dng"),
        ("a.jpg.xmp", ["a.JPG"], "a.JPG"),
        ("A.XMP", ["a.jpg"], "a.jpg"),
        ("img.xmp", ["IMG.jpg", "img.png"], "img.png"),
        ("a.jpg.xmp", ["a.png"], None),
        ("b.xmp", ["a.jpg"], None),
        ("a.xmp", ["a"], "a"),
        ("a.xmp", ["a.JSON", "a.jpg"], "a.jpg"),
        ("a.xmp", [], None),
    ],
)
def test_sidecars_find_their_photo(sidecar: str, photos: list[str], photo: str | None) -> None:
    assert find_owner_of_sidecar(sidecar, photos) == photo
