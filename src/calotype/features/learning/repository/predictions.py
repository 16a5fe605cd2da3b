"""What the heads in force say of photos."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from psycopg import AsyncConnection

Connection = AsyncConnection[Any]

_WAITING = """
    select id, change from photos where owner_id = %s and status in (0, 2, 3) and change > %s order by change, id
"""
# A verdict and a tag are the owner's word: no head speaks beside them.
_SAID = """
    select photo_id, label from label_verdicts where owner_id = %(owner)s and photo_id = any(%(photos)s)
    union all
    select p.id, tag from photos p cross join unnest(p.tags) as tag
    where p.owner_id = %(owner)s and p.id = any(%(photos)s)
"""
_GIVEN = """
    select photo_id, label, score, head_id from learned_labels where owner_id = %s and photo_id = any(%s)
"""
_TAKE = """
    delete from learned_labels k using unnest(%(photos)s::uuid[], %(labels)s::text[]) as gone(photo, label)
    where k.owner_id = %(owner)s and k.photo_id = gone.photo and k.label = gone.label
"""
_GIVE = """
    insert into learned_labels (photo_id, owner_id, label, score, head_id)
    select p.id, p.owner_id, new.label, new.score, new.head
    from unnest(%(photos)s::uuid[], %(labels)s::text[], %(scores)s::real[], %(heads)s::uuid[])
        as new(photo, label, score, head)
    join photos p on p.id = new.photo and p.owner_id = %(owner)s
    where not exists (select from label_verdicts v where v.photo_id = p.id and v.label = new.label)
    on conflict (photo_id, label) do update set score = excluded.score, head_id = excluded.head_id
"""
_PROGRESS = """
    insert into learning_progress (owner_id, heads, change) values (%s, %s, %s)
    on conflict (owner_id) do update set heads = excluded.heads, change = excluded.change
"""
_TASTE = """
    update photos p set taste = new.taste
    from unnest(%(photos)s::uuid[], %(tastes)s::smallint[]) as new(photo, taste)
    where p.id = new.photo and p.owner_id = %(owner)s and p.taste is distinct from new.taste
"""

Given = tuple[UUID, str]  # photo and label


async def find_progress(connection: Connection, owner_id: UUID) -> tuple[list[UUID], int]:
    """Return which heads have looked at the photos, and up to which change of the owner's photos."""
    cursor = await connection.execute("select heads, change from learning_progress where owner_id = %s", (owner_id,))
    row = await cursor.fetchone()
    return ([], 0) if row is None else (row[0], row[1])


async def write_progress(connection: Connection, owner_id: UUID, heads: Sequence[UUID], change: int) -> None:
    """Note how far the heads have looked."""
    await connection.execute(_PROGRESS, (owner_id, list(heads), change))


async def list_waiting(connection: Connection, owner_id: UUID, change: int) -> list[tuple[UUID, int]]:
    """Return the photos that changed after `change`, with their change numbers, in that order."""
    return await (await connection.execute(_WAITING, (owner_id, change))).fetchall()


async def list_said(connection: Connection, owner_id: UUID, photo_ids: Sequence[UUID]) -> list[Given]:
    """Return the labels and tags that the owner has decided about, on these photos."""
    return await (await connection.execute(_SAID, {"owner": owner_id, "photos": list(photo_ids)})).fetchall()


async def list_given(
    connection: Connection, owner_id: UUID, photo_ids: Sequence[UUID]
) -> dict[Given, tuple[float, UUID]]:
    """Return the labels that these photos have from heads, with probability and head."""
    cursor = await connection.execute(_GIVEN, (owner_id, list(photo_ids)))
    return {(row[0], row[1]): (row[2], row[3]) for row in await cursor.fetchall()}


async def take_labels(connection: Connection, owner_id: UUID, gone: Sequence[Given]) -> None:
    """Take learned labels off photos."""
    if gone:
        photos, labels = zip(*gone, strict=True)
        await connection.execute(_TAKE, {"owner": owner_id, "photos": list(photos), "labels": list(labels)})


async def give_labels(connection: Connection, owner_id: UUID, given: Sequence[tuple[UUID, str, float, UUID]]) -> None:
    """Give photos learned labels (photo, label, probability, head), but where a verdict stands."""
    if given:
        photos, labels, scores, heads = (list(column) for column in zip(*given, strict=True))
        values = {"owner": owner_id, "photos": photos, "labels": labels, "scores": scores, "heads": heads}
        await connection.execute(_GIVE, values)


async def write_tastes(
    connection: Connection, owner_id: UUID, photo_ids: Sequence[UUID], tastes: Sequence[int | None]
) -> None:
    """Write how much the owner is likely to like these photos, 0..1000."""
    await connection.execute(_TASTE, {"owner": owner_id, "photos": list(photo_ids), "tastes": list(tastes)})


async def forget_tastes(connection: Connection, owner_id: UUID) -> None:
    """Nothing is known of the owner's taste any more."""
    query = "update photos set taste = null where owner_id = %s and taste is not null"
    await connection.execute(query, (owner_id,))
