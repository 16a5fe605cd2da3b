"""Keeping the index: one call per photo, whoever changed something."""

from collections import Counter
from typing import Any
from uuid import UUID

from calotype.features.search.document import build_document, list_terms
from calotype.features.search.repository import indexing as repository
from calotype.features.search.repository import lexicon

_CACHED_TERMS = 200_000
_READ_TOGETHER = 500
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


async def tend_lexicon(connection: Any) -> None:
    """Count anew how many photos of each owner use each term, and delete the terms that none uses any more.

    For now and then: it reads every photo. In between a term that is new counts 1, and what is gone stays. Terms of the
    trash are kept, with 0 uses: they come back with their photos. What a photo brings back while this runs may be
    missed until the next time. `connection` commits by itself.
    """
    for owner_id in await lexicon.list_owners(connection):
        before = await lexicon.list_terms(connection, owner_id)
        uses = await _count_terms(connection, owner_id)
        async with connection.transaction():
            await lexicon.write_uses(connection, owner_id, uses)
            await lexicon.remove_terms(connection, owner_id, before - uses.keys())
        _known_terms.pop(owner_id, None)


async def _count_terms(connection: Any, owner_id: UUID) -> Counter[tuple[str, str]]:
    uses: Counter[tuple[str, str]] = Counter()
    after: UUID | None = None
    while photos := await lexicon.list_photos(connection, owner_id, after, _READ_TOGETHER):
        after = photos[-1][0]
        for counts in (True, False):
            photo_ids = [photo_id for photo_id, is_kept in photos if is_kept is counts]
            for facts in await repository.list_facts(connection, owner_id, photo_ids) if photo_ids else ():
                for term in list_terms(facts):
                    uses[term] += int(counts)
    return uses
