"""What a photo says about itself."""

import struct
from datetime import UTC, datetime
from pathlib import Path

import pytest

from calotype.media.metadata import Metadata, parse_number, read_metadata
from calotype.media.sniff import MediaType
from tests.media import made

NOW = datetime(2026, 6, 1, tzinfo=UTC)
BERLIN = {
    1: "N",
    2: (52.0, 31.0, 12.0),
    3: "E",
    4: (13.0, 24.0, 36.0),
    5: b"\x00",
    6: 34.5,
    7: (8.0, 4.0, 0.0),
    29: "2021:07:01",
}
SUMMER = "2021:07:01 10:04:05"


def read(folder: Path, *sidecars: bytes, media_type: MediaType = MediaType.JPEG, **tags: object) -> Metadata:
    orientation = tags.pop("orientation", None)
    data = made.encode(made.quarters(), media_type, exif=made.exif(orientation, **tags))  # type: ignore[arg-type]
    return read_metadata(made.write(folder, data), media_type, sidecars, now=NOW)


def xmp(body: str = "", **attributes: str) -> bytes:
    names = " ".join(f'{key.replace("_", ":")}="{value}"' for key, value in attributes.items())
    return (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<rdf:Description rdf:about="" xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/"'
        ' xmlns:exif="http://ns.adobe.com/exif/1.0/" xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/"'
        ' xmlns:lr="http://ns.adobe.com/lightroom/1.0/" xmlns:tiff="http://ns.adobe.com/tiff/1.0/"'
        f" {names}>{body}</rdf:Description></rdf:RDF></x:xmpmeta>"
    ).encode()


def bag(name: str, *words: str) -> str:
    return f"<{name}><rdf:Bag>" + "".join(f"<rdf:li>{word}</rdf:li>" for word in words) + f"</rdf:Bag></{name}>"


@pytest.mark.parametrize(
    "media_type", [MediaType.JPEG, MediaType.PNG, MediaType.WEBP, MediaType.TIFF, MediaType.HEIC, MediaType.AVIF]
)
def test_reads_the_camera_in_every_container(tmp_path: Path, media_type: MediaType) -> None:
    found = read(
        tmp_path,
        media_type=media_type,
        Make="Canon",
        Model="Canon EOS 6D",
        DateTimeOriginal=SUMMER,
        SubsecTimeOriginal="123",
        OffsetTimeOriginal="+02:00",
        ExposureTime=1 / 250,
        FNumber=2.8,
        ISOSpeedRatings=400,
        FocalLength=50.0,
        FocalLengthIn35mmFilm=80,
        LensModel="EF50mm f/1.8",
        ImageDescription="A day out",
        Artist="Ann",
        gps=BERLIN,
    )
    assert found.taken_local == datetime(2021, 7, 1, 10, 4, 5, 123000)
    assert (found.taken_source, found.offset_min, found.offset_source) == ("exif", 120, "offset_tag")
    assert (found.make, found.model, found.lens) == ("Canon", "Canon EOS 6D", "EF50mm f/1.8")
    assert (found.exposure_s, found.f_number, found.iso) == (0.004, 2.8, 400)
    assert (found.focal_mm, found.focal_35mm) == (50.0, 80.0)
    assert (found.latitude, found.longitude, found.altitude_m) == (52.52, 13.41, 34.5)
    assert found.gps_time_utc == datetime(2021, 7, 1, 8, 4, 0)
    assert (found.description, found.creator) == ("A day out", "Ann")
    assert found.raw["Exif.Image.Model"] == "Canon EOS 6D"
    assert found.problems == ()


def test_a_file_without_metadata(tmp_path: Path) -> None:
    for media_type in made.ENCODABLE:
        path = made.write(tmp_path, made.encode(made.quarters(), media_type))
        found = read_metadata(path, media_type, now=NOW)
        assert (found.taken_local, found.make, found.latitude, found.keywords) == (None, None, None, ())


def test_the_gps_time_gives_the_offset(tmp_path: Path) -> None:
    found = read(tmp_path, DateTimeOriginal=SUMMER, gps=BERLIN)
    assert (found.offset_min, found.offset_source) == (120, "gps_time")


def test_digitised_and_changed_are_later_choices(tmp_path: Path) -> None:
    assert read(tmp_path, DateTime=SUMMER).taken_local == datetime(2021, 7, 1, 10, 4, 5)
    found = read(tmp_path, DateTime="2024:01:01 00:00:00", DateTimeDigitized=SUMMER)
    assert found.taken_local == datetime(2021, 7, 1, 10, 4, 5)


