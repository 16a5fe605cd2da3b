"""Bytes in the store, whoever has photos of them: who may touch them, who needs them, and which may have to go."""

from datetime import datetime
from typing import Any

from psycopg import AsyncConnection

Connection = AsyncConnection[Any]

_LOCK = "select pg_advisory_xact_lock(hashtextextended(encode(%s, 'hex'), 0))"
_IS_USED = "select exists (select from photos where sha256 = %s)"
_CLAIM = """
    insert into intake_claims (sha256) values (%s) on conflict (sha256) do update set claimed_at = now()
    returning claimed_at
"""
_SETTLE = "delete from intake_claims where sha256 = %s"
_SETTLE_OWN = "delete from intake_claims where sha256 = %s and claimed_at = %s"
_LIST_OLD = """
    select sha256, claimed_at from intake_claims where claimed_at < now() - make_interval(secs => %s)
    order by claimed_at, sha256 limit 1000
"""


async def lock_content(connection: Connection, sha256: bytes) -> None:
    """Wait until nobody else takes in, purges or sweeps these bytes; held until the transaction ends."""
    await connection.execute(_LOCK, (sha256,))


async def is_content_used(connection: Connection, sha256: bytes) -> bool:
    """Say whether any photo of any owner has these bytes, be it in the trash."""
    row = await (await connection.execute(_IS_USED, (sha256,))).fetchone()
    return bool(row and row[0])


async def claim_content(connection: Connection, sha256: bytes) -> datetime:
    """Note that these bytes may lie in the store without a photo; return when, which tells this claim from a newer."""
    row = await (await connection.execute(_CLAIM, (sha256,))).fetchone()
    assert row is not None
    claimed_at: datetime = row[0]
    return claimed_at


async def settle_claim(connection: Connection, sha256: bytes) -> None:
    """The bytes have their photo."""
    await connection.execute(_SETTLE, (sha256,))


async def settle_claim_of(connection: Connection, sha256: bytes, claimed_at: datetime) -> bool:
    """Settle the claim of that instant; False where somebody renewed it or it is settled already."""
    return (await connection.execute(_SETTLE_OWN, (sha256, claimed_at))).rowcount == 1


async def list_old_claims(connection: Connection, older_than_s: float) -> list[tuple[bytes, datetime]]:
    """Return SHA-256 and instant of claims that nobody settled, the oldest first, at most 1000."""
    rows = await (await connection.execute(_LIST_OLD, (older_than_s,))).fetchall()
    return [(bytes(sha256), claimed_at) for sha256, claimed_at in rows]
