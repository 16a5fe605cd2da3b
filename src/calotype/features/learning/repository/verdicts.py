"""What stands about labels and hits of photos, and what the library itself says of them."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from psycopg import AsyncConnection
from psycopg.rows import dict_row

Connection = AsyncConnection[Any]

_PHOTO = """
    select p.id, encode(p.sha256, 'hex') as subject, p.file_name, l.provider, l.model,
           coalesce(l.names, '{}') as names,
           (select json_object_agg(k.label, json_build_object('head_id', k.head_id, 'version', h.version))
            from learned_labels k join learned_heads h on h.id = k.head_id
            where k.photo_id = p.id and k.owner_id = p.owner_id) as learned
    from photos p left join photo_labels l on l.photo_id = p.id and l.owner_id = p.owner_id
    where p.owner_id = %(owner)s and p.id = %(photo)s
"""
_WRITE_LABELS = """
    with said as (select * from unnest(%(labels)s::text[], %(values)s::boolean[]) as s(label, is_right)),
    gone as (delete from label_verdicts v where v.photo_id = %(photo)s and v.owner_id = %(owner)s
             and v.label not in (select label from said) returning 1),
    written as (
        insert into label_verdicts (photo_id, owner_id, label, is_right)
        select %(photo)s, %(owner)s, label, is_right from said
        on conflict (photo_id, label) do update set is_right = excluded.is_right
            where label_verdicts.is_right <> excluded.is_right returning 1),
    overruled as (delete from learned_labels k where k.photo_id = %(photo)s and k.owner_id = %(owner)s
                  and k.label in (select label from said) returning 1)
    select (select count(*) from gone) + (select count(*) from written) + (select count(*) from overruled)
"""
_WRITE_HITS = """
    with said as (select * from unnest(%(questions)s::text[]) as s(question)),
    gone as (delete from hit_verdicts v where v.photo_id = %(photo)s and v.owner_id = %(owner)s
             and v.question not in (select question from said))
    insert into hit_verdicts (photo_id, owner_id, question, is_wrong)
    select %(photo)s, %(owner)s, question, true from said on conflict do nothing
"""
_FEEDBACK = """
    select j.id as entry_id, j.decided_at, j.actor_id, j.summary, d.topic, d.subject, d.field, d.value,
           d.is_taken_back, p.id as photo_id
    from decisions d join journal j on j.id = d.entry_id
    left join photos p on p.owner_id = d.owner_id
        and p.sha256 = case when d.subject ~ '^[0-9a-f]{64}$' then decode(d.subject, 'hex') end
    where d.owner_id = %s and d.topic in ('label', 'hit') order by d.number desc limit %s
"""
_VIEW = """
    insert into photo_views as v (photo_id, owner_id)
    select id, owner_id from photos where id = %s and owner_id = %s
    on conflict (photo_id) do update set views = v.views + 1, last_viewed_at = now()
        where v.last_viewed_at <= now() - interval '1 minute'
"""


async def find_photo(connection: Connection, owner_id: UUID, photo_id: UUID) -> dict[str, Any] | None:
    """Return a photo of the owner with what the library says it shows."""
    async with connection.cursor(row_factory=dict_row) as cursor:
        return await (await cursor.execute(_PHOTO, {"owner": owner_id, "photo": photo_id})).fetchone()


async def find_photo_by_content(connection: Connection, owner_id: UUID, sha256: bytes) -> UUID | None:
    """Return the owner's photo with these bytes."""
    query = "select id from photos where owner_id = %s and sha256 = %s"
    row = await (await connection.execute(query, (owner_id, sha256))).fetchone()
    return None if row is None else row[0]


async def find_content(connection: Connection, owner_id: UUID, photo_id: UUID) -> str | None:
    """Return the hex SHA-256 of a photo of the owner."""
    query = "select encode(sha256, 'hex') from photos where owner_id = %s and id = %s"
    row = await (await connection.execute(query, (owner_id, photo_id))).fetchone()
    return None if row is None else row[0]


async def write_label_verdicts(
    connection: Connection, owner_id: UUID, photo_id: UUID, said: Mapping[str, bool]
) -> bool:
    """Let exactly these verdicts stand on a photo, over what was learned; say whether anything is another now."""
    values = {"owner": owner_id, "photo": photo_id, "labels": list(said), "values": list(said.values())}
    row = await (await connection.execute(_WRITE_LABELS, values)).fetchone()
    return row is not None and row[0] > 0


async def write_hit_verdicts(connection: Connection, owner_id: UUID, photo_id: UUID, questions: list[str]) -> None:
    """Let the photo be a wrong answer to exactly these questions."""
    await connection.execute(_WRITE_HITS, {"owner": owner_id, "photo": photo_id, "questions": questions})


async def list_feedback(connection: Connection, owner_id: UUID, limit: int) -> list[dict[str, Any]]:
    """Return what was said of labels and hits, newest first."""
    async with connection.cursor(row_factory=dict_row) as cursor:
        return await (await cursor.execute(_FEEDBACK, (owner_id, limit))).fetchall()


async def count_view(connection: Connection, owner_id: UUID, photo_id: UUID) -> bool:
    """Count a look at a photo, once a minute at most; say whether the owner has such a photo."""
    cursor = await connection.execute("select from photos where id = %s and owner_id = %s", (photo_id, owner_id))
    if await cursor.fetchone() is None:
        return False
    await connection.execute(_VIEW, (photo_id, owner_id))
    return True


async def touch_photo(connection: Connection, owner_id: UUID, photo_id: UUID) -> None:
    """Give a photo a new change number: the heads in force are to look at it again."""
    query = "update photos set change = next_change(%(owner)s) where id = %(photo)s and owner_id = %(owner)s"
    await connection.execute(query, {"owner": owner_id, "photo": photo_id})
