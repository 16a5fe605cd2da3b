"""Faces: where they are, how good, and a vector each."""

from calotype.pipeline.work import PhotoInWork, Ports


class FacesStage:
    name, version = "faces", 1

    def run(self, photo: PhotoInWork, ports: Ports) -> bool:
        reader = ports.vision().faces
        photo.found.faces = [] if reader is None else list(reader.find_faces(photo.image()))
        return bool(photo.found.faces)
