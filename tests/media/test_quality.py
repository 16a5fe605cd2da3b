"""The technical score."""

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from calotype.media.quality import Quality, quality


def scene(seed: int = 5) -> np.ndarray:
    """Plain shapes with hard edges: sharp and clean."""
    rng = np.random.default_rng(seed)
    image = np.full((600, 800, 3), 120, np.uint8)
    for _ in range(1500):
        y, x, size = rng.integers(0, 590), rng.integers(0, 790), rng.integers(6, 40)
        image[y : y + size, x : x + size] = rng.integers(20, 235, 3)
    return image


def test_parts_are_shares_and_make_the_total() -> None:
    found = quality(scene(), megapixels=12)
    parts = (found.sharpness, found.exposure, found.contrast, found.noise, found.resolution)
    assert all(0 <= part <= 1 for part in parts)
    weights = (0.45, 0.20, 0.20, 0.10, 0.05)
    assert found.total == pytest.approx(sum(w * p for w, p in zip(weights, parts, strict=True)), abs=1e-3)
    assert found.resolution == 1


def test_blur_lowers_sharpness_step_by_step() -> None:
    scores = [quality(cv2.GaussianBlur(scene(), (0, 0), sigma)).sharpness for sigma in (0.3, 1.5, 3, 6)]
    assert scores == sorted(scores, reverse=True)
    assert scores[0] > 0.8
    assert scores[-1] < 0.4


def test_a_sharp_face_before_a_blurred_wall_is_sharp() -> None:
    image = cv2.GaussianBlur(scene(), (0, 0), 8)
    image[150:450, 250:550] = scene()[150:450, 250:550]
    assert quality(image).sharpness > 0.7


def test_noise_is_seen_and_is_no_sharpness() -> None:
    rng = np.random.default_rng(1)
    blurred = cv2.GaussianBlur(scene(), (0, 0), 6)
    noisy = np.clip(blurred + rng.normal(0, 12, blurred.shape), 0, 255).astype(np.uint8)
    assert quality(noisy).noise < quality(blurred).noise - 0.2
    assert quality(noisy).sharpness < 0.6


def test_exposure_and_contrast() -> None:
    normal = quality(scene())
    dark = quality((scene() * 0.15).astype(np.uint8))
    burnt = quality(np.clip(scene().astype(int) * 3, 0, 255).astype(np.uint8))
    flat = quality((scene() * 0.2 + 100).astype(np.uint8))
    assert normal.exposure > 0.9
    assert dark.exposure < 0.7
    assert burnt.exposure < 0.7
    assert flat.contrast < normal.contrast / 2


def test_more_pixels_are_better() -> None:
    scores = [quality(scene(), megapixels=m).resolution for m in (0.1, 0.5, 3, 12, 50)]
    assert scores == sorted(scores)
    assert scores[0] == 0


@given(arrays.arrays(np.uint8, st.tuples(st.integers(1, 70), st.integers(1, 70), st.just(3))))
def test_any_array_has_a_score(image: np.ndarray) -> None:
    found = quality(image)
    assert isinstance(found, Quality)
    assert all(0 <= getattr(found, name) <= 1 for name in Quality.__dataclass_fields__)
