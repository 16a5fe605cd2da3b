"""What stands of the decisions, which photos follow from it, and counting anew. Every query takes the owner."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from psycopg import AsyncConnection
from psycopg.types.json import Jsonb

from calotype.features.places.shapes import Shape

Connection = AsyncConnection[Any]

_WRITE_OWN = """
    insert into own_places as o (id, owner_id, latitude, longitude, radius_m, south, north, west, east, area_m2, shape,
                                 polygon, name)
    values (%(id)s, %(owner)s, %(latitude)s, %(longitude)s, %(radius_m)s, %(south)s, %(north)s, %(west)s, %(east)s,
            %(area_m2)s, %(shape)s::polygon, %(polygon)s, %(name)s)
    on conflict (id) do update set latitude = excluded.latitude, longitude = excluded.longitude,
        radius_m = excluded.radius_m, south = excluded.south, north = excluded.north, west = excluded.west,
        east = excluded.east, area_m2 = excluded.area_m2, shape = excluded.shape, polygon = excluded.polygon,
        name = excluded.name
    where o.owner_id = excluded.owner_id
"""
_WRITE_NAME = """
    insert into place_names (owner_id, place_id, name, region, country, country_code)
    values (%(owner)s, %(place)s, %(name)s, %(region)s, %(country)s, %(country_code)s)
    on conflict (owner_id, place_id) do update set name = excluded.name, region = excluded.region,
        country = excluded.country, country_code = excluded.country_code
"""
_DUE = """
    insert into places_due as d (owner_id, photo_id, is_renamed) {found}
    on conflict (owner_id, photo_id) do update set is_renamed = d.is_renamed or excluded.is_renamed
"""
_DUE_OF_OWN = _DUE.format(
    found="select p.owner_id, p.id, %(renamed)s from photos p "
    "where p.owner_id = %(owner)s and p.own_place_id = %(id)s and p.status = 0 order by p.id"
)
_DUE_INSIDE = _DUE.format(
    found="""select p.owner_id, p.id, false from own_places o join photos p
        on p.owner_id = o.owner_id and p.latitude is not null and p.status = 0
        and p.latitude between o.south and o.north
        and (p.longitude between o.west and o.east or p.longitude + 360 <= o.east)
        and case when o.shape is null then distance_m(o.latitude, o.longitude, p.latitude, p.longitude) <= o.radius_m
            else o.shape @> point(p.longitude, p.latitude)
                or o.shape @> point(p.longitude::float8 + 360, p.latitude) end
        where o.owner_id = %(owner)s and o.id = %(id)s and p.own_place_id is distinct from o.id order by p.id"""
)
_DUE_AT_PLACE = _DUE.format(
    found="select p.owner_id, p.id, true from photos p where p.owner_id = %(owner)s and p.place_id = %(place)s "
    "and p.status = 0 and p.own_place_id is null and p.place_id is not null order by p.id"
)
_DUE_ANEW = _DUE.format(
    found="""select p.owner_id, p.id, false from photos p
        where p.owner_id = %(owner)s and p.status = 0
            and (p.own_place_id is not null or exists (select from own_places o where o.owner_id = %(owner)s
                 and p.latitude between o.south and o.north))
            and p.own_place_id is distinct from own_place_at(p.owner_id, p.latitude, p.longitude, p.sha256)
        order by p.id"""
)
_TAKE = "delete from places_due where ctid = any(array(select ctid from places_due where owner_id = %s limit %s)) " \
    "returning photo_id, is_renamed"  # fmt: skip
_PLACE = """
    with found as (select p.id, own_place_at(p.owner_id, p.latitude, p.longitude, p.sha256) as own_place_id
                   from photos p where p.owner_id = %(owner)s and p.id = any(%(ids)s))
    update photos p set own_place_id = found.own_place_id, change = %(change)s from found
    where p.id = found.id and p.owner_id = %(owner)s
        and (p.own_place_id is distinct from found.own_place_id or p.id = any(%(renamed)s))
    returning p.id
"""
_WRONG = """
    with anew as materialized (select {columns}, true as is_anew from {table}_anew where owner_id = %(owner)s)
    select exists (
        select from anew
        full join (select {columns}, true as is_kept from {table} where owner_id = %(owner)s) kept using ({columns})
        where is_anew is null or is_kept is null)
"""
_KEPT = {
    "place_counts": "place_id, own_place_id, photos",
    "geo_cells": "cell, latitude_sum, longitude_sum, photos",
}
# A cell whose photo is not in it any more: what the counts cannot tell.
_WRONG_SAMPLE = """
    select exists (select from geo_cells g left join photos p on p.id = g.photo_id and p.owner_id = g.owner_id
        and p.status = 0 and p.latitude is not null
        and (g.cell & ((1::bigint << 40) - 1)) = finest_tile(p.latitude, p.longitude) >> 2 * (20 - (g.cell >> 40)::int)
        where g.owner_id = %(owner)s and p.id is null)
