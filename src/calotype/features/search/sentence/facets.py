"""Phrases about the photo itself: kind of file, format, stars, faces, light, text in the picture.

Decided: "portrait" alone, or "portrait of …", is a picture of a face; "in portrait format", "upright", "vertical" are the
format. "landscape" alone is scenery and stays a word; "landscape format", "horizontal" are the format. "square" alone is
a town's square; "square photos" the format. "raw" counts as a kind of file only where a photo is spoken of.
"""
# ruff: noqa: E501 - a rule is read as one line

import re
from collections.abc import Callable, Iterator

from calotype.features.search.sentence.chips import (
    Chip,
    Effect,
    HasFaces,
    HasTone,
    HasWords,
    Marked,
    Rated,
    Without,
)
from calotype.features.search.sentence.known import Reading
from calotype.features.search.sentence.words import NUMBER, read_number, split_words

_PICTURES = r"(?:photos?|pictures?|pics?|images?|shots?|files?)"
_FORMAT = r"(?:format|mode|orientation|orientated|oriented)"

Found = tuple[str, str, str, Effect, bool]  # id, kind, label, effect, keeps words


def _marked(identity: str, label: str, lexeme: str, *, keeps_words: bool = False) -> Callable[[re.Match[str]], Found]:
    kind = identity.partition(":")[0]
    return lambda _match: (identity, kind, label, Marked(lexeme), keeps_words)


def _tone(tone: str, label: str, *, keeps_words: bool = False) -> Callable[[re.Match[str]], Found]:
    return lambda _match: (f"tone:{tone}", "tone", label, HasTone(tone), keeps_words)


def _faces(
    lowest: int, highest: int | None, label: str, *, large: bool = False, keeps_words: bool = True
) -> Callable[[re.Match[str]], Found]:
    identity = f"faces:{lowest}-{'' if highest is None else highest}{'-large' if large else ''}"
    return lambda _match: (identity, "faces", label, HasFaces(lowest, highest, large), keeps_words)


def _counted_faces(match: re.Match[str]) -> Found:
    number = read_number(match["n"])
    if number == 0:
        return _nobody(match)
    label = "one face" if number == 1 else f"{number} faces"
    return f"faces:{number}-{number}", "faces", label, HasFaces(number, number), True


NOBODY = Without((HasWords(("people",), "AB"), Marked("f:1"), Marked("f:2"), Marked("f:3")))


def _nobody(_match: re.Match[str]) -> Found:
    return "not:people", "negation", "without people", NOBODY, False


def _stars(match: re.Match[str]) -> Found:
    number = read_number(match["n"])
    part = match.groupdict()
    if part.get("least") or part.get("plus"):
        return f"rating:{number}-5", "rating", f"{number} stars or more", Rated(number), False
    if part.get("most"):
        return f"rating:0-{number}", "rating", f"{number} stars or fewer", Rated(0, number), False
    return f"rating:{number}-{number}", "rating", f"{number} stars", Rated(number, number), False


def _quoted(match: re.Match[str]) -> Found | None:
    phrase = match["phrase"].strip()
    words = tuple(split_words(phrase))
    if not words:
        return None
    return f"text:{' '.join(words)}", "text", f"the text “{phrase}” in the picture", HasWords(words, "C"), False


_FILE_KINDS = {
    "jpeg": r"jpe?gs?", "png": r"pngs?", "gif": r"gifs?", "heic": r"hei[cf]s?", "tiff": r"tiffs?", "webp": r"webps?",
    "avif": r"avifs?", "bmp": r"bmps?", "jxl": r"jxl|jpeg xl",
}  # fmt: skip

Rule = tuple[re.Pattern[str], Callable[[re.Match[str]], Found | None]]


def _rule(pattern: str, build: Callable[[re.Match[str]], Found | None]) -> Rule:
    return re.compile(rf"(?<![\w-])(?:{pattern})(?![\w-])"), build


