"""Does the score of quality prefer a photo to copies that were spoilt? Counted over real photos, by kind and strength.

Of photos that look alike one is taken, so that a choice made on some of them can be tried on the others.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from calotype.media.decode import decode, decode_jpeg_bytes
from calotype.media.degraded import DAMAGES, Damage, degrade
from calotype.media.face_quality import FaceInPicture, measure_faces
from calotype.media.hashes import hamming, phash
from calotype.media.heads import PixelLimits, TooManyPixels, Undecodable, probe
from calotype.media.prints import shrink_by_area
from calotype.media.quality import measure
from calotype.media.quality_score import Quality
from calotype.media.sniff import MediaType, NotAPhoto, sniff_file
from calotype.pipeline.work import PRINT_SIDE, Image
from calotype.ports.vision import FaceReader

FILE_SIDE = 2000  # pixels: copies are made at this size
LEAST_LONG_SIDE, LEAST_SHORT_SIDE = 500, 300  # smaller ones are icons
MOST_MEGAPIXELS = 26
ALIKE = 6  # bits of the perceptual hash
PLAIN = 2.0  # deviation of the levels: in a picture of one colour there is nothing to be spoilt
TYPES = (MediaType.JPEG, MediaType.HEIC, MediaType.PNG, MediaType.WEBP)
_LIMITS = PixelLimits()


@dataclass(frozen=True)
class Pair:
    """The scores of a photo and of a spoilt copy, 0..1000 as they are stored."""

    photo: Path
    damage: Damage
    original: int
    copy: int

    @property
    def is_right(self) -> bool:
        return self.original > self.copy


def list_photos(folders: Iterable[Path]) -> Iterator[tuple[Path, Image]]:
    """Yield the photos in folders by their path, upright, at most `FILE_SIDE` pixels long; of those alike one."""
    hashes: list[int] = []
    for path in sorted(path for folder in folders for path in folder.rglob("*") if path.is_file()):
        image = _read(path)
        if image is None:
            continue
        looks = phash(shrink_by_area(image, 300))
        if all(hamming(looks, other) > ALIKE for other in hashes):
            hashes.append(looks)
            yield path, image


def _read(path: Path) -> Image | None:
    try:
        media_type = sniff_file(path)
        head = probe(path, media_type)
        sides = sorted((head.width, head.height))
        is_small = sides[0] < LEAST_SHORT_SIDE or sides[1] < LEAST_LONG_SIDE
        if is_small or head.megapixels > MOST_MEGAPIXELS or media_type not in TYPES:
            return None
        image = shrink_by_area(decode(path, head, long_side=FILE_SIDE, limits=_LIMITS).image, FILE_SIDE)
        return image if image.std() > PLAIN else None
    except (NotAPhoto, Undecodable, TooManyPixels, OSError):
        return None


def score(content: bytes, faces: FaceReader | None) -> Quality:
    """Return the quality of a JPEG, as the stages would."""
    image = shrink_by_area(decode_jpeg_bytes(content, orientation=1, long_side=PRINT_SIDE), PRINT_SIDE)
    measured = measure(image)
    if faces is None:
        return measured
    found = [FaceInPicture(face.box, face.landmarks) for face in faces.read_faces(image).faces]
    parts = measure_faces(image, found)
    return replace(measured, face_sharpness=parts.sharpness, eyes_open=parts.eyes_open, faces_in_frame=parts.in_frame)


def prove(
    photos: Iterable[tuple[Path, Image]], faces: FaceReader | None, note: Callable[[Path], None] = lambda _: None
) -> list[Pair]:
    """Score each photo and its spoilt copies."""
    pairs = []
    for number, (path, image) in enumerate(photos):
        original = round(score(degrade(image, None), faces).total * 1000)
        for damage in DAMAGES:
            copy = round(score(degrade(image, damage, seed=number), faces).total * 1000)
            pairs.append(Pair(path, damage, original, copy))
        note(path)
    return pairs


def share_right(pairs: Sequence[Pair]) -> float:
    """Return the share of the pairs in which the original is preferred; a tie is not."""
    return sum(pair.is_right for pair in pairs) / len(pairs) if pairs else 0.0
