"""Which faces are good enough for what. Pure."""

import math

MIN_FOUNDER_PX = 40
MIN_FOUNDER_SCORE = 0.65
MIN_FOUNDER_SHARPNESS = 0.15
"""Smaller, less sure or more blurred faces of strangers grow alike: they may join a group and never found one. (A face
has 40 px by the issue; of 178 detected ones one in twenty is below each of the others.)"""


def can_found(size_px: int, score: float, sharpness: float) -> bool:
    """Say whether a face may be the beginning of a group."""
    return size_px >= MIN_FOUNDER_PX and score >= MIN_FOUNDER_SCORE and sharpness >= MIN_FOUNDER_SHARPNESS


def face_quality(size_px: int, score: float, sharpness: float) -> float:
    """Return how well a face is to be seen, 0..1: size up to 200 px, sureness, sharpness."""
    return math.sqrt(min(1.0, size_px / 200)) * score * math.sqrt(min(1.0, sharpness / 0.6))
