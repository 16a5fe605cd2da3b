"""The prints: 1200, 600, 300, 150 px on the long side; a full-size one where browsers cannot show the original."""

from calotype.media.prints import full_print, make_prints
from calotype.pipeline.record import VERSIONS
from calotype.pipeline.work import PhotoInWork, Ports

PRINT_NAMES = {"1200": "1200.jpg", "600": "600.webp", "300": "300.webp", "150": "150.webp"}
FULL_SIDE = 8192  # pixels: larger pictures get a full print of this size; browsers and memory end near there


class PreviewsStage:
    """Decodes the original, once; the other stages work on the same array."""

    name, version = "previews", VERSIONS["previews"]

    def run(self, photo: PhotoInWork, ports: Ports) -> bool:
        photo.largest_print = None
        image = photo.decode_original()
        photo.found.prints = {PRINT_NAMES[side]: content for side, content in make_prints(image).items()}
        if not photo.media_type.browser_safe:
            larger = photo.larger_image(FULL_SIDE) if photo.is_larger_than_print else image
            photo.found.prints["full.jpg"] = full_print(larger)
        return True
