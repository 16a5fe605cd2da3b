"""Keys in the addresses of images: signed, of one owner, expiring, and the same for hours so that caches work.

Layout: 16 bytes of the owner's id, 5 bytes of expiry (Unix seconds), 16 bytes of HMAC-SHA256 over both; base64url.
"""

import base64
import binascii
import hmac
import os
import secrets
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from calotype.features.photos.errors import BadImageKey

WINDOW_S = 6 * 3600  # a key lives from one to two windows
_DOMAIN = b"calotype image key 1\0"  # the secret may sign other things one day
_MAC_BYTES = 16
_SECRET_BYTES = 32


class ImageKeys:
    """Makes and checks keys with one secret."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def make(self, owner_id: UUID, now: datetime) -> tuple[str, datetime]:
        """Return a key for the owner's images and the time at which it expires (6 to 12 hours from now)."""
        expires_s = (int(now.timestamp()) // WINDOW_S + 2) * WINDOW_S
        signed = owner_id.bytes + expires_s.to_bytes(5, "big")
        key = base64.urlsafe_b64encode(signed + self._mac(signed)).rstrip(b"=").decode()
        return key, datetime.fromtimestamp(expires_s, UTC)

    def read(self, key: str, now: datetime) -> tuple[UUID, int]:
        """Return whose images the key opens and for how many seconds more. Raises `BadImageKey`."""
        try:
            packed = base64.b64decode(key + "=" * (-len(key) % 4), altchars=b"-_", validate=True)
        except (binascii.Error, ValueError):
            raise BadImageKey from None
        signed, mac = packed[:21], packed[21:]
        if len(packed) != 21 + _MAC_BYTES or not hmac.compare_digest(mac, self._mac(signed)):
            raise BadImageKey
        left_s = int.from_bytes(signed[16:], "big") - int(now.timestamp())
        if left_s <= 0:
            raise BadImageKey
        return UUID(bytes=signed[:16]), left_s

    def _mac(self, signed: bytes) -> bytes:
        return hmac.digest(self._secret, _DOMAIN + signed, "sha256")[:_MAC_BYTES]


def read_or_make_secret(path: Path) -> bytes:
    """Return the secret in the file at `path`, made there (mode 0600) where it is missing. Two at once make one."""
    with suppress(FileNotFoundError):
        return _checked(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(secrets.token_bytes(_SECRET_BYTES))
        file.flush()
        os.fsync(file.fileno())
    with suppress(FileExistsError):
        os.link(part, path)  # fails where another process was first: then its secret is the one
    part.unlink()
    return _checked(path)


def _checked(path: Path) -> bytes:
    secret = path.read_bytes()
    if len(secret) < _SECRET_BYTES:
        raise ValueError(f"{path} is damaged: remove it and start again (people only have to load their pages anew).")
    return secret
