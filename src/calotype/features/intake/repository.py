"""All SQL of the intake."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from psycopg import AsyncConnection

from calotype.features.intake.schemas import Duplicate, Outcome, Sidecar, SourceFile
from calotype.kit.ids import uuid7
from calotype.media.sniff import MediaType

Connection = AsyncConnection[Any]

_RAW = [int(kind) for kind in MediaType if kind.is_raw]
_SHOWN = [int(MediaType.JPEG), int(MediaType.HEIC)]  # what cameras write beside a raw file

_FORGET_OLDER_SIDECAR = """
    delete from sidecars where photo_id = %(photo_id)s and owner_id = %(owner_id)s and file_name = %(file_name)s
        and sha256 <> sha256(%(content)s)
"""
_ADD_SIDECAR = """
    insert into sidecars (id, photo_id, owner_id, file_name, sha256, content)
    select %(id)s, p.id, p.owner_id, %(file_name)s, sha256(%(content)s), %(content)s
    from photos p where p.id = %(photo_id)s and p.owner_id = %(owner_id)s
    on conflict (photo_id, sha256) do nothing
    returning id
"""

_RECORD = """
    insert into import_entries (owner_id, path, size_bytes, modified_ns, outcome, photo_id, reason)
    values (%s, %s, %s, %s, %s, %s, %s)
    on conflict (owner_id, path) do update set size_bytes = excluded.size_bytes, modified_ns = excluded.modified_ns,
        outcome = excluded.outcome, photo_id = excluded.photo_id, reason = excluded.reason, recorded_at = now()
"""
_KNOWN = """
    select e.path, e.size_bytes, e.modified_ns, p.id, p.status
    from import_entries e join photos p on p.id = e.photo_id and p.owner_id = e.owner_id
    where e.owner_id = %s and e.path = any(%s) and e.outcome in ('stored', 'duplicate')
"""
_LINK_RAW = """
    insert into photo_links (owner_id, photo_id, part_id, kind)
    select raw.owner_id, shown.id, raw.id, 'raw_jpeg'
    from photos raw cross join lateral (
        select id from photos
        where owner_id = raw.owner_id and id = any(%(ids)s) and media_type = any(%(shown)s)
        order by media_type, id limit 1
    ) shown
    where raw.owner_id = %(owner_id)s and raw.id = any(%(ids)s) and raw.media_type = any(%(raw)s)
    on conflict do nothing
"""


async def add_sidecar(connection: Connection, owner_id: UUID, photo_id: UUID, sidecar: Sidecar) -> bool:
    """Keep a sidecar; a newer one of the same name takes the place of the older. False where it is there already."""
    values = {
        "id": uuid7(),
        "owner_id": owner_id,
        "photo_id": photo_id,
        "file_name": sidecar.file_name,
        "content": sidecar.content,
    }
    await connection.execute(_FORGET_OLDER_SIDECAR, values)
    return await (await connection.execute(_ADD_SIDECAR, values)).fetchone() is not None


async def record_entries(connection: Connection, owner_id: UUID, entries: Sequence[tuple[SourceFile, Outcome]]) -> None:
    """Write the last outcome of files into the ledger."""
    rows = [
        (owner_id, file.path, file.size_bytes, file.modified_ns, outcome.word, outcome.id, outcome.reason)
        for file, outcome in entries
    ]
    async with connection.cursor() as cursor:
        await cursor.executemany(_RECORD, rows)


async def find_known(connection: Connection, owner_id: UUID, files: Mapping[str, SourceFile]) -> dict[str, Duplicate]:
    """Return those of `files` (by path) that were taken in before and have not changed since, with their photo."""
    rows = await (await connection.execute(_KNOWN, (owner_id, list(files)))).fetchall()
    return {
        path: Duplicate(photo_id, in_trash=bool(status))
        for path, size_bytes, modified_ns, photo_id, status in rows
        if (files[path].size_bytes, files[path].modified_ns) == (size_bytes, modified_ns)
    }


async def link_raw(connection: Connection, owner_id: UUID, photo_ids: Sequence[UUID]) -> None:
    """Of photos of one shot, link the raw files as parts of the JPEG (else HEIC) beside them, where there is one."""
    await connection.execute(_LINK_RAW, {"owner_id": owner_id, "ids": list(photo_ids), "raw": _RAW, "shown": _SHOWN})
