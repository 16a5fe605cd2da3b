"""What the library learns from its owner: corrected labels, own labels, taste. Others enter by these names."""

from calotype.features.learning.events import FeedbackGiven, TrainingWanted
from calotype.features.learning.projection import project_learning, recall_verdicts
from calotype.features.learning.service import Learning

__all__ = ["FeedbackGiven", "Learning", "TrainingWanted", "project_learning", "recall_verdicts"]
