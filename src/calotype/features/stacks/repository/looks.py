"""What is known of photos, and which may be near each other."""

from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from psycopg import AsyncConnection
from psycopg.rows import class_row

from calotype.features.stacks.schemas import Look

Connection = AsyncConnection[Any]

_LOOKS = """
    select p.id, encode(p.sha256, 'hex') as sha256, p.file_name, p.taken_local, p.taken_source, p.media_type,
           p.size_bytes, p.status, p.phash, p.width, p.height, p.camera_id, p.contrast, p.quality, p.is_favourite,
           p.rating, p.latitude is not null as has_gps,
           (select count(*) from album_photos a where a.photo_id = p.id)::int as albums
    from photos p where p.owner_id = %s and p.id = any(%s)
"""
_SPACE = """
    select s.id from embedding_spaces s
    where exists (select from embeddings e where e.space_id = s.id and e.owner_id = %s)
    order by s.dimensions desc, s.id desc limit 1
"""
_UNKNOWN = """
    select p.id, exists (select from embeddings e where e.photo_id = p.id and e.space_id = %(space)s)
    from photos p left join pair_lookups l on l.photo_id = p.id
    where p.owner_id = %(owner)s and p.processing_status > 0 and (%(whole)s or l.photo_id is null
        or l.version <> %(version)s or (l.space_id <> %(space)s and exists (
            select from embeddings e where e.photo_id = p.id and e.space_id = %(space)s)))
    order by p.id
"""
_STALE_VECTORS = """
    select e.photo_id from embeddings e left join pair_lookups l on l.photo_id = e.photo_id and l.version = %(version)s
    where e.owner_id = %(owner)s and e.space_id = %(space)s and (l.space_id is null or l.space_id <> %(space)s)
"""
# Both ways along the timeline, a handful each: so many shots of one second can there be that all would be too many.
_IN_TIME = """
    select n.id, o.id from photos n cross join lateral (
        (select id from photos where owner_id = %(owner)s and status = 0 and taken_local <= n.taken_local + %(gap)s
            and (taken_local, id) > (n.taken_local, n.id) order by taken_local, id limit 8)
        union all
        (select id from photos where owner_id = %(owner)s and status = 0 and taken_local >= n.taken_local - %(gap)s
            and (taken_local, id) < (n.taken_local, n.id) order by taken_local desc, id desc limit 8)) o
    where n.owner_id = %(owner)s and n.id = any(%(ids)s) and n.taken_source = any(%(sources)s)
"""
_LINKS = """
    select photo_id, part_id, kind from photo_links where owner_id = %(owner)s
        and (photo_id = any(%(ids)s) or part_id = any(%(ids)s))
"""
VECTORS = "select photo_id, halfvec_send(vector) from embeddings where owner_id = %s and space_id = %s"
"""Photos and vectors: a head of 4 bytes, then 16-bit floats, big-endian."""
_COSINES = """
    select 1 - (a.vector <=> b.vector)
    from unnest(%(ones)s::uuid[], %(others)s::uuid[]) with ordinality p(one, other, n)
    left join embeddings a on a.photo_id = one and a.space_id = %(space)s and a.owner_id = %(owner)s
    left join embeddings b on b.photo_id = other and b.space_id = %(space)s and b.owner_id = %(owner)s
    order by n
"""


_SCANNED_WHOLE = 20_000  # vectors; of more the signs are scanned first
_CANDIDATES = 400
_SIGNS = """
    select b.space_id, s.dimensions from embedding_bits b join embedding_spaces s on s.id = b.space_id
    where b.photo_id = %(photo)s and b.owner_id = %(owner)s and (
        select count(*) from (select from embeddings where owner_id = %(owner)s and space_id = %(space)s
                              limit %(exact)s + 1) e) > %(exact)s
    order by s.dimensions, s.id desc limit 1
"""


async def list_looks(connection: Connection, owner_id: UUID, ids: Collection[UUID]) -> dict[UUID, Look]:
    """Return what is known of these photos."""
    async with connection.cursor(row_factory=class_row(Look)) as cursor:
        rows = await (await cursor.execute(_LOOKS, (owner_id, list(ids)))).fetchall()
    return {look.id: look for look in rows}


async def find_space(connection: Connection, owner_id: UUID) -> int:
    """Return the space in which looks are compared (the one with the most dimensions), 0 where there is none."""
    row = await (await connection.execute(_SPACE, (owner_id,))).fetchone()
    return 0 if row is None else int(row[0])


async def list_unknown(
    connection: Connection, owner_id: UUID, version: int, space_id: int, *, is_whole: bool
) -> dict[UUID, bool]:
    """Return the photos whose neighbours are not known yet (or all), and whether each has a vector."""
    values = {"owner": owner_id, "version": version, "space": space_id, "whole": is_whole}
    return dict(await (await connection.execute(_UNKNOWN, values)).fetchall())


async def list_without_neighbours(connection: Connection, owner_id: UUID, version: int, space_id: int) -> list[UUID]:
    """Return the photos whose vectors were not compared in this space yet."""
    values = {"owner": owner_id, "version": version, "space": space_id}
    return [row[0] for row in await (await connection.execute(_STALE_VECTORS, values)).fetchall()]


