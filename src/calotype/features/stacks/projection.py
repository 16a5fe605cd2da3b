"""From decisions, and from what happens to photos, to tables."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from calotype.features.photos import (
    PhotoHidden,
    PhotoPurged,
    PhotoRestored,
    PhotoShown,
    PhotoTrashed,
)
from calotype.features.stacks.events import StacksChanged
from calotype.features.stacks.regrouping import is_in_line, regroup, release
from calotype.features.stacks.repository.stacks import (
    drop_stacks,
    find_ids,
    list_lost_variants,
    list_stacks_of,
)


async def project_stacks(
    connection: Any,
    owner_id: UUID,
    topic: str,  # noqa: ARG001 - one signature for all
    subjects: Collection[str],
) -> Sequence[object]:
    """Make the stacks of these contents anew from what stands about them; return the events that follow."""
    ids = await find_ids(connection, owner_id, subjects)
    has_moved = await regroup(connection, owner_id, list(ids.values())) if ids else False
    return (StacksChanged(owner_id),) if has_moved else ()


async def follow_lead(event: PhotoTrashed | PhotoRestored | PhotoHidden | PhotoShown, connection: Any) -> None:
    """Take the variants of a photo along to where it went, and out of the stacks of what is seen or into them.

    A variant that went by itself is put where it belongs.
    """
    if not await is_in_line(connection, event.owner_id, event.photo_id):
        await regroup(connection, event.owner_id, [event.photo_id])


async def outlive_lead(event: PhotoPurged, connection: Any) -> None:
    """Let nothing stand behind a photo that is gone: what is left of its stacks is grouped anew."""
    stacks = await list_stacks_of(connection, event.owner_id, [event.photo_id])
    await drop_stacks(connection, event.owner_id, [stored.id for stored in stacks])
    # The purged lead was not first in the list of members: its row there went with it.
    left = {one for stored in stacks for one in stored.stack.ids} - {event.photo_id}
    if left:
        await regroup(connection, event.owner_id, left)
    if lost := await list_lost_variants(connection, event.owner_id):
        await release(connection, event.owner_id, lost)
