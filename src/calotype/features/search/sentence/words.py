"""Letters and words: folding that keeps positions, fillers, number words."""

import re
import unicodedata
from functools import lru_cache

WORD = re.compile(r"\w+(?:['’.&-]\w+)*", re.UNICODE)


def word_set(text: str) -> frozenset[str]:
    """Return the words of a text of ours as a set."""
    return frozenset(text.split())


# Words that carry no content of a picture. They stay in the sentence that is embedded, they are not looked up.
FILLERS = word_set(
    """a an the of in on at to for from with by and or is are was were be been being it its this that these
    those there i me my mine we us our you your he she him her his they them their some any all every each
    both show find search give look looking see want please where when which who whose what how photo photos
    picture pictures pic pics image images shot shots snapshot snapshots into onto over under near next
    behind beside between front back inside outside through across along around up down very really just only
    also as like against out about while during has have had having do does did standing sitting lying
    walking"""
)
# What people put around the thing they look for. Cut from the sentence before it is embedded.
_LEAD = re.compile(
    r"^\s*(?:(?:please\s+)?(?:show|find|give|search|look)(?:\s+(?:me|for))*\s+)?(?:all\s+)?(?:(?:of\s+)?(?:my|our|the)\s+)?"
    r"(?:(?:photos?|pictures?|pics?|images?|shots?|snapshots?)\s+(?:of|with|from|showing|where|that\s+show)\s+)?"
)
NUMBERS = {
    "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5,
    "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12,
}  # fmt: skip
NUMBER_WORDS = frozenset(NUMBERS)
NUMBER = r"(?:\d{1,3}|" + "|".join(NUMBERS) + ")"


@lru_cache(maxsize=4096)
def _fold_character(character: str) -> str:
    base = [c for c in unicodedata.normalize("NFKD", character) if not unicodedata.combining(c)]
    lowered = base[0].lower() if len(base) == 1 else character.lower()
    return lowered if len(lowered) == 1 else character


def fold(text: str) -> str:
    """Return `text` in lower case and without accents, character for character (positions and length are kept)."""
    if text.isascii():
        return text.lower()
    return "".join(map(_fold_character, text))


def fold_question(sentence: str) -> str:
    """Return a question as it is remembered: without case, with single spaces."""
    return " ".join(sentence.replace("\0", " ").casefold().split())


def split_words(text: str) -> list[str]:
    """Return the words of `text`, folded, in order."""
    return WORD.findall(fold(text))


def content_words(text: str) -> list[str]:
    """Return the words that say what is to be seen, folded, each once, in order."""
    words = (word.removesuffix("'s").removesuffix("’s") for word in split_words(text))
    return list(dict.fromkeys(word for word in words if word not in FILLERS and word not in NUMBER_WORDS))


def without_lead(text: str) -> str:
    """Cut "show me photos of" and its like from the beginning."""
    return text[len(_LEAD.match(fold(text)).group()) :].strip() if text else text  # type: ignore[union-attr]


def read_number(text: str) -> int:
    """Return the number that `NUMBER` has matched."""
    return NUMBERS[text] if text in NUMBERS else int(text)


def one_of(names: object) -> str:
    """Return a regular expression that matches one of `names`, longest first."""
    return "(?:" + "|".join(sorted(map(re.escape, map(str, names)), key=len, reverse=True)) + ")"  # type: ignore[call-overload]
