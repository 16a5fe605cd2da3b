"""Keys of the tree: opaque to clients, safe in an address, the same after every re-run.

A country or region is known by the name under which it is shown, a place by its row of the gazetteer (which a corrected
name does not change), an own place by its id.
"""

import base64
import binascii
from dataclasses import dataclass
from uuid import UUID

from calotype.features.places.errors import PlaceNotFound

_SEPARATOR = "\x1f"  # no name has a control character in it
_PARTS = {"c": 1, "r": 2, "p": 3}
LONGEST_KEY_CHARS = 4000


@dataclass(frozen=True)
class PlaceKey:
    """`kind` is country, region, place or own.

    `names` are (country), (country, region), or for a place those of the gazetteer: (country code, region, name).
    """

    kind: str
    names: tuple[str, ...] = ()
    own_place_id: UUID | None = None


_KINDS = {"c": "country", "r": "region", "p": "place"}


def write_key(kind: str, *names: str) -> str:
    """Return the key of a country, region or place."""
    packed = base64.urlsafe_b64encode(_SEPARATOR.join(names).encode()).rstrip(b"=").decode("ascii")
    return f"{kind[0]}{packed}"


def write_own_key(own_place_id: UUID) -> str:
    """Return the key of an own place."""
    return f"o{own_place_id.hex}"


def read_key(key: str) -> PlaceKey:
    """Return what a key means. Raises `PlaceNotFound` for what is none."""
    try:
        if key.startswith("o"):
            return PlaceKey("own", own_place_id=UUID(hex=key[1:]))
        packed = base64.b64decode(key[1:] + "=" * (-(len(key) - 1) % 4), b"-_", validate=True)
        names = tuple(packed.decode().split(_SEPARATOR))
        if len(key) > LONGEST_KEY_CHARS or len(names) != _PARTS[key[:1]] or "\x00" in key + "".join(names):
            raise PlaceNotFound
        return PlaceKey(_KINDS[key[0]], names)
    except (binascii.Error, ValueError, KeyError):
        raise PlaceNotFound from None


def write_subject(country_code: str, region: str, name: str) -> str:
    """Return the subject of a decision about a row of the gazetteer: `<country code>/<region>/<name>`."""
    return "/".join(part.replace("%", "%25").replace("/", "%2F") for part in (country_code, region, name))


def read_subject(subject: str) -> tuple[str, str, str]:
    """Return country code, region and name."""
    code, region, name = (part.replace("%2F", "/").replace("%25", "%") for part in subject.split("/"))
    return code, region, name
