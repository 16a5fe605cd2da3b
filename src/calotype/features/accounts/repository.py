"""All SQL about users, their tokens and the set-up links. Of secrets only the SHA-256 is stored."""

from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg import AsyncConnection
from psycopg.rows import class_row

from calotype.features.accounts.schemas import User

Connection = AsyncConnection[Any]

_USER = "u.id, u.email, u.name, u.role"


async def has_users(connection: Connection) -> bool:
    """Say whether anybody has an account."""
    row = await (await connection.execute("select exists (select from users)")).fetchone()
    return bool(row and row[0])


async def lock_users(connection: Connection) -> None:
    """Let nobody else add users until the transaction ends."""
    await connection.execute("lock table users in share row exclusive mode")


async def insert_user(connection: Connection, user: User, password_hash: str) -> None:
    """Add a user."""
    await connection.execute(
        "insert into users (id, email, name, password_hash, role) values (%s, %s, %s, %s, %s)",
        (user.id, user.email, user.name, password_hash, user.role),
    )


async def find_credentials(connection: Connection, email: str) -> tuple[User, str] | None:
    """Return the user with this e-mail address, in any case of letters, and the hash of the password."""
    query = f"select {_USER}, u.password_hash from users u where lower(u.email) = lower(%s)"
    row = await (await connection.execute(query, (email,))).fetchone()
    return None if row is None else (User(*row[:4]), row[4])


async def list_users(connection: Connection) -> list[User]:
    """Return all users, the first one first."""
    async with connection.cursor(row_factory=class_row(User)) as cursor:
        await cursor.execute(f"select {_USER} from users u order by u.created_at, u.id")
        return await cursor.fetchall()


async def update_password(connection: Connection, user_id: UUID, password_hash: str) -> None:
    """Set another password."""
    await connection.execute("update users set password_hash = %s where id = %s", (password_hash, user_id))


async def replace_setup_links(connection: Connection, token_hash: bytes, expires_at: datetime) -> None:
    """Make this the only link that is not used yet."""
    await connection.execute("delete from setup_links where used_at is null")
    await connection.execute(
        "insert into setup_links (token_hash, expires_at) values (%s, %s)", (token_hash, expires_at)
    )


async def is_setup_link_valid(connection: Connection, token_hash: bytes, now: datetime) -> bool:
    """Say whether a link could be used now."""
    query = "select from setup_links where token_hash = %s and used_at is null and expires_at > %s"
    return await (await connection.execute(query, (token_hash, now))).fetchone() is not None


async def use_setup_link(connection: Connection, token_hash: bytes, now: datetime) -> bool:
    """Use a link up; False where it is not valid."""
    query = "update setup_links set used_at = %s where token_hash = %s and used_at is null and expires_at > %s"
    return (await connection.execute(query, (now, token_hash, now))).rowcount == 1


async def insert_token(
    connection: Connection, token_id: UUID, user_id: UUID, token_hash: bytes, name: str, expires_at: datetime
) -> None:
    """Add an access token and remove those of the user that have expired."""
    await connection.execute("delete from access_tokens where user_id = %s and expires_at < now()", (user_id,))
    await connection.execute(
        "insert into access_tokens (id, user_id, token_hash, name, expires_at) values (%s, %s, %s, %s, %s)",
        (token_id, user_id, token_hash, name, expires_at),
    )


async def find_user_by_token(connection: Connection, token_hash: bytes, now: datetime) -> tuple[User, datetime] | None:
    """Return whose token this is and until when; None where it is unknown or has expired.

    `last_used_at` is written where it is older than a minute, so that reading photos writes next to nothing.
    """
    query = f"""
        select {_USER}, t.expires_at, t.last_used_at is null or t.last_used_at < %(now)s - interval '1 minute'
        from access_tokens t join users u on u.id = t.user_id where t.token_hash = %(hash)s and t.expires_at > %(now)s
    """
    row = await (await connection.execute(query, {"hash": token_hash, "now": now})).fetchone()
    if row is None:
        return None
    if row[5]:
        await connection.execute("update access_tokens set last_used_at = %s where token_hash = %s", (now, token_hash))
    return User(*row[:4]), row[4]


async def delete_token(connection: Connection, token_hash: bytes) -> None:
    """Revoke a token."""
    await connection.execute("delete from access_tokens where token_hash = %s", (token_hash,))


async def delete_tokens_of(connection: Connection, user_id: UUID) -> None:
    """Revoke all tokens of a user."""
    await connection.execute("delete from access_tokens where user_id = %s", (user_id,))
