"""Text in the picture. Screenshots and scans are read from more pixels than the print has."""

from calotype.media.sniff import MediaType
from calotype.pipeline.record import VERSIONS
from calotype.pipeline.work import PhotoInWork, Ports

DOCUMENT_SIDE = 1920  # pixels; phone screens are 2,400 high, and their smallest text is gone at 1,200
TALL = 1.9  # a screen or a page strip is longer than any camera's 16:9


class TextStage:
    name, version = "text", VERSIONS["text"]

    def run(self, photo: PhotoInWork, ports: Ports) -> bool:
        reader = ports.vision().text
        if reader is None:
            return False
        image = photo.image()
        sides = sorted(image.shape[:2])
        if photo.media_type is MediaType.PNG and sides[1] > TALL * sides[0] and photo.is_larger_than_print:
            image = photo.larger_image(DOCUMENT_SIDE)
        photo.found.text = reader.read_text(image)
        return bool(photo.found.text.lines)
