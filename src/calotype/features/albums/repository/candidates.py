"""All SQL about what albums of the best are made of: which are due, which photos there are, how they look."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg import AsyncConnection
from psycopg.rows import class_row

from calotype.features.albums.curated_schemas import Due
from calotype.features.albums.rules import Candidate
from calotype.features.photos import FILE_TIMES, SCREENSHOT_NAME

Connection = AsyncConnection[Any]

SURE_LABELS = 0.3  # of the labels of documents together, 0..1
# What was read in a picture makes a document of it when it is long, or not short and over much of the picture. Signs,
# shirts and stamped dates in real photos stay below both.
MUCH_TEXT_CHARS, SOME_TEXT_CHARS, WIDE_TEXT = 80, 30, 0.1
DOCUMENT_LABELS = (
    "web site", "menu", "book jacket", "comic book", "crossword puzzle", "screenshot", "document", "receipt", "invoice",
    "letter", "form", "text", "paper", "envelope", "binder",
)  # fmt: skip

# A number for each photo that is another one when something changes on which a choice depends: the row itself (every
# writer of photos gives it a new change number), its taste, its stacks, what was said of its labels, who is in it.
_DUE = """
    with more as (
        select photo_id, bit_xor(part) as mark from (
            select photo_id, hash_record_extended((photo_id, stack_id), 1) as part
            from stack_photos where owner_id = %(owner)s
            union all select photo_id, hash_record_extended((photo_id, label, is_right), 2)
            from label_verdicts where owner_id = %(owner)s
            union all select f.photo_id, hash_record_extended((f.id, g.id, g.name), 3)
            from faces f join people g on g.id = f.person_id and g.owner_id = f.owner_id
            where f.owner_id = %(owner)s and not f.is_hidden and g.name is not null and not g.is_hidden) parts
        group by photo_id),
    photo as materialized (
        select p.id, p.taken_local, p.taken_source,
               hash_record_extended((p.id, p.change, p.quality, p.taste), 0) # coalesce(more.mark, 0) as mark
        from photos p left join more on more.photo_id = p.id where p.owner_id = %(owner)s and p.status = 0)
    select 'month:' || to_char(month, 'YYYY-MM') as key, to_char(month, 'FMMonth YYYY') as title, photos, mark from (
        select date_trunc('month', taken_local) as month, count(*)::int as photos, bit_xor(mark) as mark
        from photo where taken_source <> all(%(unsure)s) group by 1) months
    union all
    select 'moment:' || m.id, max(m.title), count(*)::int, bit_xor(photo.mark) # hashtextextended(max(m.title), 4)
    from moments m join moment_photos mp on mp.moment_id = m.id and mp.owner_id = m.owner_id
    join photo on photo.id = mp.photo_id
    where m.owner_id = %(owner)s and m.kind = 'trip' and not m.is_dismissed group by m.id
    union all
    select 'person:' || g.id, max(g.name), count(*)::int, bit_xor(photo.mark) # hashtextextended(max(g.name), 5)
    from (select distinct person_id, photo_id from faces
          where owner_id = %(owner)s and person_id is not null and not is_hidden) f
    join people g on g.id = f.person_id and g.owner_id = %(owner)s and g.name is not null and not g.is_hidden
    join photo on photo.id = f.photo_id
    group by g.id
"""
_CANDIDATES = """
    select p.id, encode(p.sha256, 'hex') as subject, p.taken_local, p.taken_source, p.quality, p.taste, p.sharpness,
           p.rating, p.is_favourite, p.phash,
           (coalesce(p.width, 0)::float8 * coalesce(p.height, 0) / 1e6) as megapixels,
           p.is_damaged or p.is_animated as is_flawed,
           coalesce(
               (select bool_or(v.is_right) from label_verdicts v
                where v.photo_id = p.id and v.label = any(%(documents)s)),
               p.file_name ~* %(screenshot)s
               or exists (select from photo_texts t where t.photo_id = p.id and (length(t.content) >= %(much_text)s
                          or length(t.content) >= %(some_text)s and %(wide)s <= (
                              select sum((line -> 'box' ->> 2)::float8 * (line -> 'box' ->> 3)::float8)
                              from jsonb_array_elements(t.lines) line)))
               or %(sure)s <= (select sum(one.score) from photo_labels l, unnest(l.names, l.scores) as one(name, score)
                               where l.photo_id = p.id and l.names && %(documents)s and one.name = any(%(documents)s))
               or exists (select from learned_labels h where h.photo_id = p.id and h.label = any(%(documents)s))
           ) as is_document,
           array(select s.stack_id from stack_photos s where s.photo_id = p.id order by 1) as stacks,
           array(select distinct g.id from faces f join people g on g.id = f.person_id and g.owner_id = f.owner_id
                 where f.photo_id = p.id and not f.is_hidden and g.name is not null and not g.is_hidden
                 order by 1) as people
    from photos p where p.owner_id = %(owner)s and p.status = 0 and {} order by p.taken_local, p.id
