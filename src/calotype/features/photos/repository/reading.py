"""Cards, details and everything known: reads of one owner's photos."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg import AsyncConnection
from psycopg.rows import dict_row

from calotype.features.photos.rules import PhotoState

Connection = AsyncConnection[Any]

CARD_COLUMNS = (
    "p.id, p.taken_local, p.width, p.height, encode(p.thumbhash, 'base64'), p.is_favourite, p.media_type, "
    "p.duration_ms, p.processing_status, p.file_name, p.title"
)


@dataclass(frozen=True)
class CardFilter:
    """Which photos: times are wall clock, `taken_from` included and `taken_before` not."""

    state: PhotoState = PhotoState.IN_LIBRARY
    is_favourite: bool | None = None
    taken_from: datetime | None = None
    taken_before: datetime | None = None


async def list_cards(
    connection: Connection, owner_id: UUID, which: CardFilter, after: tuple[datetime, UUID] | None, limit: int
) -> list[tuple[Any, ...]]:
    """Return rows of `CARD_COLUMNS`, newest first, those after the keyset `after`."""
    # The status is a constant, not a parameter: a generic plan could not use the partial index otherwise.
    conditions = ["p.owner_id = %(owner_id)s", f"p.status = {int(which.state)}"]
    values: dict[str, Any] = {"owner_id": owner_id, "limit": limit}
    if after is not None:
        conditions.append("(p.taken_local, p.id) < (%(after_taken)s, %(after_id)s)")
        values |= {"after_taken": after[0], "after_id": after[1]}
    if which.is_favourite is not None:
        conditions.append("p.is_favourite" if which.is_favourite else "not p.is_favourite")
    if which.taken_from is not None:
        conditions.append("p.taken_local >= %(taken_from)s")
        values["taken_from"] = which.taken_from
    if which.taken_before is not None:
        conditions.append("p.taken_local < %(taken_before)s")
        values["taken_before"] = which.taken_before
    query = (
        f"select {CARD_COLUMNS} from photos p where {' and '.join(conditions)} "
        "order by p.taken_local desc, p.id desc limit %(limit)s"
    )
    return await (await connection.execute(query, values)).fetchall()


async def list_cards_by_id(connection: Connection, owner_id: UUID, photo_ids: Sequence[UUID]) -> list[tuple[Any, ...]]:
    """Return rows of `CARD_COLUMNS` of those photos that are in the owner's library or trash, in no special order."""
    query = f"select {CARD_COLUMNS} from photos p where p.owner_id = %s and p.id = any(%s)"
    return await (await connection.execute(query, (owner_id, list(photo_ids)))).fetchall()


_DETAIL = """
    select p.*, encode(p.thumbhash, 'base64') as thumbhash_text,
           p.taken_local - p.utc_offset_min * interval '1 minute' as taken_utc,
           c.make, c.model, l.name as lens,
           op.id as own_place_id, coalesce(op.name, pn.name, pl.name) as place_name,
           coalesce(pn.region, pl.region, '') as place_region,
           coalesce(pn.country, pl.country, '') as place_country,
           coalesce(pn.country_code, pl.country_code, '') as place_code,
           la.names as label_names, la.scores as label_scores, la.provider as label_provider, t.content as text_content,
           (select json_agg(json_build_object('id', f.id, 'score', round(f.score::numeric, 4), 'box', json_build_object(
                'x', f.x, 'y', f.y, 'width', f.width, 'height', f.height), 'person_id', f.person_id, 'name', n.name,
                'assigned_by', f.assigned_by) order by f.width * f.height desc)
            from faces f left join people n on n.id = f.person_id and n.owner_id = f.owner_id
            where f.photo_id = p.id and f.owner_id = p.owner_id and not f.is_hidden) as faces,
           (select json_agg(json_build_object('id', a.id, 'title', a.title) order by a.title)
            from album_photos ap join albums a on a.id = ap.album_id
            where ap.photo_id = p.id and a.owner_id = p.owner_id) as albums,
           (select json_agg(json_build_object('id', other.id, 'kind', k.kind))
            from photo_links k
            join photos other on other.id = case when k.photo_id = p.id then k.part_id else k.photo_id end
            where (k.photo_id = p.id or k.part_id = p.id)
              and k.owner_id = p.owner_id and other.owner_id = p.owner_id) as linked,
           (select json_object_agg(v.label, v.is_right order by v.label) from label_verdicts v
            where v.photo_id = p.id and v.owner_id = p.owner_id) as label_verdicts,
           (select json_object_agg(k.label, k.score) from learned_labels k
            where k.photo_id = p.id and k.owner_id = p.owner_id) as learned_labels,
           (select json_object_agg(x.stage, x.reason) from photo_failures x
            where x.photo_id = p.id and x.owner_id = p.owner_id) as failures
    from photos p
    left join cameras c on c.id = p.camera_id
    left join lenses l on l.id = p.lens_id
    left join places pl on pl.id = p.place_id
    left join place_names pn on pn.place_id = p.place_id and pn.owner_id = p.owner_id
    left join own_places op on op.id = p.own_place_id and op.owner_id = p.owner_id
    left join photo_labels la on la.photo_id = p.id and la.owner_id = p.owner_id
    left join photo_texts t on t.photo_id = p.id and t.owner_id = p.owner_id
    where p.id = %(photo_id)s and p.owner_id = %(owner_id)s
"""

