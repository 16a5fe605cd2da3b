"""The colours of photos as the column `photos.colours` holds them: 3 regions x 11 names, a byte each, then a byte of tones.

Read here in bulk for ranking; `calotype.media.colours` writes it, and a test holds the two together.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

NAMES = ("black", "white", "grey", "red", "orange", "yellow", "green", "blue", "purple", "pink", "brown")
REGIONS = ("whole", "middle", "border")
TONES = ("bright", "dark", "night", "black_and_white", "sepia")  # bit 0 upwards
_SHARES = len(NAMES) * len(REGIONS)
SIZE_BYTES = _SHARES + 1

# A colour is worth an index entry from these shares on (of the region); ranking reads the shares themselves.
_OF_THE_THING = 0.12
_BEHIND = 0.4


@dataclass(frozen=True)
class Palettes:
    """The palettes of n photos: `shares` float32 (n, 3, 11) in 0..1, `tones` uint8 (n,), `known` bool (n,)."""

    shares: NDArray[np.float32]
    tones: NDArray[np.uint8]
    known: NDArray[np.bool_]

    def share(self, colour: str, region: str) -> NDArray[np.float32]:
        """Return how much of the thing ("object") or of what is behind it ("background") has a colour, (n,)."""
        column = NAMES.index(colour)
        if region == "background":
            return self.shares[:, REGIONS.index("border"), column]
        return np.maximum(self.shares[:, 0, column], self.shares[:, 1, column])

    def has_tone(self, tone: str) -> NDArray[np.bool_]:
        """Return which photos have a tone, (n,)."""
        return (self.tones >> TONES.index(tone)) & 1 == 1


def read_palettes(stored: Sequence[bytes | None]) -> Palettes:
    """Read the column of n photos; where it is null the shares are 0 and `known` is False."""
    blank = bytes(SIZE_BYTES)
    known = np.array([one is not None and len(one) == SIZE_BYTES for one in stored], bool)
    joined = b"".join(one if one is not None and len(one) == SIZE_BYTES else blank for one in stored)
    table = np.frombuffer(joined, np.uint8).reshape(-1, SIZE_BYTES)
    shares = (table[:, :_SHARES].reshape(-1, len(REGIONS), len(NAMES)) / np.float32(255)).astype(np.float32)
    return Palettes(shares, table[:, _SHARES].copy(), known)


def colours_of_the_thing(palettes: Palettes) -> list[str]:
    """Return the colours that something in the first photo may be said to have."""
    return [name for name in NAMES if palettes.share(name, "object")[0] >= _OF_THE_THING]


def colours_behind(palettes: Palettes) -> list[str]:
    """Return the colours that the border of the first photo mostly has."""
    return [name for name in NAMES if palettes.share(name, "background")[0] >= _BEHIND]


def tones_of(palettes: Palettes) -> list[str]:
    """Return the tones of the first photo."""
    return [tone for tone in TONES if palettes.has_tone(tone)[0]]
