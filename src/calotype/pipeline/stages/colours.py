"""The basic colour names of the whole, the middle and the border, and the tones: dark, night, black and white …"""

from calotype.media.colours import colours
from calotype.pipeline.record import VERSIONS
from calotype.pipeline.work import PhotoInWork, Ports


class ColoursStage:
    name, version = "colours", VERSIONS["colours"]

    def run(self, photo: PhotoInWork, ports: Ports) -> bool:
        photo.found.colours = colours(photo.small_image())
        return True
