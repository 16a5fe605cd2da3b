"""The faces that programs have named inside a photo or its sidecar, as boxes in the upright picture.

Two ways of writing them are in use, and many programs write both:

* the regions of the Metadata Working Group (`mwg-rs`, guidelines 2.0, section 5.9): Lightroom, digiKam, Picasa, phones.
  An area is told by its middle. Only faces are people: pets, points of focus and bar codes have types of their own.
* Microsoft's people tags (`MP:RegionInfo`): Photo Gallery, digiKam. A rectangle is told by its left upper corner.

Both are relative to the picture as it is stored, before the orientation is applied (ExifTool's `rotate_regions.config`,
digiKam, Immich's test files). Where the turn swaps width and height, `AppliedToDimensions` says which was meant. Some
programs turn a picture and forget Microsoft's rectangles: names that both ways tell are taken from `mwg-rs` alone.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from calotype.media.rectangles import overlap
from calotype.media.text import clean_text

__all__ = ["MAX_REGIONS", "NamedRegion", "Shape", "has_regions", "read_regions"]

MAX_REGIONS = 200  # in one photo; more is no picture of people
MAX_NAME_CHARS = 200
MAX_LOOKED_AT = 2000
LEAST_SIDE = 0.002  # of the picture; less is a slip of the mouse
SAME_BOX = 0.5  # intersection over union

_MWG = "Xmp.mwg-rs.Regions"
_MICROSOFT = "Xmp.MP.RegionInfo"
_ITEM = re.compile(r"\[(\d{1,6})\](?:/(.+))?$")
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$")

Texts = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class NamedRegion:
    """A face with a name: left, top, width and height, 0..1 of the upright picture. `source`: `mwg` or `microsoft`."""

    name: str
    x: float
    y: float
    width: float
    height: float
    source: str


@dataclass(frozen=True)
class Shape:
    """How a picture is stored: its EXIF orientation (1..8), and its pixels before that is applied (0: not known)."""

    orientation: int = 1
    coded_width: int = 0
    coded_height: int = 0


@dataclass(frozen=True)
class _Area:
    """Left, top, width, height, 0..1 of the picture as it is stored or shown."""

    left: float
    top: float
    width: float
    height: float


def has_regions(sidecar: Texts, file: Texts) -> bool:
    """Whether it is worth looking."""
    return any(key.startswith((_MWG, _MICROSOFT)) for texts in (sidecar, file) for key in texts)


def read_regions(sidecar: Texts, file: Texts, shape: Shape) -> tuple[NamedRegion, ...]:
    """Return the named faces of a sidecar, or else of the file (values by exiv2 key), at most `MAX_REGIONS`.

    What is broken, empty or nameless is left out, what reaches over the border is cut. Raises nothing.
    """
    for texts in (sidecar, file):
        found: list[NamedRegion] = []
        for region in (*_read_mwg(texts, shape), *_read_microsoft(texts, shape)):
            if len(found) < MAX_REGIONS and not any(_is_told(region, other) for other in found):
                found.append(region)
        if found:
            return tuple(found)
    return ()


def _is_told(region: NamedRegion, other: NamedRegion) -> bool:
    """Whether another one tells the same: the same box, or in the other way of writing the same name."""
    is_same_name = region.name.casefold() == other.name.casefold()
    if region.source != other.source:
        return is_same_name or overlap(region, other) >= SAME_BOX
    return is_same_name and overlap(region, other) >= SAME_BOX


def _read_mwg(texts: Texts, shape: Shape) -> Iterator[NamedRegion]:
    sides = [_number(_text(texts, f"{_MWG}/mwg-rs:AppliedToDimensions/stDim:{side}")) for side in "wh"]
    applied = None if sides[0] is None or sides[1] is None else (sides[0], sides[1])
    for item in _items(texts, f"{_MWG}/mwg-rs:RegionList"):
        if item.get("mwg-rs:Type", "Face").strip().casefold() != "face":
            continue
        numbers = [_number(item.get(f"mwg-rs:Area/stArea:{part}")) for part in ("x", "y", "w", "h")]
        area = _around_middle(numbers, item.get("mwg-rs:Area/stArea:unit", ""), applied)
        yield from _region(item.get("mwg-rs:Name"), area, _turn_of(shape, applied), "mwg")


def _read_microsoft(texts: Texts, shape: Shape) -> Iterator[NamedRegion]:
    for item in _items(texts, f"{_MICROSOFT}/MPRI:Regions"):
        parts = item.get("MPReg:Rectangle", "").split(",")
        numbers = [_number(part.strip()) for part in parts]
        area = None
        if len(numbers) == 4 and None not in numbers:
            area = _Area(*(number for number in numbers if number is not None))
        yield from _region(item.get("MPReg:PersonDisplayName"), area, shape.orientation, "microsoft")


def _items(texts: Texts, path: str) -> Iterator[dict[str, str]]:
    """Yield the members of a bag of structures: field -> text."""
    items: dict[int, dict[str, str]] = {}
    for key, values in texts.items():
        if not key.startswith(path) or not values:
            continue
        place = _ITEM.fullmatch(key[len(path) :])
        if place is not None and (int(place[1]) in items or len(items) < MAX_LOOKED_AT):
            items.setdefault(int(place[1]), {})[place[2] or ""] = values[0]
    for number in sorted(items):
        yield items[number]


def _text(texts: Texts, key: str) -> str | None:
    return next(iter(texts.get(key, ())), None)


def _number(text: str | None) -> float | None:
    """Read a plain finite number; ``NaN``, ``inf`` and words are none."""
    if text is None or len(text) > 40 or _NUMBER.fullmatch(text.strip()) is None:
        return None
    number = float(text)
    return number if math.isfinite(number) else None


def _around_middle(numbers: Sequence[float | None], unit: str, applied: tuple[float, float] | None) -> _Area | None:
    x, y, width, height = numbers
    if x is None or y is None or width is None or height is None:
        return None
    if unit.strip().casefold() == "pixel":
        if applied is None or min(applied) <= 0:
            return None
        x, width, y, height = x / applied[0], width / applied[0], y / applied[1], height / applied[1]
    return _Area(x - width / 2, y - height / 2, width, height)


def _turn_of(shape: Shape, applied: tuple[float, float] | None) -> int:
    """Return the orientation to apply: 1 where the dimensions are those of the picture as it is shown."""
    if shape.orientation < 5 or applied is None or not shape.coded_width or min(applied) <= 0:
        return shape.orientation
    stored, told = shape.coded_width / shape.coded_height, applied[0] / applied[1]
    is_as_shown = abs(math.log(told * stored)) < abs(math.log(told / stored))
    return 1 if is_as_shown else shape.orientation


# EXIF orientation -> where the middle (x, y) of the stored picture lies in the upright one.
_UPRIGHT: Mapping[int, Callable[[float, float], tuple[float, float]]] = {
    1: lambda x, y: (x, y),
    2: lambda x, y: (1 - x, y),
    3: lambda x, y: (1 - x, 1 - y),
    4: lambda x, y: (x, 1 - y),
    5: lambda x, y: (y, x),
    6: lambda x, y: (1 - y, x),
    7: lambda x, y: (1 - y, 1 - x),
    8: lambda x, y: (y, 1 - x),
}


def _region(name: str | None, area: _Area | None, orientation: int, source: str) -> Iterator[NamedRegion]:
    cleaned = clean_text(name or "", MAX_NAME_CHARS)
    if area is None or not cleaned.strip("? .-_") or not (0 < area.width <= 1 and 0 < area.height <= 1):
        return
    x, y = _UPRIGHT.get(orientation, _UPRIGHT[1])(area.left + area.width / 2, area.top + area.height / 2)
    width, height = (area.height, area.width) if orientation >= 5 else (area.width, area.height)
    if not (0 <= x <= 1 and 0 <= y <= 1):
        return  # its middle lies outside: somebody cropped the picture
    left, right = max(0.0, x - width / 2), min(1.0, x + width / 2)
    top, bottom = max(0.0, y - height / 2), min(1.0, y + height / 2)
    if right - left >= LEAST_SIDE and bottom - top >= LEAST_SIDE:
        left, top, width, height = (round(side, 5) for side in (left, top, right - left, bottom - top))
        yield NamedRegion(cleaned, left, top, width, height, source)
