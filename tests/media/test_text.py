"""Text from files is made safe."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calotype.media.text import clean_text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain", "plain"),
        ("  two \t words  ", "two words"),
        ("line1\r\nSet-Cookie: a=b", "line1 Set-Cookie: a=b"),
        ("\x1b[31mred\x07\x00", "red"),
        ("gpj\u202egnp.exe", "gpjgnp.exe"),
        ("zero\u200bwidth\ufeff", "zerowidth"),
        ("e\u0301", "é"),
        ("a" + "\u0300" * 300, "à" + "\u0300" * 3),
        ("\udcff\udcfebad", "ÿþbad"),
        ("\udcc3\udca9", "é"),
        ("\ud800lone", "lone"),
        ("👨\u200d👩\u200d👧", "👨\u200d👩\u200d👧"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("שלום", "שלום"),
    ],
)
def test_cleans(text: str, expected: str) -> None:
    assert clean_text(text) == expected


def test_keeps_lines_where_asked() -> None:
    assert clean_text("a\r\n\r\n b\rc", keep_lines=True) == "a\nb\nc"


@given(
    st.text(st.characters(), max_size=200) | st.text("\x00\x1b[m\u202e\u200b\u0301\udcff\ud800a \n", max_size=200),
    st.integers(1, 50),
)
def test_whatever_comes_is_safe_and_bounded(text: str, most: int) -> None:
    cleaned = clean_text(text, most)
    assert len(cleaned) <= most
    cleaned.encode("utf-8")
    assert cleaned == cleaned.strip()
    assert not any(unicodedata.category(char) in ("Cc", "Cs") for char in cleaned)
    assert not set(cleaned) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200b\ufeff")
