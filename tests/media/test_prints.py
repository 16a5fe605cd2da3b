"""The prints of a photo."""

import io

import numpy as np
import pytest
from PIL import Image

from calotype.media.prints import full_print, make_prints
from calotype.media.sniff import MediaType, sniff
from tests.media import made


def read(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


def test_four_prints() -> None:
    prints = make_prints(made.quarters(1200, 800))
    assert list(prints) == ["1200", "600", "300", "150"]
    assert [read(data).size for data in prints.values()] == [(1200, 800), (600, 400), (300, 200), (150, 100)]
    assert [sniff(data) for data in prints.values()] == [MediaType.JPEG, *[MediaType.WEBP] * 3]
    for data in prints.values():
        assert made.corners(np.asarray(read(data).convert("RGB"))) == made.UPRIGHT


def test_prints_carry_no_metadata() -> None:
    for data in [*make_prints(made.quarters(1200, 800)).values(), full_print(made.quarters())]:
        picture = read(data)
        assert not picture.getexif()
        assert "icc_profile" not in picture.info
        assert b"Exif" not in data
        assert b"http" not in data


@pytest.mark.parametrize("size", [(1, 1), (3, 1), (149, 20), (400, 299), (900, 1200), (1200, 7)])
def test_a_print_is_never_enlarged(size: tuple[int, int]) -> None:
    for name, data in make_prints(made.noise(*size)).items():
        width, height = read(data).size
        assert max(width, height) == min(int(name), max(size))
        assert min(width, height) >= 1


def test_a_larger_array_is_shrunk_first() -> None:
    prints = make_prints(made.noise(2500, 1000))
    assert [read(data).size for data in prints.values()] == [(1200, 480), (600, 240), (300, 120), (150, 60)]


def test_prints_look_like_the_picture() -> None:
    picture = np.asarray(Image.fromarray(made.noise(200, 150)).resize((1200, 900), Image.Resampling.BICUBIC))
    for name, data in make_prints(picture).items():
        found = read(data).convert("RGB")
        expected = Image.fromarray(picture).resize(found.size, Image.Resampling.LANCZOS)
        difference = np.abs(np.asarray(found).astype(int) - np.asarray(expected).astype(int)).mean()
        assert difference < 8, name


def test_the_full_print_is_full_size() -> None:
    assert read(full_print(made.noise(1600, 1000))).size == (1600, 1000)
