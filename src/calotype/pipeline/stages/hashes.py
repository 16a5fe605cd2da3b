"""The perceptual hash, for near-duplicates, and the ThumbHash, which fills the frame while the print loads."""

from calotype.media.hashes import phash, thumbhash
from calotype.pipeline.record import VERSIONS
from calotype.pipeline.work import PhotoInWork, Ports


class HashesStage:
    name, version = "hashes", VERSIONS["hashes"]

    def run(self, photo: PhotoInWork, ports: Ports) -> bool:
        image = photo.small_image()
        photo.found.phash = phash(image)
        photo.found.thumbhash = thumbhash(image)
        return True
