import importlib.util
import subprocess
import sys

import pytest

from calotype.ports.geocoder import GeocoderUnavailable
from calotype.ports.geocoder.offline import OfflineGeocoder

from .contract import GeocoderContract


@pytest.fixture(scope="module")
def offline() -> OfflineGeocoder:
    return OfflineGeocoder()


class TestOfflineGeocoder(GeocoderContract):
    @pytest.fixture(scope="class")
    def geocoder(self, offline: OfflineGeocoder) -> OfflineGeocoder:
        return offline


@pytest.mark.parametrize(
    ("lat", "lon", "name", "country_code", "zone"),
    [
        (35.0, 135.76, "Kyoto", "JP", "Asia/Tokyo"),
        (40.7061, -73.9969, "New York City", "US", "America/New_York"),
        (-33.857, 151.215, "Sydney", "AU", "Australia/Sydney"),
        (28.6129, 77.2295, "Delhi", "IN", "Asia/Kolkata"),
        (71.17, 25.78, "Honningsvåg", "NO", "Europe/Oslo"),
    ],
)
def test_known_places(
    offline: OfflineGeocoder, lat: float, lon: float, name: str, country_code: str, zone: str
) -> None:
    place = offline.find_place(lat, lon)

    assert place is not None
    assert (place.name, place.country_code, offline.time_zone(lat, lon)) == (name, country_code, zone)


def test_a_quarter_is_the_district_of_its_city(offline: OfflineGeocoder) -> None:
    place = offline.find_place(40.7061, -73.9969)

    assert place is not None
    assert place.name == "New York City"
    assert place.district


def test_a_city_does_not_reach_over_the_border(offline: OfflineGeocoder) -> None:
    # Detroit, four kilometres away over the river, is the larger by far
    place = offline.find_place(42.3001, -83.0165)

    assert place is not None
    assert (place.name, place.country_code) == ("Windsor", "CA")


def test_the_limit_is_a_choice() -> None:
    matterhorn = (45.9763, 7.6586)

    assert OfflineGeocoder(limit_km=1).find_place(*matterhorn) is None
    assert OfflineGeocoder(limit_km=20).find_place(*matterhorn) is not None


def test_missing_places_are_stated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: None)

    with pytest.raises(GeocoderUnavailable, match="pip install reverse-geocode"):
        OfflineGeocoder().find_place(48.86, 2.34)


def test_scipy_is_never_loaded() -> None:
    program = (
        "import sys; from calotype.ports.geocoder.offline import OfflineGeocoder as G;"
        "G().find_place(1, 2); G().time_zone(1, 2);"
        "sys.exit('scipy' in sys.modules or 'reverse_geocode' in sys.modules)"
    )

    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
