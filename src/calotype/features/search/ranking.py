"""From evidence to an answer: scores, sure or maybe, and the reasons in plain words. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from calotype.features.search.evidence import LIKENESS, Evidence, Words, label_share, stems_of, weigh
from calotype.features.search.looks import meets, was_taken
from calotype.features.search.palettes import read_palettes
from calotype.features.search.query import Query
from calotype.features.search.schemas import Candidate, Hit, Match, Reason
from calotype.features.search.sentence.chips import (
    AtPlace,
    ByCamera,
    HasColour,
    HasFaces,
    HasTone,
    NobodyElse,
    ShowsPerson,
    TakenAbout,
    TakenBetween,
    TakenRecurring,
)
from calotype.features.search.sentence.words import split_words

MOST_REASONS = 5
_SHOWN_LABEL = 0.1
_SHOWN_COLOUR = 0.1
_LONGEST_QUOTE = 80


@dataclass(frozen=True)
class Cuts:
    """From which score on a hit is sure, and worth showing at all; and how far below the best one it may lie.

    A score is judged less `_DOUBT` for words that name things which no label of the photo speaks for. Measured with the
    default models on 263 questions over 591 photos, and on 78 things that are in none of them: at `maybe` 2 an answer
    shows five photos by score, one question in nine loses all its right ones, and 44 % of the absent things end as "no
    good match"; 9 % of them reach a sure score.
    """

    sure: float
    maybe: float
    spread: float


CUTS = Cuts(sure=5.0, maybe=2.0, spread=4.0)
ALL = Cuts(sure=float("inf"), maybe=float("-inf"), spread=float("inf"))  # for measuring: whatever there is, in order
_DOUBT = 2.0
CORRECTED = LIKENESS  # what a person said goes before the best that looks can say; it decides the order, not the cuts


def rank(query: Query, words: Words, candidates: Sequence[Candidate], photos: int, cuts: Cuts = CUTS) -> list[Hit]:
    """Return the hits, best first; what is below the cut is left out. Equal scores stand in the order of their ids.

    The reasons are left to `explain`: only a page of the hits is shown.
    """
    if not candidates:
        return []
    evidence = weigh(query, words, candidates, photos)
    total = evidence.total()
    scores = np.round(total + CORRECTED * evidence.corrected, 6)
    order = sorted(range(len(candidates)), key=lambda row: (-scores[row], -candidates[row].id.int))
    judged = total - _DOUBT * evidence.missing
    least = max(cuts.maybe, float(judged.max()) - cuts.spread)
    hits = []
    for row in order:
        match = _judge(float(judged[row]), row, evidence, query, Cuts(cuts.sure, least, cuts.spread))
        if match is not None:
            is_doubtful = is_doubtful_time(query, candidates[row])
            hits.append(Hit(candidates[row], float(scores[row]), "maybe" if is_doubtful else match))
    return hits


def without_rejected_likeness(words: Words, photo: Candidate) -> Candidate:
    """Return the photo as it counts for these words: what a person said it does not show, its looks say no more."""
    rejected = {one for label in photo.rejected_labels for one in stems_of(label)}
    if rejected and any(word & rejected for word in words.stems):
        return photo._replace(likeness=None)
    return photo


def explain(query: Query, words: Words, hit: Hit) -> Hit:
    """Return the hit with its reasons."""
    reasons: dict[tuple[str, ...], Reason] = {}  # two chips may be met by one thing, a title may be said twice
    for one in _reasons(query, words, hit.photo):
        reasons.setdefault((one.kind, *(split_words(one.text) or [one.text])), one)
    return replace(hit, reasons=tuple(reasons.values())[:MOST_REASONS])


def _judge(score: float, row: int, evidence: Evidence, query: Query, cuts: Cuts) -> Match | None:
    """Sure: as good as said, or far above the noise. A question of preferences alone is met or it is not."""
    if not query.speaks_of_things and evidence.is_met[row]:
        return "sure"
    if query.content and evidence.is_certain[row]:
        return "sure"
    if score >= cuts.sure and not evidence.is_apart[row]:
        return "sure"
    is_found = bool(query.content) and evidence.coverage[row] == 1
    return "maybe" if is_found or score >= cuts.maybe else None


def is_doubtful_time(query: Query, photo: Candidate) -> bool:
    """Say whether a time is asked for and the photo has none but its file's, which says little of when it was taken."""
    return photo.has_file_time and asks_for_time(query)


def asks_for_time(query: Query) -> bool:
    """Say whether one of the chips is a time, or may be one and nothing else is said."""
    times = TakenBetween | TakenRecurring | (TakenBetween if query.speaks_of_things else TakenAbout)
    return any(isinstance(chip.effect, times) for chip in query.chips)