_QUOTES: tuple[Rule, ...] = (
    (re.compile(r"(?:(?:with\s+)?(?:the\s+)?text\s+)?[\"“„«](?P<phrase>[^\"“”„«»]+)[\"”“»]"), _quoted),
    (re.compile(r"(?<!\w)text:\s?(?P<phrase>\w+)"), _quoted),
)
_RULES: tuple[Rule, ...] = (
    # stars and favourites
    _rule(rf"(?:rated\s+)?(?P<least>at\s+least|>=|min(?:imum)?)\s*(?P<n>{NUMBER})\s+stars?(?:\s+or\s+more)?", _stars),
    _rule(rf"(?P<n>{NUMBER})\s*(?P<plus>\+|or\s+more)\s*stars?", _stars),
    _rule(rf"(?P<n>{NUMBER})\s+stars?\s+(?P<plus>(?:or|and)\s+(?:more|better|up))", _stars),
    _rule(r"rated\s+(?P<least>at\s+least)\s+(?P<n>[0-5])", _stars),
    _rule(rf"(?:rated\s+)?(?P<most>at\s+most|<=|max(?:imum)?)\s*(?P<n>{NUMBER})\s+stars?", _stars),
    _rule(r"(?:rated\s+|with\s+)?(?P<n>[0-5]|one|two|three|four|five)[\s-]?stars?(?!\s+(?:hotel|restaurant|in\s+the\s+sky|flag|fish))", _stars),
    _rule(r"rated\s+(?P<n>[1-5])", _stars),
    _rule(rf"(?:(?:my|our|all)\s+)?(?:favou?rites?|starred|loved|liked)(?:\s+{_PICTURES})?", _marked("favourite:yes", "favourites", "fav")),
    # kind of file
    _rule(rf"raws?\s+{_PICTURES}|(?:shot|taken|saved)\s+in\s+raw|^\s*raws?\s*$", _marked("kind:raw", "raw files", "k:raw")),
    *(
        _rule(rf"(?:as\s+|in\s+)?(?:{names})(?:\s+{_PICTURES})?", _marked(f"kind:{kind}", f"{kind.upper()} files", f"k:{kind}"))
        for kind, names in _FILE_KINDS.items()
    ),
    _rule(r"screen\s?(?:shots?|grabs?|captures?)", _marked("kind:screenshot", "screenshots", "k:screenshot")),
    _rule(rf"live\s+{_PICTURES}", _marked("kind:live", "live photos", "k:live")),
    _rule(rf"animated(?:\s+{_PICTURES})?|animations", _marked("kind:animated", "animated pictures", "k:animated")),
    # format
    _rule(rf"(?:in\s+)?portrait[\s-]{_FORMAT}|in\s+portrait(?=\s*$)|(?:vertical|upright)\s+{_PICTURES}|vertical\s+{_FORMAT}", _marked("orientation:portrait", "upright format", "s:portrait")),
    _rule(rf"(?:in\s+)?landscape[\s-]{_FORMAT}|in\s+landscape(?=\s*$)|horizontal\s+{_PICTURES}|horizontal\s+{_FORMAT}", _marked("orientation:landscape", "landscape format", "s:landscape")),
    _rule(rf"square\s+(?:{_PICTURES}|{_FORMAT})", _marked("orientation:square", "square format", "s:square")),
    _rule(rf"panoramas|panorama\s+{_PICTURES}|panoramic\s+{_PICTURES}", _marked("orientation:panorama", "panoramas", "s:panorama")),
    # light
    _rule(rf"(?:in\s+)?(?:black\s*(?:and|&|-and-|n)\s*white|b\s?&\s?w|b/w|bw|monochrome|gr[ae]yscale)(?:\s+{_PICTURES}|(?=\s*$)|(?=\s+(?:of|with)\b))|in\s+black\s+and\s+white|monochrome|gr[ae]yscale", _tone("black_and_white", "black and white")),
    _rule(r"sepia(?:\s+toned?)?", _tone("sepia", "sepia")),
    _rule(r"at\s+night|by\s+night|in\s+the\s+night|night[\s-]?time|nocturnal", _tone("night", "at night")),
    _rule(r"in\s+the\s+dark|very\s+dark|too\s+dark|dark\s+" + _PICTURES, _tone("dark", "dark")),
    _rule(r"over[\s-]?exposed|very\s+bright|too\s+bright|bright\s+" + _PICTURES, _tone("bright", "bright")),
    _rule(r"close[\s-]?ups?(?:\s+of)?|macros?(?:\s+(?:of|" + _PICTURES + r"))?", _tone("close_up", "close-up")),
    # faces
    _rule(r"nobody|no\s+one|no\s+people|no\s+persons?|without\s+(?:any\s+)?(?:people|persons?|anyone|anybody|faces)|no\s+humans|empty\s+of\s+people", _nobody),
    _rule(rf"(?P<n>{NUMBER})\s+(?:people|persons?|faces|men|women|girls|boys|children|kids|friends|guys|ladies|players|tourists|soldiers)", _counted_faces),
    _rule(r"(?:a\s+|the\s+)?group\s+(?:photos?|pictures?|shots?|of\s+(?:people|friends|men|women|kids|children))|group\s+portrait|crowds?(?:\s+of\s+people)?|family\s+(?:photos?|portrait)", _faces(3, None, "a group of people")),
    _rule(r"selfies?|self[\s-]portrait", _faces(1, 4, "a face, large", large=True)),
    _rule(r"(?:a\s+)?portraits?(?:\s+of)?|head\s?shots?(?:\s+of)?|passport\s+photos?", _faces(1, 2, "a portrait", large=True)),
    _rule(r"(?:an?\s+)?(?:couple(?!\s+of)|bride\s+and\s+groom|man\s+and\s+(?:a\s+)?woman|woman\s+and\s+(?:a\s+)?man|newlyweds)", _faces(2, 3, "two faces")),
    _rule(r"(?:all\s+)?alone|on\s+(?:his|her|their|my)\s+own|a\s+single\s+person", _faces(1, 1, "one face")),
    _rule(r"people|men|women|children|kids|friends|family|players|guests|tourists|wedding|party|everyone|everybody", _faces(1, None, "people")),
    _rule(r"man|woman|girl|boy|lady|guy|baby|child|toddler|person|someone|somebody|face|smiling|laughing|bride|groom|actor|actress|singer|grandma|grandpa|grandmother|grandfather", _faces(1, None, "somebody")),
)  # fmt: skip


def find_quotes(reading: Reading) -> Iterator[Chip]:
    """Yield text in quotation marks: text to be read in the picture."""
    yield from _find(_QUOTES, reading)


def find_facets(reading: Reading) -> Iterator[Chip]:
    """Yield the phrases about kind, format, stars, light and faces."""
    yield from _find(_RULES, reading)


def _find(rules: tuple[Rule, ...], reading: Reading) -> Iterator[Chip]:
    for pattern, build in rules:
        for match in pattern.finditer(reading.folded):
            found = build(match)
            if found is not None:
                identity, kind, label, effect, keeps_words = found
                yield reading.chip(identity, kind, match.span(), label, effect, keeps_words=keeps_words)
