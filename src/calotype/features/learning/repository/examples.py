"""What there is to learn from: photos with their vectors, what was said of them, and how they were liked."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from psycopg import AsyncConnection
from psycopg.rows import dict_row

from calotype.features.learning.rules import fold_label
from calotype.features.learning.schemas import LabelExamples

Connection = AsyncConnection[Any]

# The later rows overrule the earlier ones: a tag, a tag that was taken off, a wrong hit, a verdict.
_SAID = """
    select p.id, tag as label, true as is_right, 1 as weight
    from photos p cross join unnest(p.tags) as tag where p.owner_id = %(owner)s and p.status = 0 and p.tags is not null
    union all
    select p.id, tag, false, 2
    from decisions d
    join photos p on p.owner_id = d.owner_id and p.sha256 = decode(d.subject, 'hex') and p.status = 0
    cross join jsonb_array_elements_text(d.value) as tag
    where d.owner_id = %(owner)s and d.topic = 'photo' and d.field = 'tags' and not d.is_taken_back
        and jsonb_typeof(d.value) = 'array' and not tag = any(coalesce(p.tags, '{}'))
    union all
    select p.id, h.question, false, 3
    from hit_verdicts h join photos p on p.id = h.photo_id and p.status = 0
    where h.owner_id = %(owner)s and h.is_wrong
    union all
    select p.id, v.label, v.is_right, 4
    from label_verdicts v join photos p on p.id = v.photo_id and p.status = 0 where v.owner_id = %(owner)s
    order by weight
"""
# The fullest first. Of each family (the name before the slash) the others are being left or filled.
_SPACES = """
    select s.id, s.name, s.dimensions, count(*)::int as photos
    from embeddings e join embedding_spaces s on s.id = e.space_id
    where e.owner_id = %s group by s.id order by count(*) desc, s.id desc
"""
_VECTORS = """
    select e.photo_id, e.vector from embeddings e
    where e.owner_id = %s and e.space_id = %s and e.photo_id = any(%s) order by e.photo_id
"""
_CLASSIFIED = """
    select l.photo_id, l.names from photo_labels l where l.owner_id = %s and l.photo_id = any(%s)
"""
# md5 of the id: a sample that stays the same while photos come and go.
_SAMPLE = """
    select id from photos where owner_id = %s and status = 0 and exists (
        select from embeddings e where e.photo_id = photos.id and e.space_id = any(%s))
    order by md5(id::text) limit %s
"""
_LIKINGS = """
    select p.id, p.is_favourite, p.rating, coalesce(v.views, 0) as views,
           (p.title is not null or p.description is not null or p.tags is not null) and exists (
                select from decisions d where d.owner_id = p.owner_id and d.topic = 'photo'
                and d.subject = encode(p.sha256, 'hex') and d.field in ('title', 'description', 'tags')
                and not d.is_taken_back) as is_edited
    from photos p left join photo_views v on v.photo_id = p.id and v.owner_id = p.owner_id
    where p.owner_id = %s and p.status = 0
        and (p.is_favourite or p.rating is not null or v.views > 0 or p.title is not null
             or p.description is not null or p.tags is not null)
"""
_QUALITIES = """
    select id, array[quality, sharpness, exposure_quality, contrast, noise]::real[] from photos
    where owner_id = %s and id = any(%s)
"""


@dataclass(frozen=True)
class Space:
    """A space in which photos of the owner have vectors."""

    id: int
    name: str
    dimensions: int
    photos: int


async def list_examples(connection: Connection, owner_id: UUID) -> list[LabelExamples]:
    """Return every label of which there is an example in the library, by label."""
    said: dict[str, dict[UUID, bool]] = defaultdict(dict)
    cursor = await connection.execute(_SAID, {"owner": owner_id})
    for photo_id, label, is_right, _ in await cursor.fetchall():
        said[fold_label(label)][photo_id] = is_right
    said.pop("", None)
    return [
        LabelExamples(
            label,
            frozenset(photo for photo, is_right in photos.items() if is_right),
            frozenset(photo for photo, is_right in photos.items() if not is_right),
        )
        for label, photos in sorted(said.items())
        if any(photos.values())
    ]


async def list_spaces(connection: Connection, owner_id: UUID) -> list[Space]:
    """Return the spaces to learn in, by name: of each family the fullest, if it holds half of the photos or more."""
    spaces = [Space(*row) for row in await (await connection.execute(_SPACES, (owner_id,))).fetchall()]
    fullest: dict[str, Space] = {}
    for space in spaces:
        fullest.setdefault(space.name.partition("/")[0], space)
    most = max((space.photos for space in spaces), default=0)
    return sorted((space for space in fullest.values() if space.photos * 2 >= most), key=lambda space: space.name)


async def find_spaces(connection: Connection, owner_id: UUID, names: Sequence[str]) -> list[Space] | None:
    """Return these spaces in this order; None where one of them holds nothing of the owner any more."""
    cursor = await connection.execute(_SPACES, (owner_id,))
    by_name = {row[1]: Space(*row) for row in await cursor.fetchall()}
    found = [by_name[name] for name in names if name in by_name]
    return found if len(found) == len(names) else None


async def read_vectors(
    connection: Connection, owner_id: UUID, space: Space, photo_ids: Sequence[UUID]
) -> tuple[list[UUID], bytes]:
    """Return ids and vectors of photos, in order of the ids.

    A vector is in pgvector's binary form of a halfvec: dimensions, zero, big-endian float16; each of the same length.
    """
    async with connection.cursor(binary=True) as cursor:
        await cursor.execute(_VECTORS, (owner_id, space.id, list(photo_ids)))
        rows = await cursor.fetchall()
    return [row[0] for row in rows], b"".join(row[1] for row in rows)


async def list_classified(connection: Connection, owner_id: UUID, photo_ids: Iterable[UUID]) -> dict[UUID, set[str]]:
    """Return the folded labels that the packaged classifier gave these photos."""
    cursor = await connection.execute(_CLASSIFIED, (owner_id, list(photo_ids)))
    return {row[0]: {fold_label(name) for name in row[1]} for row in await cursor.fetchall()}


async def sample_photos(connection: Connection, owner_id: UUID, spaces: Sequence[Space], limit: int) -> list[UUID]:
    """Return photos of the library without regard to what they show."""
    cursor = await connection.execute(_SAMPLE, (owner_id, [space.id for space in spaces], limit))
    return [row[0] for row in await cursor.fetchall()]


async def list_likings(connection: Connection, owner_id: UUID) -> list[dict[str, Any]]:
    """Return what the owner did with photos: favourites, ratings, looks, words of their own."""
    async with connection.cursor(row_factory=dict_row) as cursor:
        return await (await cursor.execute(_LIKINGS, (owner_id,))).fetchall()


async def list_qualities(
    connection: Connection, owner_id: UUID, photo_ids: Sequence[UUID]
) -> Mapping[UUID, Sequence[float | None]]:
    """Return quality, sharpness, exposure, contrast and noise of photos, each 0..1000 or None."""
    cursor = await connection.execute(_QUALITIES, (owner_id, list(photo_ids)))
    return {row[0]: row[1] for row in await cursor.fetchall()}
