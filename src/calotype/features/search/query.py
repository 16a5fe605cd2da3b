"""The door of the sentence reader: `parse` and what it gives."""

from calotype.features.search.sentence.chips import Chip, Effect, Filter, Preference, Query
from calotype.features.search.sentence.known import Known
from calotype.features.search.sentence.reader import LONGEST_SENTENCE, parse

__all__ = ["LONGEST_SENTENCE", "Chip", "Effect", "Filter", "Known", "Preference", "Query", "parse"]
