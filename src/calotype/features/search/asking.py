"""Answering: a sentence is read, photos are found by words and by meaning, weighed, and answered with reasons.

Imported at the first question (numpy, rapidfuzz), not when the service starts.
"""

import asyncio
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, cast
from uuid import UUID

from psycopg import OperationalError

from calotype.db.engine import Database, DatabaseUnavailable
from calotype.db.keyset import decode_cursor, encode_cursor
from calotype.features.photos import FILE_TIMES, PhotoNotFound
from calotype.features.search.evidence import read_words
from calotype.features.search.lookalikes import LEAST_LIKENESS, to_similar
from calotype.features.search.query import Known, Preference, Query, parse
from calotype.features.search.ranking import (
    ALL,
    CUTS,
    asks_for_time,
    explain,
    filter_reasons,
    is_doubtful_time,
    rank,
    without_rejected_likeness,
)
from calotype.features.search.repository import candidates as found
from calotype.features.search.repository import lexicon, likeness, vectors
from calotype.features.search.repository.candidates import DatePlace
from calotype.features.search.repository.conditions import (
    Conditions,
    Text,
    all_words,
    any_lexeme,
    any_of,
    build_conditions,
)
from calotype.features.search.repository.vector_index import Space, find_space
from calotype.features.search.repository.vectors import vector_text
from calotype.features.search.schemas import (
    COUNTED_IN_DOCUMENTS,
    COUNTED_UP_TO,
    Answer,
    Candidate,
    FindEmbedder,
    Given,
    Hit,
    KnowsWords,
    Question,
    Similar,
    Suggestion,
)
from calotype.features.search.sentence.chips import HasColour, HasFaces, HasTone, TakenRecurring
from calotype.features.search.sentence.known import KnownPerson
from calotype.features.search.sentence.people import know_people, named_like
from calotype.features.search.sentence.words import fold, fold_question
from calotype.features.search.spelling import correct, doubtful_words
from calotype.features.search.thesaurus import all_label_words, words_for
from calotype.ports.vision import VisionInterrupted, VisionUnavailable

MOST_RANKED = 1_000
FOUND_PER_WORD = 150
FOUND_BY_MEANING = 200
_KNOWN_FOR_S = 15.0
_KNOWN_AT_MOST_S = 60.0
_MOST_OWNERS_KEPT = 200
_WORDS_LOOKED_UP = 8

WORDS_ONLY = "Searched by words only: {reason}"
NOTHING_ASKED = "Say what to look for: a thing, a place, a time, or words that stand in the picture."
NO_GOOD_MATCH = "No good match. Try other words, or drop one of the chips."


@dataclass(frozen=True)
class _Library:
    """What is remembered of an owner's library for a few seconds."""

    known: Known
    photos: int
    read_at: float
    things: frozenset[str]  # words that its labels speak for


@dataclass(frozen=True)
class _Meaning:
    """A sentence as a vector, or why there is none."""

    space: Space | None = None
    vector: str | None = None
    trouble: str | None = None


