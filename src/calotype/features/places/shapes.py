"""The shape of an own place: a circle, or a polygon whose sides are straight in latitude and longitude. Pure."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from calotype.features.places.errors import BadShape

EARTH_RADIUS_M = 6_371_000.0  # as `distance_m` in the schema
LARGEST_RADIUS_M = 200_000.0
MOST_CORNERS = 200
LEAST_AREA_M2 = 1.0
_SLACK_DEGREES = 1e-6  # the box only narrows down; photos keep their position in 32 bits

Point = tuple[float, float]  # latitude, longitude in degrees


@dataclass(frozen=True)
class Shape:
    """A circle, or the `corners` of a polygon (longitudes as far beyond 180 as they go on from the first).

    `latitude`, `longitude` are the middle, `radius_m` reaches to the farthest corner. The box is in degrees; `west` is
    -180..180, and `east` is beyond 180 where the shape lies across the date line.
    """

    latitude: float
    longitude: float
    radius_m: float
    south: float
    north: float
    west: float
    east: float
    area_m2: float
    corners: tuple[Point, ...] | None = None

    def to_polygon(self) -> str | None:
        """Return PostgreSQL's text of the polygon, (x, y) being longitude and latitude."""
        if self.corners is None:
            return None
        return "(" + ",".join(f"({longitude!r},{latitude!r})" for latitude, longitude in self.corners) + ")"


def distance_m(first: Point, second: Point) -> float:
    """Return the way on the sphere, by the haversine formula."""
    a, b = math.radians(first[0]), math.radians(second[0])
    turn = math.radians(second[1] - first[1])
    half = math.sin((b - a) / 2) ** 2 + math.cos(a) * math.cos(b) * math.sin(turn / 2) ** 2
    return 2 * EARTH_RADIUS_M * math.asin(min(1, math.sqrt(half)))


def make_circle(latitude: float, longitude: float, radius_m: float) -> Shape:
    """Return a circle. Raises `BadShape`."""
    _check_point((latitude, longitude))
    if not 0 < radius_m <= LARGEST_RADIUS_M:  # also where it is no number
        raise BadShape("The radius is more than 0 and at most 200,000 metres.")
    angle = radius_m / EARTH_RADIUS_M
    reach = math.degrees(angle) + _SLACK_DEGREES
    south, north = max(-90, latitude - reach), min(90, latitude + reach)
    west, east = -180.0, 180.0
    if abs(latitude) + reach < 90:
        width = math.degrees(math.asin(math.sin(angle) / math.cos(math.radians(latitude)))) + _SLACK_DEGREES
        west, east = _on_the_map(longitude - width, longitude + width)
    return Shape(latitude, longitude, radius_m, south, north, west, east, math.pi * radius_m**2)


def make_polygon(points: Sequence[Sequence[float]]) -> Shape:
    """Return a polygon of corners (latitude, longitude); the last is joined to the first. Raises `BadShape`."""
    corners = _unrolled([_check_point(point) for point in points])
    if len(corners) > MOST_CORNERS:
        raise BadShape(f"A polygon has at most {MOST_CORNERS} corners. Leave out some.")
    if _crosses_itself(corners):
        raise BadShape("The sides of the polygon cross or touch each other. Give the corners in order around it.")
    latitudes, longitudes = [corner[0] for corner in corners], [corner[1] for corner in corners]
    west, east = _on_the_map(min(longitudes), max(longitudes))
    moved = west - min(longitudes)
    corners = [(latitude, longitude + moved) for latitude, longitude in corners]
    middle = ((min(latitudes) + max(latitudes)) / 2, (west + east) / 2)
    area = _area_m2(corners, middle[0])
    if area < LEAST_AREA_M2:
        raise BadShape("The corners of the polygon lie on one line. Give at least three that enclose something.")
    radius = max(distance_m(middle, corner) for corner in corners)
    if radius > LARGEST_RADIUS_M:
        raise BadShape("The polygon is too large: its corners lie at most 200 km from its middle.")
    longitude = middle[1] if middle[1] <= 180 else middle[1] - 360
    return Shape(
        middle[0], longitude, radius, min(latitudes) - _SLACK_DEGREES, max(latitudes) + _SLACK_DEGREES, west,
        east + _SLACK_DEGREES, area, tuple(corners),
    )  # fmt: skip


