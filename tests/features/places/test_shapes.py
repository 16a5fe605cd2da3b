"""Circles and polygons, the date line, and what is no place."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calotype.features.places.errors import BadShape
from calotype.features.places.shapes import distance_m, make_circle, make_polygon

SQUARE = [[10, 20], [10, 21], [11, 21], [11, 20]]
NAN = math.nan


@pytest.mark.parametrize(
    ("latitude", "longitude", "radius"),
    [(91, 0, 10), (0, 181, 10), (0, 0, 0), (0, 0, -1), (0, 0, 200_001), (0, 0, NAN), (NAN, 0, 1), (0, NAN, 1)],
)
def test_what_is_no_circle_gets_a_sentence(latitude: float, longitude: float, radius: float) -> None:
    with pytest.raises(BadShape) as caught:
        make_circle(latitude, longitude, radius)
    assert caught.value.status == 422
    assert caught.value.detail.endswith(".")


@pytest.mark.parametrize(
    "points",
    [
        [], [[1, 1]], [[1, 1], [2, 2]], [[1, 1], [1, 1], [2, 2]], [[1, 1], [2, 2], [1, 1]],
        [[10, 20], [11, 21], [10, 21], [11, 20]],  # a bow tie
        [[10, 20], [10, 21], [10, 22]],  # a line
        [[10, 20], [10, 22], [10, 21], [11, 21]],  # goes back on itself
        [[0, 0], [0, 4], [1, 2], [0, 2], [1, 1]],  # touches its own side
        [[NAN, 0], [1, 0], [1, 1]], [[91, 0], [1, 0], [1, 1]], [[0, 0, 0], [1, 0], [1, 1]],
        [[80, 0], [80, 120], [80, -120]],  # around the pole
        [[0, 0], [0, 20], [20, 20]],  # as large as a country
        [[index % 2, index / 1000] for index in range(201)],
    ],
)  # fmt: skip
def test_what_is_no_polygon_gets_a_sentence(points: list[list[float]]) -> None:
    with pytest.raises(BadShape) as caught:
        make_polygon(points)
    assert caught.value.detail.endswith(".")


def test_a_polygon_knows_its_middle_and_its_size() -> None:
    shape = make_polygon([*SQUARE, SQUARE[0]])
    assert (shape.latitude, shape.longitude) == (10.5, 20.5)
    assert len(shape.corners or ()) == 4
    assert shape.area_m2 == pytest.approx(111_195 * 111_195 * math.cos(math.radians(10.5)), rel=0.001)
    assert shape.radius_m == pytest.approx(distance_m((10.5, 20.5), (10, 20)))
    assert make_polygon(SQUARE[::-1]).area_m2 == pytest.approx(shape.area_m2)


def test_a_polygon_across_the_date_line_goes_the_short_way() -> None:
    for start in range(4):
        corners = [[-17, 179.5], [-17, -179.5], [-16, -179.5], [-16, 179.5]]
        shape = make_polygon(corners[start:] + corners[:start])
        assert shape.west == pytest.approx(179.5)
        assert shape.east == pytest.approx(180.5, abs=1e-5)
        assert abs(shape.longitude) == 180


@given(st.floats(-90, 90), st.floats(-180, 180), st.floats(1, 200_000), st.floats(0, 0.999), st.floats(0, 2 * math.pi))
def test_the_box_of_a_circle_holds_the_circle(
    latitude: float, longitude: float, radius_m: float, share: float, bearing: float
) -> None:
    shape = make_circle(latitude, longitude, radius_m)
    angle = share * radius_m / 6_371_000
    a = math.radians(latitude)
    to = math.asin(max(-1, min(1, math.sin(a) * math.cos(angle) + math.cos(a) * math.sin(angle) * math.cos(bearing))))
    turn = math.atan2(math.sin(bearing) * math.sin(angle) * math.cos(a), math.cos(angle) - math.sin(a) * math.sin(to))
    east = (longitude + math.degrees(turn) + 180) % 360 - 180
    assert shape.south <= math.degrees(to) <= shape.north
    assert shape.west <= east <= shape.east or east + 360 <= shape.east
    assert -180 <= shape.west <= 180
