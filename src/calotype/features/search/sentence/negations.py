"""What must not be there: "-snow", "without people", "no cars", "not at night"."""

import re
from collections.abc import Iterator

from calotype.features.search.sentence.chips import (
    Chip,
    Filter,
    HasColour,
    HasFaces,
    HasTone,
    HasWords,
    Marked,
    TakenAbout,
    Without,
)
from calotype.features.search.sentence.colours import NAMES as COLOUR_NAMES
from calotype.features.search.sentence.facets import NOBODY
from calotype.features.search.sentence.known import Reading
from calotype.features.search.sentence.words import FILLERS, word_set

_DASHED = re.compile(r"(?:(?<=\s)|^)-(?P<words>[^\W\d_][\w’']*)")
_SAID = re.compile(
    r"(?<![\w-])(?:without|no|not|except|but\s+not|excluding|and\s+no)\s+(?:any\s+|an?\s+|the\s+|of\s+)*"
    r"(?P<words>[^\W\d_][\w’'-]*)(?P<more>\s+(?:or|nor|and\s+no)\s+(?P<second>[^\W\d_][\w’'-]*))?"
)
_LEAD = re.compile(
    r"(?<![\w-])(?:but\s+not|and\s+no|not|no|without|except|excluding)\s+(?:taken\s+|a\s+|an\s+|the\s+|any\s+)*$"
)
_PEOPLE = word_set("people person persons anyone anybody human humans faces face")
# "no" that belongs to a name or a sign ("no entry", "no smoking") is text, not a wish.
_SIGNS = word_set("entry parking smoking litter trespassing swimming exit one way name idea")
# Words that begin a phrase of its own, which is then turned round as a whole ("not black and white", "no close-ups").
_PHRASES = word_set(
    "black b&w monochrome greyscale grayscale sepia dark bright close close-up close-ups raw "
    "nocturnal favourite favorite"
)


def _exclusion(word: str) -> Filter:
    if word in COLOUR_NAMES:
        return _without_colour(HasColour(COLOUR_NAMES[word], "object"))
    return NOBODY if word in _PEOPLE else Without((HasWords((word,), "AB"),))


def _without_colour(colour: HasColour) -> Without:
    """Leave out what is seen in the colour, and what anybody or a label calls by it."""
    if colour.region == "background":
        return Without((Marked(f"b:{colour.colour}"),))
    return Without((Marked(f"c:{colour.colour}"), HasWords((colour.colour,), "AB")))


def find_dashed(reading: Reading) -> Iterator[Chip]:
    """Yield "-snow"."""
    for match in _DASHED.finditer(reading.folded):
        word = match["words"]
        identity = f"colour:{COLOUR_NAMES[word]}:object" if word in COLOUR_NAMES else word
        yield reading.chip(f"not:{identity}", "negation", match.span(), f"without {word}", _exclusion(word))


def find_negations(reading: Reading) -> Iterator[Chip]:
    """Yield "without people", "no cars", "no cars or trucks"."""
    for match in _SAID.finditer(reading.folded):
        words = [word for word in (match["words"], match["second"]) if word]
        if (
            words[0] in FILLERS
            or words[0] in COLOUR_NAMES
            or words[0] in _PHRASES
            or (match.group().startswith("no ") and words[0] in _SIGNS)
        ):
            continue
        effect = Without(tuple(one for word in words for one in _parts(_exclusion(word))))
        said = " or ".join(words)
        yield reading.chip(f"not:{said}", "negation", match.span(), f"without {said}", effect)


def _parts(effect: Filter) -> tuple[Filter, ...]:
    return effect.effects if isinstance(effect, Without) else (effect,)


def negate(chip: Chip, reading: Reading) -> Chip:
    """Return `chip` turned round where "not" stands right before it ("not at night", "not in 2019"), else as it is."""
    lead = _LEAD.search(reading.folded[: chip.start])
    if lead is None or chip.kind in ("negation", "text", "person"):
        return chip
    effect = chip.effect
    if isinstance(effect, TakenAbout):
        turned: Filter = Without((effect.when,))
    elif isinstance(effect, HasTone):
        turned = Without((Marked(f"t:{effect.tone}"),))
    elif isinstance(effect, HasColour):
        turned = _without_colour(effect)
    elif isinstance(effect, HasFaces):
        turned = NOBODY
    else:
        turned = Without((effect,))
    return reading.chip(f"not:{chip.id}", "negation", (lead.start(), chip.end), f"not {chip.label}", turned)
