"""The colours of many photos at once, for ranking."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from calotype.features.search.colours import NAMES, REGIONS, SHARES, SIZE_BYTES, TONES


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
        whole, middle, border = (self.shares[:, at, column] for at in range(len(REGIONS)))
        # what fills more of the border than of the whole is behind the thing, and says nothing of it
        return np.where(border > whole, middle, np.maximum(whole, middle))

    def has_tone(self, tone: str) -> NDArray[np.bool_]:
        """Return which photos have a tone, (n,); none where no such tone is measured."""
        if tone not in TONES:
            return np.zeros(len(self.tones), bool)
        return np.asarray((self.tones >> TONES.index(tone)) & 1, bool)


def read_palettes(stored: Sequence[bytes | None]) -> Palettes:
    """Read the column of n photos; where it is null the shares are 0 and `known` is False."""
    blank = bytes(SIZE_BYTES)
    known = np.array([one is not None and len(one) == SIZE_BYTES for one in stored], bool)
    joined = b"".join(one if one is not None and len(one) == SIZE_BYTES else blank for one in stored)
    table = np.frombuffer(joined, np.uint8).reshape(-1, SIZE_BYTES)
    shares = (table[:, :SHARES].reshape(-1, len(REGIONS), len(NAMES)) / np.float32(255)).astype(np.float32)
    return Palettes(shares, table[:, SHARES].copy(), known)