class Asker:
    """Answers the questions of `Search`."""

    def __init__(self, database: Database, find_embedder: FindEmbedder) -> None:
        self._database = database
        self._find_embedder = find_embedder
        self._libraries: dict[UUID, _Library] = {}
        self._refreshing: dict[UUID, asyncio.Task[None]] = {}

    async def search(self, question: Question) -> Answer:
        """Answer a question. Raises `BadCursor`."""
        library = await self._get_library(question.owner_id)
        people, wrong = await self._read_words(question)
        query = parse(question.sentence, replace(library.known, people=people), question.today, question.dropped)
        conditions = build_conditions(question.owner_id, query.filters, question.given)
        if question.given.camera:
            _add_camera(conditions, question.given.camera, library.known)
        if not (query.wants_ranking or query.filters or question.given != Given()):
            return Answer(query, (), 0, "no good match", NOTHING_ASKED, None)
        if query.wants_ranking:
            return await self._answer_by_rank(question, query, conditions, library, wrong)
        return await self._answer_by_date(question, query, conditions, wrong)

    async def _read_words(self, question: Question) -> tuple[Mapping[str, KnownPerson], frozenset[UUID]]:
        """Return who has a name, and what was said to be no answer to this question.

        Both hold at once after they were said, so neither is remembered here.
        """
        if not question.sentence.strip():
            return {}, frozenset()
        async with self._database.connection() as connection:
            people = know_people(await found.list_people(connection, question.owner_id))
            if question.ranks_all:
                return people, frozenset()
            return people, await found.list_wrong_hits(connection, question.owner_id, fold_question(question.sentence))

    # -- by date --------------------------------------------------------------------------------------------------

    async def _answer_by_date(
        self, question: Question, query: Query, conditions: Conditions, wrong: frozenset[UUID]
    ) -> Answer:
        after, limit = _read_date_cursor(question.cursor), question.limit
        counted = COUNTED_IN_DOCUMENTS if conditions.reads_documents else COUNTED_UP_TO
        most = max(limit, counted)
        wanted = limit + 1 if after is not None else most + 1
        async with self._database.connection() as connection:
            listed = await found.list_by_date(connection, conditions, after, wanted, wrong)
            ids = [photo_id for photo_id, _ in listed]
            # every page tells the same number: that of the whole answer
            whole = listed if after is None else await found.list_by_date(connection, conditions, None, most, wrong)
            photos = await found.get_candidates(
                connection, conditions.owner_id, ids[:limit], space_id=None, vector=None
            )
        place = {photo_id: at for at, photo_id in enumerate(ids)}
        photos.sort(key=lambda photo: place[photo.id])
        hits = tuple(
            Hit(photo, 0.0, "maybe" if is_doubtful_time(query, photo) else "sure", tuple(filter_reasons(query, photo)))
            for photo in photos
        )
        needs_time = asks_for_time(query)
        sure = [source for _, source in whole[:most] if not (needs_time and source in FILE_TIMES)]
        following = _date_cursor(photos[-1]) if len(ids) > limit and photos else None
        verdict = "ok" if hits or after else "no good match"
        return Answer(
            query,
            hits,
            len(sure),
            cast(Any, verdict),
            None if hits else NO_GOOD_MATCH,
            following,
        )

    # -- by rank --------------------------------------------------------------------------------------------------

    async def _answer_by_rank(
        self, question: Question, query: Query, conditions: Conditions, library: _Library, wrong: frozenset[UUID]
    ) -> Answer:
        after, limit = _read_rank_cursor(question.cursor), question.limit
        meaning = await self._read_meaning(query)
        async with self._database.transaction(read_only=True) as connection:
            corrections = await self._correct(connection, conditions.owner_id, query, library.things)
            words = read_words(query.content, corrections)
            photos = await self._find(connection, query, conditions, library, meaning, corrections)
        photos = [without_rejected_likeness(words, photo) for photo in photos if photo.id not in wrong]
        hits = sorted(rank(query, words, photos, library.photos, ALL if question.ranks_all else CUTS), key=_rank_key)
        total_sure = sum(hit.match == "sure" for hit in hits)
        page = [hit for hit in hits if after is None or _rank_key(hit) > after]
        following = encode_cursor(_rank_values(page[limit - 1])) if len(page) > limit else None
        message = NO_GOOD_MATCH if not hits else None
        if meaning.trouble:
            message = " ".join(filter(None, (WORDS_ONLY.format(reason=meaning.trouble), message)))
        return Answer(
            query, tuple(explain(query, words, hit) for hit in page[:limit]), total_sure,
            "ok" if hits else "no good match", message, following,
            {typed: " or ".join(others) for typed, others in corrections.items()},
        )  # fmt: skip

    async def _find(
        self, connection: Any, query: Query, conditions: Conditions, library: _Library, meaning: _Meaning,
        corrections: dict[str, tuple[str, ...]],
    ) -> list[Candidate]:  # fmt: skip
        ids: dict[UUID, None] = {}
        if meaning.space is not None and meaning.vector is not None:
            near = await vectors.find_nearest(
                connection, conditions, meaning.space, meaning.vector,
                owner_photos=library.photos, limit=FOUND_BY_MEANING,
            )  # fmt: skip
            ids |= dict.fromkeys(near)
        questions = _questions(query, corrections)
        ids |= dict.fromkeys(await found.find_by_words(connection, conditions, questions, FOUND_PER_WORD))
        return await found.get_candidates(
            connection, conditions.owner_id, list(ids)[:MOST_RANKED],
            space_id=meaning.space.id if meaning.space else None, vector=meaning.vector,
        )  # fmt: skip

    async def _read_meaning(self, query: Query) -> _Meaning:
        if not query.content:
            return _Meaning()
        try:
            embedder = self._find_embedder()
            if embedder is None:
                return _Meaning(trouble="vision is switched off.")
            vector = await embedder.embed_text(query.meaning)
        except (VisionUnavailable, VisionInterrupted) as problem:
            return _Meaning(trouble=str(problem))
        space = await self._find_space(embedder.space)
        return _Meaning(space, vector_text(vector)) if space else _Meaning()

    async def _find_space(self, name: str) -> Space | None:
        async with self._database.connection() as connection:
            return await find_space(connection, name)

    async def _correct(
        self, connection: Any, owner_id: UUID, query: Query, things: frozenset[str]
    ) -> dict[str, tuple[str, ...]]:
        """Return other spellings of words that neither the library nor the language knows."""
        doubtful = [word for word in doubtful_words(query.content[:_WORDS_LOOKED_UP]) if not self._is_ordinary(word)]
        if not doubtful:
            return {}
        terms = await lexicon.list_like(connection, owner_id, sorted({word[:2] for word in doubtful}))
        return correct(doubtful, terms, things)

    def _is_ordinary(self, word: str) -> bool:
        """Say whether the embedder's language has the word; False where nobody can tell."""
        with suppress(VisionUnavailable, VisionInterrupted):
            embedder = self._find_embedder()
            return isinstance(embedder, KnowsWords) and embedder.knows_word(word)
        return False

    # -- the library ----------------------------------------------------------------------------------------------

    async def _get_library(self, owner_id: UUID) -> _Library:
        """Return what the owner's library knows. What is a little old is given at once and read again meanwhile."""
        kept = self._libraries.get(owner_id)
        age_s = 0.0 if kept is None else time.monotonic() - kept.read_at
        if kept is None or age_s > _KNOWN_AT_MOST_S:
            return await self._read_library(owner_id)
        if age_s > _KNOWN_FOR_S and owner_id not in self._refreshing:
            task = asyncio.create_task(self._refresh_library(owner_id))
            self._refreshing[owner_id] = task
        return kept

    async def _refresh_library(self, owner_id: UUID) -> None:
        try:
            await self._read_library(owner_id)
        except (DatabaseUnavailable, OperationalError):
            pass  # whoever asks next will hear of it
        finally:
            self._refreshing.pop(owner_id, None)

    async def _read_library(self, owner_id: UUID) -> _Library:
        async with self._database.connection() as connection:
            names = await lexicon.list_names(connection, owner_id)
            photos = await vectors.count_photos(connection, owner_id)
            southern = await lexicon.is_southern(connection, owner_id)
        by_kind: dict[str, list[str]] = {"place": [], "camera": [], "tag": [], "label": []}
        for kind, term in names:
            by_kind[kind].append(term)
        known = Known(
            places=frozenset(by_kind["place"]), cameras=tuple(sorted(by_kind["camera"])),
            tags=frozenset(by_kind["tag"]),
            labels=all_label_words() | frozenset(by_kind["label"]), southern=southern, is_ordinary=self._is_ordinary,
        )  # fmt: skip
        if len(self._libraries) >= _MOST_OWNERS_KEPT:
            self._libraries.clear()
        library = _Library(known, photos, time.monotonic(), words_for(by_kind["label"]))
        self._libraries[owner_id] = library
        return library

    async def suggest(self, owner_id: UUID, typed: str, limit: int) -> list[Suggestion]:
        """Return ways to go on typing the last word (or the whole) of `typed`; near words where none begins so."""
        whole = " ".join(fold(typed.replace("\0", " ")).split())
        if not whole:
            return []
        last = whole.split()[-1]
        async with self._database.connection() as connection:
            people = know_people(await found.list_people(connection, owner_id, also_hidden=False))
            rows = [(person.title, "person", len(person.ids)) for person in named_like(people, whole, last)[:limit]]
            rows += await lexicon.suggest(connection, owner_id, whole, limit - len(rows))
            if len(rows) < limit and last != whole and len(last) >= 2:
                rows += await lexicon.suggest(connection, owner_id, last, limit - len(rows))
            if not rows and len(last) > 4:
                corrections = correct([last], await lexicon.list_like(connection, owner_id, [last[:2]]))
                for word in corrections.get(last, ()):
                    rows += await lexicon.suggest(connection, owner_id, word, limit)
        unique: dict[str, Suggestion] = {}
        for term, kind, uses in rows:
            unique.setdefault(term, Suggestion(term, kind, uses))
        return list(unique.values())[:limit]

    async def similar(self, owner_id: UUID, photo_id: UUID, limit: int) -> list[Similar]:
        """Return photos that look like this one. Raises `PhotoNotFound`."""
        async with self._database.connection() as connection:
            if not await likeness.photo_exists(connection, owner_id, photo_id):
                raise PhotoNotFound
            spaces = await likeness.list_spaces(connection, owner_id, photo_id)
            if not spaces:
                return []  # nobody has looked at it yet
            found_alike = await likeness.list_lookalikes(connection, owner_id, photo_id, spaces[0], spaces[-1], limit)
        return [to_similar(one) for one in found_alike if one.likeness >= LEAST_LIKENESS]


