"""When two photos belong together, and as what. Pure; every answer has its reason in plain words.

A wrong pair is worse than a missed one. Measured on photos: pHashes of the same picture in other sizes and qualities
are 0 to 6 bits apart, of unrelated ones 12 and more; the look vectors of copies have a cosine of 0.85 and more (grey
ones 0.75, turned ones 0.66), but portraits of two people reach 0.92, so a cosine alone never joins. What is doubtful is
decided by the pictures themselves (looking.py): portraits of different people agree to 0.57 at most, a part of a
picture with the picture to 0.70 and more.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from calotype.features.photos import CAMERA_TIMES
from calotype.features.stacks import naming
from calotype.features.stacks.fingerprints import HALF, NAMES, nearest_form, swaps_axes
from calotype.features.stacks.schemas import Kind, Look, Pair
from calotype.media.sniff import MediaType

VERSION = 1
"""Raise it when a pair would be judged otherwise: all photos are looked up again."""

SAME_BITS = 6
NEAR_BITS = 12
FLAT_CONTRAST = 25  # of 1000; pictures with less in them are all alike
SMALL_SIDE = 100  # px; a look vector of less says little
SURE_COSINE = 0.9
SURE_BITS = 4
LEAST_COSINE = 0.6
LEAST_TURNED_COSINE = 0.5
CANDIDATE_COSINE = 0.72
AGREES = 0.68  # correlation of fine structure
AGREES_WHOLLY = 0.8
AGREES_SMALL = 0.95  # for pictures of less than `SMALL_SIDE`: patterns and drawings so small are soon alike
WHOLE = 0.985  # share of the other picture's side
BURST_GAP = timedelta(seconds=3)
BURST_COSINE = 0.8
SAME_SHOT = timedelta(seconds=1)

_STILLS_BESIDE_RAW = {MediaType.JPEG, MediaType.HEIC}


@dataclass(frozen=True)
class Evidence:
    """What was measured of two photos: least pHash distance and the form in which it is, cosine of the look vectors."""

    distance: int
    form: int
    cosine: float | None


Agreement = Callable[[int], tuple[float, float] | None]
"""`agree(form)`: how well the pictures agree (-1..1) and which share of a side of the one the other shows (0..1).
None where there is no picture to look at."""


def is_raw(look: Look) -> bool:
    """Say whether a photo is a raw file."""
    return MediaType(look.media_type).is_raw


def is_telling(look: Look) -> bool:
    """Say whether the hash of a photo tells anything."""
    return (
        look.phash is not None
        and (look.phash & 0xFFFF_FFFF_FFFF_FFFF).bit_count() == HALF
        and (look.contrast is None or look.contrast >= FLAT_CONTRAST)
    )


def are_one_shot(one: Look, other: Look) -> bool:
    """Say whether both were taken by the same camera in the same second, as far as the files tell."""
    return (
        one.camera_id is not None
        and one.camera_id == other.camera_id
        and one.taken_source in CAMERA_TIMES
        and other.taken_source in CAMERA_TIMES
        and abs(one.taken_local - other.taken_local) <= SAME_SHOT
    )


def judge_variants(one: Look, other: Look, cosine: float | None) -> Pair | None:
    """Say whether one of two is a variant of the other: raw beside JPEG, an edited twin, a motion photo's still."""
    differs = cosine is not None and cosine < LEAST_TURNED_COSINE
    if differs:
        return None
    for lead, part in ((one, other), (other, one)):
        if _is_raw_of(part, lead):
            reason = "The same shot as a raw file; the finished picture is shown."
            return Pair(lead.id, part.id, Kind.VARIANTS, "raw", reason)
        if _is_edited(lead, part) and (_same_second(one, other) or _look_alike(one, other, cosine)):
            return Pair(
                lead.id, part.id, Kind.VARIANTS, "original", "The original of the edited version that is shown."
            )
        if naming.still_stem(part.file_name) == naming.stem_of(lead.file_name) and are_one_shot(one, other):
            return Pair(lead.id, part.id, Kind.VARIANTS, "motion", "The same shot with a short film in it.")
    return None


def _is_raw_of(part: Look, lead: Look) -> bool:
    return (
        is_raw(part)
        and lead.media_type in _STILLS_BESIDE_RAW
        and naming.stem_of(part.file_name) == naming.stem_of(lead.file_name)
        and are_one_shot(part, lead)
    )


def _is_edited(edited: Look, original: Look) -> bool:
    return naming.original_stem(edited.file_name) == naming.stem_of(original.file_name)


def _same_second(one: Look, other: Look) -> bool:
    """The same known time and no sign of two cameras. An editor may leave the camera out."""
    knows = one.taken_source in CAMERA_TIMES and other.taken_source in CAMERA_TIMES
    cameras = {one.camera_id, other.camera_id} - {None}
    return knows and abs(one.taken_local - other.taken_local) <= SAME_SHOT and len(cameras) <= 1


def _look_alike(one: Look, other: Look, cosine: float | None) -> bool:
    if not (is_telling(one) and is_telling(other)) or cosine is None:
        return False
    assert one.phash is not None
    assert other.phash is not None
    distance, form = nearest_form(one.phash, other.phash)
    return form == 0 and distance <= SAME_BITS and cosine >= SURE_COSINE