@pytest.mark.parametrize(
    "text",
    ["0000:00:00 00:00:00", "2021:02:30 10:00:00", "0001:01:01 00:00:00", "2099:01:01 00:00:00", "    :  :     :  :  "],
)
def test_times_that_cannot_be_true_are_left_out(tmp_path: Path, text: str) -> None:
    assert read(tmp_path, DateTimeOriginal=text).taken_local is None


@pytest.mark.parametrize(
    "gps",
    [
        {**BERLIN, 2: (0.0, 0.0, 0.0), 4: (0.0, 0.0, 0.0)},
        {**BERLIN, 2: (999.0, 0.0, 0.0)},
        {**BERLIN, 2: (52.0, 75.0, 99.0)},
        {key: value for key, value in BERLIN.items() if key != 1},
        {key: value for key, value in BERLIN.items() if key != 4},
        {**BERLIN, 3: "Q"},
    ],
)
def test_doubtful_positions_are_dropped_and_said(tmp_path: Path, gps: dict[int, object]) -> None:
    found = read(tmp_path, gps=gps)
    assert (found.latitude, found.longitude, found.altitude_m) == (None, None, None)
    assert any("position" in problem for problem in found.problems)


def test_south_west_and_below_the_sea(tmp_path: Path) -> None:
    found = read(tmp_path, gps={**BERLIN, 1: "S", 3: "W", 5: b"\x01"})
    assert (found.latitude, found.longitude, found.altitude_m) == (-52.52, -13.41, -34.5)


def test_a_sidecar_wins(tmp_path: Path) -> None:
    sidecar = xmp(
        bag("dc:subject", "sea", "Sun") + bag("lr:hierarchicalSubject", "Places|Europe|Lisbon")
        + '<dc:title><rdf:Alt><rdf:li xml:lang="x-default">A title</rdf:li></rdf:Alt></dc:title>',
        exif_DateTimeOriginal="2020-02-03T04:05:06.789+01:00", xmp_Rating="4", exif_GPSLatitude="38,42.5N",
        exif_GPSLongitude="9,8.25W", tiff_Make="Nikon",
    )  # fmt: skip
    found = read(tmp_path, sidecar, Make="Canon", Model="6D", DateTimeOriginal=SUMMER, gps=BERLIN)
    assert (found.taken_local, found.taken_source) == (datetime(2020, 2, 3, 4, 5, 6, 789000), "sidecar")
    assert (found.offset_min, found.offset_source, found.rating, found.title) == (60, "offset_tag", 4, "A title")
    assert (found.latitude, found.longitude) == (38.7083333, -9.1375)
    assert (found.make, found.model) == ("Nikon", "6D")
    assert found.keywords == ("sea", "Sun", "Places", "Europe", "Lisbon")
    assert found.raw["sidecar:Xmp.xmp.Rating"] == "4"


def test_the_offset_of_the_camera_serves_a_sidecar_without(tmp_path: Path) -> None:
    sidecar = xmp(photoshop_DateCreated="2021-07-01T11:00:00")
    found = read(tmp_path, sidecar, DateTimeOriginal=SUMMER, OffsetTimeOriginal="+02:00")
    assert (found.taken_local, found.offset_min) == (datetime(2021, 7, 1, 11), 120)


def test_the_same_moment_written_with_its_offset_gives_it(tmp_path: Path) -> None:
    found = read(tmp_path, xmp(exif_DateTimeOriginal="2021-07-01T10:04:05", xmp_CreateDate="2021-07-01T10:04:05+02:00"))
    assert (found.offset_min, found.offset_source) == (120, "offset_tag")
    zulu = read(tmp_path, xmp(exif_DateTimeOriginal="2021-07-01T10:04:05", xmp_CreateDate="2021-07-01T10:04:05Z"))
    assert zulu.offset_min is None


def test_a_date_gives_way_to_a_time_of_the_same_day(tmp_path: Path) -> None:
    sidecar = xmp(photoshop_DateCreated="2021-07-01")
    clocked = read(tmp_path, sidecar, DateTimeOriginal=SUMMER)
    assert (clocked.taken_local, clocked.taken_source, clocked.is_date_only) == (
        datetime(2021, 7, 1, 10, 4, 5),
        "exif",
        False,
    )
    other_day = read(tmp_path, sidecar, DateTimeOriginal="2020:01:01 10:00:00")
    assert (other_day.taken_local, other_day.is_date_only) == (datetime(2021, 7, 1), True)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_sidecars_in_other_encodings(tmp_path: Path, encoding: str) -> None:
    sidecar = xmp(bag("dc:subject", "Škoda")).decode().encode(encoding)
    assert read(tmp_path, sidecar).keywords == ("Škoda",)


