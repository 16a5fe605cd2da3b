"""Names that this library knows: places, cameras, tags; misspelt ones too, where a cue says that a name is meant."""

import re
from collections.abc import Iterator
from itertools import pairwise

from rapidfuzz import process
from rapidfuzz.distance import OSA

from calotype.features.search.sentence.chips import AtPlace, ByCamera, Chip, HasWords
from calotype.features.search.sentence.colours import NAMES as COLOUR_NAMES
from calotype.features.search.sentence.known import Known, Reading
from calotype.features.search.sentence.words import FILLERS, WORD, word_set

_LONGEST_NAME = 5  # words
_PLACE_CUE = re.compile(
    r"(?:(?:taken|shot)\s+)?(?:in|at|near|from|around|to)\s+(?:the\s+(?:city|town|village)\s+of\s+)?$"
)
_CAMERA_CUE = re.compile(
    r"(?:(?:taken|shot|made|photographed)\s+)?(?:with|on|by|using)\s+(?:my\s+|our\s+|an?\s+|the\s+|old\s+)*$"
)
# Words of camera names that are also things to be seen: they need a cue.
_AMBIGUOUS = word_set(
    "apple pixel galaxy desire leaf one traveler traveller hero red eagle mobile phone camera digital"
)
_TAGGED = re.compile(r"(?<!\w)(?:#|tag:\s?|tagged\s+(?:as\s+|with\s+)?)(?P<tag>[\w][\w-]*)")


def allowed_typos(word: str) -> int:
    """Return how many slips are forgiven: none below five letters, one below ten, then two."""
    return 0 if len(word) < 5 else 1 if len(word) < 10 else 2


def nearest(word: str, names: object) -> str | None:
    """Return the one of `names` that `word` is a misspelling of (optimal string alignment), or None."""
    typos = allowed_typos(word)
    if not typos:
        return None
    found = process.extractOne(word, names, scorer=OSA.distance, score_cutoff=typos)  # type: ignore[call-overload]
    return None if found is None or found[0][0] != word[0] else str(found[0])


def find_tags(reading: Reading) -> Iterator[Chip]:
    """Yield "#beach", "tag:beach", "tagged beach"."""
    for match in _TAGGED.finditer(reading.folded):
        tag = match["tag"]
        yield reading.chip(f"tag:{tag}", "tag", match.span(), f"tagged “{tag}”", HasWords((tag,), "A"))


def _runs(reading: Reading) -> Iterator[tuple[int, int, str, int]]:
    """Yield runs of words as (start, end, text with single spaces, number of words), the longest first."""
    words = [match.span() for match in WORD.finditer(reading.folded)]
    for length in range(min(_LONGEST_NAME, len(words)), 0, -1):
        for first in range(len(words) - length + 1):
            part = words[first : first + length]
            if all(reading.folded[a[1] : b[0]].strip(" ,") == "" for a, b in pairwise(part)):
                yield part[0][0], part[-1][1], " ".join(reading.folded[a:b] for a, b in part), length


def find_places(reading: Reading) -> Iterator[Chip]:
    """Yield places of this library.

    A name that is also a word for things ("turkey") needs a preposition before it; so does a misspelt one. A colour is
    a colour.
    """
    known = reading.known
    if not known.places:
        return
    for start, end, name, length in _runs(reading):
        cue = _PLACE_CUE.search(reading.folded[:start])
        if name in known.places:
            if name in COLOUR_NAMES or (cue is None and _is_ambiguous(name, known)):
                continue
            yield _place(reading, (cue.start() if cue else start, end), name, None)
        elif cue is not None and length <= 2 and not _is_word(reading, name):
            meant = nearest(name, known.places)
            if meant is not None:
                yield _place(reading, (cue.start(), end), meant, reading.sentence[start:end])


def _is_ambiguous(name: str, known: Known) -> bool:
    return name in known.labels or name in FILLERS or len(name) < 3


def _is_word(reading: Reading, name: str) -> bool:
    return any(word in reading.known.labels or word in FILLERS for word in name.split())


def _place(reading: Reading, span: tuple[int, int], name: str, corrected_from: str | None) -> Chip:
    title = reading.known.place_titles.get(name, name.title())
    return reading.chip(f"place:{name}", "place", span, title, AtPlace(name), corrected_from=corrected_from)


def find_cameras(reading: Reading) -> Iterator[Chip]:
    """Yield cameras of this library: a make ("nikon"), a model ("eos 7d"), or both."""
    if not reading.known.cameras:
        return
    split = {camera: camera.split() for camera in reading.known.cameras}
    parts = sorted({word for words in split.values() for word in words})
    for start, end, name, length in _runs(reading):
        cue = _CAMERA_CUE.search(reading.folded[:start])
        span = (cue.start() if cue else start, end)
        if cue is None and (name in reading.known.labels or name in _AMBIGUOUS or name in FILLERS):
            continue
        asked = name.split()
        if cameras := _cameras_with(split, asked, cued=cue is not None):
            yield _camera(reading, span, name, cameras, None)
        elif cue is not None and length == 1 and not _is_word(reading, name):
            meant = nearest(name, [part for part in parts if part.isalpha()])
            if meant is not None and (cameras := _cameras_with(split, [meant], cued=True)):
                yield _camera(reading, span, meant, cameras, reading.sentence[start:end])


def _cameras_with(split: dict[str, list[str]], asked: list[str], *, cued: bool) -> tuple[str, ...]:
    """Return the cameras whose name holds the asked words one after the other; lone short numbers are no name."""
    if len(asked) == 1 and (len(asked[0]) < 3 or asked[0].isdigit()) and not cued:
        return ()
    if all(word.isdigit() for word in asked) or asked[0] in FILLERS or asked[-1] in FILLERS:
        return ()
    length = len(asked)
    return tuple(
        camera
        for camera, words in split.items()
        if any(words[at : at + length] == asked for at in range(len(words) - length + 1))
    )


def _camera(
    reading: Reading, span: tuple[int, int], name: str, cameras: tuple[str, ...], corrected_from: str | None
) -> Chip:
    label = f"camera {name}" if len(cameras) != 1 else f"camera {cameras[0]}"
    return reading.chip(f"camera:{name}", "camera", span, label, ByCamera(cameras), corrected_from=corrected_from)
