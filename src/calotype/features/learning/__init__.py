"""What the library learns from its owner: corrected labels, labels of one's own, taste. Other rooms enter by these names."""

from calotype.features.learning.projection import project_learning
from calotype.features.learning.service import Learning

__all__ = ["Learning", "project_learning"]
