"""What a person said of labels, over what the classifier said. Pure.

A label that was said stands first and is certain; one that the library learned from its owner comes next, by its
calibrated probability; then what the packaged classifier saw, without what was rejected. "Not a cat" rejects each label
that is a cat by one of its names or by a wider word ("tabby"), not one that only holds the word ("cat food").
"""

from collections.abc import Sequence
from dataclasses import dataclass

from calotype.features.search.sentence.words import fold
from calotype.features.search.thesaurus import names_of

SAID = 1.0  # the confidence of what a person said


@dataclass(frozen=True)
class Corrections:
    """What stands of one photo's labels beside the classifier's: folded words, and the learned with 0..1 each."""

    said: Sequence[str] = ()
    rejected: Sequence[str] = ()
    learned: Sequence[str] = ()
    learned_scores: Sequence[float] = ()


def correct_labels(
    names: Sequence[str] | None, scores: Sequence[float] | None, corrections: Corrections
) -> tuple[list[str], list[float]]:
    """Return the names and confidences that stand, said ones first."""
    standing: dict[str, float] = {fold(label): SAID for label in corrections.said}
    for label, score in zip(corrections.learned, corrections.learned_scores, strict=True):
        if not is_rejected(label, corrections.rejected):
            standing.setdefault(fold(label), score)
    for label, score in zip(names or (), scores or (), strict=True):
        if not is_rejected(label, corrections.rejected):
            standing.setdefault(label, score)
    return list(standing), list(standing.values())


def is_rejected(label: str, rejected: Sequence[str]) -> bool:
    """Say whether one of the rejected words is a name of the label, or a wider word for it."""
    if not rejected:
        return False
    names = names_of(fold(label))
    words = {fold(name) for name in (label, *names.synonyms, *names.everyday, *names.parents)}
    return not words.isdisjoint(fold(word) for word in rejected)
