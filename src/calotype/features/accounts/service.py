"""Accounts: who may come in. The first owner by a one-time link, everybody after that by a password."""

import hashlib
import secrets
from datetime import datetime, timedelta
from time import monotonic
from uuid import UUID

from psycopg.errors import UniqueViolation

from calotype.db.engine import Database
from calotype.features.accounts import repository
from calotype.features.accounts.errors import (
    AlreadySetUp,
    EmailTaken,
    NoOwner,
    OwnerNotChosen,
    SetupLinkNotValid,
    UserNotFound,
    WrongEmailOrPassword,
)
from calotype.features.accounts.passwords import Passwords
from calotype.features.accounts.schemas import Session, SetupLink, User
from calotype.features.accounts.throttle import SignInThrottle
from calotype.kit.clock import Clock, now_utc
from calotype.kit.ids import uuid7

SESSION_LASTS = timedelta(days=30)
SETUP_LINK_LASTS = timedelta(hours=24)
CACHED_S = 3.0  # a revoked token works that much longer in another process
_MOST_CACHED = 1000


class Accounts:
    """Users, passwords, tokens."""

    def __init__(
        self,
        database: Database,
        *,
        clock: Clock = now_utc,
        passwords: Passwords | None = None,
        throttle: SignInThrottle | None = None,
    ) -> None:
        self._database = database
        self._clock = clock
        self._passwords = passwords or Passwords()
        self._throttle = throttle or SignInThrottle()
        self._known: dict[bytes, tuple[User, datetime, float]] = {}

    async def setup_needed(self) -> bool:
        """Say whether the library has no user yet."""
        async with self._database.connection() as connection:
            return not await repository.has_users(connection)

    async def make_setup_link(self) -> SetupLink:
        """Make the secret of a new set-up link; older ones that were not used stop working. Raises `AlreadySetUp`."""
        link = SetupLink(_new_secret(), self._clock() + SETUP_LINK_LASTS)
        async with self._database.transaction() as connection:
            if await repository.has_users(connection):
                raise AlreadySetUp
            await repository.replace_setup_links(connection, _hash(link.token), link.expires_at)
        return link

    async def accept_setup(self, token: str, *, email: str, name: str, password: str) -> Session:
        """Make the first owner and sign them in. Raises `AlreadySetUp`, `SetupLinkNotValid`."""
        token_hash, now = _hash(token), self._clock()
        async with self._database.connection() as connection:  # before the costly hash, so that strangers cost nothing
            if not await repository.is_setup_link_valid(connection, token_hash, now):
                raise SetupLinkNotValid
        user = User(uuid7(), email, name, "owner")
        password_hash = await self._passwords.hash(password)
        async with self._database.transaction() as connection:
            await repository.lock_users(connection)
            if not await repository.use_setup_link(connection, token_hash, now):
                raise SetupLinkNotValid
            if await repository.has_users(connection):
                raise AlreadySetUp
            await repository.insert_user(connection, user, password_hash)
            return await self._open_session(connection, user, "set-up")

    async def sign_in(self, email: str, password: str, *, address: str = "", name: str = "") -> Session:
        """Check a password and give a token. Raises `WrongEmailOrPassword`, `TooManyAttempts`.

        `address` is where the request came from, for the throttle; `name` tells the person later where they signed in.
        """
        self._throttle.check(address, email)
        self._throttle.failed(address, email)
        async with self._database.connection() as connection:
            found = await repository.find_credentials(connection, email.strip())
        stored = found[1] if found else None
        if not await self._passwords.is_right(password, stored) or found is None or stored is None:
            raise WrongEmailOrPassword
        self._throttle.succeeded(address, email)
        rehashed = await self._passwords.hash(password) if self._passwords.needs_rehash(stored) else None
        async with self._database.transaction() as connection:
            if rehashed is not None:
                await repository.update_password(connection, found[0].id, rehashed)
            return await self._open_session(connection, found[0], name or "unnamed")

    async def find_user_by_token(self, token: str) -> User | None:
        """Return whose token this is; None where it is unknown, revoked or expired."""
        token_hash, now = _hash(token), self._clock()
        known = self._known.get(token_hash)
        if known is not None and known[2] > monotonic() and known[1] > now:
            return known[0]
        async with self._database.connection() as connection:
            found = await repository.find_user_by_token(connection, token_hash, now)
        if found is None:
            self._known.pop(token_hash, None)
            return None
        if len(self._known) >= _MOST_CACHED:
            self._known.clear()
        self._known[token_hash] = (found[0], found[1], monotonic() + CACHED_S)
        return found[0]

    async def sign_out(self, token: str) -> None:
        """Revoke a token."""
        self._known.pop(_hash(token), None)
        async with self._database.connection() as connection:
            await repository.delete_token(connection, _hash(token))
        self._known.pop(_hash(token), None)  # a request in between may have brought it back

    async def list_users(self) -> list[User]:
        """Return all users, the first one first."""
        async with self._database.connection() as connection:
            return await repository.list_users(connection)

    async def get_user_by_email(self, email: str) -> User:
        """Return the user with this e-mail address. Raises `UserNotFound`."""
        async with self._database.connection() as connection:
            found = await repository.find_credentials(connection, email)
        if found is None:
            raise UserNotFound(email)
        return found[0]

    async def only_owner(self) -> UUID:
        """Return the id of the only user, for commands that name none. Raises `NoOwner`, `OwnerNotChosen`."""
        users = await self.list_users()
        if not users:
            raise NoOwner
        if len(users) > 1:
            raise OwnerNotChosen
        return users[0].id

    async def set_password(self, email: str, password: str) -> None:
        """Set another password and end all sessions of the user. Raises `UserNotFound`."""
        user = await self.get_user_by_email(email)
        password_hash = await self._passwords.hash(password)
        async with self._database.transaction() as connection:
            await repository.update_password(connection, user.id, password_hash)
            await repository.delete_tokens_of(connection, user.id)
        self._known.clear()

    async def create_user(self, email: str, name: str, password: str, role: str = "owner") -> User:
        """Add a user without a link, for the command line and for demonstrations. Raises `EmailTaken`."""
        user = User(uuid7(), email, name, role)
        password_hash = await self._passwords.hash(password)
        try:
            async with self._database.transaction() as connection:
                await repository.insert_user(connection, user, password_hash)
        except UniqueViolation as problem:
            raise EmailTaken(email) from problem
        return user

    async def open_session(self, user: User, name: str) -> Session:
        """Give a token without a password: for the command line, which has the library's files anyway."""
        async with self._database.transaction() as connection:
            return await self._open_session(connection, user, name)

    async def _open_session(self, connection: repository.Connection, user: User, name: str) -> Session:
        session = Session(_new_secret(), self._clock() + SESSION_LASTS, user)
        await repository.insert_token(connection, uuid7(), user.id, _hash(session.token), name, session.expires_at)
        return session


def _new_secret() -> str:
    """Return 32 random bytes as text that is safe in a URL and in a cookie."""
    return secrets.token_urlsafe(32)


def _hash(token: str) -> bytes:
    """Return the SHA-256 of a secret of 256 random bits: nothing slower is needed."""
    return hashlib.sha256(token.encode()).digest()
