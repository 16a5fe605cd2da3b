"""pHash and ThumbHash."""

import math

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from calotype.media.decode import decode_jpeg_bytes
from calotype.media.hashes import hamming, phash, thumbhash, to_average
from calotype.media.sniff import MediaType
from tests.media import made

PICTURE = made.noise(400, 300)
IMAGES = arrays.arrays(np.uint8, st.tuples(st.integers(1, 40), st.integers(1, 40), st.just(3)))


def test_a_phash_fits_a_bigint() -> None:
    values = [phash(made.noise(64, 48, seed)) for seed in range(20)]
    assert len(set(values)) == 20
    assert all(-(2**63) <= value < 2**63 for value in values)
    assert max(values) < 0  # the first bit is the mean, which is always above the median


def test_the_same_picture_stays_near() -> None:
    squeezed = decode_jpeg_bytes(made.encode(PICTURE, MediaType.JPEG, quality=40), 1, None)
    half = cv2.resize(PICTURE, (200, 150), interpolation=cv2.INTER_AREA)
    brighter = np.clip(PICTURE.astype(int) * 1.2, 0, 255).astype(np.uint8)
    for other in (squeezed, half, brighter):
        assert hamming(phash(PICTURE), phash(np.asarray(other, np.uint8))) <= 6


def test_other_pictures_are_far() -> None:
    hashes = [phash(made.noise(400, 300, seed)) for seed in range(30)]
    distances = [hamming(one, other) for i, one in enumerate(hashes) for other in hashes[:i]]
    assert min(distances) >= 12


def test_phash_is_the_usual_one() -> None:
    grey = np.linspace(0, 255, 1024).reshape(32, 32).astype(np.uint8)
    image = np.dstack([grey, grey, grey])
    cosines = [[math.cos(math.pi / 32 * k * (n + 0.5)) for n in range(32)] for k in range(8)]
    low = (np.array(cosines) @ grey.astype(float) @ np.array(cosines).T).ravel()
    expected = sum(1 << (63 - i) for i, value in enumerate(low) if value > np.median(low))
    assert hamming(phash(image), expected) <= 20  # near-zero waves of a plain ramp are rounding
    assert (phash(image) >> 62) & 1 == (expected >> 62) & 1


@given(st.integers(-(2**63), 2**63 - 1), st.integers(-(2**63), 2**63 - 1))
def test_hamming(one: int, other: int) -> None:
    bits = bin((one & (2**64 - 1)) ^ (other & (2**64 - 1))).count("1")
    assert hamming(one, other) == hamming(other, one) == bits
    assert hamming(one, one) == 0


def unpack(thumb: bytes, width: int, height: int) -> np.ndarray:
    """Decode a ThumbHash by the published description, independently of the encoder."""
    header, shape = int.from_bytes(thumb[:3], "little"), int.from_bytes(thumb[3:5], "little")
    assert not header >> 23
    is_landscape = bool(shape >> 15)
    count_x = max(3, 7 if is_landscape else shape & 7)
    count_y = max(3, shape & 7 if is_landscape else 7)
    nibbles = [half for byte in thumb[5:] for half in (byte & 15, byte >> 4)]
    at = 0

    def channel(columns: int, rows: int, scale: float) -> dict[tuple[int, int], float]:
        nonlocal at
        waves = {}
        for y in range(rows):
            x = 0 if y else 1
            while x * rows < columns * (rows - y):
                waves[x, y] = (nibbles[at] / 7.5 - 1) * scale
                at += 1
                x += 1
        return waves

    luma = channel(count_x, count_y, (header >> 18 & 31) / 31)
    yellow = channel(3, 3, (shape >> 3 & 63) / 63 * 1.25)
    red = channel(3, 3, (shape >> 9 & 63) / 63 * 1.25)

    def paint(mean: float, waves: dict[tuple[int, int], float]) -> np.ndarray:
        painted = np.full((height, width), mean)
        for (x, y), wave in waves.items():
            across = np.cos(np.pi / width * x * (np.arange(width) + 0.5))
            down = np.cos(np.pi / height * y * (np.arange(height) + 0.5))
            painted += 2 * wave * np.outer(down, across)
        return painted

    light = paint((header & 63) / 63, luma)
    yellow_blue = paint((header >> 6 & 63) / 31.5 - 1, yellow)
    red_green = paint((header >> 12 & 63) / 31.5 - 1, red)
    blue = light - 2 / 3 * yellow_blue
    r = (3 * light - blue + red_green) / 2
    return np.clip(np.dstack([r, r - red_green, blue]), 0, 1) * 255


@pytest.mark.parametrize("size", [(96, 64), (64, 96), (80, 80), (400, 300), (100, 20)])
def test_a_thumbhash_looks_like_the_picture(size: tuple[int, int]) -> None:
    picture = made.quarters(*size)
    thumb = thumbhash(picture)
    assert 16 <= len(thumb) <= 25
    painted = unpack(thumb, 32, 32)
    expected = cv2.resize(picture, (32, 32), interpolation=cv2.INTER_AREA).astype(float)
    assert np.abs(painted - expected).mean() < 45  # the format keeps seven waves of hard edges
    assert made.corners(painted.astype(np.uint8)) == made.UPRIGHT


@pytest.mark.parametrize("colour", [(0, 0, 0), (255, 255, 255), (200, 40, 90), (10, 120, 240)])
def test_the_average_of_a_thumbhash(colour: tuple[int, int, int]) -> None:
    plain = np.full((30, 40, 3), colour, np.uint8)
    assert to_average(thumbhash(plain)) == pytest.approx(colour, abs=8)


def test_transparency_in_a_thumbhash() -> None:
    clear = np.dstack([made.quarters(), np.full((64, 96), 255, np.uint8)])
    assert thumbhash(clear) == thumbhash(made.quarters())
    clear[:, :40, 3] = 0
    assert int.from_bytes(thumbhash(clear)[:3], "little") >> 23 == 1


@given(IMAGES)
def test_any_array_has_both(image: np.ndarray) -> None:
    assert -(2**63) <= phash(image) < 2**63
    assert 5 <= len(thumbhash(image)) <= 40
