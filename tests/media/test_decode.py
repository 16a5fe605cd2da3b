"""From a file to the upright array."""

import io
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from calotype.media.decode import Decoded, PixelLimits, TooManyPixels, Undecodable, decode, decode_jpeg_bytes
from calotype.media.metadata import read_metadata
from calotype.media.sniff import MediaType, NotAPhoto, sniff
from tests.media import made

EVERY = (*made.ENCODABLE, MediaType.DNG)


def difference(one: np.ndarray, other: np.ndarray) -> float:
    return float(np.abs(one.astype(int) - other.astype(int)).mean())


def check(decoded: Decoded, width: int, height: int) -> None:
    image = decoded.image
    assert (image.shape, image.dtype) == ((height, width, 3), np.uint8)
    assert image.flags.c_contiguous
    assert decoded.damaged is None


@pytest.mark.parametrize("media_type", made.ENCODABLE)
def test_decodes_what_an_encoder_made(tmp_path: Path, media_type: MediaType) -> None:
    picture = made.noise(300, 200)
    decoded = decode(made.write(tmp_path, made.encode(picture, media_type)), media_type)
    check(decoded, 300, 200)
    assert difference(decoded.image, picture) < (12 if media_type is MediaType.GIF else 4)


def test_develops_a_raw_file(tmp_path: Path) -> None:
    decoded = decode(made.write(tmp_path, made.encode(made.quarters(96, 64), MediaType.DNG)), MediaType.DNG)
    check(decoded, 64, 96)
    assert made.corners(decoded.image) == ["blue", "red", "white", "green"]  # orientation 6: a quarter turn clockwise


@pytest.mark.parametrize("media_type", made.ENCODABLE)
@pytest.mark.parametrize("long_side", [1200, 100, 33])
def test_shrinks_but_never_enlarges(tmp_path: Path, media_type: MediaType, long_side: int) -> None:
    path = made.write(tmp_path, made.encode(made.quarters(300, 200), media_type))
    decoded = decode(path, media_type, long_side=long_side)
    side = min(300, long_side)
    check(decoded, side, round(side * 2 / 3))
    assert made.corners(decoded.image) == made.UPRIGHT


@pytest.mark.parametrize("size", [(2400, 1600), (2399, 1601), (4801, 320), (1201, 1199)])
def test_a_jpeg_is_as_good_as_a_full_decode(tmp_path: Path, size: tuple[int, int]) -> None:
    picture = made.noise(*size)
    decoded = decode(made.write(tmp_path, made.encode(picture, MediaType.JPEG)), MediaType.JPEG, long_side=1200)
    assert max(decoded.image.shape) == 1200
    height, width = decoded.image.shape[:2]
    expected = np.asarray(Image.fromarray(picture).resize((width, height), Image.Resampling.LANCZOS))
    assert difference(decoded.image, expected) < 2.5


def test_full_size_is_full_size(tmp_path: Path) -> None:
    path = made.write(tmp_path, made.encode(made.quarters(1500, 900), MediaType.JPEG))
    check(decode(path, MediaType.JPEG, long_side=None), 1500, 900)


@pytest.mark.parametrize("media_type", [MediaType.JPEG, MediaType.PNG, MediaType.WEBP, MediaType.TIFF])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_orientation_comes_out_upright(tmp_path: Path, media_type: MediaType, orientation: int) -> None:
    upright = Image.fromarray(made.quarters(96, 64))
    undo = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}  # Image.Transpose that a camera held so would have written
    stored = np.asarray(upright.transpose(Image.Transpose(undo[orientation])) if orientation > 1 else upright)
    path = made.write(tmp_path, made.encode(stored, media_type, exif=made.exif(orientation)))
    decoded = decode(path, media_type)
    check(decoded, 96, 64)
    assert made.corners(decoded.image) == made.UPRIGHT


def test_a_heic_is_turned_once(tmp_path: Path) -> None:
    data = made.encode(made.quarters(), MediaType.HEIC, exif=made.exif(6))
    assert b"irot" in data
    for variant in (data, data.replace(b"irot", b"free")):  # told by the container, told by EXIF alone
        decoded = decode(made.write(tmp_path, variant), MediaType.HEIC)
        check(decoded, 64, 96)
        assert made.corners(decoded.image) == ["blue", "red", "white", "green"]


@pytest.mark.parametrize("media_type", [MediaType.PNG, MediaType.WEBP, MediaType.HEIC, MediaType.AVIF, MediaType.JXL])
def test_transparency_lies_on_white(tmp_path: Path, media_type: MediaType) -> None:
    clear = np.zeros((64, 96, 4), np.uint8)
    clear[:, 48:] = (200, 20, 20, 255)
    image = decode(made.write(tmp_path, made.encode(clear, media_type)), media_type).image
    assert image[32, 20].min() > 245
    assert difference(image[32, 70], np.array([200, 20, 20])) < 8


