"""Colour names and tones."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from calotype.media.colours import TONES, Colours, colour_names, colours
from tests.media import made


def card(*colour: int, width: int = 60, height: int = 40) -> np.ndarray:
    return np.full((height, width, 3), colour, np.uint8)


@pytest.mark.parametrize(
    ("colour", "name"),
    [
        ((0, 0, 0), "black"), ((20, 20, 24), "black"), ((255, 255, 255), "white"), ((240, 238, 232), "white"),
        ((128, 128, 128), "grey"), ((105, 110, 118), "grey"), ((200, 200, 200), "grey"),
        ((255, 0, 0), "red"), ((220, 20, 60), "red"), ((139, 0, 0), "red"), ((178, 34, 34), "red"),
        ((255, 165, 0), "orange"), ((255, 140, 0), "orange"), ((255, 127, 80), "orange"), ((230, 126, 34), "orange"),
        ((255, 255, 0), "yellow"), ((255, 215, 0), "yellow"), ((240, 230, 140), "yellow"), ((250, 219, 80), "yellow"),
        ((0, 128, 0), "green"), ((0, 255, 0), "green"), ((34, 139, 34), "green"), ((154, 205, 50), "green"),
        ((128, 128, 0), "green"), ((60, 90, 50), "green"),
        ((0, 0, 255), "blue"), ((0, 0, 128), "blue"), ((135, 206, 235), "blue"), ((65, 105, 225), "blue"),
        ((70, 130, 180), "blue"), ((0, 200, 220), "blue"),
        ((128, 0, 128), "purple"), ((138, 43, 226), "purple"), ((147, 112, 219), "purple"), ((75, 0, 130), "purple"),
        ((255, 192, 203), "pink"), ((255, 105, 180), "pink"), ((255, 20, 147), "pink"), ((255, 0, 255), "pink"),
        ((139, 69, 19), "brown"), ((101, 67, 33), "brown"), ((160, 82, 45), "brown"), ((181, 145, 105), "brown"),
    ],
)  # fmt: skip
def test_names_plain_cards(colour: tuple[int, int, int], name: str) -> None:
    found = colours(card(*colour))
    assert colour_names(found)[0] == name
    assert found.share(name) > 0.5


def test_a_thing_before_a_background() -> None:
    image = card(250, 220, 40, width=400, height=300)
    image[90:210, 120:280] = (200, 20, 20)
    found = colours(image)
    assert colour_names(found, "middle")[0] == "red"
    assert colour_names(found, "border") == ["yellow"]
    assert found.share("yellow", "border") > 0.9
    assert set(colour_names(found)) == {"yellow", "red"}


@given(arrays.arrays(np.uint8, st.tuples(st.integers(1, 120), st.integers(1, 120), st.just(3))))
def test_shares_add_up(image: np.ndarray) -> None:
    found = colours(image)
    assert found.shares.shape == (3, 11)
    assert found.shares.sum(axis=1) == pytest.approx([1, 1, 1], abs=1e-3)
    assert found.shares.min() >= 0
    assert found.tones <= set(TONES)


def test_is_kept_in_34_bytes() -> None:
    found = colours(made.quarters(1200, 800))
    stored = found.to_bytes()
    again = Colours.from_bytes(stored)
    assert len(stored) == 34
    assert np.abs(again.shares - found.shares).max() < 0.01
    assert again.tones == found.tones
    assert Colours(found.shares, frozenset(TONES)).to_bytes()[-1] == 31
    with pytest.raises(ValueError, match="34 bytes"):
        Colours.from_bytes(b"short")


def tones(image: np.ndarray) -> set[str]:
    return set(colours(image).tones)


def test_tones_of_light() -> None:
    assert tones(card(245, 240, 250)) == {"bright", "black_and_white"}
    assert tones(card(20, 22, 30)) >= {"dark"}
    assert not tones(made.quarters()) & {"bright", "dark", "night", "black_and_white", "sepia"}


def test_a_town_at_night() -> None:
    image = card(8, 9, 14, width=400, height=300)
    rng = np.random.default_rng(3)
    for _ in range(60):
        y, x = rng.integers(120, 295), rng.integers(0, 395)
        image[y : y + 5, x : x + 5] = (255, 220, 150)
    assert tones(image) == {"dark", "night"}


def test_a_thing_before_black_cloth_is_no_night() -> None:
    image = card(5, 5, 5, width=400, height=300)
    image[90:210, 130:270] = (230, 180, 60)
    assert "night" not in tones(image)


def test_pictures_without_colour() -> None:
    grey = made.noise(300, 200)[..., :1]
    assert tones(np.repeat(grey, 3, axis=2)) >= {"black_and_white"}
    light = np.repeat(grey, 3, axis=2).astype(float) / 255
    sepia = (light * (225, 190, 150) + (15, 10, 5)).clip(0, 255).astype(np.uint8)
    assert "sepia" in tones(sepia)
    assert "black_and_white" not in tones(sepia)
