"""What is told when one of several alike photos is kept: it takes over what was known of the others. Pure."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from calotype.features.journal import Fact
from calotype.features.photos import TakenSource, make_facts
from calotype.features.stacks.repository.joining import KnownFace
from calotype.media.rectangles import overlap

Row = Mapping[str, Any]

SAME_FACE = 0.4
"""Overlap (intersection over union) from which on two boxes are one face."""
_SURE_TIMES = (
    TakenSource.PERSON,
    TakenSource.EXIF,
    TakenSource.XMP,
    TakenSource.SIDECAR,
    TakenSource.IPTC,
    TakenSource.GPS,
)


def join_into(keeper: Row, others: Sequence[Row]) -> list[Fact]:
    """Return what is told of the keeper: tags of all, the best rating, words, time and place that it lacks."""
    said: dict[str, Any] = {}
    tags = _join_tags([keeper, *others])
    if tags != list(keeper["tags"] or ()):
        said["tags"] = tags
    ratings = [row["rating"] for row in others if row["rating"] is not None]
    if ratings and max(ratings) > (keeper["rating"] if keeper["rating"] is not None else -2):
        said["rating"] = max(ratings)
    if not keeper["is_favourite"] and any(row["is_favourite"] for row in others):
        said["is_favourite"] = True
    for name in ("title", "description"):
        texts = [row[name] for row in others if row[name]]
        if not keeper[name] and texts:
            said[name] = texts[0]
    said |= _time_from(keeper, others)
    placed = next((row for row in others if row["latitude"] is not None), None)
    if keeper["latitude"] is None and placed is not None:
        said |= {"latitude": placed["latitude"], "longitude": placed["longitude"]}
    return make_facts(keeper, said)


def _join_tags(rows: Sequence[Row]) -> list[str]:
    tags: dict[str, str] = {}
    for row in rows:
        for tag in row["tags"] or ():
            tags.setdefault(tag.casefold(), tag)
    return list(tags.values())


def _time_from(keeper: Row, others: Sequence[Row]) -> dict[str, Any]:
    """Return the time of the best-informed of the others, where the keeper does not know its own."""

    def rank(row: Row) -> int:
        return _SURE_TIMES.index(row["taken_source"]) if row["taken_source"] in _SURE_TIMES else len(_SURE_TIMES)

    best = min(others, key=rank, default=None)
    if best is None or rank(best) >= len(_SURE_TIMES) or rank(keeper) < len(_SURE_TIMES):
        return {}
    taken = best["taken_local"]
    said: dict[str, Any] = {"taken_local": taken.isoformat() if isinstance(taken, datetime) else taken}
    if keeper["utc_offset_min"] is None and best["utc_offset_min"] is not None:
        said["utc_offset_min"] = best["utc_offset_min"]
    return said


def join_albums(keeper: Row, memberships: Sequence[tuple[UUID, UUID]]) -> list[Fact]:
    """Return what puts the keeper into the albums (photo and album of each) in which the others are."""
    has = {album for photo, album in memberships if photo == keeper["id"]}
    albums = dict.fromkeys(album for _, album in memberships if album not in has)
    return [Fact("album", str(album), keeper["sha256"].hex(), value=True, replaced=False) for album in albums]


def join_people(keeper: Row, faces: Sequence[KnownFace]) -> list[Fact]:
    """Return who the faces of the keeper are, where the same faces of the others say it and its own do not."""
    facts = []
    for mine in (face for face in faces if face.photo_id == keeper["id"] and face.person_id is None):
        known = [face for face in faces if face.photo_id != keeper["id"] and face.person_id is not None]
        best = max(known, key=lambda face: overlap(mine, face), default=None)
        if best is not None and overlap(mine, best) >= SAME_FACE:
            box = f"{mine.x:.4f},{mine.y:.4f},{mine.width:.4f},{mine.height:.4f}"
            facts.append(Fact("face", f"{keeper['sha256'].hex()}:{box}", "person", str(best.person_id)))
    return facts
