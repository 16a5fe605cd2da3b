"""Where photos were taken: the tree, the map, places of one's own, corrections. Other rooms enter by these names."""

from calotype.features.places.events import PhotosPlaced, PlacesDue
from calotype.features.places.projection import project_places
from calotype.features.places.service import Places

__all__ = ["PhotosPlaced", "Places", "PlacesDue", "project_places"]
