"""What is seen in a photo beside its things, against what was asked: colours, light, faces, the time. Pure."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from calotype.features.search.document import LONG_LENS_MM
from calotype.features.search.palettes import Palettes
from calotype.features.search.query import Preference
from calotype.features.search.schemas import Candidate
from calotype.features.search.sentence.chips import HasColour, HasFaces, HasTone, TakenBetween, TakenRecurring
from calotype.features.search.sentence.times import NIGHT_HOURS

Numbers = NDArray[np.float64]
Flags = NDArray[np.bool_]

_COLOUR_FLOOR, _USUAL_COLOUR = 0.03, 0.1
_LARGE_FACE = 0.02  # of the picture
_TONE_ODDS, _CLOCK_ODDS, _LENS_ODDS = 1.5, 0.3, 0.5


def meets(preference: Preference, palettes: Palettes, candidates: Sequence[Candidate]) -> Flags:
    """Return which photos are as preferred, (n,)."""
    if isinstance(preference, HasColour):
        return np.asarray(palettes.share(preference.colour, preference.region) >= _USUAL_COLOUR)
    if isinstance(preference, HasTone):
        return _has_tone(preference.tone, palettes, candidates)
    if isinstance(preference, HasFaces):
        return np.array([_fit_faces(preference, one.face_areas) == 1 for one in candidates], bool)
    return np.array([was_taken(preference.when, one) for one in candidates], bool)


def weigh_colours(preferences: Sequence[Preference], palettes: Palettes) -> Numbers:
    """Return the log odds of the share of each colour asked for against its usual share; 0 where nothing is known."""
    total = np.zeros(len(palettes.known))
    for one in preferences:
        if isinstance(one, HasColour):
            share = palettes.share(one.colour, one.region)
            total += np.log((share + _COLOUR_FLOOR) / (_USUAL_COLOUR + _COLOUR_FLOOR)) * palettes.known
    return total


def weigh_tones(preferences: Sequence[Preference], palettes: Palettes, candidates: Sequence[Candidate]) -> Numbers:
    """Return the evidence of light: night, dark, bright, black and white, close-up."""
    total = np.zeros(len(candidates))
    for one in preferences:
        if not isinstance(one, HasTone):
            continue
        has = _has_tone(one.tone, palettes, candidates)
        if one.tone == "night":  # the clock may be wrong, but it is evidence
            by_clock = np.array([photo.taken_local.hour in NIGHT_HOURS for photo in candidates])
            total += np.where(has, 1.0, -1.0) + np.where(by_clock, _CLOCK_ODDS, -_CLOCK_ODDS)
        elif one.tone == "close_up":
            total += np.where(has, _LENS_ODDS, 0.0)
        else:
            total += np.where(has, _TONE_ODDS, -_TONE_ODDS) * palettes.known
    return total


def _has_tone(tone: str, palettes: Palettes, candidates: Sequence[Candidate]) -> Flags:
    if tone == "close_up":  # the file tells no more than the lens
        return np.array([(one.focal_35mm or 0) >= LONG_LENS_MM for one in candidates], bool)
    if tone == "night":
        return palettes.has_tone("night") | palettes.has_tone("dark")
    return palettes.has_tone(tone)


def weigh_faces(preferences: Sequence[Preference], candidates: Sequence[Candidate]) -> Numbers:
    """Return how well the faces fit what was asked."""
    total = np.zeros(len(candidates))
    for one in preferences:
        if isinstance(one, HasFaces):
            total += np.array([_fit_faces(one, photo.face_areas) for photo in candidates])
    return total


def _fit_faces(wanted: HasFaces, areas: Sequence[float]) -> float:
    """People seen from behind have no face: none is weak evidence against, too many are a little more."""
    count = len(areas)
    if wanted.large:
        return 1.0 if areas and areas[0] >= _LARGE_FACE else -1.0
    if count < wanted.lowest:
        return -0.7 if count == 0 else 0.3
    if wanted.highest is not None and count > wanted.highest:
        return 0.0
    return 1.0


def was_taken(when: TakenRecurring | TakenBetween, photo: Candidate) -> bool:
    """Say whether a photo was taken in such a time."""
    taken = photo.taken_local
    if isinstance(when, TakenBetween):
        return any((a is None or taken >= a) and (b is None or taken < b) for a, b in when.ranges)
    return (
        (not when.months or taken.month in when.months)
        and (not when.weekdays or taken.weekday() in when.weekdays)
        and (not when.hours or taken.hour in when.hours)
    )
