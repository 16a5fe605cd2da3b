"""What was said and learned, in plain words."""

from typing import Any

from calotype.features.learning.rules import HIT, LEAST_EXAMPLES, LEAST_LIKED
from calotype.features.learning.schemas import HeadSummary, LabelExamples, LabelHistory

NEEDS_MORE, IN_FORCE, NOT_BETTER, ROLLED_BACK, WAITING = (
    "needs more examples", "in force", "not better", "rolled back", "waiting",
)  # fmt: skip


def verdict_summary(file_name: str, label: str, is_right: bool | None, instead: str | None) -> str:  # noqa: FBT001
    """Return one sentence for the history."""
    if is_right is None:
        return f"Took back what was said of “{label}” on {file_name}"
    if is_right:
        return f"Said that {file_name} shows “{label}”"
    return f"Said that {file_name} does not show “{label}”" + (f" but “{instead}”" if instead else "")


def hit_summary(file_name: str, question: str, is_wrong: bool) -> str:  # noqa: FBT001
    """Return one sentence for the history."""
    if is_wrong:
        return f"Said that {file_name} is a wrong answer to “{question}”"
    return f"Took back that {file_name} is a wrong answer to “{question}”"


def label_words(label: str, given: LabelExamples | None, history: LabelHistory | None) -> dict[str, Any]:
    """Return what is learned of a label."""
    history = history or LabelHistory()
    yes, no = (len(given.yes), len(given.no)) if given else (0, 0)
    in_force = history.in_force if yes >= LEAST_EXAMPLES else None
    state, message = _state(label, yes, history)
    newest = in_force or next(iter(history.versions), None)
    return {
        "label": label,
        "state": state,
        "examples": {"yes": yes, "no": no, "wanted": LEAST_EXAMPLES},
        "message": message,
        "in_force": None if in_force is None else _version_words(in_force, history),
        "before": None if newest is None else newest.figures["before"],
        "versions": [_version_words(each, history) for each in history.versions],
    }


def _version_words(head: HeadSummary, history: LabelHistory) -> dict[str, Any]:
    figures = dict(head.figures)
    state = ROLLED_BACK if head.version in history.rolled_back else NOT_BETTER
    if head.has_won and state != ROLLED_BACK:
        state = IN_FORCE if head is history.in_force else "replaced"
    return {
        "head_id": head.id, "version": head.version, "method": head.method, "space": head.space, "state": state,
        "threshold": round(head.threshold, 4), "trained_at": head.trained_at, **figures,
    }  # fmt: skip


def _state(label: str, yes: int, history: LabelHistory) -> tuple[str, str]:
    newest, in_force = next(iter(history.versions), None), history.in_force
    if yes < LEAST_EXAMPLES:
        missing = LEAST_EXAMPLES - yes
        photos = f"{missing} more photo{'' if missing == 1 else 's'}"
        return NEEDS_MORE, f"Needs more examples: tag {photos} with “{label}” ({yes} of {LEAST_EXAMPLES})."
    if newest is None:
        return WAITING, "Enough examples: it is learned with the next run."
    if in_force is None:
        if newest.has_won:
            return ROLLED_BACK, f"Version {newest.version} was rolled back. More examples make a new one."
        return NOT_BETTER, f"Not better than what is there: {_compared(newest)} More examples may help."
    more = ""
    if newest is not in_force and not newest.has_won:
        more = f" Version {newest.version}, learned later, was not better and is not used."
    elif newest is not in_force:
        more = f" Version {newest.version} was rolled back."
    return IN_FORCE, f"Version {in_force.version} is in force: {_compared(in_force)}{more}"


def _compared(head: HeadSummary) -> str:
    figures, before = head.figures, head.figures["before"]
    twins = " The examples are nearly one picture, so the figures flatter." if figures["has_twins"] else ""
    return (
        f"of {figures['yes']} examples kept apart it finds {_per_cent(figures['recall'])}, and of what it names "
        f"{_per_cent(figures['precision'])} is right ({_before(before)}).{twins}"
    )


def _before(before: dict[str, Any]) -> str:
    who = "the packaged classifier" if before["by"] == "classifier" else before["by"]
    if before["precision"] is None:
        return f"before, {who} found none"
    return f"before, {who}: {_per_cent(before['recall'])} found, {_per_cent(before['precision'])} right"


def _per_cent(share: float | None) -> str:
    return "none" if share is None else f"{share * 100:.0f} %"


def taste_words(history: LabelHistory, liked: int) -> dict[str, Any]:
    """Return what is known of an owner's taste; `liked` photos show it."""
    in_force, newest = history.in_force, next(iter(history.versions), None)
    if in_force is not None:
        state = IN_FORCE
        sure = _per_cent(in_force.figures["auc"])
        message = f"Of a liked photo and another one, it tells which is liked in {sure} of cases (chance: 50 %)."
    elif liked < LEAST_LIKED:
        state = NEEDS_MORE
        message = f"Needs more signs: {liked} of {LEAST_LIKED} photos are favourites or rated 4 or 5."
    elif newest is None:
        state, message = WAITING, "Enough signs: it is learned with the next nightly run, or now if asked for."
    else:
        state = NOT_BETTER
        sure = _per_cent(newest.figures["auc"])
        message = f"Tells liked photos from others in {sure} of cases: too near to chance (50 %) to be used."
    versions = [
        {"head_id": each.id, "version": each.version, "trained_at": each.trained_at,
         "state": IN_FORCE if each is in_force else "replaced" if each.has_won else NOT_BETTER, **each.figures}
        for each in history.versions
    ]  # fmt: skip
    current = next((each for each in versions if in_force is not None and each["head_id"] == in_force.id), None)
    return {
        "state": state,
        "message": message,
        "liked": liked,
        "wanted": LEAST_LIKED,
        "in_force": current,
        "versions": versions,
    }


def feedback_words(row: dict[str, Any]) -> dict[str, Any]:
    """Return one thing that was said: of which photo, by whom, when, and whom it corrects."""
    value = row["value"] or {}
    is_hit = row["topic"] == HIT
    return {
        "entry_id": row["entry_id"],
        "kind": "hit" if is_hit else "label" if row["photo_id"] is not None or "is_right" in value else "version",
        "photo_id": row["photo_id"],
        "label": None if is_hit else row["field"],
        "question": row["field"] if is_hit else None,
        "is_right": not value["is_wrong"] if "is_wrong" in value else value.get("is_right"),
        "summary": row["summary"],
        "corrects": {"provider": value.get("provider"), "model": value.get("model"), "version": value.get("version")},
        "decided_at": row["decided_at"],
        "actor_id": row["actor_id"],
        "is_taken_back": row["is_taken_back"],
    }