def test_a_profile_that_is_not_srgb_is_converted(tmp_path: Path) -> None:
    picture = made.quarters()
    for media_type in (MediaType.JPEG, MediaType.PNG, MediaType.WEBP, MediaType.TIFF, MediaType.HEIC):
        data = made.encode(picture, media_type, icc_profile=made.swapped_profile())
        image = decode(made.write(tmp_path, data), media_type).image
        assert made.corners(image) == ["blue", "green", "red", "white"], media_type


def test_a_profile_that_is_garbage_is_ignored(tmp_path: Path) -> None:
    picture = made.noise(64, 48)
    path = made.write(tmp_path, made.encode(picture, MediaType.JPEG, icc_profile=b"garbage" * 50))
    assert difference(decode(path, MediaType.JPEG).image, picture) < 3


@pytest.mark.parametrize(
    ("mode", "options"),
    [("L", {}), ("CMYK", {}), ("L", {"progressive": True}), ("RGB", {"progressive": True, "subsampling": 2})],
)
def test_kinds_of_jpeg(tmp_path: Path, mode: str, options: dict[str, object]) -> None:
    picture = Image.fromarray(made.noise(120, 80))
    out = io.BytesIO()
    picture.convert(mode).save(out, "JPEG", quality=95, **options)  # type: ignore[arg-type]
    decoded = decode(made.write(tmp_path, out.getvalue()), MediaType.JPEG, long_side=60)
    check(decoded, 60, 40)
    expected = np.asarray(picture.convert(mode).convert("RGB").resize((60, 40), Image.Resampling.LANCZOS))
    assert difference(decoded.image, expected) < 25  # inks have no single meaning without a profile


@pytest.mark.parametrize(
    ("mode", "name"),
    [
        ("1", "PNG"),
        ("P", "PNG"),
        ("L", "PNG"),
        ("LA", "PNG"),
        ("I;16", "PNG"),
        ("I;16", "TIFF"),
        ("1", "TIFF"),
        ("P", "TIFF"),
        ("CMYK", "TIFF"),
        ("LAB", "TIFF"),
    ],
)
def test_kinds_of_pixels(tmp_path: Path, mode: str, name: str) -> None:
    grey = Image.fromarray(np.linspace(0, 255, 96 * 64).reshape(64, 96).astype(np.uint8))
    if mode == "I;16":
        picture = Image.fromarray((np.asarray(grey).astype(np.uint16)) * 257)
    elif mode == "LAB":
        picture = Image.merge("LAB", (grey, Image.new("L", (96, 64), 128), Image.new("L", (96, 64), 128)))
    elif mode == "CMYK":
        picture = grey.convert("RGB").convert("CMYK")
    else:
        picture = grey.convert(mode)
    out = io.BytesIO()
    picture.save(out, name)
    image = decode(made.write(tmp_path, out.getvalue()), MediaType[name]).image
    assert image.shape == (64, 96, 3)
    rows = image.astype(float).mean(axis=(1, 2))
    assert rows[:6].mean() < 60
    assert rows[-6:].mean() > 190
    assert np.abs(image.astype(int) - image.astype(int).mean(axis=2, keepdims=True)).mean() < 12


def test_floating_point_tiff(tmp_path: Path) -> None:
    out = io.BytesIO()
    Image.fromarray(np.linspace(0, 1, 96 * 64).reshape(64, 96).astype(np.float32)).save(out, "TIFF")
    image = decode(made.write(tmp_path, out.getvalue()), MediaType.TIFF).image
    assert (image[0, 0, 0], image[-1, -1, 0]) == (0, 255)


def test_the_first_frame_of_an_animation(tmp_path: Path) -> None:
    frames = [Image.fromarray(made.quarters()), Image.fromarray(made.noise(96, 64))]
    for name in ("GIF", "WEBP", "PNG"):
        out = io.BytesIO()
        frames[0].save(out, name, save_all=True, append_images=frames[1:], duration=100)
        image = decode(made.write(tmp_path, out.getvalue()), MediaType[name]).image
        assert made.corners(image) == made.UPRIGHT


