"""An answer of the search, for people (a table) and for scripts (JSON). Shared by `calotype search` and the demo."""

from typing import Any

from rich.console import Console
from rich.table import Table

from calotype.cli.tables import make_table, plain
from calotype.features.search import Answer, Hit

REASONS_SHOWN = 4
MATCH_STYLES = {"sure": "green", "maybe": "yellow"}


def show_answer(console: Console, answer: Answer) -> None:
    """Print the chips, the message, and a table of hits with the reasons for each."""
    query = answer.query
    if query.chips:
        chips = "  ".join(f"{chip.label} ({chip.kind})" for chip in query.chips)
        console.print(plain(f"Understood: {chips}"), style="cyan")
        if query.words:
            console.print(plain(f"Searched for: {query.words}"), style="cyan")
    for typed, searched in answer.corrections.items():
        console.print(plain(f"{typed} is searched as {searched}"), style="cyan")
    if answer.message:
        console.print(plain(answer.message), style="yellow")
    if answer.hits:
        console.print(_table(answer))


def _table(answer: Answer) -> Table:
    table = make_table("match", "taken", "file", "why")
    for hit in answer.hits:
        photo = hit.photo
        style = MATCH_STYLES[hit.match]
        name = f"{photo.title} ({photo.file_name})" if photo.title else photo.file_name
        table.add_row(f"[{style}]{hit.match}[/]", f"{photo.taken_local:%Y-%m-%d}", plain(name), plain(_why(hit)))
    return table


def _why(hit: Hit) -> str:
    reasons = [f"{reason.kind}: {reason.text}" for reason in hit.reasons[:REASONS_SHOWN]]
    return "; ".join(reasons)


def answer_as_json(answer: Answer) -> dict[str, Any]:
    """Return an answer in the words of `GET /api/v1/photos/search`."""
    return {
        "query": answer.query.sentence,
        "chips": [
            {"id": chip.id, "kind": chip.kind, "text": chip.text, "label": chip.label} for chip in answer.query.chips
        ],
        "words": answer.query.words,
        "verdict": answer.verdict,
        "message": answer.message,
        "total_sure": answer.total_sure,
        "items": [_hit_as_json(hit) for hit in answer.hits],
    }


def _hit_as_json(hit: Hit) -> dict[str, Any]:
    return {
        "id": hit.photo.id,
        "file_name": hit.photo.file_name,
        "title": hit.photo.title,
        "taken_local": hit.photo.taken_local,
        "match": hit.match,
        "score": round(hit.score, 4),
        "reasons": [
            {"kind": reason.kind, "text": reason.text, "confidence": reason.confidence} for reason in hit.reasons
        ],
    }
