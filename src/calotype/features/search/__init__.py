"""Search: a sentence in, photos out, with the reasons."""

from calotype.features.search.errors import BadQuestion
from calotype.features.search.evaluation import QueryResult, evaluate, summarise
from calotype.features.search.indexing import index_photo, tend_lexicon
from calotype.features.search.repository.vector_index import ensure_vector_index
from calotype.features.search.schemas import (
    Answer,
    Box,
    FindEmbedder,
    Given,
    Hit,
    Reason,
    SentenceEmbedder,
    Similar,
    Suggestion,
)
from calotype.features.search.service import Search

__all__ = [
    "Answer",
    "BadQuestion",
    "Box",
    "FindEmbedder",
    "Given",
    "Hit",
    "QueryResult",
    "Reason",
    "Search",
    "SentenceEmbedder",
    "Similar",
    "Suggestion",
    "ensure_vector_index",
    "evaluate",
    "index_photo",
    "summarise",
    "tend_lexicon",
]
