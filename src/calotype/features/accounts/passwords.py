"""Passwords: argon2id (RFC 9106, second recommended option: 64 MiB, 3 passes), hashed in threads."""

import asyncio

from argon2 import PasswordHasher, profiles
from argon2.exceptions import InvalidHashError, VerificationError

_AT_ONCE = 2  # each takes 64 MiB while it runs: a crowd at the door must not fill the memory


class Passwords:
    """Hashes and checks passwords. `profile` is made weaker only by tests."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher.from_parameters(profiles.RFC_9106_LOW_MEMORY)
        self._slots = asyncio.Semaphore(_AT_ONCE)
        self._decoy: str | None = None

    async def hash(self, password: str) -> str:
        """Return the PHC string of a password."""
        async with self._slots:
            return await asyncio.to_thread(self._hasher.hash, password)

    async def is_right(self, password: str, stored: str | None) -> bool:
        """Check a password. Where there is no such user (`stored` is None) it takes just as long, and is wrong."""
        if self._decoy is None:
            self._decoy = await self.hash("nobody's password")
        async with self._slots:
            is_right = await asyncio.to_thread(self._matches, stored or self._decoy, password)
        return is_right and stored is not None

    def needs_rehash(self, stored: str) -> bool:
        """Say whether a hash was made with weaker parameters than today's."""
        return self._hasher.check_needs_rehash(stored)

    def _matches(self, stored: str, password: str) -> bool:
        try:
            return self._hasher.verify(stored, password)
        except (VerificationError, InvalidHashError):
            return False
