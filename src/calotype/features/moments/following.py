"""What follows from a decision about moments: the same finding as of a run, on the time around it."""

from collections.abc import Collection
from uuid import UUID

from calotype.features.moments.organising import MARGIN, join_spans, organise_span
from calotype.features.moments.reading import MOMENT, read_hints
from calotype.features.moments.repository import moments
from calotype.features.moments.repository.span import Span


async def follow(connection: moments.Connection, owner_id: UUID, topic: str, subjects: Collection[str]) -> None:
    """Look again at the time of the moments, or of the photos, that something was said about or taken back."""
    await moments.lock_moments(connection, owner_id)
    await moments.count_told(connection, owner_id)
    if topic == MOMENT:
        found = [await moments.find_moment(connection, owner_id, UUID(subject)) for subject in sorted(subjects)]
        times = [Span(row.starts_local, row.ends_local) for row in found if row is not None]
        hints = {}
    else:
        photos = await moments.find_subjects(connection, owner_id, subjects)
        times = [Span(taken, taken) for _, taken in photos.values()]
        hints = await read_hints(connection, owner_id, subjects)
    for span in join_spans(times, MARGIN):
        await organise_span(connection, owner_id, span, hints)
