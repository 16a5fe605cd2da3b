"""The town, region and country at the coordinates, from a gazetteer on this machine."""

from calotype.pipeline.record import VERSIONS
from calotype.pipeline.work import PhotoInWork, Ports


class PlaceStage:
    name, version = "place", VERSIONS["place"]

    def run(self, photo: PhotoInWork, ports: Ports) -> bool:
        coordinates = photo.coordinates
        if coordinates is None:
            return False
        photo.found.place = ports.geocoder.find_place(*coordinates)
        return photo.found.place is not None
