"""Keeping the index: one call per photo, whoever changed something."""

from typing import Any
from uuid import UUID

from calotype.features.search.document import build_document
from calotype.features.search.repository import indexing as repository

_CACHED_TERMS = 200_000
# Terms that are committed in the lexicon, per owner: most photos bring none that is new.
_known_terms: dict[UUID, set[tuple[str, str]]] = {}


async def index_photo(connection: Any, owner_id: UUID, photo_id: UUID) -> None:
    """Write the row of the index for one photo from all facts in the tables, in the caller's transaction.

    May run as often as anybody likes; a photo that is gone is nobody's fault.
    """
    facts = await repository.find_facts(connection, owner_id, photo_id)
    if facts is None:
        return
    document = build_document(facts)
    await repository.write_document(connection, owner_id, photo_id, document)
    known = _known_terms.setdefault(owner_id, set())
    missing = [term for term in document.terms if term not in known]
    if missing:
        new = await repository.add_terms(connection, owner_id, missing)
        # What this transaction added may still be rolled back: only what was there before is sure to stay.
        if len(known) > _CACHED_TERMS:
            known.clear()
        known.update(term for term in missing if term not in new)
