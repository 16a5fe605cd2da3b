"""When we were there: events, trips and memories. Other rooms enter by these names."""

from calotype.features.moments.projection import project_moments
from calotype.features.moments.service import Moments

__all__ = ["Moments", "project_moments"]
