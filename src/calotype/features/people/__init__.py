"""Who is on the photos: faces that belong together, and what their owner says of them. Other rooms enter by these names."""

from calotype.features.people.projection import project_people
from calotype.features.people.service import People

__all__ = ["People", "project_people"]
