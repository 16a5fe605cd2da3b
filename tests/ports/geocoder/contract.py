"""What every geocoder keeps to. Paris is the one place that all of them know."""

from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from calotype.ports.geocoder import Geocoder

LOUVRE = (48.8606, 2.3376)
MID_ATLANTIC = (0.0, -30.0)
EARTH = st.tuples(st.floats(-90, 90), st.floats(-180, 180))


class GeocoderContract:
    """Inherit, and give a `geocoder` fixture of wide scope."""

    def test_a_town_is_named_with_region_and_country(self, geocoder: Geocoder) -> None:
        place = geocoder.find_place(*LOUVRE)

        assert place is not None
        assert (place.name, place.region, place.country, place.country_code) == (
            "Paris",
            "Île-de-France",
            "France",
            "FR",
        )
        assert place.population > 1_000_000
        assert place.distance_km < 5

    def test_points_in_one_town_share_the_id(self, geocoder: Geocoder) -> None:
        places = [geocoder.find_place(lat, 2.34) for lat in (48.855, 48.86, 48.865)]

        assert len({place.id for place in places if place}) == 1

    def test_at_sea_is_no_place(self, geocoder: Geocoder) -> None:
        assert geocoder.find_place(*MID_ATLANTIC) is None

    def test_a_town_has_its_time_zone(self, geocoder: Geocoder) -> None:
        assert geocoder.time_zone(*LOUVRE) == "Europe/Paris"

    # each adapter is an executor of its own, and that is the point of a contract
    @settings(suppress_health_check=[HealthCheck.differing_executors])
    @given(EARTH)
    def test_every_point_on_earth_has_an_answer(self, geocoder: Geocoder, point: tuple[float, float]) -> None:
        place, zone = geocoder.find_place(*point), geocoder.time_zone(*point)

        assert place is None or place.distance_km <= 40
        assert zone is None or ZoneInfo(zone)

    @pytest.mark.parametrize(
        "point", [(90.5, 0), (-91, 0), (0, 180.1), (0, -181), (float("nan"), 0), (0, float("inf"))]
    )
    def test_what_is_not_on_earth_is_refused(self, geocoder: Geocoder, point: tuple[float, float]) -> None:
        with pytest.raises(ValueError, match="no coordinates"):
            geocoder.find_place(*point)
        with pytest.raises(ValueError, match="no coordinates"):
            geocoder.time_zone(*point)
