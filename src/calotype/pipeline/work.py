"""A photo in work: what the stages read, and where they put what they found.

Stages are plain functions of this. They touch neither the database nor the network: the runner writes what they found
in one transaction, so a crash at any instant leaves either all of a lane's results or none.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from calotype.features.people import DRAWN_PROVIDERS
from calotype.features.photos import QUALITY_PARTS
from calotype.media.colours import Colours
from calotype.media.decode import Decoded, decode, decode_jpeg_bytes
from calotype.media.face_quality import FaceInPicture
from calotype.media.heads import PixelLimits, probe
from calotype.media.metadata import Metadata
from calotype.media.prints import shrink_by_area
from calotype.media.quality_score import PARTS_OF_ALL, Quality
from calotype.media.sniff import MediaType
from calotype.ports.geocoder import Geocoder, Place
from calotype.ports.vision import FaceResult, ImageEmbedding, LabelResult, TextResult, Vision

Image = NDArray[np.uint8]
SMALL_SIDE = 300
PER_MILLE = 1000
TOLD_FACES = DRAWN_PROVIDERS  # of `faces.provider`: drawn by hand, or from a region in the file
PRINT_SIDE = 1200  # pixels: the largest print, and the picture that every stage works on


@dataclass(frozen=True)
class Ports:
    """What the stages may ask of the outside."""

    vision: Callable[[], Vision]  # called by the stages that need it: the models load at the first call
    geocoder: Geocoder
    limits: PixelLimits
    now: Callable[[], datetime]


@dataclass(frozen=True)
class TakenAt:
    """When a photo was taken, and how that is known."""

    local: datetime
    source: int
    offset_min: int | None
    offset_source: int


@dataclass
class Found:
    """What the stages of one run found; None where a stage did not run or found nothing."""

    metadata: Metadata | None = None
    taken: TakenAt | None = None
    decoded: Decoded | None = None
    prints: dict[str, bytes] = field(default_factory=dict)
    phash: int | None = None
    thumbhash: bytes | None = None
    colours: Colours | None = None
    quality: Quality | None = None
    labels: LabelResult | None = None
    embeddings: list[ImageEmbedding] = field(default_factory=list)
    faces: FaceResult | None = None
    text: TextResult | None = None
    place: Place | None = None


@dataclass
class PhotoInWork:
    """One photo in a worker's hands. Images are uint8 RGB, upright, sRGB, (height, width, 3)."""

    id: UUID
    owner_id: UUID
    sha256: bytes
    media_type: MediaType
    file_name: str
    file_time: datetime | None
    uploaded_at: datetime
    original: Path
    limits: PixelLimits
    coordinates: tuple[float, float] | None = None  # as they stand in the database: a person may have set them
    decided: frozenset[str] = frozenset()  # the fields that a person has set
    sidecars: Sequence[bytes] = ()
    largest_print: bytes | None = None  # the 1200 px JPEG, where an earlier lane has made it
    quality: Quality | None = None  # as it stands in the database
    faces: Sequence[FaceInPicture] = ()  # those in the database
    found: Found = field(default_factory=Found)
    _image: Image | None = None
    _small_image: Image | None = None

    @classmethod
    def from_row(
        cls, row: Mapping[str, Any], original: Path, limits: PixelLimits, largest_print: bytes | None
    ) -> "PhotoInWork":
        """Make it from a row of `repository.take_photo`."""
        has_coordinates = row["latitude"] is not None and row["longitude"] is not None
        return cls(
            id=row["id"],
            owner_id=row["owner_id"],
            sha256=row["sha256"],
            media_type=MediaType(row["media_type"]),
            file_name=row["file_name"],
            file_time=row["file_time"],
            uploaded_at=row["uploaded_at"],
            original=original,
            limits=limits,
            coordinates=(row["latitude"], row["longitude"]) if has_coordinates else None,
            decided=frozenset(row["decided"]),
            sidecars=row["sidecars"],
            largest_print=largest_print,
            quality=_stored_quality(row),
            faces=[_stored_face(face) for face in row["faces"]],
        )

    @property
    def is_larger_than_print(self) -> bool:
        """Whether the original has more pixels than the working image."""
        head = self.found.decoded.head if self.found.decoded else probe(self.original, self.media_type)
        return max(head.width, head.height) > PRINT_SIDE

    @property
    def megapixels(self) -> float:
        """Those of the original. Raises `Undecodable`."""
        head = self.found.decoded.head if self.found.decoded else probe(self.original, self.media_type)
        return head.megapixels

    def image(self) -> Image:
        """Return the working image, at most 1200 px on its long side: from the print where there is one, else by one
        decode of the original. Raises `Undecodable`, `TooManyPixels`.
        """
        if self._image is None:
            if self.largest_print is None:
                return self.decode_original()
            self._image = decode_jpeg_bytes(self.largest_print, orientation=1, long_side=None)
        return self._image

    def small_image(self) -> Image:
        """Return the working image at 300 px on its long side: enough for whatever looks at the picture as a whole."""
        if self._small_image is None:
            self._small_image = shrink_by_area(self.image(), SMALL_SIDE)
        return self._small_image

    def decode_original(self) -> Image:
        """Decode the original to the working image and keep what the decoder said of it."""
        head = probe(self.original, self.media_type)
        self.found.decoded = decode(self.original, head, long_side=PRINT_SIDE, limits=self.limits)
        self._image = self.found.decoded.image
        return self._image

    def larger_image(self, long_side: int) -> Image:
        """Decode the original again, larger, for a stage that needs more pixels than the print has."""
        head = probe(self.original, self.media_type)
        return decode(self.original, head, long_side=long_side, limits=self.limits).image


def _stored_quality(row: Mapping[str, Any]) -> Quality | None:
    """Return what an earlier run has measured; None where a part is missing that every picture has."""
    if any(row[QUALITY_PARTS[part]] is None for part in PARTS_OF_ALL):
        return None
    stored = {part: row[column] for part, column in QUALITY_PARTS.items() if row[column] is not None}
    return Quality(**{part: value / PER_MILLE for part, value in stored.items()})


def _stored_face(row: Mapping[str, Any]) -> FaceInPicture:
    landmarks = np.array(row["landmarks"], np.float32)
    return FaceInPicture(
        (row["x"], row["y"], row["width"], row["height"]),
        landmarks.reshape(5, 2) if landmarks.size == 10 else None,
        is_told=row["provider"] in TOLD_FACES,
    )


class Stage(Protocol):
    """One kind of knowledge about a photo. Raise `version` and every photo is due again for that stage alone."""

    name: str
    version: int

    def run(self, photo: PhotoInWork, ports: Ports) -> bool:
        """Put what there is to know into `photo.found`; return whether anything was found. May run twice.

        Raises `media.Undecodable` and the like for what will never work, anything else for what may pass.
        """
