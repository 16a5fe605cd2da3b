"""Perceptual hashes, and those of the same picture mirrored and turned, from the 64 stored bits alone. Pure.

A pHash holds, for each of 8 x 8 cosines, whether its weight is above the median (media/hashes.py): row and column are
the frequencies down and across. Mirroring a picture turns the sign of every odd frequency across, turning it by a
quarter swaps rows and columns and turns signs. The median of the weights is next to zero, so flipping a bit is turning
its sign: on photos the bits that are found so differ from those of the turned picture by 2 to 4 of 64 (measured).
"""

import numpy as np
import numpy.typing as npt

Hashes = npt.NDArray[np.uint64]

FORMS = 8
IDENTITY = 0
INVERSE = (0, 1, 2, 3, 4, 6, 5, 7)
NAMES = (
    "",
    "mirrored",
    "mirrored top to bottom",
    "turned upside down",
    "mirrored and turned",
    "turned by a quarter",
    "turned by a quarter",
    "mirrored and turned",
)
"""What was done to the picture: bit 0 of the number mirrors left to right, bit 1 top to bottom, bit 2 swaps the axes
(before the others)."""

HALF = 32
"""A picture with something in it has half its bits set, by the definition of a median. Of a flat one most weights are
zero, and the hash says nothing."""

_ODD_COLUMNS = np.uint64(0x5555555555555555)
_ODD_ROWS = np.uint64(0x00FF00FF00FF00FF)
_SWAPS = ((7, 0x00AA00AA00AA00AA), (14, 0x0000CCCC0000CCCC), (28, 0x00000000F0F0F0F0))


def to_hashes(stored: npt.ArrayLike) -> Hashes:
    """Return hashes as they are stored (signed, 64 bits) as unsigned ones."""
    return np.asarray(stored, dtype=np.int64).view(np.uint64)


def turn(hashes: Hashes, form: int) -> Hashes:
    """Return the hashes of the pictures in another form, 0..7 (see `NAMES`)."""
    turned = _transpose(hashes) if form & 4 else hashes.copy()
    if form & 1:
        turned ^= _ODD_COLUMNS
    if form & 2:
        turned ^= _ODD_ROWS
    return turned


def swaps_axes(form: int) -> bool:
    """Say whether width and height change places."""
    return bool(form & 4)


def count_differences(one: Hashes, other: Hashes) -> npt.NDArray[np.uint8]:
    """Return the numbers of differing bits, 0..64."""
    return np.asarray(np.bitwise_count(one ^ other), np.uint8)


def says_something(hashes: Hashes) -> npt.NDArray[np.bool_]:
    """Say of which pictures the hash tells anything."""
    return np.asarray(np.bitwise_count(hashes) == HALF)


def nearest_form(one: int, other: int) -> tuple[int, int]:
    """Return the least distance of two hashes (signed, as stored) over all forms of `one`, and that form."""
    first, second = to_hashes([one]), to_hashes([other])
    distances = [int(count_differences(turn(first, form), second)[0]) for form in range(FORMS)]
    best = min(range(FORMS), key=lambda form: distances[form])
    return distances[best], best


def _transpose(hashes: Hashes) -> Hashes:
    """Swap rows and columns of 8 x 8 bits (Warren, Hacker's Delight, 7-3)."""
    turned = hashes.copy()
    for shift, mask in _SWAPS:
        swapped = (turned ^ (turned >> np.uint64(shift))) & np.uint64(mask)
        turned ^= swapped ^ (swapped << np.uint64(shift))
    return turned
