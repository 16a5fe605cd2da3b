"""Sharpness, exposure, contrast, noise and resolution: a hand-made score from measured parts."""

from dataclasses import replace

from calotype.media.quality import measure
from calotype.pipeline.record import VERSIONS
from calotype.pipeline.work import PhotoInWork, Ports


class QualityStage:
    """Measures what every picture has; what is known of the faces stays."""

    name, version = "quality", VERSIONS["quality"]

    def run(self, photo: PhotoInWork, ports: Ports) -> bool:
        measured = measure(photo.image(), photo.megapixels)
        known = photo.quality
        if known is not None:
            measured = replace(
                measured,
                face_sharpness=known.face_sharpness,
                eyes_open=known.eyes_open,
                faces_in_frame=known.faces_in_frame,
            )
        photo.found.quality = measured
        return True
