"""Which of several alike photos to keep, and why. Pure."""

import math
from collections.abc import Sequence
from uuid import UUID

from calotype.features.photos import CAMERA_TIMES
from calotype.features.stacks.schemas import Look
from calotype.media.sniff import MediaType

_CLEARLY = 1.1  # times as many pixels, or bytes


def keeping_order(look: Look) -> tuple[float, ...]:
    """Return a key by which the photo to keep comes first.

    Pixels first, then what the file tells of the shot, what its owner made of it, how good and how large it is.
    """
    return (
        -round(2 * math.log2(_pixels(look) + 1)),  # a border or a few rows more are no reason
        -int(_has_shot(look)) - int(look.has_gps),
        -int(look.is_favourite) - int((look.rating or 0) > 0) - int(look.albums > 0),
        -int(MediaType(look.media_type).is_raw),
        -(look.quality or 0) // 50,
        -look.size_bytes,
    )


def choose_keeper(looks: Sequence[Look]) -> tuple[UUID, list[str]]:
    """Return the photo to keep of at least two, and the reasons in plain words."""
    best, *rest = sorted(looks, key=lambda look: (keeping_order(look), look.id))
    why = []
    if _pixels(best) > _CLEARLY * max(_pixels(look) for look in rest):
        why.append(f"The most pixels: {best.width} x {best.height}.")
    if _has_shot(best) and not all(_has_shot(look) for look in rest):
        why.append("It tells the camera or the time of the shot.")
    if best.has_gps and not all(look.has_gps for look in rest):
        why.append("It tells the place.")
    if best.is_favourite or (best.rating or 0) > 0:
        why.append("You marked it.")
    if best.albums and not all(look.albums for look in rest):
        why.append("It is in an album.")
    if best.quality is not None and all(best.quality > (look.quality or 0) for look in rest):
        why.append("The best quality as measured.")
    if best.size_bytes > _CLEARLY * max(look.size_bytes for look in rest):
        why.append("The largest file: the least was lost in it.")
    return best.id, why or ["All are equally good; this one came first."]


def _pixels(look: Look) -> int:
    return (look.width or 0) * (look.height or 0)


def _has_shot(look: Look) -> bool:
    return look.camera_id is not None or look.taken_source in CAMERA_TIMES
