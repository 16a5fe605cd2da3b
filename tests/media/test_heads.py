"""Sizes, orientation and frames, read without decoding; limits applied to them."""

import io
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from calotype.media import boxes
from calotype.media.heads import (
    DEFAULT_LIMITS,
    ImageHead,
    PixelLimits,
    TooManyPixels,
    Undecodable,
    check_limits,
    probe,
)
from calotype.media.sniff import MediaType
from calotype.media.tiff_tags import read_directories, read_orientation
from tests.media import made


@pytest.mark.parametrize("media_type", made.ENCODABLE)
def test_reads_the_size(tmp_path: Path, media_type: MediaType) -> None:
    head = probe(made.write(tmp_path, made.encode(made.quarters(96, 64), media_type)), media_type)
    assert (head.width, head.height, head.frames, head.is_animated, head.has_alpha) == (96, 64, 1, False, False)


@pytest.mark.parametrize("media_type", [MediaType.JPEG, MediaType.PNG, MediaType.WEBP, MediaType.TIFF])
def test_turns_the_size_by_the_orientation(tmp_path: Path, media_type: MediaType) -> None:
    data = made.encode(made.quarters(96, 64), media_type, exif=made.exif(6))
    head = probe(made.write(tmp_path, data), media_type)
    assert (head.coded_width, head.coded_height, head.width, head.height, head.orientation) == (96, 64, 64, 96, 6)


def test_a_heic_that_only_exif_turns(tmp_path: Path) -> None:
    turned = made.encode(made.quarters(96, 64), MediaType.HEIC, exif=made.exif(6))
    for data, expected in ((turned, 6), (turned.replace(b"irot", b"free"), 6), (turned.replace(b"II*", b"xx*"), 6)):
        head = probe(made.write(tmp_path, data), MediaType.HEIC)
        assert (head.orientation, head.width, head.height) == (expected, 64, 96)
        assert head.is_turned_by_decoder == (b"irot" in data)


def test_reads_a_raw_head(tmp_path: Path) -> None:
    head = probe(made.write(tmp_path, made.encode(made.quarters(96, 64), MediaType.DNG)), MediaType.DNG)
    assert (head.width, head.height, head.orientation) == (64, 96, 6)


@pytest.mark.parametrize("media_type", [MediaType.PNG, MediaType.WEBP, MediaType.HEIC, MediaType.AVIF, MediaType.JXL])
def test_tells_transparency(tmp_path: Path, media_type: MediaType) -> None:
    clear = np.dstack([made.quarters(), np.full((64, 96), 128, np.uint8)])
    assert probe(made.write(tmp_path, made.encode(clear, media_type)), media_type).has_alpha


@pytest.mark.parametrize(
    ("media_type", "name"), [(MediaType.GIF, "GIF"), (MediaType.WEBP, "WEBP"), (MediaType.PNG, "PNG")]
)
def test_counts_the_frames_of_an_animation(tmp_path: Path, media_type: MediaType, name: str) -> None:
    frames = [Image.fromarray(made.noise(32, 24, seed)) for seed in range(3)]
    out = io.BytesIO()
    frames[0].save(out, name, save_all=True, append_images=frames[1:], duration=100)
    head = probe(made.write(tmp_path, out.getvalue()), media_type)
    assert (head.frames, head.is_animated) == (3, True)


def test_pages_are_no_animation(tmp_path: Path) -> None:
    pages = [Image.fromarray(made.noise(32, 24, seed)) for seed in range(3)]
    out = io.BytesIO()
    pages[0].save(out, "TIFF", save_all=True, append_images=pages[1:])
    head = probe(made.write(tmp_path, out.getvalue()), MediaType.TIFF)
    assert (head.frames, head.is_animated) == (3, False)


@pytest.mark.parametrize("orientation", [0, 9, 255, 65535])
def test_a_senseless_orientation_is_upright(tmp_path: Path, orientation: int) -> None:
    data = made.encode(made.quarters(), MediaType.JPEG, exif=made.exif(orientation))
    assert probe(made.write(tmp_path, data), MediaType.JPEG).orientation == 1


