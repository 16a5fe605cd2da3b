"""Reading what stands about albums of the best, with the words about people who were merged since."""

from collections.abc import Collection, Mapping
from uuid import UUID

from calotype.db.engine import Connection
from calotype.features.albums.curated_words import CURATED, PERSON, Said, follow_merges, read_words
from calotype.features.journal import list_standing


async def read_said(
    connection: Connection, owner_id: UUID, keys: Collection[str] | None = None
) -> tuple[Mapping[str, Said], Mapping[str, str]]:
    """Return what stands about the albums with these keys (or all), by key, and who was merged: key -> key.

    The albums of merged people are those of whom they are today.
    """
    if keys is not None and not any(key.startswith("person:") for key in keys):
        return read_words(await list_standing(connection, owner_id, CURATED, keys)), {}
    merged = follow_merges(await list_standing(connection, owner_id, PERSON))
    if keys is None:
        return read_words(await list_standing(connection, owner_id, CURATED), merged), merged
    today = {merged.get(key, key) for key in keys}
    asked = today | {key for key, other in merged.items() if other in today}
    return read_words(await list_standing(connection, owner_id, CURATED, asked), merged), merged
