"""The eleven basic colour names of a photo, and whether it is bright, dark, a night picture or without colour.

The names are those that B. Berlin and P. Kay, "Basic Color Terms" (1969), found in every language that has names
enough: what people type. Each of 32 x 32 x 32 cells of sRGB gets weights for the names: hue by HSV (which keeps blue
and purple apart better than CIELAB does), how colourful and how light by CIELAB; weights are softened over the
neighbouring cells, because nobody agrees where red becomes orange. The limits were set by hand on the CSS colour
names and on a few photos named by their colours.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.uint8]

NAMES = ("black", "white", "grey", "red", "orange", "yellow", "green", "blue", "purple", "pink", "brown")
REGIONS = ("whole", "middle", "border")
TONES = ("bright", "dark", "night", "black_and_white", "sepia")

_SIDE = 96
_CELLS = 32
_BORDER = 0.12
"""The border is a frame of this share of each side; the middle is the inner half of each side."""

SALIENT = {"whole": 0.10, "middle": 0.15, "border": 0.30}
"""From these shares on a colour is worth naming."""


@dataclass(frozen=True)
class Colours:
    """`shares` is float32 (3, 11) in 0..1, by `REGIONS` and `NAMES`, each row adding up to 1; `tones` of `TONES`."""

    shares: NDArray[np.float32]
    tones: frozenset[str]

    def share(self, name: str, region: str = "whole") -> float:
        return float(self.shares[REGIONS.index(region), NAMES.index(name)])

    def to_bytes(self) -> bytes:
        """Return 3 x 11 shares (0..255) and a byte of tones (bit 0: bright), 34 bytes."""
        tones = sum(1 << i for i, tone in enumerate(TONES) if tone in self.tones)
        return bytes(np.rint(self.shares * 255).astype(np.uint8).ravel()) + bytes([tones])

    @classmethod
    def from_bytes(cls, stored: bytes) -> Colours:
        """Read what `to_bytes` wrote. Raises `ValueError` when it has another length."""
        count = len(REGIONS) * len(NAMES)
        if len(stored) != count + 1:
            raise ValueError(f"A stored palette has {count + 1} bytes, not {len(stored)}.")
        shares = np.frombuffer(stored[:count], np.uint8).reshape(len(REGIONS), len(NAMES)) / np.float32(255)
        return cls(shares.astype(np.float32), frozenset(tone for i, tone in enumerate(TONES) if stored[count] >> i & 1))


def colours(image: Image) -> Colours:
    """Return the colour names and tones of an RGB array."""
    small = _shrink(image)
    names = _name_table()[_cells(small)]  # (height, width, 11)
    height, width = small.shape[:2]
    top, left = height // 4, width // 4
    middle = names[top : height - top or None, left : width - left or None]
    frame = max(1, round(height * _BORDER)), max(1, round(width * _BORDER))
    is_border = np.ones((height, width), bool)
    is_border[frame[0] : height - frame[0], frame[1] : width - frame[1]] = False
    regions = (names.reshape(-1, len(NAMES)), middle.reshape(-1, len(NAMES)), names[is_border])
    shares = np.stack([region.mean(axis=0) for region in regions]).astype(np.float32)
    return Colours(shares, _tones(small))


def colour_names(found: Colours, region: str = "whole") -> list[str]:
    """Return the names worth saying of a region, the largest share first."""
    row = found.shares[REGIONS.index(region)]
    return [NAMES[i] for i in np.argsort(-row, kind="stable") if row[i] >= SALIENT[region]]


def _shrink(image: Image) -> Image:
    height, width = image.shape[:2]
    largest = max(height, width)
    if largest <= _SIDE:
        return image
    step = max(1, largest // (_SIDE * 4))  # four samples a side in each small pixel tell its colour
    size = (max(1, round(width * _SIDE / largest)), max(1, round(height * _SIDE / largest)))
    return np.asarray(cv2.resize(image[::step, ::step], size, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def _cells(small: Image) -> NDArray[np.int32]:
    cell = (small >> 3).astype(np.int32)
    return np.asarray(cell[..., 0] * _CELLS * _CELLS + cell[..., 1] * _CELLS + cell[..., 2], dtype=np.int32)


@functools.cache
def _name_table() -> NDArray[np.float32]:
    """Return the weights of the names for each cell, float32 (32768, 11)."""
    level = np.arange(_CELLS, dtype=np.uint8) * 8 + 4
    red, green, blue = np.meshgrid(level, level, level, indexing="ij")
    cards = np.stack([red, green, blue], axis=-1).reshape(1, -1, 3)
    table = np.eye(len(NAMES), dtype=np.float32)[_name_index(cards)[0]].reshape(_CELLS, _CELLS, _CELLS, len(NAMES))
    for axis in range(3):
        padded = np.concatenate([table.take([0], axis), table, table.take([-1], axis)], axis=axis)
        table = (padded.take(range(_CELLS), axis) + 2 * table + padded.take(range(2, _CELLS + 2), axis)) / 4
    return np.ascontiguousarray(table.reshape(-1, len(NAMES)), dtype=np.float32)


def _measure(image: Image) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]:
    """Return hue (HSV, degrees), lightness (CIELAB, 0..100) and chroma (CIELAB)."""
    real = image.astype(np.float32) / 255
    hue = cv2.cvtColor(real, cv2.COLOR_RGB2HSV)[..., 0]
    lab = cv2.cvtColor(real, cv2.COLOR_RGB2LAB)
    return hue, lab[..., 0], np.hypot(lab[..., 1], lab[..., 2])


def _name_index(cards: Image) -> NDArray[np.intp]:
    """Return the index of the name of each pixel, by rules asked in order."""
    hue, light, chroma = _measure(cards)
    is_warm = (hue >= 15) & (hue < 68)
    # Light and skin make neutral things warm, so warm hues must be stronger to count.
    least = np.where(is_warm, 13, 10) + np.where(light > 85, 2, 0)
    is_neutral = (chroma < least) | ((light < 22) & (chroma < 16)) | (light < 7)

    rules: list[tuple[str, NDArray[np.bool_]]] = [
        ("black", is_neutral & (light < 24)),
        ("white", is_neutral & (light > 82)),
        ("grey", is_neutral),
        # purple and pink
        ("purple", (hue >= 252) & (hue < 292)),
        ("pink", (hue >= 292) & (hue < 318) & (light >= 58) & (chroma >= 75)),
        ("purple", (hue >= 292) & (hue < 318)),
        ("purple", (hue >= 318) & (hue < 335) & (light < 38)),
        ("red", (hue >= 335) & (hue < 346) & (light < 45)),
        ("pink", (hue >= 318) & (hue < 346)),
        # red and what is near it
        ("pink", ((hue >= 346) | (hue < 11)) & (light >= 62) & (chroma < 58)),
        ("brown", ((hue >= 346) | (hue < 15)) & (chroma < 26)),
        ("red", (hue >= 346) | (hue < 11)),
        ("red", (hue < 17) & (chroma >= 48) & (light < 60)),
        ("pink", (hue < 20) & (light >= 76) & (chroma < 40)),
        # orange, brown, yellow
        ("orange", (hue < 44) & (chroma >= 55) & (light >= 52)),
        ("orange", (hue < 34) & (chroma >= 42) & (light >= 66)),
        ("yellow", (hue >= 40) & (hue < 63) & (chroma >= 36) & (light >= 62)),
        ("yellow", (hue >= 46) & (hue < 66) & (light >= 80)),
        ("white", (hue < 46) & (light >= 88) & (chroma < 20)),
        ("brown", hue < 52),
        ("brown", (hue < 57) & (light < 62) & (chroma < 40)),
        # green and blue
        ("green", hue < 172),
        ("blue", hue < 252),
    ]
    index = np.full(hue.shape, -1, dtype=np.intp)
    for name, holds in rules:
        index[(index < 0) & holds] = NAMES.index(name)
    return index


def _tones(small: Image) -> frozenset[str]:
    hue, light, chroma = _measure(small)
    found = set()
    mean, dark_share, lit_share = float(light.mean()), float((light < 18).mean()), float((light > 60).mean())
    if mean > 74 and dark_share < 0.08:
        found.add("bright")
    if mean < 27:
        found.add("dark")
    if dark_share > 0.5 and mean < 30 and 0.0005 < lit_share < 0.2 and _has_scattered_lights(light):
        found.add("night")
    if float(np.percentile(chroma, 99)) < 6:
        found.add("black_and_white")
    elif _is_sepia(hue, light, chroma):
        found.add("sepia")
    return frozenset(found)


def _has_scattered_lights(light: NDArray[np.float32]) -> bool:
    """True for small lights under a dark sky; a thing lit before a black cloth is one large light within black."""
    height, width = light.shape
    upper = light[: max(1, height // 3)]
    margin = max(1, round(min(height, width) * _BORDER))
    is_inner = np.zeros(light.shape, bool)
    is_inner[margin : height - margin, margin : width - margin] = True
    _, _, statistics, _ = cv2.connectedComponentsWithStats((light > 45).astype(np.uint8))
    largest = int(statistics[1:, cv2.CC_STAT_AREA].max(initial=0))
    reaches_out = float((light[~is_inner] > 25).mean()) > 0.01
    return float((upper < 22).mean()) > 0.5 and largest < 0.08 * light.size and reaches_out


def _is_sepia(hue: NDArray[np.float32], light: NDArray[np.float32], chroma: NDArray[np.float32]) -> bool:
    """True when the whole picture has one faint warm hue, over dark and light alike."""
    strong = chroma > 4
    if float(strong.mean()) < 0.6 or float(np.percentile(chroma, 98)) > 42:
        return False
    middle = float(np.median(hue[strong]))
    is_one_hue = float((np.abs(hue[strong] - middle) < 12).mean()) > 0.97
    return 18 <= middle <= 52 and is_one_hue and float(light.std()) > 10
