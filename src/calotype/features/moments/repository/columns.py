"""Photos and who lies in which moment, read as arrays: a million rows in seconds and in a hundred megabytes.

The rows travel in PostgreSQL's binary COPY format. No column is null, so all rows are equally long and are read as one
array (PostgreSQL manual, COPY, "Binary Format": a header of 19 bytes, of each row the number of fields as int16, of
each field its length as int32, then its bytes, big-endian; at the end an int16 of -1).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import numpy as np
from numpy.typing import NDArray
from psycopg import AsyncConnection, sql

from calotype.features.moments.repository.span import Span
from calotype.features.moments.repository.sureness import IS_SURE
from calotype.features.moments.rules.timeline import NO_OFFSET, Ints, Timeline
from calotype.features.moments.schemas import TRIP

Connection = AsyncConnection[Any]

_HEADER = 19
_POSTGRES_EPOCH_S = 946_684_800  # 2000-01-01, from which timestamps count microseconds
_FIELDS = {"uuid": "S16", "int8": ">i8", "int4": ">i4", "int2": ">i2", "float4": ">f4"}

_PHOTOS = f"""
    select p.id, (extract(epoch from date_trunc('second', p.taken_local)))::int8,
           coalesce(p.utc_offset_min, {NO_OFFSET})::int2,
           case when p.longitude is null then 'NaN' else coalesce(p.latitude, 'NaN') end::float4,
           case when p.latitude is null then 'NaN' else coalesce(p.longitude, 'NaN') end::float4,
           coalesce(p.place_id, 0)::int4, coalesce(p.own_place_id, '00000000-0000-0000-0000-000000000000'::uuid),
           coalesce(p.quality, -1)::int2
    from photos p where p.owner_id = {{owner}} and {IS_SURE}
        and p.taken_local between {{low}} and {{high}}
"""
_PLACES = f"""
    select mp.photo_id, mp.moment_id, case m.kind when '{TRIP}' then 1 else 0 end::int2, m.is_made::int::int2
    from moments m join moment_photos mp on mp.moment_id = m.id
    where m.owner_id = {{owner}} and mp.owner_id = {{owner}} and m.starts_local >= {{low}} and m.ends_local <= {{high}}
"""


@dataclass(frozen=True)
class ReadPhotos:
    """Photos in no order; own places as numbers below zero: the place -k is `own_ids[k - 1]`."""

    timeline: Timeline
    offset_min: Ints
    own_ids: list[UUID]


@dataclass(frozen=True)
class Memberships:
    """Who lies in which moment: arrays of one length, ids as `S16`."""

    photo: NDArray[np.bytes_]
    moment: NDArray[np.bytes_]
    is_trip: NDArray[np.bool_]
    is_made: NDArray[np.bool_]


async def read_photos(connection: Connection, owner_id: UUID, span: Span) -> ReadPhotos:
    """Return the photos of a span whose time is known."""
    types = ("uuid", "int8", "int2", "float4", "float4", "int4", "uuid", "int2")
    ids, local_s, offset, latitude, longitude, place, own, quality = await _copy(
        connection, _PHOTOS, owner_id, span, types
    )
    own_ids, own_number = np.unique(own, return_inverse=True)
    is_own = own_ids != b""  # sixteen zeros: no own place
    numbers = np.cumsum(is_own)
    places = np.where(is_own[own_number], -numbers[own_number], place) if len(ids) else place
    timeline = Timeline(ids, local_s, local_s, latitude, longitude, places.astype(np.int64), quality)
    return ReadPhotos(timeline, offset.astype(np.int64), [to_uuid(each) for each in own_ids[is_own].tolist()])


async def read_memberships(connection: Connection, owner_id: UUID, span: Span) -> Memberships:
    """Return who lies in the moments that lie in a span from beginning to end."""
    photo, moment, is_trip, is_made = await _copy(connection, _PLACES, owner_id, span, ("uuid", "uuid", "int2", "int2"))
    return Memberships(photo, moment, is_trip == 1, is_made == 1)


async def _copy(
    connection: Connection, query: str, owner_id: UUID, span: Span, types: Sequence[str]
) -> tuple[NDArray[Any], ...]:
    """Return the columns of a query, in native byte order."""
    values = {"owner": sql.Literal(owner_id), "low": sql.Literal(span.low), "high": sql.Literal(span.high)}
    statement = sql.SQL("copy ({}) to stdout (format binary)").format(sql.SQL(query).format(**values))
    content = bytearray()
    async with connection.cursor() as cursor, cursor.copy(statement) as copy:
        async for part in copy:
            content += part
    shape = [("fields", ">i2")]
    for number, kind in enumerate(types):
        shape += [(f"size{number}", ">i4"), (f"value{number}", _FIELDS[kind])]
    row = np.dtype(shape)
    rows = np.frombuffer(content, row, (len(content) - _HEADER - 2) // row.itemsize, _HEADER)
    columns = (rows[f"value{number}"] for number in range(len(types)))
    return tuple(column.astype(column.dtype.newbyteorder("=")) for column in columns)


def to_uuid(content: bytes) -> UUID:
    """Return the id in 16 bytes, or in those that numpy leaves of them: it drops zeros at the end."""
    return UUID(bytes=bytes(content).ljust(16, b"\0"))