def _questions(query: Query, corrections: dict[str, tuple[str, ...]]) -> list[Text]:
    """Return the questions to the index of words: each word, all together, and with what shall be seen."""
    per_word: list[Text] = []
    for word in query.content[:_WORDS_LOOKED_UP]:
        spellings = [all_words([spelling]) for spelling in (word, *corrections.get(word, ()))]
        kept = [text for text in spellings if text is not None]
        if kept:
            per_word.append(any_of(kept))
    questions: list[Text] = list(per_word)
    if len(per_word) > 1:
        questions.append(_together(per_word))
    seen = [_seen(one) for one in query.preferences]
    if seen and per_word and query.speaks_of_things:
        questions.append(_together([any_of(per_word), any_of(seen)]))
    if seen and not query.speaks_of_things:
        questions.append(_together(seen))
    return questions


def _together(texts: Sequence[Text]) -> Text:
    return "(" + " && ".join(sql for sql, _ in texts) + ")", [value for _, values in texts for value in values]


def _seen(preference: Preference) -> Text:
    """Return what the index can say of a preference."""
    if isinstance(preference, HasColour):
        return any_lexeme([f"{'b' if preference.region == 'background' else 'c'}:{preference.colour}"])
    if isinstance(preference, HasTone):
        return any_lexeme([f"t:{preference.tone}", *(["t:dark"] if preference.tone == "night" else [])])
    if isinstance(preference, HasFaces):
        last = 3 if preference.highest is None else min(preference.highest, 3)
        return any_lexeme(f"f:{number}" for number in range(min(preference.lowest, 3), last + 1))
    when = preference.when
    if isinstance(when, TakenRecurring):
        return any_lexeme(f"mo:{month:02d}" for month in when.months)
    return any_lexeme(sorted({f"mo:{start.month:02d}" for start, _ in when.ranges if start is not None}))


