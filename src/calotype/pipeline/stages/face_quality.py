"""What the faces say of a picture: whether they are sharp, whole and look at somebody. Reads what `faces` found."""

from dataclasses import replace

from calotype.media.face_quality import FaceInPicture, measure_faces
from calotype.media.quality import measure
from calotype.pipeline.record import VERSIONS
from calotype.pipeline.work import PhotoInWork, Ports


class FaceQualityStage:
    """Runs alone, too: then on the faces that an earlier run has put into the table."""

    name, version = "face_quality", VERSIONS["face_quality"]

    def run(self, photo: PhotoInWork, ports: Ports) -> bool:
        faces = _faces_of(photo)
        image = photo.image()
        parts = measure_faces(image, faces)
        known = photo.found.quality or photo.quality or measure(image, photo.megapixels)
        photo.found.quality = replace(
            known, face_sharpness=parts.sharpness, eyes_open=parts.eyes_open, faces_in_frame=parts.in_frame
        )
        return bool(faces)


def _faces_of(photo: PhotoInWork) -> list[FaceInPicture]:
    """Return what was found just now, with those that people told; else what is in the table."""
    if photo.found.faces is None:
        return list(photo.faces)
    found = [FaceInPicture(face.box, face.landmarks) for face in photo.found.faces.faces]
    return [*found, *(face for face in photo.faces if face.is_told)]
