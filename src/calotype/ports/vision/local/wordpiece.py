"""BERT's tokeniser, uncased: text to numbers of word pieces (Devlin et al. 2018; Wu et al. 2016 for the pieces).

Clean, set CJK apart, lower-case, drop accents, split at spaces and punctuation; then each word is the longest known
piece from its beginning, and so on ("##" marks a piece inside a word); a word with an unknown rest is [UNK] whole.
"""

from __future__ import annotations

import unicodedata
from pathlib import Path

_MAX_WORD_CHARACTERS = 100
_CJK = (
    (0x4E00, 0x9FFF), (0x3400, 0x4DBF), (0x20000, 0x2A6DF), (0x2A700, 0x2B73F), (0x2B740, 0x2B81F), (0x2B820, 0x2CEAF),
    (0xF900, 0xFAFF), (0x2F800, 0x2FA1F),
)  # fmt: skip


class WordPieces:
    """The vocabulary is one piece per line; the line's number is the piece's."""

    def __init__(self, pieces: list[str]) -> None:
        self._numbers = {piece: number for number, piece in enumerate(pieces)}
        self._unknown = self._numbers["[UNK]"]
        self._first = self._numbers["[CLS]"]
        self._last = self._numbers["[SEP]"]

    @classmethod
    def read(cls, path: Path) -> WordPieces:
        return cls(path.read_text("utf-8").rstrip("\n").split("\n"))

    def numbers(self, text: str, *, max_length: int = 128) -> list[int]:
        """[CLS], the pieces, [SEP]: at most `max_length` numbers, the end of a long text is cut off."""
        numbers = [self._first]
        for word in _words(text):
            numbers.extend(self._pieces(word))
            if len(numbers) >= max_length:
                break
        return [*numbers[: max_length - 1], self._last]

    def _pieces(self, word: str) -> list[int]:
        if len(word) > _MAX_WORD_CHARACTERS:
            return [self._unknown]
        numbers: list[int] = []
        begin = 0
        while begin < len(word):
            prefix = "##" if begin else ""
            for end in range(len(word), begin, -1):
                number = self._numbers.get(prefix + word[begin:end])
                if number is not None:
                    break
            else:
                return [self._unknown]
            numbers.append(number)
            begin = end
        return numbers


def _words(text: str) -> list[str]:
    spaced = "".join(_spaced(character) for character in text)
    plain = "".join(c for c in unicodedata.normalize("NFD", spaced.lower()) if unicodedata.category(c) != "Mn")
    words: list[str] = []
    for chunk in plain.split():
        word = ""
        for character in chunk:
            if _is_punctuation(character):
                words.extend((word, character) if word else (character,))
                word = ""
            else:
                word += character
        if word:
            words.append(word)
    return words


def _spaced(character: str) -> str:
    if character in "\t\n\r" or unicodedata.category(character) == "Zs":
        return " "
    if character in "\0�" or unicodedata.category(character) in {"Cc", "Cf", "Co"}:
        return ""
    code = ord(character)
    return f" {character} " if any(low <= code <= high for low, high in _CJK) else character


def _is_punctuation(character: str) -> bool:
    code = ord(character)
    # all ASCII signs count, also those that Unicode calls symbols, such as $ and ^
    is_sign = 33 <= code <= 47 or 58 <= code <= 64 or 91 <= code <= 96 or 123 <= code <= 126
    return is_sign or unicodedata.category(character).startswith("P")
