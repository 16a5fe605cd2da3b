"""The journal: what people decided, in order, each with a way back. Other rooms enter by these names.

A decision is a fact that a person told: topic, subject, field, value. A feature records what was said
(`Journal.record`), and its tables follow: `DecisionsChanged` is published for every topic, and the feature's
projection, named in `reactions.py`, brings its tables into line with what stands. Undo takes an entry's facts back and
publishes the same event, so there is one way forward and back.
"""

from calotype.features.journal.errors import EntryNotFound, GoneForGood, NothingToUndo, UndoneAlready
from calotype.features.journal.events import DecisionsChanged
from calotype.features.journal.repository import forget_facts, list_standing, list_told
from calotype.features.journal.schemas import Entry, Fact, Standing, Told
from calotype.features.journal.service import Journal

__all__ = [
    "DecisionsChanged",
    "Entry",
    "EntryNotFound",
    "Fact",
    "GoneForGood",
    "Journal",
    "NothingToUndo",
    "Standing",
    "Told",
    "UndoneAlready",
    "forget_facts",
    "list_standing",
    "list_told",
]
