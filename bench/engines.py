"""Bare calls of the vision engines on decoded arrays: what understanding costs without a pipeline around it."""

import resource
import sys
from pathlib import Path
from typing import Any

from calotype.media.decode import decode
from calotype.media.sniff import sniff_file
from calotype.ports.models import ModelStore
from calotype.ports.vision import LabelOptions, Vision
from calotype.ports.vision.local import open_local_vision
from calotype.settings import read_settings


def look(vision: Vision, image: Any) -> None:
    """Ask every engine once."""
    assert vision.labels
    assert vision.image_embedding
    assert vision.faces
    assert vision.text
    vision.labels.read_labels(image, LabelOptions())
    vision.image_embedding.embed_image(image)
    vision.faces.read_faces(image)
    vision.text.read_text(image)


def main(paths: list[str]) -> None:
    """Print the CPU milliseconds that the engines take for a photo, decoding and loading not counted."""
    vision = open_local_vision(ModelStore(read_settings().models_folder))
    images = [decode(Path(path), sniff_file(Path(path))).image for path in paths]
    look(vision, images[0])
    before = resource.getrusage(resource.RUSAGE_SELF)
    for image in images[1:]:
        look(vision, image)
    after = resource.getrusage(resource.RUSAGE_SELF)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    print(f"{1000 * cpu / (len(images) - 1):.2f}")


if __name__ == "__main__":
    main(sys.argv[1:])
