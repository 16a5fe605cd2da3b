"""What was built once is read again, and is the same; a damaged cache is built anew."""

from pathlib import Path

import pytest

from calotype.ports.geocoder.offline import OfflineGeocoder

SPOTS = [(48.8584, 2.2945), (-33.8568, 151.2153), (64.1466, -21.9426), (0.0, -30.0)]


def test_the_cache_knows_the_same_places(tmp_path: Path) -> None:
    plain = OfflineGeocoder()
    first, second = (OfflineGeocoder(cache_folder=tmp_path / "cache") for _ in range(2))
    for spot in SPOTS:
        assert plain.find_place(*spot) == first.find_place(*spot) == second.find_place(*spot)
    assert len(list((tmp_path / "cache").iterdir())) == 1


@pytest.mark.parametrize("damage", [b"", b"no archive", b"PK\x03\x04 cut"])
def test_a_damaged_cache_is_built_anew(tmp_path: Path, damage: bytes) -> None:
    OfflineGeocoder(cache_folder=tmp_path).find_place(*SPOTS[0])
    (cache,) = tmp_path.iterdir()
    whole = cache.read_bytes()
    cache.write_bytes(damage)
    place = OfflineGeocoder(cache_folder=tmp_path).find_place(*SPOTS[0])
    assert place is not None
    assert place.name == "Paris"
    assert len(cache.read_bytes()) == len(whole)


def test_a_folder_that_cannot_be_written_costs_only_time(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("no folder")
    assert OfflineGeocoder(cache_folder=blocked / "cache").find_place(*SPOTS[0]) is not None