async def list_hashes(connection: Connection, owner_id: UUID) -> tuple[list[UUID], bytes]:
    """Return the ids of the photos with a hash, and their hashes behind each other, 8 bytes each, big-endian."""
    cursor = await connection.execute(
        "select array_agg(id), string_agg(int8send(phash), '') from photos "
        "where owner_id = %s and phash is not null and status in (0, 3)",
        (owner_id,),
        binary=True,
    )
    row = await cursor.fetchone()
    return ([], b"") if row is None or row[0] is None else (row[0], bytes(row[1]))


async def list_in_time(
    connection: Connection, owner_id: UUID, ids: Sequence[UUID], gap: timedelta, sources: Collection[int]
) -> list[tuple[UUID, UUID]]:
    """Return pairs of photos that were taken within `gap` of each other; the first of each is one of `ids`."""
    values = {"owner": owner_id, "ids": list(ids), "gap": gap, "sources": list(sources)}
    return await (await connection.execute(_IN_TIME, values)).fetchall()


async def list_links(connection: Connection, owner_id: UUID, ids: Sequence[UUID]) -> list[tuple[UUID, UUID, str]]:
    """Return photo, part and kind of what the intake linked."""
    return await (await connection.execute(_LINKS, {"owner": owner_id, "ids": list(ids)})).fetchall()


async def list_cosines(
    connection: Connection, owner_id: UUID, space_id: int, pairs: Sequence[tuple[UUID, UUID]]
) -> list[float | None]:
    """Return the cosines of the look vectors of pairs, None where one has none."""
    values = {"owner": owner_id, "space": space_id, "ones": [p[0] for p in pairs], "others": [p[1] for p in pairs]}
    return [row[0] for row in await (await connection.execute(_COSINES, values)).fetchall()]


async def list_near_vectors(
    connection: Connection, owner_id: UUID, space_id: int, photo_id: UUID, limit: int
) -> list[UUID]:
    """Return the photos whose vectors are nearest to this one's. For few photos at a time: each costs a scan.

    In a large library the signs of the search vectors are scanned first, as the search does, and give candidates.
    """
    values = {"owner": owner_id, "space": space_id, "photo": photo_id, "limit": limit, "exact": _SCANNED_WHOLE}
    row = await (await connection.execute(_SIGNS, values)).fetchone()
    among = ""
    if row is not None:
        bits = f"bit({int(row[1])})"
        values["near"] = row[0]
        among = f"""and e.photo_id in (
            select b.photo_id from embedding_bits b where b.owner_id = %(owner)s and b.space_id = %(near)s
            order by b.bits::{bits} <~> (select bits::{bits} from embedding_bits where photo_id = %(photo)s
                and owner_id = %(owner)s and space_id = %(near)s) limit {_CANDIDATES})"""
    query = f"""
        select e.photo_id from embeddings e where e.owner_id = %(owner)s and e.space_id = %(space)s
            and e.photo_id <> %(photo)s {among}
        order by e.vector <=> (select vector from embeddings where photo_id = %(photo)s and owner_id = %(owner)s
            and space_id = %(space)s) limit %(limit)s
    """
    return [found[0] for found in await (await connection.execute(query, values, prepare=False)).fetchall()]


async def list_compared(
    connection: Connection, owner_id: UUID, version: int, pairs: Sequence[tuple[UUID, UUID]]
) -> dict[tuple[UUID, UUID, int], tuple[float, float]]:
    """Return what the pictures of these pairs (the smaller id first) were found to say, by pair and form."""
    cursor = await connection.execute(
        "select c.one, c.other, c.form, c.measures from unnest(%s::uuid[], %s::uuid[]) x(one, other) "
        "join compared_pictures c on c.one = x.one and c.other = x.other where c.owner_id = %s and c.version = %s",
        ([pair[0] for pair in pairs], [pair[1] for pair in pairs], owner_id, version),
    )
    return {(row[0], row[1], row[2]): (row[3][0], row[3][1]) for row in await cursor.fetchall()}


async def note_compared(
    connection: Connection,
    owner_id: UUID,
    version: int,
    found: Mapping[tuple[UUID, UUID, int], tuple[float, float]],
) -> None:
    """Note what the pictures of pairs say; photos that are gone meanwhile are left out."""
    async with connection.cursor() as cursor:
        await cursor.executemany(
            "insert into compared_pictures (one, other, owner_id, version, form, measures) "
            "select a.id, b.id, %(owner)s, %(version)s, %(form)s, %(measures)s from photos a, photos b "
            "where a.id = %(one)s and b.id = %(other)s and a.owner_id = %(owner)s and b.owner_id = %(owner)s "
            "on conflict (one, other) do update set version = excluded.version, form = excluded.form, "
            "measures = excluded.measures",
            [
                {"one": one, "other": other, "owner": owner_id, "version": version, "form": form,
                 "measures": [float(each) for each in measures]}
                for (one, other, form), measures in sorted(found.items())
            ],
        )  # fmt: skip