def _add_camera(conditions: Conditions, asked: str, known: Known) -> None:
    """Narrow to the cameras whose name holds all the words asked for; to none where there is no such camera."""
    words = fold(asked).split()
    names = [camera for camera in known.cameras if all(word in camera for word in words)]
    conditions.texts.append(any_lexeme([f"ca:{name}" for name in names] or ["ca:"]))


# -- cursors ------------------------------------------------------------------------------------------------------


def _date_cursor(photo: Candidate) -> str:
    return encode_cursor((photo.taken_local.replace(tzinfo=UTC), photo.id))


def _read_date_cursor(cursor: str | None) -> DatePlace | None:
    if cursor is None:
        return None
    taken, photo_id = decode_cursor(cursor, (datetime, UUID))
    return DatePlace(cast(datetime, taken).replace(tzinfo=None), cast(UUID, photo_id))


RankKey = tuple[int, int, int]


def _rank_values(hit: Hit) -> tuple[int, int, UUID]:
    return int(hit.match == "sure"), round(hit.score * 1_000_000), hit.photo.id


def _rank_key(hit: Hit) -> RankKey:
    is_sure, score, photo_id = _rank_values(hit)
    return -is_sure, -score, -photo_id.int


def _read_rank_cursor(cursor: str | None) -> RankKey | None:
    if cursor is None:
        return None
    is_sure, score, photo_id = decode_cursor(cursor, (int, int, UUID))
    return -cast(int, is_sure), -cast(int, score), -cast(UUID, photo_id).int