"""


@dataclass(frozen=True)
class Due:
    """A photo that is to be placed again; `is_renamed`: and to be indexed, whatever comes of it."""

    photo_id: UUID
    is_renamed: bool


async def find_own_definition(connection: Connection, owner_id: UUID, own_place_id: UUID) -> tuple[Any, ...] | None:
    """Return the name and the geometry of an own place as they are in the table."""
    query = (
        "select name, latitude, longitude, radius_m, shape::text, polygon from own_places "
        "where id = %s and owner_id = %s"
    )
    return await (await connection.execute(query, (own_place_id, owner_id))).fetchone()


async def write_own_place(
    connection: Connection, owner_id: UUID, own_place_id: UUID, name: str, shape: Shape, polygon: Any
) -> None:
    """Write an own place; `polygon` are its corners as they were given, or None."""
    values = {**vars(shape), "id": own_place_id, "owner": owner_id, "name": name, "shape": shape.to_polygon()}
    await connection.execute(_WRITE_OWN, {**values, "polygon": None if polygon is None else Jsonb(polygon)})


async def delete_own_place(connection: Connection, owner_id: UUID, own_place_id: UUID) -> None:
    """Delete an own place; its photos keep pointing at it until they are placed again."""
    await connection.execute("delete from own_places where id = %s and owner_id = %s", (own_place_id, owner_id))


async def find_place(connection: Connection, country_code: str, region: str, name: str) -> int | None:
    """Return the id of a row of the gazetteer that some photo lies at."""
    query = "select id from places where country_code = %s and region = %s and name = %s"
    row = await (await connection.execute(query, (country_code, region, name))).fetchone()
    return None if row is None else int(row[0])


async def write_place_name(connection: Connection, owner_id: UUID, place_id: int, names: dict[str, str] | None) -> None:
    """Write the owner's word for a row of the gazetteer, by the names of the columns, or take it away."""
    if names is None:
        await connection.execute("delete from place_names where owner_id = %s and place_id = %s", (owner_id, place_id))
    else:
        await connection.execute(_WRITE_NAME, {"owner": owner_id, "place": place_id, **names})


async def mark_photos_of_own_place(
    connection: Connection, owner_id: UUID, own_place_id: UUID, *, is_renamed: bool
) -> None:
    """Note that the photos that lie in an own place are to be placed again."""
    await connection.execute(_DUE_OF_OWN, {"owner": owner_id, "id": own_place_id, "renamed": is_renamed})


async def mark_photos_inside(connection: Connection, owner_id: UUID, own_place_id: UUID) -> None:
    """Note that the photos inside the shape of an own place are to be placed again, if they are not in it already."""
    await connection.execute(_DUE_INSIDE, {"owner": owner_id, "id": own_place_id})


async def mark_photos_at(connection: Connection, owner_id: UUID, place_id: int) -> None:
    """Note that the photos at a row of the gazetteer have another name for it."""
    await connection.execute(_DUE_AT_PLACE, {"owner": owner_id, "place": place_id})


async def mark_misplaced(connection: Connection, owner_id: UUID) -> int:
    """Note all photos whose own place is not the one that they lie in; return how many."""
    return (await connection.execute(_DUE_ANEW, {"owner": owner_id})).rowcount


async def mark_for_index(connection: Connection, owner_id: UUID, photo_ids: Sequence[UUID]) -> None:
    """Note that photos, placed already, are to be indexed."""
    await connection.execute(
        "insert into places_due (owner_id, photo_id, is_renamed) select %s, id, true from unnest(%s::uuid[]) id "
        "on conflict (owner_id, photo_id) do update set is_renamed = true",
        (owner_id, list(photo_ids)),
    )


async def count_due(connection: Connection, owner_id: UUID, most: int) -> int:
    """Return how many photos are to be placed again, `most` at most."""
    query = "select count(*) from (select from places_due where owner_id = %s limit %s) due"
    row = await (await connection.execute(query, (owner_id, most))).fetchone()
    assert row is not None
    return int(row[0])


async def take_due(connection: Connection, owner_id: UUID, limit: int) -> list[Due]:
    """Take photos off the list."""
    rows = await (await connection.execute(_TAKE, (owner_id, limit))).fetchall()
    return [Due(photo_id, is_renamed) for photo_id, is_renamed in rows]


async def place_photos(connection: Connection, owner_id: UUID, due: Sequence[Due], change: int) -> list[UUID]:
    """Write in which own place photos lie; return those that changed or were renamed, sorted."""
    values = {
        "owner": owner_id,
        "ids": [each.photo_id for each in due],
        "renamed": [each.photo_id for each in due if each.is_renamed],
        "change": change,
    }
    return sorted(row[0] for row in await (await connection.execute(_PLACE, values)).fetchall())


async def list_wrong_counts(connection: Connection, owner_id: UUID) -> list[str]:
    """Count anew and return the names of the tables that say something else. One snapshot, so nobody has to wait."""
    wrong = []
    for table, columns in _KEPT.items():
        query = _WRONG.format(table=table, columns=columns)
        if await _holds(connection, query, owner_id) or (
            table == "geo_cells" and await _holds(connection, _WRONG_SAMPLE, owner_id)
        ):
            wrong.append(table)
    return wrong


async def _holds(connection: Connection, query: str, owner_id: UUID) -> bool:
    row = await (await connection.execute(query, {"owner": owner_id})).fetchone()
    assert row is not None
    return bool(row[0])


async def count_anew(connection: Connection, owner_id: UUID, table: str) -> None:
    """Write the counts of one table anew; nobody else may write the owner's photos meanwhile."""
    assert table in _KEPT
    await connection.execute(f"delete from {table} where owner_id = %s", (owner_id,))
    await connection.execute(f"insert into {table} select * from {table}_anew where owner_id = %s", (owner_id,))
