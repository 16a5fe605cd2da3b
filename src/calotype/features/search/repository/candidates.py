"""Finding photos: by date, by words, by meaning; and what is known of those found.

No query here sorts more than it must: words give a bounded number of photos in no order, meaning orders by distance
alone, and the ranking is done on what is left. Statements are never prepared (`prepare=False`), because a plan for the
average word or owner is a wrong plan for search.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg import AsyncConnection
from psycopg.rows import args_row

from calotype.features.search.corrections import Corrections, correct_labels
from calotype.features.search.repository.conditions import Conditions, Text
from calotype.features.search.schemas import Candidate

Connection = AsyncConnection[Any]

_TRASHED = 50  # photos in the trash that a question may come upon

_PHOTO_COLUMNS = """
    p.id, p.taken_local, p.file_name, p.title, p.description,
    coalesce(p.tags, '{}') as tags, coalesce(p.keywords, '{}') as keywords,
    array(select a.title from album_photos ap join albums a on a.id = ap.album_id where ap.photo_id = p.id) as albums,
    p.colours, p.focal_35mm, nullif(concat_ws(' ', c.make, c.model), '') as camera,
    nullif(concat_ws(', ', op.name, coalesce(pn.name, pl.name)), '') as place, coalesce(pn.region, pl.region) as region,
    coalesce(pn.country, pl.country) as country,
    l.names as label_names, l.scores as label_scores, left(t.content, 2000) as text,
    array(select f.width * f.height from faces f where f.photo_id = p.id and not f.is_hidden order by 1 desc)
        as face_areas,
    p.taken_source
"""  # in the order of the fields of Candidate
_PHOTO_JOINS = """
    left join cameras c on c.id = p.camera_id
    left join places pl on pl.id = p.place_id
    left join place_names pn on pn.place_id = p.place_id and pn.owner_id = p.owner_id
    left join own_places op on op.id = p.own_place_id
    left join photo_labels l on l.photo_id = p.id
    left join photo_texts t on t.photo_id = p.id
"""
_CORRECTION_COLUMNS = """
    coalesce(v.said, '{}'), coalesce(v.rejected, '{}'), coalesce(k.labels, '{}'), coalesce(k.scores, '{}')
"""
_CORRECTION_JOINS = """
    left join (select photo_id, array_agg(label order by label) filter (where is_right) as said,
                      array_agg(label) filter (where not is_right) as rejected
               from label_verdicts where photo_id = any(%s) group by photo_id) v on v.photo_id = p.id
    left join (select photo_id, array_agg(label order by label) as labels, array_agg(score order by label) as scores
               from learned_labels where photo_id = any(%s) group by photo_id) k on k.photo_id = p.id
"""


@dataclass(frozen=True)
class DatePlace:
    """A place in a list by date, newest first."""

    taken_local: datetime
    id: UUID


async def list_by_date(
    connection: Connection, conditions: Conditions, after: DatePlace | None, limit: int, without: Collection[UUID] = ()
) -> list[tuple[UUID, int]]:
    """Return the newest photos that meet the conditions, and how the time of each is known (`TakenSource`)."""
    join, (clause, values) = conditions.scope()
    if without:
        clause += " and p.id <> all(%s)"
        values = [*values, list(without)]
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
    ids = list(photo_ids)
    query = (
        f"select {_PHOTO_COLUMNS}, {likeness}, {_CORRECTION_COLUMNS} from photos p {_PHOTO_JOINS} {join} "
        f"{_CORRECTION_JOINS} where p.id = any(%s) and p.owner_id = %s and p.status = 0"
    )
    async with connection.cursor(row_factory=args_row(_to_candidate)) as cursor:
        await cursor.execute(query, (*values, ids, ids, ids, owner_id), prepare=False)
        return await cursor.fetchall()


def _to_candidate(*row: Any) -> Candidate:
    """Make a candidate of a row; its labels are those that stand after what a person said of them."""
    *facts, said, rejected, learned, learned_scores = row
    photo = Candidate(*facts)
    if not (said or rejected or learned):
        return photo
    corrections = Corrections(said, rejected, learned, learned_scores)
    names, scores = correct_labels(photo.label_names, photo.label_scores, corrections)
    return photo._replace(
        label_names=names, label_scores=scores, said_labels=said, rejected_labels=rejected, learned_labels=learned
    )


async def list_wrong_hits(connection: Connection, owner_id: UUID, question: str) -> frozenset[UUID]:
    """Return the photos that the owner said are no answer to this question (folded: case, single spaces)."""
    cursor = await connection.execute(
        "select photo_id from hit_verdicts where owner_id = %s and question = %s and is_wrong", (owner_id, question)
    )
    return frozenset(row[0] for row in await cursor.fetchall())


async def list_people(connection: Connection, owner_id: UUID, *, also_hidden: bool = True) -> list[tuple[UUID, str]]:
    """Return id and name of the owner's people who have one."""
    cursor = await connection.execute(
        "select id, name from people where owner_id = %s and name is not null and (%s or not is_hidden) "
        "order by name, id",
        (owner_id, also_hidden),
    )
    return [(row[0], row[1]) for row in await cursor.fetchall()]
