"""Finding photos: by date, by words, by meaning; and what is known of those found.

No query here sorts more than it must: words give a bounded number of photos in no order, meaning orders by distance
alone, and the ranking is done on what is left. Statements are never prepared (`prepare=False`), because a plan for the
average word or owner is a wrong plan for search.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg import AsyncConnection
from psycopg.rows import args_row

from calotype.features.search.repository.conditions import Conditions, Text
from calotype.features.search.schemas import Candidate

Connection = AsyncConnection[Any]

_TRASHED = 50  # photos in the trash that a question may come upon

_PHOTO_COLUMNS = """
    p.id, p.taken_local, p.file_name, p.title, p.description,
    coalesce(p.tags, '{}') as tags, coalesce(p.keywords, '{}') as keywords,
    array(select a.title from album_photos ap join albums a on a.id = ap.album_id where ap.photo_id = p.id) as albums,
    p.colours, p.focal_35mm, nullif(concat_ws(' ', c.make, c.model), '') as camera, pl.name as place, pl.region,
    pl.country, l.names as label_names, l.scores as label_scores, left(t.content, 2000) as text,
    array(select f.width * f.height from faces f where f.photo_id = p.id order by 1 desc) as face_areas,
    p.taken_source
"""  # in the order of the fields of Candidate
_PHOTO_JOINS = """
    left join cameras c on c.id = p.camera_id
    left join places pl on pl.id = p.place_id
    left join photo_labels l on l.photo_id = p.id
    left join photo_texts t on t.photo_id = p.id
"""


@dataclass(frozen=True)
class DatePlace:
    """A place in a list by date, newest first."""

    taken_local: datetime
    id: UUID


async def list_by_date(
    connection: Connection, conditions: Conditions, after: DatePlace | None, limit: int
) -> list[tuple[UUID, int]]:
    """Return the newest photos that meet the conditions, and how the time of each is known (`TakenSource`)."""
    join, (clause, values) = conditions.scope()
    if after is not None:
        clause += " and (p.taken_local, p.id) < (%s, %s)"
        values = [*values, after.taken_local, after.id]
    cursor = await connection.execute(
        f"select p.id, p.taken_source from photos p {join} where {clause} "
        "order by p.taken_local desc, p.id desc limit %s",
        (*values, limit),
        prepare=False,
    )
    return [(row[0], row[1]) for row in await cursor.fetchall()]


async def find_by_words(
    connection: Connection, conditions: Conditions, questions: Sequence[Text], limit: int
) -> list[UUID]:
    """Return up to `limit` photos for each of the questions, those of all questions together, each once.

    Where the index says all there is to say, it is left as soon as it has given enough.
    """
    parts: list[str] = []
    values: list[Any] = []
    photos_clause, photos_values = conditions.where_photos(after_documents=True)
    enough = "" if conditions.predicates else f"limit {limit + _TRASHED}"
    for question in questions:
        clause, some = conditions.where_documents(question)
        parts.append(
            f"(select p.id from (select d.photo_id from search_documents d where {clause} {enough}) f "
            f"join photos p on p.id = f.photo_id where {photos_clause} limit {limit:d})"
        )
        values += [*some, *photos_values]
    if not parts:
        return []
    cursor = await connection.execute(" union ".join(parts), values, prepare=False)
    return [row[0] for row in await cursor.fetchall()]


async def get_candidates(
    connection: Connection, owner_id: UUID, photo_ids: Sequence[UUID], *, space_id: int | None, vector: str | None
) -> list[Candidate]:
    """Return what ranking and cards need of these photos of the owner; those in the trash are left out."""
    likeness = "null::float8 as likeness"
    join, values = "", []
    if space_id is not None and vector is not None:
        likeness = "1 - (e.vector <=> %s::halfvec) as likeness"
        join = "left join embeddings e on e.photo_id = p.id and e.space_id = %s"
        values = [vector, space_id]
    query = (
        f"select {_PHOTO_COLUMNS}, {likeness} from photos p {_PHOTO_JOINS} {join} "
        "where p.id = any(%s) and p.owner_id = %s and p.status = 0"
    )
    async with connection.cursor(row_factory=args_row(Candidate)) as cursor:
        await cursor.execute(query, (*values, list(photo_ids), owner_id), prepare=False)
        return await cursor.fetchall()
