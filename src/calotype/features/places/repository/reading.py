"""The tree, the map, the photos of a place: reads from kept counts and cells. Every query takes the owner."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg import AsyncConnection
from psycopg.rows import class_row, dict_row

from calotype.features.places.schemas import OwnPlace, PlaceCount
from calotype.features.places.tiles import Box, CellRanges

Connection = AsyncConnection[Any]

_LAST_TIME, _LAST_ID = datetime.max, UUID(int=2**128 - 1)  # noqa: DTZ901 - a wall clock

# The newest photo of a row is one probe of an index. An own place that is gone and whose photos are not settled yet
# counts as none.
_COUNTS = """
    select nullif(c.place_id, 0) as place_id, o.id as own_place_id, c.photos,
           coalesce(pl.country_code, '') as native_code, coalesce(pl.region, '') as native_region,
           coalesce(pl.name, '') as native_name, coalesce(n.name, pl.name, '') as name,
           coalesce(n.region, pl.region, '') as region, coalesce(n.country, pl.country, '') as country,
           coalesce(n.country_code, pl.country_code, '') as country_code, o.name as own_name,
           newest.id as cover_photo_id, newest.taken_local as newest
    from place_counts c
    left join places pl on pl.id = c.place_id
    left join place_names n on n.owner_id = c.owner_id and n.place_id = c.place_id
    left join own_places o on o.id = c.own_place_id and o.owner_id = c.owner_id
    left join lateral (
        (select p.id, p.taken_local from photos p
         where o.id is null and p.owner_id = %(owner)s and p.place_id = c.place_id and p.status = 0
            and p.own_place_id is null order by p.taken_local desc, p.id desc limit 1)
        union all
        (select p.id, p.taken_local from photos p
         where p.owner_id = %(owner)s and p.own_place_id = o.id and p.status = 0
         order by p.taken_local desc, p.id desc limit 1)) newest on true
    where c.owner_id = %(owner)s and c.photos > 0 and (o.id is not null or c.place_id <> 0)
    order by c.place_id, c.own_place_id
"""
_PAGE = """
    select id, taken_local from (
        select p.id, p.taken_local from unnest(%(places)s::int[]) place cross join lateral (
            select id, taken_local from photos
            where owner_id = %(owner)s and place_id = place and status = 0 and own_place_id is null
                and (taken_local, id) < (%(taken)s, %(id)s::uuid)
            order by taken_local desc, id desc limit %(limit)s) p
        union all
        select p.id, p.taken_local from unnest(%(own)s::uuid[]) own cross join lateral (
            select id, taken_local from photos
            where owner_id = %(owner)s and own_place_id = own and status = 0
                and (taken_local, id) < (%(taken)s, %(id)s::uuid)
            order by taken_local desc, id desc limit %(limit)s) p) found
    order by taken_local desc, id desc limit %(limit)s
"""
# JSON is made here: a cell would be five objects otherwise, and there may be two thousand.
_JSON = """
    select coalesce(sum(photos), 0)::bigint,
           '[' || coalesce(string_agg('{"latitude":' || latitude || ',"longitude":' || longitude
               || ',"photos":' || photos || ',"photo_id":"' || photo_id || '"}', ','), '') || ']'
    from (%s) cells
"""
_CELLS = (
    _JSON
    % """
        select round(sum(g.latitude_sum::float8) / sum(g.photos)) / 1e6::float8 as latitude,
               round(sum(g.longitude_sum::float8) / sum(g.photos)) / 1e6::float8 as longitude,
               sum(g.photos) as photos, (array_agg(g.photo_id))[1] as photo_id
        from unnest(%(low)s::bigint[], %(high)s::bigint[]) r(low, high)
        join geo_cells g on g.owner_id = %(owner)s and g.cell between r.low and r.high
        group by g.cell >> %(shift)s
