"""Boxes of the map and the ranges of cells in them. Pure.

Cells are the tiles of the web's maps (EPSG:3857), numbered by quadkey: the bits of column and row in turn, the column's
first, from the lowest. All tiles in a tile have numbers in one range, and that is how a box becomes a few ranges.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from calotype.features.places.errors import BadBox

ZOOM_BITS = 40  # a cell's number is `zoom << 40 | quadkey`
KEPT_ZOOMS = (5, 8, 11, 14, 17)  # as `geo_zooms()` in the schema
FINEST_KEPT = KEPT_ZOOMS[-1]  # 300 m at the equator; below that the photos themselves are read
FINEST = 20
COARSEST = 2
CELLS_A_TILE = 2  # zooms between a tile of the map (256 px) and its cells (64 px)
MOST_CELLS = 2048  # in one answer: a screen of 3,840 x 2,160 px has 2,040 of 64 px
LARGEST_LATITUDE = 85.0511287798066  # where the square of the projection ends
MOST_TURNS = 540.0  # a map that is dragged around the world tells longitudes beyond 180

_Sides = tuple[int, int, int, int]  # first and last column, first and last row


@dataclass(frozen=True)
class Box:
    """A part of the map in degrees. `west` is -180..180; `east` is up to 360 more, beyond 180 across the date line."""

    west: float
    south: float
    east: float
    north: float


@dataclass(frozen=True)
class CellRanges:
    """Numbers of kept cells, both ends included, and by how many bits to shift them for the cells that are shown."""

    low: Sequence[int]
    high: Sequence[int]
    shift: int
    zoom: int  # of the cells that are shown


def read_box(text: str) -> Box:
    """Read `west,south,east,north` in degrees; west > east crosses the date line. Raises `BadBox`."""
    try:
        west, south, east, north = (float(part) for part in text.split(","))
    except ValueError:
        raise BadBox("Write the box as west,south,east,north in degrees, for example -10,35,30,60.") from None
    if not all(map(math.isfinite, (west, south, east, north))):
        raise BadBox("The sides of the box are numbers of degrees.")
    if not -90 <= south < north <= 90:
        raise BadBox("South and north are degrees from -90 to 90, and south is the smaller one.")
    if max(abs(west), abs(east)) > MOST_TURNS:
        raise BadBox("West and east are degrees from -180 to 180; across the date line west is the larger one.")
    if east - west >= 360:
        return Box(-180, south, 180, north)
    width = (east - west) % 360
    if width == 0:
        raise BadBox("West and east of the box are the same: give it a width.")
    west = (west + 180) % 360 - 180
    return Box(west, south, west + width, north)


def column_of(longitude: float, zoom: int) -> int:
    """Return the column of tiles that a longitude (-180..180) lies in; 180 is the last one here."""
    return min((1 << zoom) - 1, math.floor((longitude + 180) / 360 * (1 << zoom)))


def row_of(latitude: float, zoom: int) -> int:
    """Return the row of tiles, 0 in the north (https://wiki.openstreetmap.org/wiki/Slippy_map_tilenames)."""
    radians = math.radians(max(-LARGEST_LATITUDE, min(LARGEST_LATITUDE, latitude)))
    share = 0.5 - math.asinh(math.tan(radians)) / (2 * math.pi)
    return max(0, min((1 << zoom) - 1, math.floor(share * (1 << zoom))))


def quadkey(column: int, row: int) -> int:
    """Return the bits of column and row in turn."""
    return _spread(column) | _spread(row) << 1


def _spread(number: int) -> int:
    return int(f"{number:b}", 4)  # read in base 4, every bit moves to twice its place


def shown_zoom(box: Box, zoom: int) -> int:
    """Return the zoom of the cells to be shown: 64 px wide on a map at `zoom`, wider where that were too many."""
    shown = min(zoom + CELLS_A_TILE, FINEST)
    while shown > COARSEST and _count(box, shown) > MOST_CELLS:
        shown -= 1
    return shown


def find_ranges(box: Box, zoom: int) -> CellRanges:
    """Return which kept cells lie in a box, and what to make of them for a map at `zoom`, 0..20."""
    shown = min(shown_zoom(box, zoom), FINEST_KEPT)
    kept = next(each for each in KEPT_ZOOMS if each >= shown)
    ranges = sorted(found for part in _halves(box) for found in _descend(_sides(part, shown), shown, 0, 0, 0))
    step, mark = 2 * (kept - shown), kept << ZOOM_BITS
    low: list[int] = []
    high: list[int] = []
    for first, after in ranges:
        begin, end = mark | first << step, mark | (after << step) - 1
        if high and high[-1] + 1 >= begin:
            high[-1] = max(high[-1], end)
        else:
            low.append(begin)
            high.append(end)
    return CellRanges(low, high, step, shown)


def _halves(box: Box) -> list[Box]:
    """Cut a box at the date line."""
    if box.east <= 180:
        return [box]
    return [Box(box.west, box.south, 180, box.north), Box(-180, box.south, box.east - 360, box.north)]


def _sides(box: Box, zoom: int) -> _Sides:
    """Return the first and last column, the first and last row."""
    return column_of(box.west, zoom), column_of(box.east, zoom), row_of(box.north, zoom), row_of(box.south, zoom)


def _count(box: Box, zoom: int) -> int:
    total = 0
    for part in _halves(box):
        first, last, top, bottom = _sides(part, zoom)
        total += (last - first + 1) * (bottom - top + 1)
    return total


def _descend(sides: _Sides, shown: int, zoom: int, column: int, row: int) -> Iterator[tuple[int, int]]:
    """Yield quadkeys at the zoom `shown`, (first, after the last), of the largest tiles that lie wholly in the box."""
    first, last, top, bottom = sides
    span = shown - zoom
    begin_column, begin_row = column << span, row << span
    end_column, end_row = begin_column + (1 << span) - 1, begin_row + (1 << span) - 1
    if begin_column > last or end_column < first or begin_row > bottom or end_row < top:
        return
    if first <= begin_column and end_column <= last and top <= begin_row and end_row <= bottom:
        key = quadkey(column, row) << 2 * span
        yield key, key + (1 << 2 * span)
        return
    for down in (0, 1):
        for right in (0, 1):
            yield from _descend(sides, shown, zoom + 1, column * 2 + right, row * 2 + down)
