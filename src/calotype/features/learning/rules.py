"""What counts as the same label or question, and how many examples it takes."""

from calotype.media.text import clean_text

LEAST_EXAMPLES = 8  # photos of a label, below which nothing is learned
LONGEST_LABEL = 100
LONGEST_QUESTION = 1000
HEAD_SUBJECT = "head:"  # + label: the subject of a decision about the versions of a head
LABEL, HIT = "label", "hit"  # topics of the journal
TASTE = ""  # the label of the heads that hold an owner's taste


def fold_label(text: str) -> str:
    """Return a label as it is compared and kept: clean, without case, with single spaces; empty if nothing is left."""
    return " ".join(clean_text(text, LONGEST_LABEL).casefold().split())


def fold_question(text: str) -> str:
    """Return a question as search remembers it: without case, with single spaces."""
    return " ".join(text.replace("\0", " ").casefold().split())