def test_a_second_exif_block_does_not_count(tmp_path: Path) -> None:
    data = made.encode(made.quarters(), MediaType.JPEG, exif=made.exif(6))
    second = made.exif(8)
    segment = b"\xff\xe1" + struct.pack(">H", len(second) + 2) + second
    at = data.index(b"\xff\xdb")
    assert probe(made.write(tmp_path, data[:at] + segment + data[at:]), MediaType.JPEG).orientation == 6


@pytest.mark.parametrize("media_type", made.ENCODABLE)
def test_a_head_alone_is_enough_or_refused(tmp_path: Path, media_type: MediaType) -> None:
    data = made.encode(made.noise(96, 64), media_type)
    for length in (0, 3, 12, 20, 40, 100):
        path = made.write(tmp_path, data[:length])
        try:
            assert probe(path, media_type).width == 96
        except Undecodable as refusal:
            assert str(refusal).endswith(".")  # noqa: PT017 - both ends are right


def test_a_missing_file_is_no_fact_about_the_file(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        probe(tmp_path / "gone", MediaType.JPEG)


def test_a_cut_off_heic_is_told_without_decoding(tmp_path: Path) -> None:
    data = made.encode(made.noise(96, 64), MediaType.HEIC)
    with pytest.raises(Undecodable, match="cut off"):
        probe(made.write(tmp_path, data[:-100]), MediaType.HEIC)


def test_a_tiff_that_leads_back_to_itself(tmp_path: Path) -> None:
    looped = made.tiff([(256, 4, [8]), (257, 4, [8])], next_directory=8)
    with pytest.raises(Undecodable, match="loop"):
        probe(made.write(tmp_path, looped), MediaType.TIFF)


def test_text_that_unpacks_to_megabytes(tmp_path: Path) -> None:
    bomb = made.png_chunk(b"zTXt", b"Comment\x00\x00" + zlib.compress(bytes(30 << 20), 9))
    data = made.with_png_chunks(made.encode(made.quarters(), MediaType.PNG), bomb)
    with pytest.raises(Undecodable, match="unpacks"):
        probe(made.write(tmp_path, data), MediaType.PNG)


def head_of(width: int, height: int, **facts: object) -> ImageHead:
    return ImageHead(MediaType.PNG, width, height, **facts)  # type: ignore[arg-type]


def test_the_limit_is_named() -> None:
    with pytest.raises(TooManyPixels, match=r"500 megapixels; the limit is 400\."):
        check_limits(head_of(25_000, 20_000), DEFAULT_LIMITS, 10**9)
    check_limits(head_of(20_000, 20_000), DEFAULT_LIMITS, 10**9)


def test_memory_is_limited_for_what_must_be_held_whole() -> None:
    whole = head_of(15_000, 15_000, needs_whole=True, bytes_per_pixel=8)
    with pytest.raises(TooManyPixels, match="memory"):
        check_limits(whole, DEFAULT_LIMITS, 10**9)
    check_limits(whole, PixelLimits(max_memory_mb=4000), 10**9)
    check_limits(head_of(15_000, 15_000, bytes_per_pixel=8), DEFAULT_LIMITS, 10**9)


def test_a_picture_of_nothing_is_a_bomb() -> None:
    with pytest.raises(TooManyPixels, match="exhaust"):
        check_limits(head_of(16_000, 16_000), DEFAULT_LIMITS, 746_544)


HEIC = made.encode(made.noise(40, 30), MediaType.HEIC, exif=made.exif(6))


@given(st.lists(st.tuples(st.integers(0, 600), st.integers(0, 255)), max_size=12), st.integers(0, len(HEIC)))
def test_boxes_are_read_with_bounds(hits: list[tuple[int, int]], length: int) -> None:
    data = bytearray(HEIC)
    for at, value in hits:
        data[at] = value
    file = io.BytesIO(data[:length])
    picture, block = boxes.read_primary_picture(file), boxes.read_exif(file)
    assert picture is None or 1 <= picture.orientation <= 8
    assert block is None or len(block) <= 1_000_000


@given(
    st.binary(max_size=400), st.sampled_from([b"II*\x00\x08\x00\x00\x00", b"MM\x00*\x00\x00\x00\x08", b"II+\x00", b""])
)
def test_tiff_reading_is_bounded(data: bytes, start: bytes) -> None:
    assert len(read_directories(start + data)) <= 64
    assert 1 <= read_orientation(b"Exif\x00\x00" + start + data) <= 8