def test_the_first_sidecar_that_says_something_wins(tmp_path: Path) -> None:
    found = read(tmp_path, xmp(xmp_Rating="2"), xmp(xmp_Rating="5", tiff_Model="Z"))
    assert (found.rating, found.model) == (2, "Z")


@pytest.mark.parametrize(
    "sidecar",
    [b"", b"\x00" * 100, b"<x:xmpmeta", b"not xml at all", b"\xff\xfe\x00", xmp(xmp_Rating="many"),
     b"<!DOCTYPE r [<!ENTITY a 'x'>]>" + xmp(xmp_Rating="3"), b" " * (5 << 20)],
)  # fmt: skip
def test_a_broken_sidecar_does_no_harm(tmp_path: Path, sidecar: bytes) -> None:
    found = read(tmp_path, sidecar, Model="6D")
    assert (found.model, found.rating) == ("6D", None)


@pytest.mark.parametrize(("stars", "expected"), [("-1", -1), ("0", 0), ("5", 5), ("3.0", 3), ("7", None), ("x", None)])
def test_ratings(tmp_path: Path, stars: str, expected: int | None) -> None:
    assert read(tmp_path, xmp(xmp_Rating=stars)).rating == expected


def test_keywords_come_once_and_clean(tmp_path: Path) -> None:
    sidecar = xmp(bag("dc:subject", "Cat", "cat", " CAT ", "a&#8238;b", "", "_DigiKam_Internal_Tags_"))
    assert read(tmp_path, sidecar).keywords == ("Cat", "ab")


def test_windows_keywords_and_titles(tmp_path: Path) -> None:
    found = read(tmp_path, XPKeywords="dog;beach".encode("utf-16-le"), XPTitle="Ein Tag".encode("utf-16-le"))
    assert (found.keywords, found.title) == (("dog", "beach"), "Ein Tag")


@pytest.mark.parametrize("text", ["OLYMPUS DIGITAL CAMERA", "DSC00019", "000015", "     ", "untitled"])
def test_what_cameras_write_by_themselves_is_no_description(tmp_path: Path, text: str) -> None:
    assert read(tmp_path, ImageDescription=text).description is None


def test_text_is_cleaned_and_bounded(tmp_path: Path) -> None:
    found = read(tmp_path, ImageDescription="word " * 12_000, Make="Ca\x1b[31mnon\x07", Artist="x\r\ny")
    assert found.description is not None
    assert len(found.description) <= 5000
    assert found.make == "Canon"
    assert found.creator == "x y"
    assert all(len(value) <= 1000 for value in found.raw.values())


def test_rationals_without_sense_are_left_out(tmp_path: Path) -> None:
    found = read(tmp_path, FNumber=0.0, FocalLength=0.0, ISOSpeedRatings=0, orientation=9)
    assert (found.f_number, found.focal_mm, found.iso, found.orientation) == (None, None, None, None)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1/250", 0.004),
        ("2.8", 2.8),
        ("1/0", None),
        ("0/0", None),
        ("nan", None),
        ("inf", None),
        ("", None),
        ("x", None),
        ("24 70", 24),
    ],
)
def test_numbers(text: str, expected: float | None) -> None:
    assert parse_number(text) == expected


def test_the_identifier_of_a_live_photo(tmp_path: Path) -> None:
    identifier = b"9B539AB8-A668-4FA6-9207-EB653A5E7E3C\x00"
    note = (
        b"Apple iOS\x00\x00\x01MM"
        + struct.pack(">HHHII", 1, 17, 2, len(identifier), 32)
        + b"\x00\x00\x00\x00"
        + identifier
    )
    assert read(tmp_path, Make="Apple", MakerNote=note).live_photo_id == identifier[:-1].decode()


def test_exif_is_found_although_the_profile_is_garbage(tmp_path: Path) -> None:
    data = made.encode(made.quarters(), MediaType.JPEG, icc_profile=b"garbage" * 40, exif=made.exif(Model="6D"))
    found = read_metadata(made.write(tmp_path, data), MediaType.JPEG, now=NOW)
    assert (found.model, found.problems) == ("6D", ())


def test_a_file_that_is_not_what_it_seems(tmp_path: Path) -> None:
    found = read_metadata(made.write(tmp_path, b"\xff\xd8\xffnothing"), MediaType.JPEG, now=NOW)
    assert found.taken_local is None
    with pytest.raises(FileNotFoundError):
        read_metadata(tmp_path / "gone", MediaType.JPEG, now=NOW)
