"""When a photo was taken: rules, and names of files."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calotype.media.dates import (
    EARLIEST_IN_NAMES,
    ClockTime,
    Taken,
    choose_taken,
    find_in_file_name,
    from_file_name,
    offset_from_gps,
    parse_offset,
    parse_time,
)

NOW = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
LATEST = datetime(2026, 6, 2, 12, 0)
FILE_TIME = datetime(2022, 3, 4, 5, 6, 7, tzinfo=UTC)
REAL_OFFSETS = (-570, -480, -210, 0, 60, 120, 270, 330, 345, 390, 525, 570, 765, 840)


@dataclass
class Tags:
    taken_local: datetime | None = None
    taken_source: str | None = None
    offset_min: int | None = None
    offset_source: str | None = None
    gps_time_utc: datetime | None = None
    is_date_only: bool = False


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2021:05:06 07:08:09", ClockTime(datetime(2021, 5, 6, 7, 8, 9))),
        ("2021-05-06T07:08:09", ClockTime(datetime(2021, 5, 6, 7, 8, 9))),
        ("2021-05-06T07:08:09.123+02:00", ClockTime(datetime(2021, 5, 6, 7, 8, 9, 123000), 120)),
        ("2021-05-06T07:08:09Z", ClockTime(datetime(2021, 5, 6, 7, 8, 9), 0)),
        ("2021-05-06T07:08-0330", ClockTime(datetime(2021, 5, 6, 7, 8), -210)),
        ("2021:05:06", ClockTime(datetime(2021, 5, 6), has_clock=False)),
        ("2016:12:31 23:59:60", ClockTime(datetime(2016, 12, 31, 23, 59, 59))),
        ("1922:07:08 00:00:00", ClockTime(datetime(1922, 7, 8))),
        ("2021/05/06 07:08:09", ClockTime(datetime(2021, 5, 6, 7, 8, 9))),
        ("0000:00:00 00:00:00", None),
        ("0001:01:01 00:00:00", None),
        ("2021:02:30 10:00:00", None),
        ("2021:05:06 25:00:00", None),
        ("2099:12:31 23:59:59", None),
        ("2026:06:03 00:00:00", None),
        ("    :  :     :  :  ", None),
        ("2021:05:06 07:08:09A", None),
        ("", None),
        ("9" * 10_000, None),
    ],
)
def test_reads_times(text: str, expected: ClockTime | None) -> None:
    assert parse_time(text, LATEST) == expected


@given(st.datetimes(datetime(1826, 1, 1), LATEST), st.sampled_from([":", "-"]), st.sampled_from(REAL_OFFSETS))
def test_reads_every_time_it_is_given(moment: datetime, mark: str, offset: int) -> None:
    moment = moment.replace(microsecond=moment.microsecond // 1000 * 1000)
    sign = "-" if offset < 0 else "+"
    text = moment.strftime(f"%Y{mark}%m{mark}%d %H:%M:%S.%f").zfill(26)
    zone = f"{sign}{abs(offset) // 60:02}:{abs(offset) % 60:02}"
    assert parse_time(text + zone, LATEST) == ClockTime(moment, offset)


@given(st.text(max_size=40))
def test_any_text_is_a_time_or_none(text: str) -> None:
    found = parse_time(text, LATEST)
    assert found is None or found.local <= LATEST
    assert parse_offset(text) is None or -720 <= (parse_offset(text) or 0) <= 840


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("+01:00", 60),
        ("-0330", -210),
        ("Z", 0),
        ("+14:00", 840),
        ("+15:00", None),
        ("-13:00", None),
        ("+01:75", None),
        ("", None),
    ],
)
def test_reads_offsets(text: str, minutes: int | None) -> None:
    assert parse_offset(text) == minutes


@given(st.datetimes(datetime(1995, 1, 1), datetime(2026, 1, 1)), st.sampled_from(REAL_OFFSETS), st.integers(-440, 440))
def test_the_gps_time_gives_the_offset(local: datetime, offset: int, late_s: int) -> None:
    gps = local - timedelta(minutes=offset) + timedelta(seconds=late_s)
    assert offset_from_gps(local, gps) == offset


@pytest.mark.parametrize("minutes", [15, 75, -45, 900, -800, 100_000])
def test_a_difference_that_is_no_zone_gives_none(minutes: int) -> None:
    local = datetime(2020, 1, 1)
    assert offset_from_gps(local, local - timedelta(minutes=minutes)) is None


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("IMG_20200102_030405.jpg", datetime(2020, 1, 2, 3, 4, 5)),
        ("IMG_20200102_030405678.jpg", datetime(2020, 1, 2, 3, 4, 5, 678000)),
        ("MVIMG_20200102_030405.jpg", datetime(2020, 1, 2, 3, 4, 5)),
        ("PXL_20240102_030405678.MP.jpg", datetime(2024, 1, 2, 3, 4, 5, 678000)),
        ("00100lPORTRAIT_00100_BURST20190506070809123_COVER.jpg", datetime(2019, 5, 6, 7, 8, 9, 123000)),
        ("20190506_070809.jpg", datetime(2019, 5, 6, 7, 8, 9)),
        ("20190506_070809(1).jpg", datetime(2019, 5, 6, 7, 8, 9)),
        ("2019-05-06 07.08.09.jpg", datetime(2019, 5, 6, 7, 8, 9)),
        ("2019-05-06T07-08-09.jpg", datetime(2019, 5, 6, 7, 8, 9)),
        ("Screenshot 2019-05-21 at 10.45.52.png", datetime(2019, 5, 21, 10, 45, 52)),
        ("Screen Shot 2021-01-01 at 3.04.05 PM.png", datetime(2021, 1, 1, 15, 4, 5)),
        ("Screenshot_20210227_123300_Facebook.jpg", datetime(2021, 2, 27, 12, 33)),
        ("Screenshot_2021-02-27-12-33-00-123_app.png", datetime(2021, 2, 27, 12, 33, 0, 123000)),
        ("signal-2019-05-06-070809.jpg", datetime(2019, 5, 6, 7, 8, 9)),
        ("telegram_2020-01-30_09-57-18.jpg", datetime(2020, 1, 30, 9, 57, 18)),
        ("photo_2020-01-30_09-57-18.jpg", datetime(2020, 1, 30, 9, 57, 18)),
        ("WIN_20190506_07_08_09_Pro.jpg", datetime(2019, 5, 6, 7, 8, 9)),
        ("IMG-20190101-WA0001.jpg", datetime(2019, 1, 1)),
        ("2019-05-06.jpg", datetime(2019, 5, 6)),
        ("FB_IMG_1561234567890.jpg", datetime(2019, 6, 22, 20, 16, 7, 890000)),
        ("1561234567890.jpg", datetime(2019, 6, 22, 20, 16, 7, 890000)),
        ("IMG_0001.JPG", None),
        ("DSC_0238.JPG", None),
        ("20211345_101010.jpg", None),
        ("20210230.jpg", None),
        ("IMG_18500102_030405.jpg", None),
        ("IMG_19850102_030405.jpg", None),
        ("IMG_20990102_030405.jpg", None),
        ("123456789012345678.jpg", None),
        ("6720px_white.jpg", None),
        ("", None),
        ("..\\..\\IMG_20200102_030405.jpg", datetime(2020, 1, 2, 3, 4, 5)),
    ],
)
def test_reads_file_names(name: str, expected: datetime | None) -> None:
    assert from_file_name(name, NOW) == expected


def test_tells_what_kind_of_time_a_name_has() -> None:
    whatsapp = find_in_file_name("IMG-20190101-WA0001.jpg", NOW)
    pixel = find_in_file_name("PXL_20240102_030405678.jpg", NOW)
    assert whatsapp is not None
    assert pixel is not None
    assert (whatsapp.is_date_only, whatsapp.is_utc) == (True, False)
    assert (pixel.is_date_only, pixel.is_utc) == (False, True)


@given(st.text(max_size=60))
def test_any_name_tells_a_believable_time_or_none(name: str) -> None:
    found = from_file_name(name, NOW)
    assert found is None or EARLIEST_IN_NAMES <= found <= LATEST


@given(
    st.datetimes(EARLIEST_IN_NAMES, datetime(2026, 1, 1)),
    st.sampled_from(
        ["IMG_%Y%m%d_%H%M%S.jpg", "x-%Y-%m-%d-%H-%M-%S-y.png", "%Y%m%d%H%M%S", "%Y-%m-%d %H.%M.%S (2).heic"]
    ),
)
def test_reads_what_a_camera_writes(moment: datetime, pattern: str) -> None:
    assert from_file_name(moment.strftime(pattern), NOW) == moment.replace(microsecond=0)


def choose(tags: Tags, name: str = "x.jpg", zone: str | None = None) -> Taken:
    return choose_taken(tags, name, FILE_TIME, zone, NOW)


LOCAL = datetime(2021, 7, 1, 10, 0)


def test_metadata_comes_first() -> None:
    taken = choose(Tags(LOCAL, "exif", 120, "offset_tag"), "IMG_20200102_030405.jpg", "Asia/Tokyo")
    assert taken == Taken(LOCAL, "exif", 120, "offset_tag")


def test_the_zone_of_the_place_gives_the_offset_in_summer_and_winter() -> None:
    assert choose(Tags(LOCAL, "exif"), zone="Europe/Berlin") == Taken(LOCAL, "exif", 120, "zone")
    winter = datetime(2021, 1, 1, 10, 0)
    assert choose(Tags(winter, "xmp"), zone="Europe/Berlin") == Taken(winter, "xmp", 60, "zone")


def test_without_a_zone_the_offset_is_unknown() -> None:
    assert choose(Tags(LOCAL, "exif")) == Taken(LOCAL, "exif")
    assert choose(Tags(LOCAL, "exif"), zone="Atlantis/Nowhere") == Taken(LOCAL, "exif")
    assert choose(Tags(LOCAL, "exif"), zone="../../etc/passwd") == Taken(LOCAL, "exif")


def test_the_zone_is_asked_only_when_needed() -> None:
    def refuse() -> str:
        raise AssertionError("asked")

    assert choose_taken(Tags(LOCAL, "exif", 0, "offset_tag"), "x", FILE_TIME, refuse, NOW).offset_min == 0
    assert choose_taken(Tags(LOCAL, "exif"), "x", FILE_TIME, lambda: "Asia/Kathmandu", NOW).offset_min == 345


def test_the_file_name_comes_second() -> None:
    taken = choose(Tags(), "IMG_20200102_030405.jpg", "Asia/Tokyo")
    assert taken == Taken(datetime(2020, 1, 2, 3, 4, 5), "file_name", 540, "zone")
    assert choose(Tags(), "IMG-20190101-WA0001.jpg") == Taken(datetime(2019, 1, 1), "file_name", is_date_only=True)


def test_a_name_in_utc_becomes_the_clock_of_the_place() -> None:
    taken = choose(Tags(), "PXL_20240102_230405000.jpg", "Asia/Tokyo")
    assert taken == Taken(datetime(2024, 1, 3, 8, 4, 5), "file_name", 540, "zone")
    assert choose(Tags(), "PXL_20240102_230405000.jpg").offset_min == 0


def test_the_gps_time_helps_a_file_name() -> None:
    tags = Tags(gps_time_utc=datetime(2020, 1, 2, 1, 4, 0))
    assert choose(tags, "IMG_20200102_030405.jpg") == Taken(datetime(2020, 1, 2, 3, 4, 5), "file_name", 120, "gps_time")


def test_the_gps_time_alone_is_better_than_the_file_time() -> None:
    tags = Tags(gps_time_utc=datetime(2020, 1, 2, 1, 4, 0))
    assert choose(tags, zone="Asia/Tokyo") == Taken(datetime(2020, 1, 2, 10, 4), "gps", 540, "zone")
    assert choose(tags) == Taken(datetime(2020, 1, 2, 1, 4), "gps", 0, "gps_time")


def test_the_file_time_is_the_last_resort_and_marked() -> None:
    assert choose(Tags()) == Taken(datetime(2022, 3, 4, 5, 6, 7), "file_time", 0, "file_time")
    assert choose(Tags(), zone="Asia/Tokyo") == Taken(datetime(2022, 3, 4, 14, 6, 7), "file_time", 540, "zone")
    abroad = FILE_TIME.astimezone(timezone(timedelta(hours=-5)))
    assert choose_taken(Tags(), "x", abroad, None, NOW) == Taken(
        datetime(2022, 3, 4, 0, 6, 7), "file_time", -300, "file_time"
    )


@given(
    st.none() | st.datetimes(datetime(1900, 1, 1), LATEST),
    st.sampled_from([None, -300, 0, 345]),
    st.text(max_size=30),
    st.sampled_from([None, "Europe/Berlin", "Asia/Kathmandu", "nonsense", "Australia/Lord_Howe"]),
)
def test_there_is_always_a_time_and_a_source(
    local: datetime | None, offset: int | None, name: str, zone: str | None
) -> None:
    tags = Tags(
        local,
        "exif" if local else None,
        offset if local else None,
        "offset_tag" if local and offset is not None else None,
    )
    taken = choose_taken(tags, name, FILE_TIME, zone, NOW)
    assert taken.local.tzinfo is None
    assert taken.source in {"exif", "file_name", "file_time"}
    assert (taken.offset_min is None) == (taken.offset_source is None)
    assert taken.offset_min is None or -12 * 60 <= taken.offset_min <= 14 * 60
