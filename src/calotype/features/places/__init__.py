"""Where photos were taken: the tree of places, the map, places of one's own, corrections. Other rooms enter by these names."""

from calotype.features.places.projection import project_places
from calotype.features.places.service import Places

__all__ = ["Places", "project_places"]
