"""Writing the index: the facts of a photo in, its row and its terms out."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from psycopg import AsyncConnection
from psycopg.rows import class_row

from calotype.features.search.document import Document, PhotoFacts

Connection = AsyncConnection[Any]

_FACTS = """
    select p.owner_id, p.taken_local, p.width, p.height, p.media_type, p.is_favourite, p.is_animated, p.file_name,
           p.title, p.description, coalesce(p.tags, '{}') as tags, coalesce(p.keywords, '{}') as keywords,
           p.colours, p.focal_35mm,
           c.make, c.model, coalesce(pn.name, pl.name) as place, coalesce(pn.region, pl.region) as region,
           coalesce(pn.country, pl.country) as country, op.name as own_place,
           l.names as label_names, l.scores as label_scores, t.content as text,
           array(select v.label from label_verdicts v where v.photo_id = p.id and v.is_right order by 1) as said_labels,
           array(select v.label from label_verdicts v where v.photo_id = p.id and not v.is_right) as rejected_labels,
           array(select k.label from learned_labels k where k.photo_id = p.id order by k.label) as learned_labels,
           array(select k.score from learned_labels k where k.photo_id = p.id order by k.label) as learned_scores,
           exists (select from photo_links k where k.kind = 'live' and (k.photo_id = p.id)) as is_live,
           array(select a.title from album_photos ap join albums a on a.id = ap.album_id
                 where ap.photo_id = p.id order by a.title) as albums,
           case when exists (select from faces f where f.photo_id = p.id) or l.photo_id is not null
                then (select count(*) from faces f where f.photo_id = p.id and not f.is_hidden) end as faces
    from photos p
    left join cameras c on c.id = p.camera_id
    left join places pl on pl.id = p.place_id
    left join place_names pn on pn.place_id = p.place_id and pn.owner_id = p.owner_id
    left join own_places op on op.id = p.own_place_id and op.owner_id = p.owner_id
    left join photo_labels l on l.photo_id = p.id
    left join photo_texts t on t.photo_id = p.id
    where p.id = any(%s) and p.owner_id = %s
"""
_WRITE_DOCUMENT = """
    insert into search_documents (photo_id, owner_id, words)
    values (%(photo)s, %(owner)s,
            setweight(to_tsvector('english', %(a)s), 'A') || setweight(to_tsvector('english', %(b)s), 'B')
            || setweight(to_tsvector('english', %(c)s), 'C') || setweight(to_tsvector('english', %(d)s), 'D')
            || array_to_tsvector(%(scopes)s::text[]))
    on conflict (photo_id) do update set words = excluded.words where search_documents.words <> excluded.words
"""
_WRITE_TERMS = """
    insert into lexicon (owner_id, kind, term)
    select %s, kind, term from unnest(%s::text[], %s::text[]) as t(kind, term)
    on conflict do nothing returning kind, term
"""


async def find_facts(connection: Connection, owner_id: UUID, photo_id: UUID) -> PhotoFacts | None:
    """Return all that is known of a photo, or None where it is gone."""
    async with connection.cursor(row_factory=class_row(PhotoFacts)) as cursor:
        await cursor.execute(_FACTS, ([photo_id], owner_id))
        return await cursor.fetchone()


async def list_facts(connection: Connection, owner_id: UUID, photo_ids: Sequence[UUID]) -> list[PhotoFacts]:
    """Return all that is known of these photos, in no order."""
    async with connection.cursor(row_factory=class_row(PhotoFacts)) as cursor:
        await cursor.execute(_FACTS, (list(photo_ids), owner_id))
        return await cursor.fetchall()


async def write_document(connection: Connection, owner_id: UUID, photo_id: UUID, document: Document) -> None:
    """Write the row of the index."""
    a, b, c, d = document.weighted
    await connection.execute(
        _WRITE_DOCUMENT,
        {"photo": photo_id, "owner": owner_id, "a": a, "b": b, "c": c, "d": d, "scopes": list(document.scopes)},
    )


async def add_terms(
    connection: Connection, owner_id: UUID, terms: Sequence[tuple[str, str]]
) -> frozenset[tuple[str, str]]:
    """Add terms to the lexicon, in the order given (sorted, so that two workers never wait for each other in a ring).

    Returns those that were new in this transaction.
    """
    if not terms:
        return frozenset()
    kinds, names = zip(*terms, strict=True)
    cursor = await connection.execute(_WRITE_TERMS, (owner_id, list(kinds), list(names)))
    return frozenset((row[0], row[1]) for row in await cursor.fetchall())