_KNOWN = """
    select (select json_build_object('provider', provider, 'model', model, 'names', names, 'scores', scores, 'raw', raw)
            from photo_labels where photo_id = p.id and owner_id = p.owner_id) as labels,
           (select json_build_object('provider', provider, 'model', model, 'content', content, 'lines', lines)
            from photo_texts where photo_id = p.id and owner_id = p.owner_id) as text,
           (select json_agg(json_build_object('id', f.id, 'provider', f.provider, 'model', f.model, 'score', f.score,
                'sharpness', f.sharpness, 'size_px', f.size_px, 'landmarks', f.landmarks, 'space', s.name,
                'person_id', f.person_id, 'assigned_by', f.assigned_by, 'is_hidden', f.is_hidden,
                'box', json_build_object('x', f.x, 'y', f.y, 'width', f.width, 'height', f.height)))
            from faces f left join embedding_spaces s on s.id = f.space_id
            where f.photo_id = p.id and f.owner_id = p.owner_id) as faces,
           (select json_agg(json_build_object('space', s.name, 'dimensions', s.dimensions))
            from embeddings e join embedding_spaces s on s.id = e.space_id
            where e.photo_id = p.id and e.owner_id = p.owner_id) as embeddings,
           (select json_object_agg(field, json_build_object('value', value, 'decided_at', decided_at)) from (
                select distinct on (d.field) d.field, d.value, j.decided_at
                from decisions d join journal j on j.id = d.entry_id
                where d.owner_id = p.owner_id and d.topic = 'photo' and d.subject = encode(p.sha256, 'hex')
                    and not d.is_taken_back order by d.field, d.number desc) standing) as decisions,
           (select json_agg(json_build_object('file_name', file_name, 'stored_at', stored_at,
                'size_bytes', octet_length(content)) order by stored_at desc, id desc)
            from sidecars where photo_id = p.id and owner_id = p.owner_id) as sidecars
    from photos p where p.id = %(photo_id)s and p.owner_id = %(owner_id)s
"""


async def find_detail(connection: Connection, owner_id: UUID, photo_id: UUID) -> dict[str, Any] | None:
    """Return the photo's row with what hangs from it."""
    return await _find_dict(connection, _DETAIL, owner_id, photo_id)


async def find_known(connection: Connection, owner_id: UUID, photo_id: UUID) -> dict[str, Any] | None:
    """Return the raw results of the vision stages, the decisions and the sidecars of a photo."""
    return await _find_dict(connection, _KNOWN, owner_id, photo_id)


async def list_sidecars(connection: Connection, owner_id: UUID, photo_id: UUID) -> list[bytes]:
    """Return the XMP sidecars of a photo, the newest first: where two tell of the same thing, the newest wins."""
    query = "select content from sidecars where photo_id = %s and owner_id = %s order by stored_at desc, id desc"
    rows = await (await connection.execute(query, (photo_id, owner_id))).fetchall()
    return [bytes(row[0]) for row in rows]


@dataclass(frozen=True)
class ImageFacts:
    """What is needed to serve a photo's bytes."""

    sha256: bytes
    media_type: int
    file_name: str
    processing_status: int
    processing_reason: str | None


async def find_image_facts(connection: Connection, owner_id: UUID, photo_id: UUID) -> ImageFacts | None:
    """Return what is needed to serve a photo's bytes, be it in the trash."""
    query = (
        "select sha256, media_type, file_name, processing_status, processing_reason from photos "
        "where id = %s and owner_id = %s"
    )
    row = await (await connection.execute(query, (photo_id, owner_id))).fetchone()
    return None if row is None else ImageFacts(bytes(row[0]), *row[1:])


async def _find_dict(connection: Connection, query: str, owner_id: UUID, photo_id: UUID) -> dict[str, Any] | None:
    async with connection.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(query, {"photo_id": photo_id, "owner_id": owner_id})
        return await cursor.fetchone()
