"""What is in the picture, in words, each with a confidence."""

from calotype.pipeline.record import VERSIONS
from calotype.pipeline.work import PhotoInWork, Ports
from calotype.ports.vision import LabelOptions

OPTIONS = LabelOptions()


class LabelsStage:
    name, version = "labels", VERSIONS["labels"]

    def run(self, photo: PhotoInWork, ports: Ports) -> bool:
        reader = ports.vision().labels
        if reader is None:
            return False
        photo.found.labels = reader.read_labels(photo.image(), OPTIONS)
        return bool(photo.found.labels.labels)
