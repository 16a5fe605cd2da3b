"""What is known of a picture before its pixels are, and the limits it is held against."""

from __future__ import annotations

from dataclasses import dataclass

from calotype.media.sniff import MediaType


class Undecodable(Exception):
    """The file cannot be decoded and never will be; ``str(error)`` is one sentence saying why."""


class TooManyPixels(Exception):
    """The picture is larger than the limits allow; ``str(error)`` names the limit."""


@dataclass(frozen=True)
class PixelLimits:
    """Bounds on what is decoded.

    `max_megapixels` bounds the picture, `max_memory_mb` the memory one decoding is expected to take (formats
    that can only be decoded as a whole need more than those that can be read line by line).
    """

    max_megapixels: float = 400
    max_memory_mb: int = 1024


DEFAULT_LIMITS = PixelLimits()


@dataclass(frozen=True)
class ImageHead:
    """The header of a photo.

    `coded_width` x `coded_height` are the stored pixels, `width` x `height` those of the upright picture.
    `orientation` is 1..8 as EXIF counts it, 1 when unknown. `frames` counts the frames of an animation or the
    pages of a document, `is_animated` tells which. `needs_whole` is true when the decoder must hold the whole
    picture at once, as opposed to reading line by line, `is_turned_by_decoder` when the decoder
    applies the orientation by itself.
    """

    media_type: MediaType
    coded_width: int
    coded_height: int
    orientation: int = 1
    frames: int = 1
    is_animated: bool = False
    has_alpha: bool = False
    needs_whole: bool = False
    bytes_per_pixel: int = 3
    is_turned_by_decoder: bool = False
    width: int = 0
    height: int = 0

    def __post_init__(self) -> None:
        if not self.width or not self.height:
            upright = (self.coded_width, self.coded_height)
            if self.orientation >= 5:
                upright = (self.coded_height, self.coded_width)
            object.__setattr__(self, "width", upright[0])
            object.__setattr__(self, "height", upright[1])

    @property
    def megapixels(self) -> float:
        return self.coded_width * self.coded_height / 1e6

    @property
    def needed_memory_mb(self) -> float:
        """Memory the decoder is expected to take, from what each kind was measured to need (in MB)."""
        if not self.needs_whole:
            return self.coded_width * self.bytes_per_pixel * 512 / 1e6
        return self.megapixels * self.bytes_per_pixel


def check_limits(head: ImageHead, limits: PixelLimits, size_bytes: int) -> None:
    """Raise `TooManyPixels` when a picture of `size_bytes` on disk is beyond the limits."""
    if head.megapixels > limits.max_megapixels:
        raise TooManyPixels(
            f"The picture has {head.megapixels:,.0f} megapixels; the limit is {limits.max_megapixels:,.0f}."
        )
    if head.needed_memory_mb > limits.max_memory_mb:
        raise TooManyPixels(
            f"Decoding this {head.megapixels:,.0f}-megapixel picture would take about {head.needed_memory_mb:,.0f} MB"
            f" of memory; the limit is {limits.max_memory_mb:,} MB."
        )
    # Deflate packs at most 1:1032. A real picture of this size is far from that; a bomb is near it.
    is_bomb = head.megapixels > 100 and head.megapixels * 1e6 * head.bytes_per_pixel > 500 * size_bytes
    if is_bomb and head.media_type in (MediaType.PNG, MediaType.TIFF, MediaType.GIF):
        raise TooManyPixels(
            f"The file unpacks {size_bytes:,} bytes to {head.megapixels:,.0f} megapixels: it is made to exhaust memory."
        )
