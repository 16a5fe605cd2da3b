"""Sharpness, exposure, contrast and noise: a hand-made score from measured parts."""

from calotype.media.quality import quality
from calotype.pipeline.record import VERSIONS
from calotype.pipeline.work import PhotoInWork, Ports


class QualityStage:
    name, version = "quality", VERSIONS["quality"]

    def run(self, photo: PhotoInWork, ports: Ports) -> bool:
        image = photo.image()
        decoded = photo.found.decoded
        photo.found.quality = quality(image, decoded.head.megapixels if decoded else None)
        return True
