"""Colour words, and what they are said of: the thing itself, or what is behind it.

The eleven basic colour terms (Berlin and Kay, 1969), with other names drawn to the nearest of them.
"""
# ruff: noqa: E501 - a rule is read as one line

import re
from collections.abc import Iterator

from calotype.features.search.sentence.chips import Chip, HasColour
from calotype.features.search.sentence.known import Reading
from calotype.features.search.sentence.words import one_of

COLOURS = ("black", "white", "grey", "red", "orange", "yellow", "green", "blue", "purple", "pink", "brown")
_OTHERS = {
    "gray": "grey", "silver": "grey", "violet": "purple", "lilac": "purple", "lavender": "purple", "magenta": "pink",
    "turquoise": "blue", "cyan": "blue", "azure": "blue", "navy blue": "blue", "crimson": "red", "scarlet": "red",
    "golden": "yellow", "beige": "brown", "reddish": "red", "greenish": "green", "bluish": "blue", "yellowish": "yellow",
    "blonde": "yellow", "blond": "yellow", "tan": "brown", "teal": "blue", "maroon": "red", "snow-white": "white",
}  # fmt: skip
NAMES = {colour: colour for colour in COLOURS} | _OTHERS
_SHADE = r"(?:(?:dark|light|bright|pale|deep|vivid)[\s-]+)?"
_NAME = one_of(NAMES)
_SCENE = (
    r"(?:background|backdrop|wall|sky|water|sea|ocean|grass|lawn|meadow|field|floor|ground|table|carpet|curtain|cloth|"
    r"surface|snow|sand|surroundings?|fabric|paper|board|wood)"
)
_BEHIND = r"(?:on|against|in\s+front\s+of|before|over|under|above|below)"
_BACKGROUND = (
    rf"{_BEHIND}\s+(?:an?\s+|the\s+)?{_SHADE}(?P<colour>{_NAME})(?:\s+(?:background|backdrop)|(?=\s+{_SCENE})|(?=\s*(?:$|[,.;])))",
    rf"in\s+(?:an?\s+|the\s+)?{_SHADE}(?P<colour>{_NAME})(?=\s+{_SCENE})",
    rf"{_SHADE}(?P<colour>{_NAME})\s+(?:background|backdrop)",
    rf"{_SHADE}(?P<colour>{_NAME})(?=\s+(?:sky|skies|sea|ocean|water|wall|lawn)\b)",
)
_OBJECT = (rf"{_SHADE}(?P<colour>{_NAME})(?:[\s-]colou?red)?",)


def _compile(patterns: tuple[str, ...]) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(rf"(?<![\w-])(?:{pattern})(?![\w])") for pattern in patterns)


_RULES = tuple((pattern, "background") for pattern in _compile(_BACKGROUND)) + tuple(
    (pattern, "object") for pattern in _compile(_OBJECT)
)


def find_colours(reading: Reading) -> Iterator[Chip]:
    """Yield colours: "a red bus" (of the thing), "on a yellow background", "blue sky" (of what is behind it).

    A colour that is part of a name ("red fox", "white wolf", "orange juice") is left to the words.
    """
    for pattern, region in _RULES:
        for match in pattern.finditer(reading.folded):
            if region == "object" and _is_part_of_a_name(reading, match):
                continue
            colour = NAMES[match["colour"]]
            where = "behind it" if region == "background" else ""
            label = f"{colour} {where}".strip()
            yield reading.chip(
                f"colour:{colour}:{region}", "colour", match.span(), label, HasColour(colour, region), keeps_words=True
            )


def _is_part_of_a_name(reading: Reading, match: re.Match[str]) -> bool:
    following = re.match(r"\s+(\w+)", reading.folded[match.end() :])
    if following is None:
        return False
    pair = f"{match['colour']} {following.group(1)}"
    return pair in reading.known.labels or pair in reading.known.places or pair in reading.known.tags