def test_half_a_jpeg_is_kept_and_marked(tmp_path: Path) -> None:
    data = made.encode(made.noise(600, 400), MediaType.JPEG)
    decoded = decode(made.write(tmp_path, data[: len(data) // 2]), MediaType.JPEG)
    assert decoded.image.shape == (400, 600, 3)
    assert decoded.damaged is not None
    assert "cut off" in decoded.damaged


def test_the_damaged_part_turns_with_the_picture(tmp_path: Path) -> None:
    data = made.encode(made.noise(600, 400), MediaType.JPEG, exif=made.exif(3))
    decoded = decode(made.write(tmp_path, data[: len(data) // 2]), MediaType.JPEG)
    assert decoded.damaged is not None
    assert float(decoded.image[:50].std()) < 1 < float(decoded.image[-50:].std())


def test_almost_nothing_of_a_jpeg_is_refused(tmp_path: Path) -> None:
    data = made.encode(made.noise(600, 400), MediaType.JPEG)
    with pytest.raises(Undecodable, match="almost nothing"):
        decode(made.write(tmp_path, data[:900]), MediaType.JPEG)


@pytest.mark.parametrize("media_type", [kind for kind in made.ENCODABLE if kind is not MediaType.JPEG])
def test_half_of_another_file_is_refused(tmp_path: Path, media_type: MediaType) -> None:
    data = made.encode(made.noise(600, 400), media_type)
    with pytest.raises(Undecodable) as refusal:
        decode(made.write(tmp_path, data[: len(data) // 2]), media_type)
    assert str(tmp_path) not in str(refusal.value)
    assert str(refusal.value).endswith(".")


def test_a_missing_file_may_come_back(tmp_path: Path) -> None:
    path = made.write(tmp_path, made.encode(made.quarters(), MediaType.PNG))
    head = decode(path, MediaType.PNG).head
    path.unlink()
    with pytest.raises(FileNotFoundError):
        decode(path, head)


def test_limits_are_asked_before_decoding(tmp_path: Path) -> None:
    path = made.write(tmp_path, made.encode(made.quarters(400, 300), MediaType.PNG))
    with pytest.raises(TooManyPixels):
        decode(path, MediaType.PNG, limits=PixelLimits(max_megapixels=0.1))


def test_a_profile_that_unpacks_to_megabytes_is_dropped(tmp_path: Path) -> None:
    bomb = made.png_chunk(b"iCCP", b"x\x00\x00" + zlib.compress(bytes(30 << 20), 9))
    data = made.with_png_chunks(made.encode(made.quarters(), MediaType.PNG), bomb)
    assert made.corners(decode(made.write(tmp_path, data), MediaType.PNG).image) == made.UPRIGHT


def test_text_is_taken_out_of_a_png(tmp_path: Path) -> None:
    chunks = [made.png_chunk(b"tEXt", b"a\x00b"), made.png_chunk(b"iTXt", b"a\x00\x00\x00\x00\x00b")]
    data = made.with_png_chunks(made.encode(made.quarters(), MediaType.PNG), *chunks)
    assert made.corners(decode(made.write(tmp_path, data), MediaType.PNG).image) == made.UPRIGHT


def test_a_size_that_lies_is_refused(tmp_path: Path) -> None:
    data = bytearray(made.encode(made.quarters(), MediaType.JPEG))
    at = data.index(b"\xff\xc0")
    data[at + 5 : at + 9] = struct.pack(">HH", 65500, 65500)
    with pytest.raises(TooManyPixels):
        decode(made.write(tmp_path, bytes(data)), MediaType.JPEG)


def test_decodes_a_print_from_memory() -> None:
    data = made.encode(made.quarters(1200, 800), MediaType.JPEG)
    assert made.corners(decode_jpeg_bytes(data, 1, None)) == made.UPRIGHT
    assert decode_jpeg_bytes(data, 6, 300).shape == (300, 200, 3)
    with pytest.raises(Undecodable):
        decode_jpeg_bytes(b"\xff\xd8\xff\xe0nothing", 1, None)


MADE = {
    kind: made.encode(made.noise(40, 30), kind, **({"exif": made.exif(6)} if kind is MediaType.JPEG else {}))
    for kind in made.ENCODABLE
}


@settings(max_examples=150, deadline=None)
@given(
    kind=st.sampled_from(made.ENCODABLE),
    cut=st.integers(0, 4000),
    hits=st.lists(st.tuples(st.integers(0, 3999), st.integers(0, 255)), max_size=8),
)
def test_damage_ends_in_a_stated_outcome(
    tmp_path_factory: pytest.TempPathFactory, kind: MediaType, cut: int, hits: list[tuple[int, int]]
) -> None:
    data = bytearray(MADE[kind])
    for at, value in hits:
        data[at % len(data)] = value
    path = tmp_path_factory.getbasetemp() / "damaged"
    path.write_bytes(bytes(data[: max(cut, 1)]))
    try:
        told = sniff(path.read_bytes())
        read_metadata(path, told)
        decoded = decode(path, told, limits=PixelLimits(max_megapixels=50))
        assert decoded.image.ndim == 3
    except (NotAPhoto, Undecodable, TooManyPixels) as outcome:
        assert str(outcome).endswith(".")  # noqa: PT017 - all ends are right