"""
)
_FINE_CELLS = (
    _JSON
    % """
        select round(avg(p.latitude) * 1e6) / 1e6::float8 as latitude,
               round(avg(p.longitude) * 1e6) / 1e6::float8 as longitude, count(*) as photos,
               (array_agg(p.id))[1] as photo_id
        from photos p
        where p.owner_id = %(owner)s and p.status = 0 and p.latitude is not null
            and p.latitude between %(south)s and %(north)s
            and (p.longitude between %(west)s and %(east)s or p.longitude + 360 <= %(east)s)
        group by floor((p.longitude + 180) / 360 * %(tiles)s),
                 floor(asinh(tan(radians(p.latitude))) / (2 * pi()) * %(tiles)s)
"""
)
_OWN = """
    select o.id, o.name, o.latitude, o.longitude, o.radius_m, o.polygon,
           coalesce((select sum(c.photos) from place_counts c
                     where c.owner_id = o.owner_id and c.own_place_id = o.id), 0)::int as photos,
           (select p.id from photos p where p.owner_id = o.owner_id and p.own_place_id = o.id and p.status = 0
            order by p.taken_local desc, p.id desc limit 1) as cover_photo_id
    from own_places o where o.owner_id = %(owner)s and (%(id)s::uuid is null or o.id = %(id)s) order by o.name, o.id
"""


async def list_counts(connection: Connection, owner_id: UUID) -> list[PlaceCount]:
    """Return where the owner's photos lie, with the names that are shown and the newest photo of each."""
    async with connection.cursor(row_factory=dict_row) as cursor:
        rows = await (await cursor.execute(_COUNTS, {"owner": owner_id})).fetchall()
    return [
        PlaceCount(
            native=(row.pop("native_code"), row.pop("native_region"), row.pop("native_name")), **row
        )
        for row in rows
    ]  # fmt: skip


async def list_photos(
    connection: Connection,
    owner_id: UUID,
    where: tuple[Sequence[int], Sequence[UUID]],
    after: tuple[datetime, UUID] | None,
    limit: int,
) -> list[tuple[UUID, datetime]]:
    """Return photos at rows of the gazetteer (in no own place) and in own places, newest first, those after `after`."""
    taken, photo_id = after or (_LAST_TIME, _LAST_ID)
    values = {"owner": owner_id, "places": list(where[0]), "own": list(where[1]), "taken": taken, "id": photo_id}
    return await (await connection.execute(_PAGE, {**values, "limit": limit})).fetchall()


async def list_cells(connection: Connection, owner_id: UUID, ranges: CellRanges) -> tuple[int, str]:
    """Return how many photos lie in the cells of the map, and the cells that have any as JSON, in no order."""
    values = {"owner": owner_id, "low": ranges.low, "high": ranges.high, "shift": ranges.shift}
    row = await (await connection.execute(_CELLS, values)).fetchone()
    assert row is not None
    return int(row[0]), str(row[1])


async def list_fine_cells(connection: Connection, owner_id: UUID, box: Box, zoom: int) -> tuple[int, str]:
    """Return the same from the photos themselves, for boxes with few of them, in cells of any zoom."""
    values = {**vars(box), "owner": owner_id, "tiles": float(1 << zoom)}
    row = await (await connection.execute(_FINE_CELLS, values)).fetchone()
    assert row is not None
    return int(row[0]), str(row[1])


async def get_change(connection: Connection, owner_id: UUID) -> int:
    """Return the owner's newest change number, 0 where nothing was ever there."""
    query = "select value from change_counters where owner_id = %s"
    row = await (await connection.execute(query, (owner_id,))).fetchone()
    return 0 if row is None else int(row[0])


async def list_own_places(connection: Connection, owner_id: UUID, own_place_id: UUID | None = None) -> list[OwnPlace]:
    """Return the owner's own places by name, or the one of this id."""
    async with connection.cursor(row_factory=class_row(OwnPlace)) as cursor:
        return await (await cursor.execute(_OWN, {"owner": owner_id, "id": own_place_id})).fetchall()
