"""The true type of a file comes from its content."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calotype.media.sniff import MediaType, NotAPhoto, is_sidecar, sniff, sniff_file
from tests.media import made

SIGNATURES = [
    b"",
    b"\xff\xd8\xff",
    b"\x89PNG\r\n\x1a\n",
    b"RIFF\x00\x00\x00\x00WEBP",
    b"II*\x00\x08\x00\x00\x00",
    b"MM\x00*\x00\x00\x00\x08",
    b"\x00\x00\x00\x18ftypheic",
    b"\x00\x00\x00\x18ftypmif1",
    b"BM",
    b"GIF89a",
    b"<svg",
    b"II+\x00\x08\x00\x00\x00",
]


@pytest.mark.parametrize("media_type", made.ENCODABLE)
def test_tells_what_an_encoder_made(media_type: MediaType) -> None:
    assert sniff(made.encode(made.quarters(), media_type), "wrong.txt") is media_type


def test_tells_a_dng_from_a_plain_tiff() -> None:
    assert sniff(made.encode(made.quarters(), MediaType.DNG)) is MediaType.DNG


@pytest.mark.parametrize(
    ("maker", "expected"),
    [(b"NIKON CORPORATION\x00", MediaType.NEF), (b"SONY\x00", MediaType.ARW), (b"PENTAX\x00", MediaType.PEF)],
)
def test_tells_raw_files_by_sensor_and_maker(maker: bytes, expected: MediaType) -> None:
    sensor = made.tiff([(254, 4, [0]), (256, 4, [8]), (257, 4, [8]), (262, 3, [32803]), (271, 2, maker)])
    reduced = made.tiff([(254, 4, [1]), (256, 4, [8]), (271, 2, maker), (330, 4, [900_000])])
    assert sniff(sensor) is expected
    assert sniff(reduced) is expected  # the sensor's directory lies behind the head


def test_a_tiff_scanned_by_a_camera_maker_is_a_tiff() -> None:
    assert sniff(made.tiff([(256, 4, [8]), (257, 4, [8]), (262, 3, [2]), (271, 2, b"NIKON\x00")])) is MediaType.TIFF


def test_refuses_the_raw_file_of_an_unknown_camera() -> None:
    with pytest.raises(NotAPhoto, match="convert it to DNG"):
        sniff(made.tiff([(256, 4, [8]), (262, 3, [32803]), (271, 2, b"Phase One\x00")]))


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (b"II*\x00\x10\x00\x00\x00CR\x02\x00", MediaType.CR2),
        (b"\x00\x00\x00\x18ftypcrx \x00\x00\x00\x01crx isom", MediaType.CR3),
        (b"FUJIFILMCCD-RAW 0201", MediaType.RAF),
        (b"IIRO\x08\x00\x00\x00", MediaType.ORF),
        (b"IIU\x00\x18\x00\x00\x00", MediaType.RW2),
        (b"\x00\x00\x00\x1cftypmif1\x00\x00\x00\x00mif1avifmiaf", MediaType.AVIF),
        (b"\x00\x00\x00\x18ftypmif1\x00\x00\x00\x00mif1heic", MediaType.HEIC),
        (b"\x00\x00\x00\x18ftypmsf1\x00\x00\x00\x00msf1hevc", MediaType.HEIC),
        (b"\xff\x0a\xfa\x7f", MediaType.JXL),
        (b"\x00\x00\x00\x0cJXL \r\n\x87\n", MediaType.JXL),
    ],
)
def test_tells_by_signature(head: bytes, expected: MediaType) -> None:
    assert sniff(head) is expected


@pytest.mark.parametrize(
    ("head", "part"),
    [
        (b"", "empty"),
        (b"\x00" * 4096, "only zeros"),
        (b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00", "videos are not supported yet"),
        (b"\x00\x00\x00\x14ftypqt  ", "videos are not supported yet"),
        (b"\x00\x00\x00\x08wide\x00\x00", "videos are not supported yet"),
        (b"RIFF\x00\x00\x00\x00AVI LIST", "videos are not supported yet"),
        (b"\x1a\x45\xdf\xa3\x01", "videos are not supported yet"),
        (b"\x47" + b"\x00" * 187 + b"\x47" + b"\x00" * 187 + b"\x47", "videos are not supported yet"),
        (b"RIFF\x00\x00\x00\x00WAVEfmt ", "sound"),
        (b"<?xml version='1.0'?><svg xmlns='x'/>", "SVG"),
        (b"\xef\xbb\xbf  <!DOCTYPE html><p>", "web page"),
        (b"<script>alert(1)</script>", "web page"),
        (b"<rdf:RDF xmlns:rdf='x'>", "sidecar"),
        (b"%PDF-1.7\n", "PDF"),
        (b"8BPS\x00\x01", "Photoshop"),
        (b"\x00\x00\x00\x0cjP  \r\n\x87\n", "JPEG 2000"),
        (b"\x00\x00\x01\x00\x01\x00", "icon"),
        (b"MZ\x90\x00\x03", "program"),
        (b"\x7fELF\x02\x01", "program"),
        (b"#!/bin/sh\n", "script"),
        (b"PK\x03\x04\x14\x00", "archive"),
        (b"\x1f\x8b\x08", "archive"),
        (b"x" * 257 + b"ustar", "archive"),
        (b"P6\n640 480\n255\n", "PNM"),
        (b'{"title": "x"}', "JSON"),
        (b"push graphic-context\nviewbox 0 0 640 480", "text"),
        (b"\x01\x02\x03\x04\x05", "not an image format"),
    ],
)
def test_refuses_with_one_sentence(head: bytes, part: str) -> None:
    with pytest.raises(NotAPhoto) as refusal:
        sniff(head)
    sentence = str(refusal.value)
    assert part in sentence
    assert sentence.endswith(".")
    assert "\n" not in sentence


@pytest.mark.parametrize("name", ["page.html", "x.SVG", "shell.php", "a.b.js "])
def test_refuses_a_picture_named_like_a_page(name: str) -> None:
    with pytest.raises(NotAPhoto, match="web page"):
        sniff(made.encode(made.quarters(), MediaType.JPEG), name)


@pytest.mark.parametrize("name", ["photo.jpg.exe", "noext", "html", "x.mp4", "", ".jpg"])
def test_other_wrong_names_do_not_matter(name: str) -> None:
    assert sniff(made.encode(made.quarters(), MediaType.JPEG), name) is MediaType.JPEG


@given(st.sampled_from(SIGNATURES), st.binary(max_size=300))
def test_any_bytes_are_told_or_refused(signature: bytes, rest: bytes) -> None:
    try:
        assert isinstance(sniff(signature + rest), MediaType)
    except NotAPhoto as refusal:
        assert str(refusal).endswith(".")  # noqa: PT017 - both ends are right


def test_sniffs_a_file(tmp_path: Path) -> None:
    assert sniff_file(made.write(tmp_path, made.encode(made.quarters(), MediaType.PNG))) is MediaType.PNG


def test_every_type_has_its_facts() -> None:
    assert len({media_type.mime for media_type in MediaType}) == len(MediaType)
    assert all(media_type.extension.islower() for media_type in MediaType)
    assert not any(media_type.browser_safe for media_type in MediaType if media_type.is_raw)
    assert (MediaType.JPEG.value, MediaType.JXL.value, MediaType.DNG.value, MediaType.PEF.value) == (1, 9, 20, 28)


@pytest.mark.parametrize(
    ("name", "head", "expected"),
    [
        ("a.xmp", b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>", True),
        ("a.jpg.XMP", b"<?xpacket?><x:xmpmeta>", True),
        ("a.xmp", b"\xff\xfe" + "<x:xmpmeta>".encode("utf-16-le"), True),
        ("a.xmp", b"hello", False),
        ("a.jpg", b"<x:xmpmeta>", False),
    ],
)
def test_tells_sidecars(name: str, head: bytes, expected: bool) -> None:
    assert is_sidecar(name, head) is expected
