"""Boxes of the map, cells, and their numbers."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calotype.features.places.errors import BadBox
from calotype.features.places.tiles import (
    FINEST,
    FINEST_KEPT,
    KEPT_ZOOMS,
    MOST_CELLS,
    ZOOM_BITS,
    Box,
    column_of,
    find_ranges,
    quadkey,
    read_box,
    row_of,
)

latitudes = st.floats(-90, 90)
longitudes = st.floats(-180, 180, exclude_max=True)


@st.composite
def boxes(draw: st.DrawFn) -> Box:
    south, north = sorted((draw(latitudes), draw(latitudes)))
    west = draw(longitudes)
    return Box(west, south, west + draw(st.floats(0.0001, 360)), north)


@pytest.mark.parametrize(
    "text",
    ["", "1,2,3", "a,b,c,d", "nan,0,1,1", "0,-inf,1,1", "0,10,1,10", "0,20,1,10", "0,-91,1,0", "0,0,0,1", "600,0,610,1",
     "0,0,1,1,1"],
)  # fmt: skip
def test_what_is_no_box_gets_a_sentence(text: str) -> None:
    with pytest.raises(BadBox) as caught:
        read_box(text)
    assert caught.value.status == 422
    assert caught.value.detail.endswith(".")


def test_boxes_across_the_date_line_and_around_the_world() -> None:
    assert read_box("170,-20,-170,10") == Box(170, -20, 190, 10)
    assert read_box("170,-20,190,10") == Box(170, -20, 190, 10)
    assert read_box("-190,-20,-170,10") == Box(170, -20, 190, 10)
    assert read_box("-180,-90,180,90") == read_box("-300,-90,300,90") == Box(-180, -90, 180, 90)
    assert read_box("0,-90,360,90") == Box(-180, -90, 180, 90)


@given(boxes(), st.integers(0, 20), latitudes, longitudes)
def test_a_photo_in_the_box_is_in_a_range_and_one_far_away_is_not(
    box: Box, zoom: int, latitude: float, longitude: float
) -> None:
    ranges = find_ranges(box, zoom)
    kept = next(each for each in KEPT_ZOOMS if each >= ranges.zoom)
    cell = kept << ZOOM_BITS | quadkey(column_of(longitude, kept), row_of(latitude, kept))
    found = sum(low <= cell <= high for low, high in zip(ranges.low, ranges.high, strict=True))
    inside = box.south <= latitude <= box.north and (box.west <= longitude <= box.east or longitude + 360 <= box.east)
    assert found <= 1
    assert not inside or found == 1
    width = 360 / (1 << ranges.zoom)
    away = min(abs((longitude - side + 180) % 360 - 180) for side in (box.west, box.east))
    if not (box.west <= longitude <= box.east or longitude + 360 <= box.east) and away > width:
        assert found == 0


@given(boxes(), st.integers(0, 20))
def test_an_answer_is_never_too_long(box: Box, zoom: int) -> None:
    ranges = find_ranges(box, zoom)
    kept = next(each for each in KEPT_ZOOMS if each >= ranges.zoom)
    cells = sum(
        (high >> ranges.shift) - (low >> ranges.shift) + 1 for low, high in zip(ranges.low, ranges.high, strict=True)
    )
    assert cells <= MOST_CELLS
    assert ranges.shift == 2 * (kept - ranges.zoom)
    assert ranges.zoom <= min(zoom + 2, FINEST_KEPT)


def test_the_numbers_are_those_of_the_web() -> None:
    assert (column_of(0, 17), row_of(-0.001, 17)) == (1 << 16, 1 << 16)
    quarter = math.degrees(math.atan(math.sinh(math.pi / 2)))  # the projection's inverse
    assert (row_of(quarter + 0.001, 2), row_of(quarter - 0.001, 2)) == (0, 1)
    assert quadkey(3, 5) == int("213", 4)  # "quadkey 213" of tile 3,5 at zoom 3 in Bing's own example
    assert row_of(89.9, 3) == 0
    assert row_of(-90, 3) == 7
    assert math.isclose(360 / (1 << FINEST) * 111_320, 38.2, rel_tol=0.01)  # metres of the finest cell at the equator