def judge_burst(one: Look, other: Look, evidence: Evidence) -> Pair | None:
    """Say whether two shots follow each other within seconds from the same camera and show the same."""
    first, last = sorted((one, other), key=lambda look: (look.taken_local, look.file_name))
    gap = last.taken_local - first.taken_local
    burst = naming.burst_of(one.file_name)
    is_named = burst is not None and burst == naming.burst_of(other.file_name)
    if not (is_named or (_are_different_shots(one, other) and gap <= BURST_GAP)):
        return None
    is_alike = evidence.distance <= NEAR_BITS and is_telling(one) and is_telling(other) and evidence.form == 0
    if not is_named and not is_alike and (evidence.cosine is None or evidence.cosine < BURST_COSINE):
        return None
    seconds = gap.total_seconds()
    reason = f"Taken {seconds:.1f} s after the one before, with the same camera." if seconds else "Shots of one second."
    return Pair(first.id, last.id, Kind.BURST, "burst", reason)


def _are_different_shots(one: Look, other: Look) -> bool:
    """Say whether the files tell of two exposures of one camera."""
    is_timed = one.taken_source in CAMERA_TIMES and other.taken_source in CAMERA_TIMES
    if one.camera_id is None or one.camera_id != other.camera_id or not is_timed:
        return False
    return one.taken_local != other.taken_local or naming.are_numbered_apart(one.file_name, other.file_name)


def judge_likeness(one: Look, other: Look, evidence: Evidence, agree: Agreement) -> Pair | None:  # noqa: PLR0911
    """Say whether two are the same picture, or one shows a part or another moment of the other."""
    if not (is_telling(one) and is_telling(other)):
        return None
    if (burst := judge_burst(one, other, evidence)) is not None:
        return burst
    lead, part = (one, other) if _area(one) >= _area(other) else (other, one)
    if evidence.distance <= SAME_BITS:
        return _judge_near_hashes(lead, part, evidence, agree)
    is_candidate = evidence.cosine is not None and evidence.cosine >= CANDIDATE_COSINE
    if not is_candidate or min(_side(one), _side(other)) < SMALL_SIDE:
        return None
    seen = agree(0)
    if seen is None or seen[0] < AGREES:
        return None
    likeness, share = seen
    is_whole = share >= WHOLE and likeness >= AGREES_WHOLLY and _same_shape(one, other, 0)
    if is_whole and evidence.distance <= NEAR_BITS and evidence.form == 0 and not _are_different_shots(one, other):
        return Pair(lead.id, part.id, Kind.SAME, "copy", "The same picture in other tones.")
    return _similar(lead, part, share)


def _judge_near_hashes(lead: Look, part: Look, evidence: Evidence, agree: Agreement) -> Pair | None:  # noqa: PLR0911
    """Judge two whose hashes say that they are the same."""
    cosine, form = evidence.cosine, evidence.form
    least = LEAST_TURNED_COSINE if swaps_axes(form) else LEAST_COSINE
    if cosine is not None and cosine < least:
        return None
    if _are_different_shots(lead, part):
        return Pair(lead.id, part.id, Kind.SIMILAR, "similar", "The same view at another time.")
    is_small = min(_side(lead), _side(part)) < SMALL_SIDE
    is_sure = cosine is not None and cosine >= SURE_COSINE and evidence.distance <= SURE_BITS and not is_small
    is_sure = is_sure and not _may_be_crop(lead, part)
    if _same_shape(lead, part, form) and is_sure:
        return _same(lead, part, form)
    if (seen := agree(form)) is None:
        is_sure = cosine is not None and cosine >= SURE_COSINE and evidence.distance <= SAME_BITS // 2
        return _same(lead, part, form) if is_sure and _same_shape(lead, part, form) else None
    likeness, share = seen
    if likeness < (AGREES_SMALL if is_small else AGREES):
        is_squeezed = cosine is not None and cosine >= SURE_COSINE and not _same_shape(lead, part, form)
        return Pair(lead.id, part.id, Kind.SIMILAR, "similar", "The same picture, squeezed.") if is_squeezed else None
    if share >= WHOLE and _same_shape(lead, part, form):
        return _same(lead, part, form)
    return _similar(lead, part, share)


def _same(lead: Look, part: Look, form: int) -> Pair:
    if form:
        return Pair(lead.id, part.id, Kind.SAME, "copy", f"The same picture, {NAMES[form]}.")
    if _area(part) < _area(lead) * 0.97:
        reason = f"The same picture, smaller: {part.width} x {part.height} of {lead.width} x {lead.height}."
        return Pair(lead.id, part.id, Kind.SAME, "copy", reason)
    return Pair(lead.id, part.id, Kind.SAME, "copy", "The same picture in the same size.")


def _similar(lead: Look, part: Look, share: float) -> Pair:
    if share < WHOLE:
        reason = f"One shows about {round(share * 100)} % of the width or height of the other."
        return Pair(lead.id, part.id, Kind.SIMILAR, "crop", reason)
    return Pair(lead.id, part.id, Kind.SIMILAR, "similar", "Nearly the same view.")


def _may_be_crop(one: Look, other: Look) -> bool:
    """Say whether the sizes are as close as those of a picture and most of it; resized copies are much smaller."""
    scale: float = (min(_area(one), _area(other)) / max(_area(one), _area(other), 1)) ** 0.5
    return 0.7 < scale < WHOLE


def _same_shape(one: Look, other: Look, form: int) -> bool:
    """Say whether width to height is the same, but for the rounding of small sizes."""
    if not (one.width and one.height and other.width and other.height):
        return False
    width, height = (other.height, other.width) if swaps_axes(form) else (other.width, other.height)
    ratio = one.width * height / (one.height * width)
    tolerance = 0.02 + 1.5 / min(one.width, one.height, width, height)
    return bool(1 / (1 + tolerance) <= ratio <= 1 + tolerance)


def _area(look: Look) -> int:
    return (look.width or 0) * (look.height or 0)


def _side(look: Look) -> int:
    return min(look.width or 0, look.height or 0)