def _check_point(point: Sequence[float]) -> Point:
    if len(point) != 2:
        raise BadShape("Each corner is a pair of latitude and longitude.")
    latitude, longitude = float(point[0]), float(point[1])
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):  # also where one is no number
        raise BadShape("Latitude is from -90 to 90 degrees, longitude from -180 to 180.")
    return latitude, longitude


def _on_the_map(west: float, east: float) -> tuple[float, float]:
    """Turn a span so that its west side is -180..180."""
    turned = (west + 180) % 360 - 180
    return turned, turned + (east - west)


def _unrolled(points: Sequence[Point]) -> list[Point]:
    """Return the corners, each once, every longitude the short way on from the one before."""
    corners: list[Point] = []
    for latitude, longitude in points:
        if corners:
            before = corners[-1][1]
            longitude = before + (longitude - before + 180) % 360 - 180  # noqa: PLW2901 - unrolled
        if not corners or corners[-1] != (latitude, longitude):
            corners.append((latitude, longitude))
    if len(corners) > 1 and abs(corners[-1][1] - corners[0][1]) > 180:
        raise BadShape("The polygon goes around a pole. Draw a circle there.")
    if len(corners) > 1 and corners[0] == corners[-1]:
        corners.pop()
    if len(corners) < 3:
        raise BadShape("A polygon needs at least three corners that are not the same.")
    return corners


def _area_m2(corners: Sequence[Point], latitude: float) -> float:
    """Return the area, flat: good enough to tell which of two is the smaller."""
    sides = pairwise([*corners, corners[0]])
    double = sum(a[1] * b[0] - b[1] * a[0] for a, b in sides)
    metres = math.radians(1) * EARTH_RADIUS_M
    return abs(double) / 2 * metres**2 * math.cos(math.radians(latitude))


def _crosses_itself(corners: Sequence[Point]) -> bool:
    """Say whether two sides have a point in common that is not the corner between them."""
    sides = list(pairwise([*corners, corners[0]]))
    last = len(sides) - 1
    for first, (a, b) in enumerate(sides):
        for second in range(first + 1, len(sides)):
            c, d = sides[second]
            if second == first + 1 or (first == 0 and second == last):
                shared, one, other = (b, a, d) if second == first + 1 else (a, b, c)
                if _turn(one, shared, other) == 0 and not _lies_between(one, shared, other):
                    return True  # it goes back on itself
            elif _meet(a, b, c, d):
                return True
    return False


def _turn(a: Point, b: Point, c: Point) -> int:
    """Return on which side of the line from a to b the point c lies: 1, -1, or 0 on it."""
    cross = (b[1] - a[1]) * (c[0] - a[0]) - (b[0] - a[0]) * (c[1] - a[1])
    return (cross > 0) - (cross < 0)


def _lies_between(a: Point, b: Point, c: Point) -> bool:
    """Say whether b, on one line with a and c, is between them."""
    return min(a[0], c[0]) <= b[0] <= max(a[0], c[0]) and min(a[1], c[1]) <= b[1] <= max(a[1], c[1])


def _meet(a: Point, b: Point, c: Point, d: Point) -> bool:
    turns = _turn(a, b, c), _turn(a, b, d), _turn(c, d, a), _turn(c, d, b)
    if turns[0] != turns[1] and turns[2] != turns[3]:
        return True
    on_line = ((a, c, b), (a, d, b), (c, a, d), (c, b, d))
    return any(turn == 0 and _lies_between(*three) for turn, three in zip(turns, on_line, strict=True))
