"""A light English stemmer for comparing words of a query with words of a photo in Python.

PostgreSQL's dictionary finds the photos; this one only has to agree with itself on both sides of a comparison. It is
steps 1a, 1b and 1c of Porter (1980), shortened.
"""

import re
from functools import lru_cache

_VOWEL = re.compile(r"[aeiouy]")
_DOUBLED = re.compile(r"([bdfgmnprt])\1$")
_IRREGULAR = {
    "men": "man", "women": "woman", "children": "child", "people": "person", "mice": "mouse", "geese": "goose",
    "feet": "foot", "teeth": "tooth", "leaves": "leaf", "wolves": "wolf", "knives": "knife", "wives": "wife",
    "loaves": "loaf", "shelves": "shelf", "oxen": "ox", "buses": "bus", "bus": "bus",
    "lens": "lens", "glasses": "glass",
    "ski": "ski", "skiing": "ski", "theatre": "theater", "harbour": "harbor", "colour": "color", "grey": "gray",
    "aeroplane": "airplane", "motorbike": "motorcycle", "tyre": "tire",
}  # fmt: skip


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """Return the stem of a folded word."""
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if len(word) < 4:
        return word
    word = _without_plural(word)
    for ending in ("ing", "ed"):
        base = word.removesuffix(ending)
        if base != word and len(base) > 2 and _VOWEL.search(base):
            if base.endswith(("at", "bl", "iz")):
                base += "e"
            elif _DOUBLED.search(base):
                base = base[:-1]
            word = base
            break
    if word.endswith("y") and len(word) > 3:
        word = word[:-1] + "i"
    return word.removesuffix("e") if len(word) > 4 else word


def _without_plural(word: str) -> str:
    if word.endswith("sses"):
        return word[:-2]
    if word.endswith("ies"):
        return word[:-3] + ("y" if len(word) > 4 else "ie")
    if word.endswith(("ches", "shes", "xes", "zes")):
        return word[:-2]
    if word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word
