"""The port: from coordinates to a place and a time zone. Latitude -90..90 north, longitude -180..180 east (WGS 84)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Protocol


class GeocoderUnavailable(Exception):
    """The data of places is missing here. Trying again is in vain; the sentence says what to do."""


@dataclass(frozen=True)
class Place:
    """A town or village. `id` stays the same as long as the place keeps its name and position in the data.

    `district` is a nearer, smaller place that the town swallows, if there is one; `region` the state or province.
    `country_code` is ISO 3166-1 alpha-2 in upper case.
    """

    id: str
    name: str
    district: str | None
    region: str | None
    country: str
    country_code: str
    distance_km: float
    population: int

    def __post_init__(self) -> None:
        if not self.id or not self.name:
            raise ValueError("a place needs an id and a name")
        if len(self.country_code) != 2 or not self.country_code.isupper():
            raise ValueError(f"{self.country_code!r} is no country code")
        if self.distance_km < 0 or self.population < 0:
            raise ValueError("distance and population are not negative")


class Geocoder(Protocol):
    """Pure look-ups, cheap enough to be called for every photo. ValueError for coordinates that are not on earth."""

    def find_place(self, lat: float, lon: float) -> Place | None:
        """The town that the point belongs to; None at sea and wherever no place is near."""
        ...

    def time_zone(self, lat: float, lon: float) -> str | None:
        """An IANA name ("Europe/Paris"); at sea the nautical zone ("Etc/GMT+2")."""
        ...


def check_coordinates(lat: float, lon: float) -> None:
    """Raises ValueError for what is not on earth."""
    if not (math.isfinite(lat) and math.isfinite(lon) and -90 <= lat <= 90 and -180 <= lon <= 180):
        raise ValueError(f"{lat}, {lon} are no coordinates")
