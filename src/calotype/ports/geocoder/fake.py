"""Three places and their time zones, for tests."""

from __future__ import annotations

import math

from .port import Place, check_coordinates

_LIMIT_KM = 40.0
_KM_PER_DEGREE = 111.2
_PLACES = (
    ("Paris", "Île-de-France", "France", "FR", 48.8566, 2.3522, 2138551, "Europe/Paris"),
    ("Kyoto", "Kyoto", "Japan", "JP", 35.0116, 135.7681, 1463723, "Asia/Tokyo"),
    ("San Francisco", "California", "United States", "US", 37.7749, -122.4194, 864816, "America/Los_Angeles"),
)


class FakeGeocoder:
    def find_place(self, lat: float, lon: float) -> Place | None:
        check_coordinates(lat, lon)
        for name, region, country, code, place_lat, place_lon, population, _zone in _PLACES:
            east = (lon - place_lon) * math.cos(math.radians(lat))
            distance_km = math.hypot(lat - place_lat, east) * _KM_PER_DEGREE
            if distance_km <= _LIMIT_KM:
                place_id = f"fake-{code.lower()}"
                return Place(place_id, name, None, region, country, code, round(distance_km, 3), population)
        return None

    def time_zone(self, lat: float, lon: float) -> str | None:
        check_coordinates(lat, lon)
        for *_names, place_lat, place_lon, _population, zone in _PLACES:
            if abs(lat - place_lat) < 5 and abs(lon - place_lon) < 5:
                return zone
        offset = round(-lon / 15)
        return f"Etc/GMT{offset:+d}" if offset else "Etc/GMT"
