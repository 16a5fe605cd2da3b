"""Names that this library knows: places, cameras, tags; misspelt ones too, where a cue says that a name is meant."""

import re
from collections.abc import Iterator
from itertools import pairwise

from rapidfuzz import process
from rapidfuzz.distance import OSA

from calotype.features.search.sentence.chips import AtPlace, ByCamera, Chip, HasWords
from calotype.features.search.sentence.colours import NAMES as COLOUR_NAMES
from calotype.features.search.sentence.known import Reading
from calotype.features.search.sentence.words import FILLERS, WORD, word_set

_LONGEST_NAME = 5  # words
_PLACE_CUE = re.compile(
    r"(?:(?:taken|shot)\s+)?(?:in|at|near|from|around|to)\s+(?:the\s+(?:city|town|village)\s+of\s+)?$"
)
_CAMERA_CUE = re.compile(
    r"(?:taken|shot|made|photographed|captured)\s+(?:with|on|by|using)\s+(?:my\s+|our\s+|an?\s+|the\s+|old\s+)*$"
)
_CAMERA_LEAD = re.compile(r"(?:with|on|by|using)\s+(?:my\s+|our\s+|an?\s+|the\s+|old\s+)*$")
# Makes that are also things or ordinary words: they need "taken with".
_AMBIGUOUS = word_set(
    "apple leaf red sharp palm blackberry premier concord general creative honor nothing essential fly mercury google "
    "traveler traveller polaroid panda kiss one"
)
# Families of models that people say without the make.
_FAMILIES = word_set("iphone ipad ipod coolpix powershot finepix lumix cybershot exilim gopro optio stylus easyshare")
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

    A name that is also a word for things or an ordinary word ("turkey", "rose") needs a preposition before it; so does
    a misspelt one. A colour is a colour.
    """
    known = reading.known
    if not known.places:
        return
    for start, end, name, length in _runs(reading):
        cue = _PLACE_CUE.search(reading.folded[:start])
        if name in known.places:
            if name in COLOUR_NAMES or (cue is None and _may_be_no_place(reading, start, name)):
                continue
            yield _place(reading, (cue.start() if cue else start, end), name, None)
        elif cue is not None and length <= 2 and not _is_word(reading, name):
            meant = nearest(name, known.places)
            if meant is not None:
                yield _place(reading, (cue.start(), end), meant, reading.sentence[start:end])


def _may_be_no_place(reading: Reading, start: int, name: str) -> bool:
    if name in reading.known.labels or name in FILLERS or len(name) < 3:
        return True
    is_written_as_name = start > 0 and reading.sentence[start].isupper()
    is_all_that_is_asked = reading.folded.strip() == name
    return reading.known.is_ordinary(name) and not (is_written_as_name or is_all_that_is_asked)


def _is_word(reading: Reading, name: str) -> bool:
    known = reading.known
    return any(word in known.labels or word in FILLERS or known.is_ordinary(word) for word in name.split())


def _place(reading: Reading, span: tuple[int, int], name: str, corrected_from: str | None) -> Chip:
    title = reading.known.place_titles.get(name, name.title())
    return reading.chip(f"place:{name}", "place", span, title, AtPlace(name), corrected_from=corrected_from)


def find_cameras(reading: Reading) -> Iterator[Chip]:
    """Yield cameras of this library: a make ("nikon"), a model ("eos 7d"), or both.

    Words that may be a thing ("red", "mini", "zoom") are a camera only after "taken with".
    """
    if not reading.known.cameras:
        return
    split = {camera: camera.split() for camera in reading.known.cameras}
    makes = {words[0] for words in split.values()}
    for start, end, name, length in _runs(reading):
        cue = _CAMERA_CUE.search(reading.folded[:start])
        lead = cue or _CAMERA_LEAD.search(reading.folded[:start])
        span = (lead.start() if lead else start, end)
        asked = name.split()
        if cue is None and not _can_only_be_a_camera(reading, asked, makes):
            misspelt = lead is not None and length == 1 and not _is_word(reading, name)
            meant = nearest(name, [make for make in makes if make not in _AMBIGUOUS]) if misspelt else None
        else:
            meant = name
            if cue is not None and length == 1 and not _cameras_with(split, asked) and not _is_word(reading, name):
                meant = nearest(name, sorted({word for words in split.values() for word in words if word.isalpha()}))
        if meant is not None and (cameras := _cameras_with(split, meant.split())):
            yield _camera(reading, span, meant, cameras, None if meant == name else reading.sentence[start:end])


def _can_only_be_a_camera(reading: Reading, asked: list[str], makes: set[str]) -> bool:
    if " ".join(asked) in reading.known.labels or asked[0] in FILLERS or asked[0] in _AMBIGUOUS:
        return False
    has_number = any(any(c.isdigit() for c in word) and any(c.isalpha() for c in word) for word in asked)
    return has_number or (asked[0] in makes and len(asked[0]) > 2) or asked[0] in _FAMILIES


def _cameras_with(split: dict[str, list[str]], asked: list[str]) -> tuple[str, ...]:
    """Return the cameras whose name holds the asked words one after the other; lone numbers are no name."""
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
