"""What counts as the same label or question, and how many examples it takes."""

import math
from collections.abc import Mapping
from typing import Any

from calotype.media.text import clean_text

LEAST_EXAMPLES = 8  # photos of a label, below which nothing is learned
LONGEST_LABEL = 100
HEAD_SUBJECT = "head:"  # + label: the subject of a decision about the versions of a head
LABEL, HIT = "label", "hit"  # topics of the journal
TASTE = ""  # the label of the heads that hold an owner's taste


def fold_label(text: str) -> str:
    """Return a label as it is compared and kept: clean, without case, with single spaces; empty if nothing is left."""
    return " ".join(clean_text(text, LONGEST_LABEL).casefold().split())


def fold_question(text: str) -> str:
    """Return a question as search remembers it: without case, with single spaces."""
    return " ".join(text.replace("\0", " ").casefold().split())


LIKED = 0.5  # a photo with this much liking is one that its owner likes
LEAST_LIKED = 20  # liked photos, below which no taste is learned
_RATINGS = {-1: -1.0, 0: 0.0, 1: -0.5, 2: -0.25, 3: 0.25, 4: 0.6, 5: 1.0}


def liking(signs: Mapping[str, Any]) -> float:
    """Return how much the owner seems to like a photo, -1..1.

    `signs`: `is_favourite`, `rating` (-1 rejected, 0..5, None), `views`, and `is_edited`: title, description or tags
    by the owner's hand. A rating says more than looks, which say little one by one.
    """
    looks = min(0.4, 0.1 * math.log2(1 + signs["views"]))
    words = 0.25 if signs["is_edited"] else 0.0
    rating = _RATINGS.get(signs["rating"] or 0, 0.0)
    return max(-1.0, min(1.0, (1.0 if signs["is_favourite"] else 0.0) + rating + looks + words))
