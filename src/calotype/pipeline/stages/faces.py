"""Faces: where they are, how good, and a vector each."""

from calotype.pipeline.record import VERSIONS
from calotype.pipeline.work import PhotoInWork, Ports


class FacesStage:
    name, version = "faces", VERSIONS["faces"]

    def run(self, photo: PhotoInWork, ports: Ports) -> bool:
        reader = ports.vision().faces
        if reader is None:
            return False
        photo.found.faces = reader.read_faces(photo.image())
        return bool(photo.found.faces.faces)