def _time_text(photo: Candidate, form: str) -> str:
    return photo.taken_local.strftime(form) + (" (file time)" if photo.has_file_time else "")


def _reasons(query: Query, words: Words, photo: Candidate) -> Iterator[Reason]:
    """Yield why a photo is a hit, the strongest kinds first."""
    yield from _said(words, photo)
    yield from _labels(words, photo)
    yield from _read(query, words, photo)
    yield from _seen(query, photo)
    yield from filter_reasons(query, photo)
    if photo.likeness is not None and query.content:
        yield Reason("likeness", f"{round(max(photo.likeness, 0) * 100)} % alike", round(photo.likeness, 3))


def _said(words: Words, photo: Candidate) -> Iterator[Reason]:
    wanted = frozenset(one for stems in words.stems for one in stems)
    if photo.title and wanted & set(stems_of(photo.title)):
        yield Reason("title", _shorten(photo.title))
    for tag in (*photo.tags, *photo.keywords):
        if wanted & set(stems_of(tag)):
            yield Reason("tag", tag)
    for album in photo.albums:
        if wanted & set(stems_of(album)):
            yield Reason("album", album)
    if photo.description and wanted & set(stems_of(photo.description)):
        yield Reason("title", _shorten(photo.description))
    if wanted & set(stems_of(photo.file_name.rpartition(".")[0])):
        yield Reason("file name", photo.file_name)


def _shorten(text: str) -> str:
    clean = " ".join(text.split())
    return clean if len(clean) <= _LONGEST_QUOTE else clean[: _LONGEST_QUOTE - 1] + "…"


def _labels(words: Words, photo: Candidate) -> Iterator[Reason]:
    for name, score in zip(photo.label_names or (), photo.label_scores or (), strict=True):
        if score >= _SHOWN_LABEL and any(label_share(name, word) for word in words.stems):
            yield Reason("label", _label_text(name, score, photo), round(float(score), 4))


def _label_text(name: str, score: float, photo: Candidate) -> str:
    if name in photo.said_labels:
        return f"{name} (you said so)"
    share = f"{round(score * 100)} %"
    return f"{name} (learned from you, {share})" if name in photo.learned_labels else f"{name} ({share})"


def _read(query: Query, words: Words, photo: Candidate) -> Iterator[Reason]:
    if not photo.text:
        return
    wanted = frozenset(one for stems in words.stems for one in stems)
    wanted |= frozenset(part for chip in query.chips if chip.kind == "text" for part in stems_of(chip.text))
    for line in photo.text.splitlines():
        if wanted & set(stems_of(line)):
            yield Reason("text", f"“{_shorten(line)}”")
            return


def _seen(query: Query, photo: Candidate) -> Iterator[Reason]:
    palettes = read_palettes([photo.colours])
    for chip in query.chips:
        effect = chip.effect
        if isinstance(effect, HasColour):
            share = float(palettes.share(effect.colour, effect.region)[0])
            if share >= _SHOWN_COLOUR:
                yield Reason("colour", f"{chip.label} ({round(share * 100)} %)", round(share, 3))
        elif isinstance(effect, HasTone):
            if meets(effect, palettes, [photo])[0]:
                yield Reason("tone", chip.label)
        elif isinstance(effect, HasFaces):
            count = len(photo.face_areas)
            if count >= effect.lowest:
                yield Reason("face", "1 face" if count == 1 else f"{count} faces")
        elif isinstance(effect, TakenAbout) and was_taken(effect.when, photo):
            yield Reason("date", _time_text(photo, "%-d %B %Y"))


def filter_reasons(query: Query, photo: Candidate) -> Iterator[Reason]:
    """Yield what of the photo the filters have met, for answers that are ordered by date."""
    for chip in query.chips:
        if isinstance(chip.effect, TakenBetween | TakenRecurring):
            yield Reason("date", _time_text(photo, "%-d %B %Y, %H:%M"))
        elif isinstance(chip.effect, AtPlace):
            names = [name for name in (photo.place, photo.region, photo.country) if name]
            yield Reason("place", ", ".join(dict.fromkeys(names)))
        elif isinstance(chip.effect, ShowsPerson | NobodyElse):
            yield Reason("person", chip.label)
        elif isinstance(chip.effect, ByCamera) and photo.camera:
            yield Reason("camera", photo.camera)
        elif chip.kind == "text" and photo.text:
            line = next((one for one in photo.text.splitlines() if set(stems_of(one)) & set(stems_of(chip.text))), None)
            if line is not None:
                yield Reason("text", f"“{_shorten(line)}”")
        elif chip.kind in ("tag", "kind", "orientation", "favourite", "rating"):
            yield Reason(chip.kind, chip.label)
