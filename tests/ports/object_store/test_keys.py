"""Keys: what may be one, and how those of a photo look."""

from contextlib import suppress

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from calotype.ports.object_store import BadKey, check_key, original_key, print_key


@given(st.text(max_size=40))
@example("a.b-c_d/0")
def test_a_good_key_is_a_plain_relative_path(key: str) -> None:
    with suppress(BadKey):
        parts = check_key(key).split("/")
        assert all(part and not part.startswith(".") for part in parts)
        assert key.isascii()
        assert key.isprintable()


@given(st.binary(min_size=32, max_size=32))
def test_the_keys_of_a_photo_are_good_keys(sha256: bytes) -> None:
    assert check_key(original_key(sha256)).endswith(f"/{sha256.hex()}")
    assert check_key(print_key(sha256, "600.webp")).endswith(f"/{sha256.hex()}/600.webp")


@pytest.mark.parametrize("key", ["a" * 513, "a" * 256, "a/" + "b" * 256])
def test_a_key_that_some_store_could_not_hold_is_bad(key: str) -> None:
    with pytest.raises(BadKey):
        check_key(key)
