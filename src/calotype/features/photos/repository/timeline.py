"""The timeline: counts by month from kept counters, a month as columns from the covering index. JSON is made in SQL."""

from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg import AsyncConnection

Connection = AsyncConnection[Any]

_COUNTS = """
    select coalesce((select value from change_counters where owner_id = %(owner_id)s), 0),
           coalesce(sum(photos), 0)::bigint,
           coalesce(json_agg(json_build_object('month', to_char(month, 'YYYY-MM'), 'photos', photos)
                             order by month desc), '[]')::text
    from month_counts where owner_id = %(owner_id)s and photos > 0
"""

# Only columns of photos_timeline, so that no row of the table is touched. Ids are written without hyphens, which keeps
# a month of 5,500 photos under 300 kB. A photo whose size is not known yet gets the ratio 1.
_MONTH = """
    select '{"id":[' || coalesce(string_agg('"' || replace(id::text, '-', '') || '"', ','), '')
           || '],"taken":[' || coalesce(string_agg(floor(date_part('epoch', taken_local))::bigint::text, ','), '')
           || '],"ratio":['
           || coalesce(string_agg(coalesce(round(width * 1000::float8 / height) / 1000, 1)::text, ','), '')
           || '],"favourite":[' || coalesce(string_agg(case when is_favourite then '1' else '0' end, ','), '') || ']'
    from (select id, taken_local, width, nullif(height, 0) as height, is_favourite from photos
          where owner_id = %(owner_id)s and status = 0
            and taken_local >= %(start)s and taken_local < %(stop)s
          order by taken_local desc, id desc) as photos_of_the_month
"""

# The conditions are those of the index photos_waiting, which holds nothing else. 10,000 stand for more.
_PENDING = """
    select count(*) from (
        select from photos where owner_id = %s and processing_status < 2 and status = 0 limit 10000) as waiting
"""


async def get_change(connection: Connection, owner_id: UUID) -> int:
    """Return the owner's newest change number, 0 where nothing was ever there."""
    row = await (
        await connection.execute("select value from change_counters where owner_id = %s", (owner_id,))
    ).fetchone()
    return 0 if row is None else int(row[0])


async def count_months(connection: Connection, owner_id: UUID) -> tuple[int, int, str]:
    """Return the change number, the number of photos, and the months as JSON, newest first."""
    row = await (await connection.execute(_COUNTS, {"owner_id": owner_id})).fetchone()
    assert row is not None
    return int(row[0]), int(row[1]), str(row[2])


async def list_month(connection: Connection, owner_id: UUID, start: datetime, stop: datetime) -> str:
    """Return the photos from `start` to before `stop` as JSON columns, newest first, without the closing brace."""
    row = await (await connection.execute(_MONTH, {"owner_id": owner_id, "start": start, "stop": stop})).fetchone()
    assert row is not None
    return str(row[0])


async def count_photos(connection: Connection, owner_id: UUID) -> int:
    """Return how many photos are in the library, without the trash."""
    query = "select coalesce(sum(photos), 0)::bigint from month_counts where owner_id = %s"
    row = await (await connection.execute(query, (owner_id,))).fetchone()
    assert row is not None
    return int(row[0])


async def count_pending(connection: Connection, owner_id: UUID) -> int:
    """Return how many of the owner's photos the pipeline has not come through with; 10,000 at most."""
    row = await (await connection.execute(_PENDING, (owner_id,))).fetchone()
    assert row is not None
    return int(row[0])
