import pytest
from hypothesis import given
from hypothesis import strategies as st

from calotype.ports.models import ModelStore
from calotype.ports.vision.local.wordpiece import WordPieces

PIECES = [
    "[PAD]",
    "[UNK]",
    "[CLS]",
    "[SEP]",
    "a",
    "dog",
    "##s",
    "do",
    "##g",
    "cafe",
    "'",
    "!",
    "愛",
    "un",
    "##afford",
    "##able",
]
LATIN = st.text(st.characters(max_codepoint=0x17F, exclude_categories=["Cs"]), max_size=60)


@pytest.fixture(scope="module")
def pieces() -> WordPieces:
    return WordPieces(PIECES)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a dog", ["a", "dog"]),
        ("dogs", ["dog", "##s"]),
        ("unaffordable", ["un", "##afford", "##able"]),
        ("A  DOG\t\n", ["a", "dog"]),
        ("Café!", ["cafe", "!"]),
        ("dog's", ["dog", "'", "[UNK]"]),
        ("愛愛", ["愛", "愛"]),
        ("do\u200bg", ["dog"]),
        ("cat", ["[UNK]"]),
        ("d" * 101, ["[UNK]"]),
        ("", []),
    ],
)
def test_text_becomes_pieces(pieces: WordPieces, text: str, expected: list[str]) -> None:
    assert [PIECES[number] for number in pieces.numbers(text)] == ["[CLS]", *expected, "[SEP]"]


@given(text=st.text(max_size=300), max_length=st.integers(2, 20))
def test_any_text_fits(pieces: WordPieces, text: str, max_length: int) -> None:
    numbers = pieces.numbers(text, max_length=max_length)

    assert numbers[0] == 2
    assert numbers[-1] == 3
    assert 2 <= len(numbers) <= max_length


@pytest.mark.models
@given(
    text=LATIN | st.sampled_from(["it's", "x" * 150, "word " * 200, "Déjà vu, café!", "３ｄ", "한국어", "日本語 text"])
)
def test_the_pieces_are_those_of_the_reference(reference: tuple[WordPieces, object], text: str) -> None:
    ours, theirs = reference

    assert ours.numbers(text) == theirs.encode(text).ids  # type: ignore[attr-defined]


@pytest.fixture(scope="module")
def reference(models: ModelStore) -> tuple[WordPieces, object]:
    """The tokenizers library with the same vocabulary."""
    tokenizers = pytest.importorskip("tokenizers")
    path = models.get("minilm-l6-vocabulary")
    vocabulary = {piece: number for number, piece in enumerate(path.read_text("utf-8").rstrip("\n").split("\n"))}
    theirs = tokenizers.BertWordPieceTokenizer(vocabulary, lowercase=True)
    theirs.enable_truncation(128)
    return WordPieces.read(path), theirs
