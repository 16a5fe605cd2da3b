import gzip
import json
import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calotype.ports.geocoder import gazetteer
from calotype.ports.geocoder.gazetteer import Gazetteer, Town, read_towns

TOWNS = st.lists(
    st.builds(
        Town,
        name=st.text(min_size=1, max_size=8),
        region=st.none() | st.sampled_from(["North", "South"]),
        country_code=st.sampled_from(["AA", "BB", "CC"]),
        latitude=st.floats(-90, 90),
        longitude=st.floats(-180, 180),
        population=st.integers(0, 10_000_000),
    ),
    max_size=30,
)


def _angle_km(a: tuple[float, float], b: tuple[float, float]) -> float:
    """The way along the sphere by the chord, another formula than the one under test."""

    def point(lat: float, lon: float) -> tuple[float, float, float]:
        la, lo = math.radians(lat), math.radians(lon)
        return math.cos(la) * math.cos(lo), math.cos(la) * math.sin(lo), math.sin(la)

    return 2 * gazetteer.EARTH_RADIUS_KM * math.asin(min(1, math.dist(point(*a), point(*b)) / 2))


@given(TOWNS, st.floats(-90, 90), st.floats(-180, 180), st.floats(1, 3000))
def test_near_finds_all_and_only_what_is_near(towns: list[Town], lat: float, lon: float, limit_km: float) -> None:
    table = Gazetteer(iter(towns))

    rows, distances_km = table.near(lat, lon, limit_km)

    found = [table.town(int(row)) for row in rows]
    ways = {id(town): _angle_km((lat, lon), (town.latitude, town.longitude)) for town in towns}
    surely = [town for town in towns if ways[id(town)] < limit_km - 1e-3]
    perhaps = [town for town in towns if ways[id(town)] < limit_km + 1e-3]
    assert len(surely) <= len(found) <= len(perhaps)
    assert all(town in found for town in surely)
    assert list(distances_km) == sorted(distances_km)


@given(TOWNS)
def test_every_town_comes_back_whole(towns: list[Town]) -> None:
    table = Gazetteer(iter(towns))

    assert len(table) == len(towns)
    assert sorted(map(repr, (table.town(row) for row in range(len(table))))) == sorted(map(repr, towns))


def test_the_date_line_is_no_border() -> None:
    table = Gazetteer(iter([Town("Waiyevo", None, "FJ", -16.79, -179.99, 100)]))

    rows, distances_km = table.near(-16.79, 179.99, 10)

    assert list(rows) == [0]
    assert distances_km[0] == pytest.approx(2.13, abs=0.05)


@pytest.mark.parametrize("chunk_characters", [7, 64, 1 << 18])
def test_the_packed_list_is_read_in_any_pieces(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, chunk_characters: int
) -> None:
    monkeypatch.setattr(gazetteer, "_CHUNK_CHARACTERS", chunk_characters)
    row = {"country_code": "AD", "city": "Sant Julià", "latitude": 42.5, "longitude": 1.5, "population": 8022}
    rows = [row | {"state": "Sant Julià de Lòria"}, row | {"city": "b"}, row | {"city": "c"}]
    (tmp_path / "list.gz").write_bytes(gzip.compress(json.dumps(rows, separators=(",", ":")).encode()))

    towns = list(read_towns(tmp_path / "list.gz"))

    assert [town.name for town in towns] == ["Sant Julià", "b", "c"]
    assert [town.region for town in towns] == ["Sant Julià de Lòria", None, None]
