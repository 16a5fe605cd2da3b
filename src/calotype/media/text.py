"""Text from files made safe to keep and to show: nobody who wrote it is trusted."""

from __future__ import annotations

import re
import unicodedata

MAX_TEXT_CHARS = 1000

# Bidirectional overrides and isolates, invisible fillers and marks of byte order. The joiner U+200D stays:
# emoji and several scripts need it.
_INVISIBLE = re.compile("[\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_TERMINAL = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]")
_SPACES = re.compile(r"[ \t\u00a0]+")
_LINES = re.compile(r"\s*\n\s*")
_MARK = "[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]"
_MARKS = re.compile(f"({_MARK}{{4}}){_MARK}+")


def clean_text(text: str, max_chars: int = MAX_TEXT_CHARS, *, keep_lines: bool = False) -> str:
    """Return `text` without control characters, bidirectional overrides, lone surrogates and endless accents.

    Bytes that were smuggled in as surrogates are read as UTF-8 or else as Windows-1252. Line ends become spaces
    unless `keep_lines`. The result is NFC, stripped and at most `max_chars` long.
    """
    text = _repair(text[: max_chars * 4 + 256])
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = _CONTROL.sub("", _TERMINAL.sub("", text))
    text = _MARKS.sub(r"\1", _INVISIBLE.sub("", text))
    text = _SPACES.sub(" ", text)
    text = _LINES.sub("\n" if keep_lines else " ", text)
    return unicodedata.normalize("NFC", text).strip()[:max_chars].strip()


def _repair(text: str) -> str:
    """Read bytes that arrived as lone surrogates (PEP 383) in the encoding they most likely have."""
    try:
        text.encode("utf-8")
        return text
    except UnicodeEncodeError:
        pass
    octets = text.encode("utf-8", "surrogateescape") if _is_escaped(text) else text.encode("utf-8", "ignore")
    try:
        return octets.decode("utf-8")
    except UnicodeDecodeError:
        return octets.decode("cp1252", "ignore")


def _is_escaped(text: str) -> bool:
    return not any("\ud800" <= char <= "\udfff" and not "\udc80" <= char <= "\udcff" for char in text)
