import pytest

from calotype.ports.geocoder.fake import FakeGeocoder

from .contract import GeocoderContract


class TestFakeGeocoder(GeocoderContract):
    @pytest.fixture(scope="class")
    def geocoder(self) -> FakeGeocoder:
        return FakeGeocoder()