"""
_SCOPES = {
    "time": "p.taken_local >= %(since)s and p.taken_local < %(until)s and p.taken_source <> all(%(unsure)s)",
    "moment": "p.id in (select photo_id from moment_photos where moment_id = %(id)s and owner_id = %(owner)s)",
    "person": "p.id in (select photo_id from faces where person_id = %(id)s and owner_id = %(owner)s"
    " and not is_hidden)",
    "contents": "p.sha256 = any(%(contents)s)",
}
_QUERIES = {name: _CANDIDATES.format(scope) for name, scope in _SCOPES.items()}
_VECTORS = """
    select e.photo_id, halfvec_send(e.vector) from embeddings e
    where e.owner_id = %s and e.space_id = %s and e.photo_id = any(%s)
"""
_LOOK_SPACE = """
    select s.id from embedding_spaces s where exists (
        select from embedding_bits b where b.owner_id = %s and b.space_id = s.id)
    order by s.dimensions desc, s.id desc limit 1
"""


async def list_due(connection: Connection, owner_id: UUID) -> list[Due]:
    """Return all months, trips and named people of an owner, with what an album of each would be made of."""
    async with connection.cursor(row_factory=class_row(Due)) as cursor:
        values = {"owner": owner_id, "unsure": _unsure()}
        return await (await cursor.execute(_DUE, values)).fetchall()


async def list_of_time(connection: Connection, owner_id: UUID, since: datetime, until: datetime) -> list[Candidate]:
    """Return the photos of a time whose time is sure, in the order of time."""
    return await _list(connection, "time", {"owner": owner_id, "since": since, "until": until})


async def list_of_moment(connection: Connection, owner_id: UUID, moment_id: UUID) -> list[Candidate]:
    """Return the photos of a trip in the order of time."""
    return await _list(connection, "moment", {"owner": owner_id, "id": moment_id})


async def list_of_person(connection: Connection, owner_id: UUID, person_id: UUID) -> list[Candidate]:
    """Return the photos of a person in the order of time."""
    return await _list(connection, "person", {"owner": owner_id, "id": person_id})


async def list_of_contents(connection: Connection, owner_id: UUID, subjects: Collection[str]) -> list[Candidate]:
    """Return the photos in the library that have these contents (hex SHA-256)."""
    return await _list(connection, "contents", {"owner": owner_id, "contents": [bytes.fromhex(s) for s in subjects]})


async def _list(connection: Connection, scope: str, values: dict[str, Any]) -> list[Candidate]:
    values |= {
        "documents": list(DOCUMENT_LABELS),
        "screenshot": SCREENSHOT_NAME,
        "much_text": MUCH_TEXT_CHARS,
        "some_text": SOME_TEXT_CHARS,
        "wide": WIDE_TEXT,
        "sure": SURE_LABELS,
        "unsure": _unsure(),
    }
    async with connection.cursor(row_factory=class_row(Candidate)) as cursor:
        return await (await cursor.execute(_QUERIES[scope], values)).fetchall()


def _unsure() -> list[int]:
    return sorted(int(source) for source in FILE_TIMES)


async def find_look_space(connection: Connection, owner_id: UUID) -> int | None:
    """Return the space of the look of the owner's photos: of those with vectors the one with the most dimensions."""
    row = await (await connection.execute(_LOOK_SPACE, (owner_id,))).fetchone()
    return None if row is None else row[0]


async def list_vectors(
    connection: Connection, owner_id: UUID, space_id: int, photo_ids: Sequence[UUID]
) -> list[tuple[UUID, bytes]]:
    """Return the vectors of photos: two bytes of dimensions, two of nothing, then float16, all big-endian."""
    async with connection.cursor(binary=True) as cursor:
        await cursor.execute(_VECTORS, (owner_id, space_id, list(photo_ids)))
        return [(photo_id, bytes(vector)) for photo_id, vector in await cursor.fetchall()]


async def list_names(connection: Connection, owner_id: UUID) -> dict[UUID, str]:
    """Return the names of the people whom the owner named and did not hide."""
    cursor = await connection.execute(
        "select id, name from people where owner_id = %s and name is not null and not is_hidden", (owner_id,)
    )
    return dict(await cursor.fetchall())
